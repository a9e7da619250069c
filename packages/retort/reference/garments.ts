/** For tests: images in the form of Fashion-MNIST's. */
import fs from 'node:fs';
import path from 'node:path';
import { mock } from 'node:test';
import { datasets, fashionMnist, subset } from '../src/data/index.ts';

/** Fashion-MNIST's official files, of the official sizes, with images that can be told apart: class c is bright in row c. @param place  as `RETORT_DATA` has it */
export function writeData(place: string): void {
  const folder = path.join(place, 'fashion-mnist');
  fs.mkdirSync(folder);
  for (const [prefix, size] of [
    ['train', 60_000],
    ['t10k', 10_000],
  ] as const) {
    const header = (sizes: number[]) => {
      const bytes = Buffer.alloc(4 + 4 * sizes.length);
      bytes.writeUInt32BE(0x800 + sizes.length);
      for (const [i, value] of sizes.entries()) bytes.writeUInt32BE(value, 4 + 4 * i);
      return bytes;
    };
    const images = Buffer.alloc(size * 784);
    for (let i = 0; i < size; i++) images.fill(200, i * 784 + (i % 10) * 28, i * 784 + ((i % 10) + 2) * 28);
    const labels = Uint8Array.from({ length: size }, (_, i) => i % 10);
    fs.writeFileSync(
      path.join(folder, `${prefix}-images-idx3-ubyte`),
      Buffer.concat([header([size, 28, 28]), images]),
    );
    fs.writeFileSync(
      path.join(folder, `${prefix}-labels-idx1-ubyte`),
      Buffer.concat([header([size]), labels]),
    );
  }
}

/** The first of them, for the commands that run in this process. */
export async function readFew(): Promise<void> {
  const { train, test, source } = await fashionMnist();
  const first = (size: number) => Int32Array.from({ length: size }, (_, i) => i);
  const few = { train: subset(train, first(1500)), test: subset(test, first(500)), source };
  mock.method(datasets, 'fashion-mnist', async () => few);
}
