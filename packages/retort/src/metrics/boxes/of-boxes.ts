/** What scores of boxes are made of. */
import { scope, type Tensor } from '@retort/torch';
import type { Targets } from '../../data/index.ts';
import type { Outputs } from '../../models/index.ts';
import { Gathered } from '../gathered.ts';
import type { Metric, Scores } from '../metric.ts';
import type { JudgedImage } from './judged-image.ts';

/** A tensor [N, W, …] as plain numbers. */
interface Numbers {
  readonly values: Float64Array;
  /** How many numbers of a place: 4 of a box. */
  readonly each: number;
  /** How many places of an image, W. */
  readonly places: number;
}

const numbersOf = (tensor: Tensor): Numbers => {
  const [, places = 1, each = 1] = tensor.shape;
  return { values: Float64Array.from(tensor.to('float64').toTypedArray(), Number), each, places };
};

/** What an image has in some of its places, one after another. */
const pick = ({ values, each, places }: Numbers, image: number, taken: readonly number[]): Float64Array =>
  Float64Array.from(
    taken.flatMap((place) => {
      const at = (image * places + place) * each;
      return Array.from(values.subarray(at, at + each));
    }),
  );

/** The places of an image that have something, of which the class is not −1. */
function takenIn({ values, places }: Numbers, image: number): readonly number[] {
  const found: number[] = [];
  for (let place = 0; place < places; place++)
    if ((values[image * places + place] ?? -1) >= 0) found.push(place);
  return found;
}

/**
 * Images with what they have and what was found in them: of `boxes` [B, D, 4], `scores` and `classes` [B, D] that a network answers, and of the targets `boxes` [B, M, 4],
 * `classes`, `areas`, `ignored` and `annotations` [B, M]. Classes are −1 where there is nothing.
 */
export class GatheredBoxes {
  readonly #gathered = new Gathered();

  add(said: Outputs, are: Targets, ids: Tensor): void {
    const { boxes, scores, classes } = said;
    if (!boxes || !scores || !classes)
      throw new RangeError('scores of boxes need boxes, scores and classes that a network found');
    if (!are.boxes || !are.classes || !are.areas || !are.ignored || !are.annotations)
      throw new RangeError(
        'scores of boxes need the boxes, classes, areas, ignored and annotations of images',
      );
    this.#gathered.add(
      ...[ids, boxes, scores, classes],
      ...[are.boxes, are.classes, are.areas, are.ignored, are.annotations],
    );
  }

  /** @throws RangeError where there is nothing to put together */
  state(): readonly Tensor[] {
    return this.#gathered.tensors;
  }

  /** In the order of their numbers, by which a split knows them: what has equal scores is looked at in this order. */
  get images(): readonly JudgedImage[] {
    return scope(() => {
      const [ids, ...columns] = this.state().map(numbersOf) as [Numbers, ...Numbers[]];
      const [found, scores, said, boxes, classes, areas, ignored, annotations] = columns as [
        Numbers,
        Numbers,
        Numbers,
        Numbers,
        Numbers,
        Numbers,
        Numbers,
        Numbers,
      ];
      const order = Array.from(ids.values.keys()).sort((a, b) => (ids.values[a] ?? 0) - (ids.values[b] ?? 0));
      return order.map((image): JudgedImage => {
        const [are, were] = [takenIn(classes, image), takenIn(said, image)];
        return {
          boxes: {
            rows: pick(boxes, image, are),
            classes: Int32Array.from(pick(classes, image, are)),
            areas: pick(areas, image, are),
            ignored: Uint8Array.from(pick(ignored, image, are)),
            ids: pick(annotations, image, are),
          },
          detections: {
            rows: pick(found, image, were),
            classes: Int32Array.from(pick(said, image, were)),
            scores: pick(scores, image, were),
          },
        };
      });
    });
  }
}

/** A metric of boxes. */
export abstract class OfBoxes extends GatheredBoxes implements Metric {
  readonly merge = 'gather';
  abstract result(): Scores;
}
