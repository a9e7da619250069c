import { OfBoxes } from './boxes/of-boxes.ts';
import { type VocPoints, vocScore } from './boxes/voc.ts';

/** Pascal VOC's average precision of boxes (`vocScore`): as `voc07AP50` at 11 recalls, as in 2007, else as `vocAP50` at all of them. */
export class VocAP extends OfBoxes {
  readonly #classes: number;
  readonly #points: VocPoints;

  constructor(classes: number, points: VocPoints) {
    super();
    this.#classes = classes;
    this.#points = points;
  }

  /** @throws RangeError where no image has a box to be found */
  result(): { readonly vocAP50?: number; readonly voc07AP50?: number } {
    const { mean } = vocScore(this.images, this.#classes, this.#points);
    if (mean === null) throw new RangeError('not one of the images has a box to be found');
    return this.#points === 11 ? { voc07AP50: mean } : { vocAP50: mean };
  }
}
