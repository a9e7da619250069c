/**
 * What is shown in place of images whose files are damaged, where a run is to go on without them: the next of the same class that is whole.
 * So it depends on the files alone, a batch keeps its size, and labels are what they are said to be.
 */
import { DataError } from '../dataset.ts';
import { DamagedImageError } from '../decode/pool.ts';
import type { DrawnImage } from '../drawn.ts';
import type { Picture } from '../sample.ts';
import { quoted } from './image-folder/listing.ts';
import type { Labels } from './labels.ts';

/** So many are named. */
const named = 50;

/** Whose images they are. */
export interface StandInFor {
  /** As a sentence calls the data set. */
  readonly name: string;
  readonly size: number;
  readonly labels: Labels | null;
  /** Whether a stand-in must be of the same class: it is learned from, while no evaluation looks at one. */
  readonly isLearned: boolean;
}

/** @param drawn  how it is changed */
type Decode = (place: number, drawn: DrawnImage | undefined) => Promise<Picture>;

export class StandIns {
  readonly #of: StandInFor;
  readonly #decode: Decode;
  readonly #warn: (text: string) => void;
  readonly #damaged = new Set<number>();

  /** @param warn  told of each damaged image, once */
  constructor(of: StandInFor, decode: Decode, warn: (text: string) => void) {
    this.#of = of;
    this.#decode = decode;
    this.#warn = warn;
  }

  /** Whether it was found to be damaged when it was asked for. */
  has(place: number): boolean {
    return this.#damaged.has(place);
  }

  /**
   * The image at a place, or the next that may stand in for it, changed as that one is drawn. What was found damaged is asked for again: of a
   * JPEG that is decoded no further than it is shown one draw may be whole and another not, and what is shown must not depend on what was shown before.
   *
   * @throws DataError where there is none
   */
  async picture(place: number, drawn?: DrawnImage): Promise<Picture> {
    const { name, size, labels, isLearned } = this.#of;
    const classOf = (at: number): number => (isLearned ? (labels?.numbers[at] ?? 0) : 0);
    for (let step = 0; step < size; step++) {
      const at = (place + step) % size;
      if (classOf(at) !== classOf(place)) continue;
      const found = await this.#whole(at, drawn);
      if (found) return found;
    }
    const own = labels?.classes[classOf(place)];
    const whose = isLearned && own !== undefined ? ` of the class ${quoted([own])}` : '';
    throw new DataError(`${name}: not one of its images${whose} can be decoded`);
  }

  async #whole(place: number, drawn: DrawnImage | undefined): Promise<Picture | null> {
    try {
      return await this.#decode(place, drawn);
    } catch (error) {
      if (!(error instanceof DamagedImageError)) throw error;
      this.#note(place, error.message);
      return null;
    }
  }

  #note(place: number, message: string): void {
    // Two batches may ask for one at the same time.
    if (this.#damaged.has(place)) return;
    this.#damaged.add(place);
    const { size } = this.#damaged;
    if (size <= named)
      this.#warn(
        `${message}; it is left out: training shows the next of its class in its place, and evaluation does not count it`,
      );
    if (size === named)
      this.#warn(`${named} images are damaged and left out; further ones are counted, and not named`);
  }
}
