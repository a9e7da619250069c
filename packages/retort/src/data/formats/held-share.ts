/** A share of images that is held out to be judged on, where there is no split for it. */
import { quoted } from '../../words/listed.ts';
import { DataError } from '../dataset.ts';
import { permutation } from '../philox.ts';
import type { Labels, What } from './labels.ts';

/** Places of images: those that are left to learn from, and those held out. */
export interface Parted {
  readonly rest: readonly number[];
  readonly held: readonly number[];
}

/**
 * A share of each class, the same each time: drawn by one fixed seed.
 *
 * @param whose  of what, as a sentence begins
 * @param what  what samples are
 * @throws DataError where a class has one image
 * @example heldShare('photos', { classes: ['a'], numbers: Int32Array.of(0, 0) }, 0.5) // one of the two each
 */
export function heldShare(
  whose: string,
  { classes, numbers }: Labels,
  share: number,
  what: What = 'image',
): Parted {
  const places: number[][] = classes.map(() => []);
  for (const [place, label] of numbers.entries()) places[label]?.push(place);
  const rest: number[] = [];
  const held: number[] = [];
  for (const [label, own] of places.entries()) {
    if (own.length === 0) continue;
    if (own.length < 2)
      throw new DataError(
        classes.length === 1
          ? `${whose}: there is one ${what}, and one is needed to learn from and one to be judged on`
          : `${whose}: the class ${quoted([classes[label] ?? ''])} has one ${what}, and needs one to learn from and one to be judged on`,
      );
    const count = Math.min(own.length - 1, Math.max(1, Math.round(share * own.length)));
    const order = permutation(own.length, { seed: 0, epoch: label, purpose: 'hold-out' });
    const isHeld = new Set(order.subarray(0, count));
    for (const [i, place] of own.entries()) (isHeld.has(i) ? held : rest).push(place);
  }
  return { rest, held };
}

/**
 * How it was split, as `source` says it.
 *
 * @param from  what each share is of; empty where it is of all together
 * @example heldText('photos', { rest: [0, 1], held: [2] })
 */
export const heldText = (
  where: string,
  { rest, held }: Parted,
  what: What = 'image',
  from = ' from each class',
): string =>
  `${where}, of which ${held.length.toLocaleString('en-US')} of ${(held.length + rest.length).toLocaleString('en-US')} ${what}s are held out as the test split, drawn${from} by seed 0`;
