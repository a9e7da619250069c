/**
 * The two forms of Faster R-CNN with a feature pyramid (Ren et al. 2015; Lin et al. 2017, "Feature Pyramid Networks for Object Detection") that
 * weights are published for: torchvision's and detectron2's. They agree in what they compute and differ in numbers, which are these.
 */

/** Which of the two. */
export type DialectName = 'torchvision' | 'detectron2';

/** Boxes at each place of each map of the pyramid, from which proposals are made. */
export interface AnchorSettings {
  /** The square root of their area in pixels, a number a level, p2 to p6. */
  readonly sizes: readonly number[];
  /** Height over width. */
  readonly ratios: readonly number[];
  /** Whether their corners are whole numbers around a place. */
  readonly isRounded: boolean;
  /** How far apart places are: by the image's size over the map's, rounded down, or 4, 8, 16, 32 and 64 pixels. */
  readonly strides: 'measured' | 'nominal';
}

/** How many of something in training and in evaluation. */
export interface Counts {
  readonly training: number;
  readonly evaluation: number;
}

/** Of the region proposal network. */
export interface ProposalSettings {
  /** Anchors of an image that its losses are of. */
  readonly samples: number;
  /** The share of them on objects, at most. */
  readonly positives: number;
  /** From which overlap on an anchor is on an object. */
  readonly foreground: number;
  /** Below which it is on none. */
  readonly background: number;
  /** Where the loss of boxes turns from a square to a line. */
  readonly beta: number;
  /** Losses are divided by the samples that there are, or by `samples` for each image. */
  readonly dividedBy: 'sampled' | 'samples';
  /** By what proposals are compared with one another: differences between logits of large size are lost in their sigmoids. */
  readonly scores: 'sigmoids' | 'logits';
  /** Best ones of a level. */
  readonly before: Counts;
  /** How many are left after those that overlap are dropped. */
  readonly after: Counts;
  /** Of two that overlap by more, the worse one is dropped. */
  readonly overlap: number;
  /** The shortest side of a proposal in pixels. One of no length is none. */
  readonly shortest: number;
}

/** Of what looks at proposals. */
export interface HeadSettings {
  /** Proposals of an image that its losses are of. */
  readonly samples: number;
  /** The share of them on objects, at most. */
  readonly positives: number;
  /** From which overlap on a proposal is on an object; below it is background. */
  readonly foreground: number;
  /** By how much larger the numbers are that move a box: of x, y, width, height. */
  readonly weights: readonly [x: number, y: number, width: number, height: number];
  readonly beta: number;
}

/** How a proposal becomes 7x7 numbers a channel (RoIAlign; He et al. 2017, "Mask R-CNN"). */
export interface PoolingSettings {
  /** Whether pixels are at the half numbers of coordinates. */
  readonly aligned: boolean;
  /** Samples of a cell along each side; -1 for as many as it has pixels. */
  readonly samplingRatio: number;
  /** Where floor(4 + log2(side / 224)) is rounded up: before the logarithm is taken, or after. */
  readonly slack: { readonly before: number; readonly after: number };
}

/** What comes out. */
export interface DetectionSettings {
  /** Scores are above. */
  readonly score: number;
  /** Of two of a class that overlap by more, the worse one is dropped. */
  readonly overlap: number;
  /** Of an image. */
  readonly most: number;
  /** The shortest side of one in pixels; 0 where none is too short. */
  readonly shortest: number;
}

export interface Dialect {
  readonly name: DialectName;
  readonly anchors: AnchorSettings;
  readonly proposals: ProposalSettings;
  readonly heads: HeadSettings;
  readonly pooling: PoolingSettings;
  readonly detections: DetectionSettings;
}

const anchors = { sizes: [32, 64, 128, 256, 512], ratios: [0.5, 1, 2] } as const;

const proposals = {
  ...{ samples: 256, positives: 0.5, foreground: 0.7, background: 0.3, overlap: 0.7 },
  before: { training: 2000, evaluation: 1000 },
} as const;

const heads = { samples: 512, positives: 0.25, foreground: 0.5, weights: [10, 10, 5, 5] } as const;

const detections = { score: 0.05, overlap: 0.5, most: 100 } as const;

/** By name, as `fasterrcnn_resnet50_fpn` and `faster_rcnn_R_50_FPN_3x.yaml` have them. */
export const dialects: Readonly<Record<DialectName, Dialect>> = {
  torchvision: {
    name: 'torchvision',
    anchors: { ...anchors, isRounded: true, strides: 'measured' },
    proposals: {
      ...proposals,
      ...{ beta: 1 / 9, dividedBy: 'sampled', scores: 'sigmoids', shortest: 1e-3 },
      after: { training: 2000, evaluation: 1000 },
    },
    heads: { ...heads, beta: 1 / 9 },
    pooling: { aligned: false, samplingRatio: 2, slack: { before: 0, after: 1e-6 } },
    detections: { ...detections, shortest: 1e-2 },
  },
  detectron2: {
    name: 'detectron2',
    anchors: { ...anchors, isRounded: false, strides: 'nominal' },
    proposals: {
      ...proposals,
      ...{ beta: 0, dividedBy: 'samples', scores: 'logits', shortest: 0 },
      after: { training: 1000, evaluation: 1000 },
    },
    heads: { ...heads, beta: 0 },
    pooling: { aligned: true, samplingRatio: -1, slack: { before: 1e-8, after: 0 } },
    detections: { ...detections, shortest: 0 },
  },
};
