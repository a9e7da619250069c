/** A gzip file, unpacked aside while it is read. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
import { TorchError } from '../dispatch/errors.ts';

/** Weights shrink to a half at best; a file that says more than this holds something else, perhaps without an end. */
const maxRatio = 16;
const always = 1 << 20;

/** Passes on so many bytes and no more. */
async function* bounded(chunks: AsyncIterable<Buffer>, most: number): AsyncGenerator<Buffer> {
  let left = most;
  for await (const chunk of chunks) {
    left -= chunk.length;
    if (left < 0)
      throw new TorchError(
        `it unpacks to more than ${maxRatio} times its size, which weights do not: unpack it first (\`gunzip\`) if that is right`,
      );
    yield chunk;
  }
}

/**
 * Calls `body` with a file that holds what is in a gzip file, which is gone afterwards; its mappings stay.
 *
 * @throws TorchError that names the file if it is damaged, or would be more than 16 times as large
 */
export async function unpacked<Result>(
  file: string,
  body: (file: string) => Promise<Result>,
): Promise<Result> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-'));
  const aside = path.join(folder, 'unpacked');
  const most = always + maxRatio * fs.statSync(file).size;
  try {
    await pipeline(
      fs.createReadStream(file),
      zlib.createGunzip(),
      (chunks: AsyncIterable<Buffer>) => bounded(chunks, most),
      fs.createWriteStream(aside),
    );
    return await body(aside);
  } catch (error) {
    const damaged = error instanceof Error && 'code' in error && /^Z_/.test(String(error.code));
    if (damaged)
      throw new TorchError(`${file} is a damaged gzip file: ${error.message}`, undefined, { cause: error });
    if (error instanceof TorchError && !error.message.startsWith(file))
      throw new TorchError(`${file} cannot be read as weights: ${error.message}`, undefined, {
        cause: error,
      });
    throw error;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
