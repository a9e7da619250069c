/** Images that lie in files, decoded when they are asked for. */
import path from 'node:path';
import { keep, scope, type Tensor, tensor } from '@retort/torch';
import { DataError, type Dataset } from '../dataset.ts';
import type { Place } from '../decode/place.ts';
import type { DecodePool } from '../decode/pool.ts';
import { fingerprintFiles } from '../fingerprint.ts';
import { normalisations } from '../normalisation.ts';
import type { Fields, Sample } from '../sample.ts';

/** Of which class each image is. */
export interface Labels {
  /** The names of the classes, by number. */
  readonly classes: readonly string[];
  /** The class of each image. */
  readonly numbers: Int32Array;
}

/** What is known of images before any is read. */
export interface Known {
  readonly size: number;
  /** Null where images are of no known class. */
  readonly labels: Labels | null;
  /** Where an image lies. */
  placeOf(id: number): Place;
  /** Asked for once, and only where it is needed. */
  fingerprint(): string;
  /** As `Dataset.order`. */
  order?(seed: number, epoch: number): Int32Array;
}

/** A data set of images, with fields `image` and, where there are labels, `label`. */
export class Images implements Dataset {
  readonly name: string;
  readonly size: number;
  readonly fields: Fields;
  readonly order?: (seed: number, epoch: number) => Int32Array;
  readonly #known: Known;
  readonly #pool: DecodePool;
  #labels: Tensor | null = null;
  #fingerprint: string | null = null;

  constructor(name: string, known: Known, pool: DecodePool) {
    const { size, labels } = known;
    this.name = name;
    this.size = size;
    this.fields = {
      image: { kind: 'image', channels: 3, ...normalisations.imagenet },
      ...(labels && { label: { kind: 'class', classes: labels.classes } }),
    };
    if (known.order) this.order = known.order.bind(known);
    this.#known = known;
    this.#pool = pool;
  }

  get fingerprint(): string {
    this.#fingerprint ??= this.#known.fingerprint();
    return this.#fingerprint;
  }

  /** @throws DataError for another field than `label`: images are read */
  column(field: string): Tensor {
    const { labels } = this.#known;
    if (field !== 'label' || labels === null)
      throw new DataError(`${this.name}: ${field} does not lie in memory`);
    this.#labels ??= keep(scope(() => tensor(labels.numbers).to('int64')));
    return this.#labels;
  }

  read(ids: Int32Array): Promise<readonly Sample[]> {
    const { labels } = this.#known;
    return Promise.all(
      Array.from(ids, async (id): Promise<Sample> => {
        const image = await this.#pool.decode(this.#known.placeOf(id));
        return labels ? { image, label: labels.numbers[id] ?? 0 } : { image };
      }),
    );
  }
}

/**
 * Images in files of a folder, or those of them that were chosen.
 *
 * @param files  from the folder
 * @param chosen  places in the list; all where it is null
 * @example filesKnown('photos', ['1.jpg', '2.jpg'], null, [1]).size // 1
 */
export function filesKnown(
  folder: string,
  files: readonly string[],
  labels: Labels | null,
  chosen: readonly number[] | null,
): Known {
  const own = chosen ? chosen.map((place) => files[place] ?? '') : files;
  const numbers =
    labels && (chosen ? Int32Array.from(chosen, (place) => labels.numbers[place] ?? 0) : labels.numbers);
  return {
    size: own.length,
    labels: labels && numbers && { classes: labels.classes, numbers },
    placeOf: (id) => path.join(folder, own[id] ?? ''),
    fingerprint: () => fingerprintFiles(folder, own),
  };
}
