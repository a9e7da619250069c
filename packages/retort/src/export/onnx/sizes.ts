/** Sizes of tensors where the number of images is not known. */

/** So many times the number of images. */
export class Batch {
  readonly times: number;

  constructor(times: number) {
    this.times = times;
  }
}

/** One dimension of a tensor: fixed, or a multiple of the batch. */
export type Size = number | Batch;

/** The numbers of images with which a network is followed. */
export const traced = [2, 3] as const;

/** What a number is that was one with 2 images and another with 3; null where it is no multiple of them. */
export function sizeOf(one: number, other: number): Size | null {
  if (one === other) return one;
  const times = one / traced[0];
  return Number.isInteger(times) && times > 0 && other === times * traced[1] ? new Batch(times) : null;
}

export const isFixed = (size: Size | undefined): size is number => typeof size === 'number';

/** Whether two sizes are equal for any number of images. */
export const isSame = (one: Size | undefined, other: Size | undefined): boolean =>
  one instanceof Batch && other instanceof Batch ? one.times === other.times : one === other;

/** How many elements there are. */
export function product(sizes: readonly Size[]): { readonly fixed: number; readonly batches: number } {
  let fixed = 1;
  let batches = 0;
  for (const size of sizes) {
    if (size instanceof Batch) batches++;
    fixed *= size instanceof Batch ? size.times : size;
  }
  return { fixed, batches };
}
