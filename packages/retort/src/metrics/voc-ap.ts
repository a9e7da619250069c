import { OfBoxes } from './boxes/of-boxes.ts';
import { type VocPoints, vocScore } from './boxes/voc.ts';

abstract class OfVoc extends OfBoxes {
  readonly #classes: number;

  constructor(classes: number) {
    super();
    this.#classes = classes;
  }

  /** @throws RangeError where no image has a box to be found */
  protected score(points: VocPoints): number {
    const { mean } = vocScore(this.images, this.#classes, points);
    if (mean === null)
      throw new RangeError('not one of the images has a box to be found, crowds and difficult ones aside');
    return mean;
  }
}

/** Pascal VOC's average precision of boxes (`vocScore`), at every recall that is reached, as from 2010 on. */
export class VocAP extends OfVoc {
  result(): { readonly vocAP50: number } {
    return { vocAP50: this.score('all') };
  }
}

/** The same at 11 recalls, as in 2007. */
export class Voc07AP extends OfVoc {
  result(): { readonly voc07AP50: number } {
    return { voc07AP50: this.score(11) };
  }
}
