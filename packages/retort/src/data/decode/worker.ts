/** A thread that decodes images, and changes them as they were drawn: told of files, it answers with pixels. */
import { parentPort } from 'node:worker_threads';
import { readPacked } from '../pack/files.ts';
import type { Spot } from '../room.ts';
import type { Picture } from '../sample.ts';
import type { Changed } from './change.ts';
import { DamagedImage } from './damage.ts';
import { decodeFile } from './decode.ts';
import { placeText } from './place.ts';
import type { Answer, Request } from './pool.ts';
import type { PartOfPicture } from './turbo.ts';

/** Memory that one image after another is decoded into, where it is changed before anybody is given it. */
let scratch = new Uint8Array(0);

function room(length: number): Uint8Array {
  if (scratch.length < length) scratch = new Uint8Array(Math.ceil(length * 1.25));
  return scratch.subarray(0, length);
}

/** The engine, and with it the transforms, which only those threads load that change images. */
let changing: Promise<typeof import('./change.ts')> | null = null;

/** A picture, maybe changed, with how many pixels it was stored with. */
type Stored = Changed & { readonly stored: number };

/** How many pixels an image has in all. */
const pixelsOf = (picture: Picture | PartOfPicture): number => {
  const [height, width] = 'whole' in picture ? picture.whole : [picture.height, picture.width];
  return height * width;
};

/** Null where it is damaged in its pack. */
async function pictureOf({ place, how, packed, drawn }: Omit<Request, 'job'>): Promise<Stored | null> {
  if (!drawn) {
    const picture = packed
      ? readPacked(packed, (length) => new Uint8Array(length))
      : await decodeFile(place, how);
    return picture && { ...picture, stored: pixelsOf(picture) };
  }
  changing ??= import('./change.ts');
  const { change, partOf } = await changing;
  const picture = packed
    ? readPacked(packed, room)
    : await decodeFile(place, { ...how, room, partOf: how?.decode === 'fast' ? partOf(drawn) : undefined });
  if (!picture) return null;
  try {
    return { ...change(picture, drawn), stored: pixelsOf(picture) };
  } catch (error) {
    throw new Error(`${placeText(place)}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

/** Whether it was said that the engine is loaded. */
let hasBegun = false;

/** Bytes that can be given away: what sharp answers cannot be, a copy of it can. */
const ownBytes = (pixels: Uint8Array): Uint8Array<ArrayBuffer> =>
  Buffer.isBuffer(pixels) ? new Uint8Array(pixels) : (pixels as Uint8Array<ArrayBuffer>);

/** Whether there is a spot for it, to which it was written. */
function write(pixels: Uint8Array, spot: Spot | undefined): boolean {
  if (spot?.length !== pixels.length) return false;
  new Uint8Array(spot.memory, spot.offset, spot.length).set(pixels);
  return true;
}

async function answered({ job, ...request }: Request): Promise<Answer> {
  try {
    const picture = await pictureOf(request);
    if (!picture) return { job, isLostInPack: true };
    const { pixels, ...rest } = picture;
    const { drawn } = request;
    const isWritten = write(pixels, drawn?.spot);
    const begins = drawn !== undefined && !hasBegun;
    hasBegun ||= begins;
    return { job, ...(!isWritten && { pixels: ownBytes(pixels) }), ...rest, begins };
  } catch (error) {
    const wrong = error instanceof Error ? error.message : String(error);
    return { job, wrong, isDamaged: error instanceof DamagedImage };
  }
}

// One after another: they share the memory that they are decoded into.
let last: Promise<unknown> = Promise.resolve();
parentPort?.on('message', (request: Request) => {
  last = last.then(async () => {
    const answer = await answered(request);
    parentPort?.postMessage(answer, 'pixels' in answer ? [answer.pixels.buffer] : []);
  });
});
