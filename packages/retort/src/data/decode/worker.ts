/** A thread that decodes images: told of files, it answers with pixels. */
import { parentPort } from 'node:worker_threads';
import { decodeFile } from './decode.ts';
import type { Answer, Request } from './pool.ts';

async function answered({ job, place }: Request): Promise<Answer> {
  try {
    const { pixels, height, width } = await decodeFile(place);
    // What sharp answers cannot be given away, a copy of it can.
    return { job, pixels: new Uint8Array(pixels), height, width };
  } catch (error) {
    return { job, wrong: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on('message', async (request: Request) => {
  const answer = await answered(request);
  parentPort?.postMessage(answer, 'pixels' in answer ? [answer.pixels.buffer] : []);
});
