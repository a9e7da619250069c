import { type CocoScores, cocoScores } from './boxes/coco.ts';
import { OfBoxes } from './boxes/of-boxes.ts';

/** COCO's twelve scores of boxes (`cocoScores`); those of which there is nothing to be found are left out. */
export class CocoAP extends OfBoxes {
  readonly #classes: number;

  constructor(classes: number) {
    super();
    this.#classes = classes;
  }

  /** @throws RangeError where no image has a box to be found */
  result(): { readonly [Name in keyof CocoScores]: number } {
    const { scores } = cocoScores(this.images, this.#classes);
    if (scores.AP === undefined)
      throw new RangeError('not one of the images has a box to be found, crowds and difficult ones aside');
    return scores;
  }
}
