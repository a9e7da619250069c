/** How the student of images goes out. */
import path from 'node:path';
import sharp from 'sharp';
import { few } from '../../data/few.ts';
import {
  classNames,
  type Dataset,
  fetchColumns,
  fullRendering,
  imagesOf,
  oneTensorEach,
  type Splits,
} from '../../data/index.ts';
import { defaults } from '../../defaults.ts';
import type { Going } from './out.ts';

/** Of Fashion-MNIST. */
const pixels = 28;

/** An image of those that it was judged on. @returns the file */
async function writeExample(test: Dataset, folder: string): Promise<string> {
  using fetched = await fetchColumns(test, Int32Array.of(0));
  const bytes = oneTensorEach(fetched.columns).image?.contiguous().toTypedArray();
  const file = path.join(folder, 'example.png');
  const raw = { width: pixels, height: pixels, channels: 1 } as const;
  await sharp(Uint8Array.from(bytes ?? [], Number), { raw })
    .png()
    .toFile(file);
  return file;
}

/**
 * @param data  Fashion-MNIST
 * @param name  of the student, by which its weights are loaded
 */
export function imagesGoing({ train, test }: Pick<Splits, 'train' | 'test'>, name: string): Going {
  return {
    options: {
      name,
      classes: 10,
      labels: classNames(test),
      rendering: fullRendering(imagesOf(test)),
      size: [pixels, pixels],
      channels: 1,
      calibration: train,
      data: few(test, defaults.exported.images),
      facts: { data: 'fashion-mnist' },
    },
    measurable: (name, model) => ({ name, model, images: [1, pixels, pixels] }),
    sample: 'an image',
    predicted: async (folder) =>
      `${path.join(folder, 'onnx/model.onnx')} ${await writeExample(test, folder)}`,
  };
}
