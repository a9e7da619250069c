/** A thread that decodes images: told of files, it answers with pixels. */
import { parentPort } from 'node:worker_threads';
import { DamagedImage } from './damage.ts';
import { decodeFile } from './decode.ts';
import type { Answer, Request } from './pool.ts';

async function answered({ job, place, how }: Request): Promise<Answer> {
  try {
    const { pixels, height, width } = await decodeFile(place, how);
    // What sharp answers cannot be given away, a copy of it can.
    return { job, pixels: new Uint8Array(pixels), height, width };
  } catch (error) {
    const wrong = error instanceof Error ? error.message : String(error);
    return { job, wrong, isDamaged: error instanceof DamagedImage };
  }
}

parentPort?.on('message', async (request: Request) => {
  const answer = await answered(request);
  parentPort?.postMessage(answer, 'pixels' in answer ? [answer.pixels.buffer] : []);
});
