/**
 * Memory that the threads that read write the images of a batch into, side by side, as the batch's tensor has them. It is used again for the batch
 * after: an array for each image would be as many megabytes for the garbage collector, which would be at work all the time.
 */

/** Where one image goes: bytes of a room. */
export interface Spot {
  readonly memory: SharedArrayBuffer;
  readonly offset: number;
  readonly length: number;
}

/** Rooms that nobody uses, of which the last returned is the first taken. */
const free: SharedArrayBuffer[] = [];

/** As many as are in use at a time where batches are read ahead; more are left to the garbage collector. */
const kept = 4;

export class Room {
  readonly #memory: SharedArrayBuffer;
  readonly #each: number;

  /** @param each  bytes of an image */
  constructor(count: number, each: number) {
    const place = free.findLastIndex(({ byteLength }) => byteLength >= count * each);
    this.#memory = free.splice(place, Number(place >= 0))[0] ?? new SharedArrayBuffer(count * each);
    this.#each = each;
  }

  /** Of an image by its number in the batch. */
  spot(number: number): Spot {
    return { memory: this.#memory, offset: number * this.#each, length: this.#each };
  }

  /** What lies in it may be written over from now on. */
  leave(): void {
    free.push(this.#memory);
    if (free.length > kept) free.shift();
  }
}

/** Bytes that lie one behind the other in one memory, as one; null where they do not. */
export function together(parts: readonly Uint8Array[]): Uint8Array | null {
  const [first] = parts;
  if (!first) return null;
  let end = first.byteOffset;
  for (const { buffer, byteOffset, byteLength } of parts) {
    if (buffer !== first.buffer || byteOffset !== end) return null;
    end += byteLength;
  }
  return new Uint8Array(first.buffer, first.byteOffset, end - first.byteOffset);
}
