/**
 * Faster R-CNN (Ren et al. 2015, "Faster R-CNN: Towards Real-Time Object Detection with Region Proposal Networks") on a feature pyramid (Lin et
 * al. 2017): a backbone's maps become a pyramid, of whose anchors a small network proposes some as boxes; what the pyramid has within these is
 * told apart and moved once more. What both dialects compute; where modules lie, and so keys, is each one's own.
 */
import { cat, empty, nn, noGrad, scope, stack, type Tensor } from '@retort/torch';
import type { Anatomy } from '../anatomy.ts';
import { keepRows } from '../classes.ts';
import type {
  DetectionLosses,
  Detector,
  JudgedProposals,
  Learned,
  TakesImagesForBoxes,
  Truth,
} from '../detector.ts';
import { anchorsOf } from './anchors.ts';
import { deltasOf, plainDeltas } from './boxes.ts';
import { detect } from './detections.ts';
import type { Dialect } from './dialects.ts';
import { lossesOf } from './losses.ts';
import { match } from './matcher.ts';
import { padded, zeroedBut } from './padded.ts';
import { pool } from './pooling.ts';
import { type Level, propose, type Size } from './proposals.ts';
import { sample } from './sampler.ts';
import { type Objects, objectsOf, sizesOf } from './shown.ts';

/** What the region proposal network says of a map of the pyramid. */
export interface Proposing {
  /** [B, A, H, W]. */
  readonly objectness: Tensor;
  /** [B, 4 A, H, W]. */
  readonly deltas: Tensor;
}

/** What the heads say of R boxes, as the weights have it: in each dialect background is another row. */
export interface Heads {
  /** [R, K + 1]. */
  readonly logits: Tensor;
  /** [R, 4 K], or with background [R, 4 (K + 1)]. */
  readonly deltas: Tensor;
}

/** The layers that end the network: they make logits and numbers that move boxes of [R, 1024]. */
export interface BoxPredictor extends nn.Module {
  readonly cls_score: nn.Linear;
  readonly bbox_pred: nn.Linear;
}

/** What a network of either dialect is made with. */
export interface FasterRCNNParts {
  readonly settings: Dialect;
  readonly anatomy: Anatomy;
  readonly classes: number;
  readonly channels: number;
}

/** Numbers of half precision are not exact enough for boxes in images of a thousand pixels. */
const exact = (x: Tensor): Tensor => (x.dtype === 'float64' ? x : x.to('float32'));

/** From images to p2 … p6. */
interface PyramidNetwork extends nn.Module {
  forward(images: Tensor): Tensor[];
}

/** The second part, from what the pyramid has within boxes to classes and moves. */
interface BoxHeads extends nn.Module {
  readonly box_predictor: BoxPredictor;
  forward(within: Tensor): Heads;
}

export abstract class FasterRCNN extends nn.Layer implements Detector {
  readonly anatomy: Anatomy;
  readonly takes: TakesImagesForBoxes;
  readonly settings: Dialect;
  /** How many it tells apart, without background. */
  classes: number;
  abstract readonly backbone: PyramidNetwork;
  abstract readonly roi_heads: BoxHeads;

  constructor({ settings, anatomy, classes, channels }: FasterRCNNParts) {
    super();
    this.settings = settings;
    this.anatomy = anatomy;
    this.takes = { kind: 'images', channels, imageSize: null, finds: 'boxes' };
    this.classes = classes;
  }

  pyramid(images: Tensor): Tensor[] {
    return scope(() => this.backbone.forward(images));
  }

  /** The region proposal network on a map of the pyramid. */
  abstract proposing(map: Tensor): Proposing;

  /** The heads on what the pyramid has within boxes, [R, 256, 7, 7]. */
  heads(within: Tensor): Heads {
    return this.roi_heads.forward(within);
  }

  /** Whether background is the first row of the last layers, and not the last. */
  abstract get isBackgroundFirst(): boolean;

  forward(images: Tensor, sizes?: Tensor): Tensor {
    return scope(() => {
      const pyramid = this.pyramid(images);
      const levels = this.levels(pyramid, images);
      const { most } = this.settings.detections;
      if (images.device === 'meta') return empty([images.size(0), most, 6], { device: 'meta' });
      const shown = sizesOf(images, sizes);
      const proposals = noGrad(() => propose(this.settings.proposals, levels, shown, 'evaluation'));
      const { logits, deltas } = this.judgeRows(pyramid, proposals);
      const counts = proposals.map((boxes) => boxes.size(0));
      const [ofImages, movesOfImages] = [logits.split(counts), deltas.split(counts)];
      return stack(
        proposals.map((boxes, i) => {
          const [own, moves, size] = [ofImages[i], movesOfImages[i], shown[i]];
          if (!own || !moves || !size) throw new RangeError('an image has proposals, and no size');
          const { detections, heads } = this.settings;
          return detect({ settings: detections, weights: heads.weights }, boxes, own, moves, size);
        }),
      );
    });
  }

  learn(images: Tensor, sizes: Tensor, truth: Truth): Learned {
    return scope(() => {
      const pyramid = this.pyramid(images);
      const levels = this.levels(pyramid, images);
      if (images.device === 'meta') return this.shapesLearned(pyramid, images.size(0));
      const shown = sizesOf(images, sizes);
      const objects = noGrad(() => objectsOf(truth, levels[0]?.anchors ?? truth.boxes));
      const ofAnchors = this.learnAnchors(levels, objects);
      const proposals = noGrad(() => propose(this.settings.proposals, levels, shown, 'training'));
      return { ...ofAnchors, ...this.learnProposals(pyramid, proposals, objects) };
    });
  }

  losses(learned: Learned): DetectionLosses {
    if (learned.objectness.device !== 'meta') return scope(() => lossesOf(this.settings, learned));
    const loss = (): Tensor => empty([], { device: 'meta' });
    return { objectness: loss(), rpnBoxes: loss(), classes: loss(), boxes: loss() };
  }

  judge(pyramid: readonly Tensor[], _sizes: Tensor, proposals: Tensor): JudgedProposals {
    return scope(() => {
      const [images = 0, boxes = 0] = proposals.shape;
      const { logits, deltas } = this.judgeRows(pyramid, proposals.detach().unbind(0));
      return {
        classLogits: logits.reshape([images, boxes, -1]),
        boxDeltas: deltas.reshape([images, boxes, -1]),
      };
    });
  }

  selectClasses(numbers: readonly number[]): void {
    const { classes, isBackgroundFirst } = this;
    const { box_predictor: predictor } = this.roi_heads;
    const first = isBackgroundFirst ? 1 : 0;
    const own = numbers.map((number) => (number < 0 ? -1 : number + first));
    const rows = isBackgroundFirst ? [0, ...own] : [...own, classes];
    const four = (row: number): number[] => [0, 1, 2, 3].map((i) => (row < 0 ? -1 : 4 * row + i));
    keepRows(predictor.cls_score, rows, Number.NEGATIVE_INFINITY);
    keepRows(predictor.bbox_pred, (isBackgroundFirst ? rows : own).flatMap(four), 0);
    this.classes = numbers.length;
  }

  /** What the region proposal network says of every level, with its anchors. */
  private levels(pyramid: readonly Tensor[], images: Tensor): Level[] {
    const said = pyramid.map((map) => this.proposing(map));
    const maps = pyramid.map((map): Size => [map.size(2), map.size(3)]);
    const [first] = said;
    const dtype = first?.objectness.dtype === 'float64' ? 'float64' : 'float32';
    const anchors =
      images.device === 'meta'
        ? []
        : anchorsOf(this.settings.anchors, maps, [images.size(2), images.size(3)], dtype);
    return said.map(({ objectness, deltas }, i) => ({
      objectness: exact(objectness.permute([0, 2, 3, 1]).flatten(1)),
      deltas: exact(deltas.permute([0, 2, 3, 1]).reshape([deltas.size(0), -1, 4])),
      anchors: anchors[i] ?? empty([0, 4], { device: images.device }),
    }));
  }

  /** What the heads say of the boxes of each image, in one: background last, and no numbers that would move it. */
  private judgeRows(pyramid: readonly Tensor[], boxes: readonly Tensor[]): Heads {
    const all = cat(boxes);
    const images = cat(
      boxes.map((of, image) => empty([of.size(0)], { dtype: of.dtype, device: of.device }).fill_(image)),
    );
    const within = pool(this.settings.pooling, pyramid, images, all);
    const { logits, deltas } = this.heads(within);
    if (!this.isBackgroundFirst) return { logits: exact(logits), deltas: exact(deltas) };
    const count = logits.size(1);
    return {
      logits: exact(cat([logits.slice(1, 1, count), logits.slice(1, 0, 1)], 1)),
      deltas: exact(deltas.slice(1, 4, 4 * count)),
    };
  }

  private learnAnchors(levels: readonly Level[], objects: readonly Objects[]) {
    const { samples, positives, foreground, background } = this.settings.proposals;
    const along = (of: (level: Level) => Tensor): Tensor => cat(levels.map(of), 1);
    const objectness = along(({ objectness }) => objectness);
    const deltas = along(({ deltas }) => deltas);
    const anchors = cat(levels.map(({ anchors }) => anchors));
    const drawn = objects.map(({ boxes }) =>
      noGrad(() => {
        const matched = match(anchors, boxes, { foreground, background, keepsBest: true });
        const places = sample(matched.labels, { samples, positives });
        const labels = matched.labels.index_select(0, places);
        const from = anchors.index_select(0, places);
        const onto =
          boxes.size(0) === 0 ? from : boxes.index_select(0, matched.objects.index_select(0, places));
        const targets = zeroedBut(labels.eq(1), deltasOf(onto, from, plainDeltas));
        return { places, labels, targets };
      }),
    );
    const places = stack(drawn.map((of) => padded(of.places, samples, 0)));
    return {
      objectness: objectness.gather(1, places),
      objectnessTargets: stack(drawn.map(({ labels }) => padded(labels.to(anchors.dtype), samples, -1))),
      anchorDeltas: deltas.gather(1, places.unsqueeze(-1).expand([-1, -1, 4])),
      anchorTargets: stack(drawn.map(({ targets }) => padded(targets, samples, 0))),
    };
  }

  private learnProposals(
    pyramid: readonly Tensor[],
    proposals: readonly Tensor[],
    objects: readonly Objects[],
  ) {
    const { samples, positives, foreground, weights } = this.settings.heads;
    const background = this.classes;
    const drawn = objects.map(({ boxes, classes }, image) =>
      noGrad(() => {
        // Objects are proposals themselves, so that there are some to learn from.
        const all = cat([...proposals.slice(image, image + 1), boxes]);
        const matched = match(all, boxes, { foreground, background: foreground, keepsBest: false });
        const places = sample(matched.labels, { samples, positives });
        const isOn = matched.labels.index_select(0, places).eq(1);
        const from = all.index_select(0, places);
        const object = matched.objects.index_select(0, places);
        const [onto, of] =
          boxes.size(0) === 0
            ? [from, places]
            : [boxes.index_select(0, object), classes.index_select(0, object)];
        const labels = of.masked_fill(isOn.logical_not(), background);
        return { from, labels, targets: zeroedBut(isOn, deltasOf(onto, from, weights)) };
      }),
    );
    const judged = this.judgeRows(
      pyramid,
      drawn.map(({ from }) => from),
    );
    const labels = cat(drawn.map((of) => of.labels));
    const which = labels
      .clamp(null, background - 1)
      .reshape([-1, 1, 1])
      .expand([-1, 1, 4]);
    const own = judged.deltas
      .reshape([labels.size(0), -1, 4])
      .gather(1, which)
      .squeeze(1);
    const counts = drawn.map(({ from }) => from.size(0));
    const byImage = (rows: Tensor): Tensor => stack(rows.split(counts).map((of) => padded(of, samples, 0)));
    return {
      proposals: stack(drawn.map(({ from }) => padded(from, samples, 0))),
      proposalClasses: stack(drawn.map((of) => padded(of.labels, samples, -1))),
      classLogits: byImage(judged.logits),
      boxDeltas: byImage(own),
      boxTargets: stack(drawn.map(({ targets }) => padded(targets, samples, 0))),
    };
  }

  /** The shapes of what is learned, where there are no numbers. */
  private shapesLearned(pyramid: readonly Tensor[], images: number): Learned {
    const { proposals, heads } = this.settings;
    const of = (...shape: number[]): Tensor => empty([images, ...shape], { device: 'meta' });
    const boxes = of(heads.samples, 4);
    const { logits } = this.judgeRows(pyramid, boxes.unbind(0));
    return {
      ...{ objectness: of(proposals.samples), objectnessTargets: of(proposals.samples) },
      ...{ anchorDeltas: of(proposals.samples, 4), anchorTargets: of(proposals.samples, 4) },
      ...{ proposals: boxes, proposalClasses: of(heads.samples).to('int64') },
      classLogits: logits.reshape([images, heads.samples, -1]),
      ...{ boxDeltas: of(heads.samples, 4), boxTargets: of(heads.samples, 4) },
    };
  }
}
