/** Images with boxes and detections, made by chance: the same as `box_scores.py` makes of the same numbers, line by line. */
import type { JudgedImage } from '../src/metrics/index.ts';

/** Whole numbers from 32 bits, to the same in every language. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 2654435761 + 12345) % 2 ** 32;
  }

  below(count: number): number {
    this.#state = (this.#state * 1664525 + 1013904223) % 2 ** 32;
    return Math.floor((this.#state * count) / 2 ** 32);
  }
}

/** x, y, width, height. */
type Box = readonly [x: number, y: number, width: number, height: number];

interface MadeBox {
  readonly box: Box;
  readonly label: number;
  readonly area: number;
  readonly ignored: number;
  readonly id: number;
}

interface MadeDetection {
  readonly box: Box;
  readonly label: number;
  readonly score: number;
}

function madeBox(chance: Chance): Box {
  const [width, height] = chance.below(2)
    ? [8 * (1 + chance.below(4)), 8 * (1 + chance.below(4))]
    : [(1 + chance.below(480)) / 4, (1 + chance.below(480)) / 4];
  return [chance.below(800) / 4, chance.below(800) / 4, width, height] as const;
}

/** Over a box: the same, half of it, or a little beside it. */
function moved(chance: Chance, [x, y, width, height]: Box): Box {
  const how = chance.below(4);
  if (how === 0) return [x, y, width, height];
  if (how === 1) return [x, y, width / 2, height];
  if (how === 2) return [x, y, width, (height * 3) / 4];
  return [x + chance.below(16) / 4, y + chance.below(16) / 4, width, height];
}

const judged = (boxes: readonly MadeBox[], detections: readonly MadeDetection[]): JudgedImage => ({
  boxes: {
    rows: Float64Array.from(boxes.flatMap(({ box }) => box)),
    classes: Int32Array.from(boxes, ({ label }) => label),
    areas: Float64Array.from(boxes, ({ area }) => area),
    ignored: Uint8Array.from(boxes, ({ ignored }) => ignored),
    ids: Float64Array.from(boxes, ({ id }) => id),
  },
  detections: {
    rows: Float64Array.from(detections.flatMap(({ box }) => box)),
    classes: Int32Array.from(detections, ({ label }) => label),
    scores: Float64Array.from(detections, ({ score }) => score),
  },
});

/** Classes of every set. */
export const madeClasses = 4;

/** A few images: crowds, equal scores and overlaps, images without boxes, classes without any, areas on COCO's bounds, now and then more than 100 detections of one class, or a box with the number 0. */
export function madeSet(seed: number): JudgedImage[] {
  const chance = new Chance(seed);
  let id = seed % 10 === 0 ? 0 : 1;
  const classes = 1 + chance.below(madeClasses);
  const many = seed % 20 === 7;
  return Array.from({ length: 1 + chance.below(6) }, () => {
    const boxes: MadeBox[] = [];
    const detections: MadeDetection[] = [];
    const boxCount = chance.below(9);
    for (let i = 0; i < boxCount; i++) {
      const last = boxes.at(-1);
      const box = last && chance.below(4) === 0 ? moved(chance, last.box) : madeBox(chance);
      const own = box[2] * box[3];
      const area = [own, own, 1024, 9216, 1023.75, 9216.25][chance.below(6)] ?? own;
      const label = chance.below(classes);
      boxes.push({ box, area, label, ignored: chance.below(6) === 0 ? 1 : 0, id });
      id += 1;
    }
    const detectionCount = chance.below(many ? 300 : 13);
    for (let i = 0; i < detectionCount; i++) {
      const isNear = boxes.length > 0 && chance.below(4) > 0;
      const near = isNear ? boxes[chance.below(boxes.length)] : undefined;
      const box = near ? moved(chance, near.box) : madeBox(chance);
      const label = near && chance.below(8) ? near.label : chance.below(classes);
      const score = chance.below(2) ? chance.below(8) / 8 : chance.below(1024) / 1024;
      detections.push({ box, label, score });
    }
    return judged(boxes, detections);
  });
}

/** What is read of a file of COCO's. */
export interface CocoFile {
  readonly images: readonly { readonly id: number }[];
  readonly categories: readonly { readonly id: number }[];
  readonly annotations: readonly {
    readonly id: number;
    readonly image_id: number;
    readonly category_id: number;
    readonly bbox: Box;
    readonly area: number;
    readonly iscrowd: number;
  }[];
}

const byId = (a: { readonly id: number }, b: { readonly id: number }): number => a.id - b.id;

/** Detections made over the boxes of a COCO file, three to a box. */
export function overFile({ images, categories, annotations }: CocoFile): JudgedImage[] {
  const classes = new Map(categories.toSorted(byId).map(({ id }, i) => [id, i]));
  const chance = new Chance(2017);
  return images.toSorted(byId).map((image) => {
    const own = annotations.filter((one) => one.image_id === image.id).toSorted(byId);
    const boxes = own.map(({ bbox: box, category_id, area, iscrowd: ignored, id }): MadeBox => {
      return { box, label: classes.get(category_id) ?? -1, area, ignored, id };
    });
    const detections = boxes.flatMap((one) =>
      Array.from({ length: 3 }, (): MadeDetection => {
        const label = chance.below(4) ? one.label : chance.below(classes.size);
        return { label, box: moved(chance, one.box), score: chance.below(64) / 64 };
      }),
    );
    return judged(boxes, detections);
  });
}
