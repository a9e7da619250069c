/** Draws from a seed. */
import { randomFrom } from '../draw.ts';

export interface Draws {
  /** A whole number in [0, below). */
  below(below: number): number;
  from<Item>(items: readonly Item[]): Item;
}

export function drawsFrom(seed: number): Draws {
  const random = randomFrom(Math.imul(seed + 1, 0x9e3779b1));
  const below = (most: number): number => Math.floor(random() * most);
  return {
    below,
    from: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('nothing to draw from');
      return item;
    },
  };
}
