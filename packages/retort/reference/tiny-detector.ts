/** For tests: a detector of a few thousand numbers, and images with boxes that it learns in seconds. */
import {
  aten,
  functional,
  manualSeed,
  nn,
  noGrad,
  randperm,
  scope,
  type Tensor,
  tensor,
} from '@retort/torch';
import { boxesOf, boxesTensor, type Dataset, TensorDataset } from '../src/data/index.ts';
import type {
  DetectionLosses,
  Detector,
  JudgedProposals,
  Learned,
  TakesImagesForBoxes,
  Truth,
} from '../src/models/detector.ts';
import { Chance } from './judged-boxes.ts';

/** Pixels of a cell of the finer level. */
const cell = 8;

/** Half of a proposal's side, in which boxes are measured. */
const reach = 12;

/** Detections of an image. */
const most = 20;

export interface TinyOptions {
  readonly classes: number;
  readonly width?: number;
  /** How many cells of a batch are learned from, drawn anew in each step; all where it is left out. */
  readonly samples?: number;
}

/**
 * Each cell of a map is a proposal: a square about its middle, of which the heads say a class and four edges. A truth that a middle lies in is its own, the smallest
 * where there are several. A detector's promises are kept, and nothing of Faster R-CNN is in it.
 */
export class TinyDetector extends nn.Layer implements Detector {
  readonly anatomy = {
    stem: 'body.0',
    stages: ['p2', 'p3'],
    penultimate: 'cls_score:input',
    classifier: ['cls_score', 'bbox_pred'],
  };
  readonly takes: TakesImagesForBoxes = { kind: 'images', channels: 3, imageSize: null, finds: 'boxes' };
  readonly body: nn.Sequential;
  readonly p2: nn.Conv2d;
  readonly p3: nn.Conv2d;
  readonly objectness: nn.Linear;
  readonly anchor_deltas: nn.Linear;
  readonly cls_score: nn.Linear;
  readonly bbox_pred: nn.Linear;
  readonly samples: number | undefined;
  classes: number;

  constructor({ classes, width = 16, samples }: TinyOptions) {
    super();
    this.classes = classes;
    this.samples = samples;
    const down = (from: number, to: number) => new nn.Conv2d(from, to, 3, { stride: 2, padding: 1 });
    this.body = new nn.Sequential(
      down(3, width),
      new nn.SiLU(),
      down(width, width),
      new nn.SiLU(),
      down(width, width),
      new nn.SiLU(),
    );
    this.p2 = new nn.Conv2d(width, width, 3, { padding: 1 });
    this.p3 = down(width, width);
    this.objectness = new nn.Linear(width, 1);
    this.anchor_deltas = new nn.Linear(width, 4);
    this.cls_score = new nn.Linear(width, classes + 1);
    this.bbox_pred = new nn.Linear(width, 4 * classes);
  }

  pyramid(images: Tensor): Tensor[] {
    const dtype = this.objectness.weight.dtype;
    const fine = this.p2.forward(this.body.forward(images.to(dtype)));
    return [fine, this.p3.forward(fine)];
  }

  /** The numbers of the finer level at each of its cells, [B, P, width], and the middles of these, [P, 2]. */
  #cells(fine: Tensor): { readonly numbers: Tensor; readonly middles: Tensor } {
    const [, , height = 0, width = 0] = fine.shape;
    const along = (count: number): Tensor => aten.arange(count).add(0.5).mul(cell).to('float64');
    const [y, x] = aten.meshgrid([along(height), along(width)], { indexing: 'ij' });
    if (!x || !y) throw new RangeError('a map has two sides');
    return {
      numbers: functional.silu(fine).flatten(2).transpose(1, 2),
      middles: aten.stack([x.flatten(), y.flatten()], 1),
    };
  }

  /** Boxes [B, P, 4] about middles that deltas [B, P, 4] move the edges of. */
  #moved(middles: Tensor, deltas: Tensor): Tensor {
    const edges = aten.cat([middles.sub(reach), middles.add(reach)], 1).to(deltas.dtype);
    return deltas.mul(reach).add(edges);
  }

  /** What the heads say at each cell. */
  #said(numbers: Tensor): JudgedProposals {
    const exact = (x: Tensor): Tensor => (x.dtype === 'float64' ? x : x.to('float32'));
    return {
      classLogits: exact(this.cls_score.forward(numbers)),
      boxDeltas: exact(this.bbox_pred.forward(numbers)),
    };
  }

  learn(images: Tensor, sizes: Tensor, truth: Truth): Learned {
    const [fine] = this.pyramid(images);
    if (!fine) throw new RangeError('there is no level');
    const found = this.#cells(fine);
    const chosen = this.#chosen(found.middles.size(0));
    const numbers = chosen ? found.numbers.index_select(1, chosen) : found.numbers;
    const middles = chosen ? found.middles.index_select(0, chosen) : found.middles;
    const { classLogits, boxDeltas } = this.#said(numbers);
    const { classes, targets } = noGrad(() => this.#targets(middles, sizes, truth, classLogits.dtype));
    const batch = images.size(0);
    const own = classes
      .clamp(0, this.classes - 1)
      .reshape([batch, -1, 1, 1])
      .expand([-1, -1, 1, 4]);
    const isObject = classes.ge(0).logical_and(classes.lt(this.classes));
    return {
      objectness: this.objectness.forward(numbers).squeeze(2),
      objectnessTargets: isObject.to(classLogits.dtype).masked_fill(classes.lt(0), -1),
      anchorDeltas: this.anchor_deltas.forward(numbers),
      anchorTargets: targets,
      proposals: this.#moved(middles, targets.mul(0)),
      proposalClasses: classes,
      classLogits,
      boxDeltas: boxDeltas.reshape([batch, -1, this.classes, 4]).gather(2, own).squeeze(2),
      boxTargets: targets,
    };
  }

  #chosen(count: number): Tensor | null {
    if (this.samples === undefined || this.samples >= count) return null;
    return randperm(count).narrow(0, 0, this.samples);
  }

  /** Of each cell the class of the smallest truth that its middle lies in, K of none, −1 beyond the image; and where the edges of that are. */
  #targets(middles: Tensor, sizes: Tensor, { boxes, classes }: Truth, dtype: Tensor['dtype']) {
    const [x, y] = [0, 1].map((i) => middles.select(1, i).reshape([1, -1, 1])) as [Tensor, Tensor];
    const edge = (i: number): Tensor => boxes.select(2, i).unsqueeze(1).to('float64');
    const areas = edge(2)
      .sub(edge(0))
      .mul(edge(3).sub(edge(1)));
    const isIn = [x.gt(edge(0)), x.lt(edge(2)), y.gt(edge(1)), y.lt(edge(3)), classes.ge(0).unsqueeze(1)];
    const isOutside = isIn.reduce((all, one) => all.logical_and(one)).logical_not();
    const [smallest, which] = areas.expand(isOutside.shape).masked_fill(isOutside, 1e9).min(2);
    const near = boxes.gather(1, which.unsqueeze(2).expand([-1, -1, 4])).to('float64');
    const background = smallest.ge(1e9);
    const beyond = x
      .squeeze(2)
      .ge(sizes.narrow(1, 1, 1))
      .logical_or(y.squeeze(2).ge(sizes.narrow(1, 0, 1)));
    return {
      classes: classes.gather(1, which).masked_fill(background, this.classes).masked_fill(beyond, -1),
      targets: near
        .sub(aten.cat([middles.sub(reach), middles.add(reach)], 1))
        .div(reach)
        .masked_fill(background.unsqueeze(2), 0)
        .to(dtype),
    };
  }

  losses(learned: Learned): DetectionLosses {
    const { objectness, objectnessTargets, proposalClasses, classLogits } = learned;
    const isSampled = objectnessTargets.ge(0);
    const isObject = objectnessTargets.eq(1);
    const count = isSampled.sum().clamp(1);
    const moved = (deltas: Tensor, targets: Tensor): Tensor =>
      functional
        .smooth_l1_loss(deltas, targets, { reduction: 'none' })
        .sum([2])
        .mul(isObject)
        .sum()
        .div(isObject.sum().clamp(1));
    return {
      objectness: functional
        .binary_cross_entropy_with_logits(objectness, objectnessTargets, { reduction: 'none' })
        .mul(isSampled)
        .sum()
        .div(count),
      rpnBoxes: moved(learned.anchorDeltas, learned.anchorTargets),
      classes: functional
        .cross_entropy(classLogits.flatten(0, 1), proposalClasses.flatten(), {
          ignoreIndex: -1,
          reduction: 'sum',
        })
        .div(isObject.sum().clamp(1)),
      boxes: moved(learned.boxDeltas, learned.boxTargets),
    };
  }

  judge(pyramid: readonly Tensor[], _: Tensor, proposals: Tensor): JudgedProposals {
    const [fine] = pyramid;
    if (!fine) throw new RangeError('there is no level');
    const [, , height = 0, width = 0] = fine.shape;
    const middle = proposals
      .narrow(2, 0, 2)
      .add(proposals.narrow(2, 2, 2))
      .div(2 * cell);
    const places = middle.floor().to('int64');
    const at = places
      .select(2, 1)
      .clamp(0, height - 1)
      .mul(width)
      .add(places.select(2, 0).clamp(0, width - 1));
    const { numbers } = this.#cells(fine);
    return this.#said(numbers.gather(1, at.unsqueeze(2).expand([-1, -1, numbers.size(2)])));
  }

  forward(images: Tensor, sizes?: Tensor): Tensor {
    return scope(() => {
      const [fine] = this.pyramid(images);
      if (!fine) throw new RangeError('there is no level');
      const { numbers, middles } = this.#cells(fine);
      const { classLogits, boxDeltas } = this.#said(numbers);
      const [batch, cells] = [images.size(0), middles.size(0)];
      const [scores, classes] = classLogits.softmax(2).narrow(2, 0, this.classes).max(2);
      const which = classes.reshape([batch, cells, 1, 1]).expand([-1, -1, 1, 4]);
      const own = boxDeltas.reshape([batch, cells, this.classes, 4]).gather(2, which).squeeze(2);
      const shown = sizes ?? tensor([images.size(2), images.size(3)], { dtype: 'int64' }).expand([batch, 2]);
      const limits = shown
        .index_select(1, tensor([1, 0, 1, 0], { dtype: 'int64' }))
        .unsqueeze(1)
        .to(own.dtype);
      const boxes = this.#moved(middles, own).clamp(0).minimum(limits);
      const rows = aten.cat(
        [boxes, scores.unsqueeze(2).to(own.dtype), classes.unsqueeze(2).to(own.dtype)],
        2,
      );
      return aten.stack(rows.unbind(0).map(suppressed));
    });
  }

  /** @throws RangeError for a class that it has not */
  selectClasses(numbers: readonly number[]): void {
    if (numbers.some((number) => number < 0)) throw new RangeError('the tiny detector has no such class');
    const keep = (linear: nn.Linear, rows: readonly number[]): void => {
      const index = tensor(rows, { dtype: 'int64' });
      const { weight, bias } = linear;
      const kept = (of: Tensor): nn.Parameter => new nn.Parameter(noGrad(() => of.index_select(0, index)));
      // In place of the layer's own.
      Object.assign(linear, { weight: kept(weight), ...(bias && { bias: kept(bias) }) });
    };
    keep(this.cls_score, [...numbers, this.classes]);
    keep(
      this.bbox_pred,
      numbers.flatMap((number) => [0, 1, 2, 3].map((i) => 4 * number + i)),
    );
    this.classes = numbers.length;
  }
}

/** Rows [P, 6] → the best [20, 6] of those that lie over no better one by half, of the class −1 where there are fewer. */
function suppressed(rows: Tensor): Tensor {
  const numbers = rows.to('float64').toList() as number[][];
  const ordered = numbers
    .filter(([x1 = 0, y1 = 0, x2 = 0, y2 = 0, score = 0]) => x2 > x1 && y2 > y1 && score > 0.05)
    .sort((a, b) => (b[4] ?? 0) - (a[4] ?? 0));
  const kept: number[][] = [];
  const over = (a: number[], b: number[]): number => {
    const [ax = 0, ay = 0, aX = 0, aY = 0] = a;
    const [bx = 0, by = 0, bX = 0, bY = 0] = b;
    const both =
      Math.max(0, Math.min(aX, bX) - Math.max(ax, bx)) * Math.max(0, Math.min(aY, bY) - Math.max(ay, by));
    return both / ((aX - ax) * (aY - ay) + (bX - bx) * (bY - by) - both);
  };
  for (const row of ordered)
    if (kept.length < most && kept.every((better) => better[5] !== row[5] || over(better, row) < 0.4))
      kept.push(row);
  while (kept.length < most) kept.push([0, 0, 0, 0, 0, -1]);
  return tensor(kept, { dtype: rows.dtype });
}

/** A tiny detector, its weights from a seed. */
export function tinyDetector(seed: number, options: Partial<TinyOptions> = {}): TinyDetector {
  manualSeed(seed);
  return new TinyDetector({ classes: 2, ...options });
}

/** Images of dim noise with one or two bright rectangles, red ones and green ones, which are to be found. Of eight images one has none, and one a first one that is a crowd or difficult. */
export function rectangles(count: number, { seed = 1, side = 64 } = {}): Dataset {
  const chance = new Chance(seed);
  const pixels = new Uint8Array(count * side * side * 3);
  let id = 1;
  const boxes = Array.from({ length: count }, (_, image) => {
    const from = image * side * side * 3;
    for (let i = 0; i < side * side * 3; i++) pixels[from + i] = chance.below(60);
    const empty = image % 8 === 7;
    const found = Array.from({ length: empty ? 0 : 1 + chance.below(2) }, (_, i) => {
      const [width, height] = [
        side / 4 + chance.below(Math.floor(side / 5)),
        side / 4 + chance.below(Math.floor(side / 5)),
      ];
      // Beside one another, so that none hides another.
      const x = (i * side) / 2 + chance.below(side / 2 - width);
      const y = chance.below(side - height);
      const label = chance.below(2);
      for (let row = y; row < y + height; row++)
        for (let column = x; column < x + width; column++)
          pixels[from + 3 * (row * side + column) + label] = 200 + chance.below(56);
      id += 1;
      const ignored = image % 8 === 3 && i === 0 ? 1 + chance.below(2) : 0;
      return { x, y, width, height, class: label, area: width * height, ignored, id };
    });
    return boxesOf(found);
  });
  return new TensorDataset(
    'rectangles',
    {
      image: { kind: 'image', channels: 3, mean: [0.2, 0.2, 0.2], std: [0.25, 0.25, 0.25] },
      boxes: { kind: 'boxes', classes: ['red', 'green'], most: 3 },
    },
    {
      image: tensor(pixels, { dtype: 'uint8', shape: [count, side, side, 3] }),
      boxes: boxesTensor(boxes, 3),
    },
  );
}

/** How these are shown: as they are. */
export const asTheyAre = { shortest: 64, longest: 64 } as const;
