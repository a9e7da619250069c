/** Networks that find objects in images: where each is, as a box, and of which class it is. */
import type { nn, Tensor } from '@retort/torch';
import type { Classifier } from './anatomy.ts';
import type { SelectsClasses } from './classes.ts';
import type { TakesImages } from './takes.ts';

/** What a detector is called with. */
export interface TakesImagesForBoxes extends TakesImages {
  readonly finds: 'boxes';
}

/** What a detector learns: where the objects of a batch are, and of which class each is. */
export interface Truth {
  /** Float32 [B, M, 4]: x1, y1, x2, y2 in pixels of the images as they are shown. */
  readonly boxes: Tensor;
  /** Int64 [B, M], from 0 on; -1 where there is no box. */
  readonly classes: Tensor;
}

/**
 * What a detector said of the anchors and proposals that a batch's losses are of, and what is true of them. Every tensor begins with [B, …]; an
 * image with fewer samples than others is padded with zeros, and with -1 where that is said.
 */
export interface Learned {
  readonly [name: string]: Tensor;
  /** [B, S]: of sampled anchors, before the sigmoid. */
  readonly objectness: Tensor;
  /** [B, S]: 1 of an anchor on an object, 0 of one on none, -1 of padding. */
  readonly objectnessTargets: Tensor;
  /** [B, S, 4]: how each anchor is to be moved, as the network says. */
  readonly anchorDeltas: Tensor;
  /** [B, S, 4]: the same as it is; of no meaning where an anchor is on no object. */
  readonly anchorTargets: Tensor;
  /** [B, P, 4]: sampled proposals, x1, y1, x2, y2 in pixels of the images as they are shown. */
  readonly proposals: Tensor;
  /** Int64 [B, P]: 0 to K - 1, K of background, -1 of padding. */
  readonly proposalClasses: Tensor;
  /** [B, P, K + 1], background last. */
  readonly classLogits: Tensor;
  /** [B, P, 4]: how each proposal is to be moved where it is of its true class; of no meaning for background. */
  readonly boxDeltas: Tensor;
  /** [B, P, 4]: the same as it is. */
  readonly boxTargets: Tensor;
}

/** What a detector's heads say of proposals. */
export interface JudgedProposals {
  readonly [name: string]: Tensor;
  /** [B, P, K + 1]: background last, whichever row the weights have it in. */
  readonly classLogits: Tensor;
  /** [B, P, 4 K]: how each is to be moved where it is of each class: four numbers a class. */
  readonly boxDeltas: Tensor;
}

/** The four losses of Faster R-CNN, a number each, as the network's dialect has them. */
export interface DetectionLosses {
  readonly [name: string]: Tensor;
  readonly objectness: Tensor;
  readonly rpnBoxes: Tensor;
  readonly classes: Tensor;
  readonly boxes: Tensor;
}

/** A network that finds objects. */
export interface Detector extends Classifier, SelectsClasses {
  readonly takes: TakesImagesForBoxes;
  /** K, how many classes it tells apart, without background. */
  readonly classes: number;
  /**
   * What it finds in images.
   *
   * @param images  float32 [B, C, H, W], each padded at right and bottom; H and W are multiples of 32
   * @param sizes  int64 [B, 2], the height and width that each image has in it; all of it where it is left out
   * @returns [B, D, 6], best first: x1, y1, x2, y2 in pixels of the images as they are shown, clipped to `sizes`, the score, the class (-1 where there is none)
   */
  forward(images: Tensor, sizes?: Tensor): Tensor;
  /** What its losses are of. Samples are drawn from libtorch's default generator, or that of `withGenerator`. */
  learn(images: Tensor, sizes: Tensor, truth: Truth): Learned;
  /** Its losses, of which each is over all of the batch: their sums are divided by counts of the whole batch. */
  losses(learned: Learned): DetectionLosses;
  /** The maps p2 … p6 of images, [B, 256, H / 4, W / 4] to [B, 256, H / 64, W / 64]. */
  pyramid(images: Tensor): readonly Tensor[];
  /**
   * What its heads say of proposals, its own or another's.
   *
   * @param pyramid  its own maps
   * @param sizes  int64 [B, 2], as in `forward`
   * @param proposals  [B, P, 4]; of rows that pad it says something, too
   */
  judge(pyramid: readonly Tensor[], sizes: Tensor, proposals: Tensor): JudgedProposals;
}

/** Whether a network is one that finds objects, by what it says itself. @example isDetector(createModel('fasterrcnn_resnet18_fpn', { classes: 3 })) // true */
export const isDetector = (model: nn.Module): model is Detector & nn.Module =>
  'takes' in model && (model as Partial<Detector>).takes?.finds === 'boxes';
