/** What transforms draw, of the generator's words. */
import type { Words } from '../philox.ts';
import type { Random } from './transform.ts';

/** One number of [0, 1) after another, as many as are asked for, of one transform's draw of one sample. */
export type Uniforms = () => number;

/** @example const next = uniforms(random); const angle = between(next(), -30, 30); */
export function uniforms(random: Random): Uniforms {
  let drawn = 0;
  let words: Words = [0, 0, 0, 0];
  return () => {
    const place = drawn % 4;
    if (place === 0) words = random.words(drawn / 4);
    drawn++;
    return (words[place] ?? 0) / 0x100000000;
  };
}

/** @param uniform  of [0, 1) @example between(0.5, 0.75, 1.25) // 1 */
export const between = (uniform: number, low: number, high: number): number => low + (high - low) * uniform;

/** A whole number of [0, n). @param uniform  of [0, 1) @example wholeBelow(0.5, 15) // 7 */
export const wholeBelow = (uniform: number, n: number): number => Math.floor(uniform * n);

/** One of several. @param uniform  of [0, 1) @example oneOf(0.5, ['bilinear', 'bicubic']) // 'bicubic' */
export function oneOf<T>(uniform: number, choices: readonly [T, ...T[]]): T {
  return choices[wholeBelow(uniform, choices.length)] ?? choices[0];
}

/** A number of the standard normal distribution (Box and Muller, "A note on the generation of random normal deviates", 1958). */
export function normal(next: Uniforms): number {
  const radius = Math.sqrt(-2 * Math.log(1 - next()));
  return radius * Math.cos(2 * Math.PI * next());
}

/** To the even one of two whole numbers that are equally near, as Python rounds. */
export function roundToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
