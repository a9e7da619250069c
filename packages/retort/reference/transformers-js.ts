/** For tests: what transformers.js says of a folder, beside the engine. */
import { env, type ImageClassificationOutput, pipeline, RawImage } from '@huggingface/transformers';
import { type nn, noGrad, scope, type Tensor } from '@retort/torch';
import type { TensorDataset } from 'retort';
import { exportFolder } from '../src/export/folder/index.ts';
import { pictureData, shown } from './students.ts';

/** Networks that it is tried with, and the side of their images. */
export const tried = [
  ['resnet18', 64],
  ['mobilenet_v2', 64],
  ['vit_pico_patch8_64', 64],
  ['resnet8x4', 32],
] as const;

/** Images of bytes as transformers.js has those that it decoded. A picture of one channel is shown in colours, which are all the same. */
export function rawImages(data: TensorDataset): RawImage[] {
  const images = data.columns.image as Tensor;
  const [count = 0, height = 0, width = 0] = images.shape;
  const pixels = scope(() => images.expand([-1, -1, -1, 3]).contiguous().toTypedArray());
  const bytes = Uint8ClampedArray.from(pixels as Uint8Array);
  const size = 3 * height * width;
  return Array.from(
    { length: count },
    (_, i) => new RawImage(bytes.slice(i * size, (i + 1) * size), width, height, 3),
  );
}

/** What its pipeline says of images, class by class, the likeliest first. */
export async function classified(
  folder: string,
  images: readonly (RawImage | string)[],
): Promise<ImageClassificationOutput[]> {
  env.allowRemoteModels = false;
  const classify = await pipeline('image-classification', folder);
  try {
    const answers: ImageClassificationOutput[] = [];
    for (let at = 0; at < images.length; at += 16)
      answers.push(
        ...((await classify(images.slice(at, at + 16) as RawImage[])) as ImageClassificationOutput[]),
      );
    return answers;
  } finally {
    await classify.dispose();
  }
}

/** Which classes a network says of data, by their numbers. */
export const saidOf = (model: nn.Layer, data: TensorDataset): number[] =>
  noGrad(() =>
    scope(() => {
      model.eval();
      const said = (model.forward(shown(data)) as Tensor).argmax({ dim: 1 });
      return Array.from(said.toTypedArray() as BigInt64Array, Number);
    }),
  );

/** Exports a student, and asks transformers.js and the engine of the same pictures, which are of its own size. */
export async function sameTop1(
  model: nn.Layer,
  folder: string,
  {
    name,
    images,
    count,
    bakeNormalisation = false,
  }: {
    readonly name: string;
    readonly images: readonly [channels: number, height: number, width: number];
    readonly count: number;
    readonly bakeNormalisation?: boolean;
  },
): Promise<{ readonly same: number; readonly classes: number }> {
  const [channels, height, width] = images;
  const each = (value: number) => Array.from({ length: channels }, () => value);
  await exportFolder(model, folder, {
    ...{ name, channels, bakeNormalisation, classes: 10, labels: null, size: [height, width] },
    precisions: ['fp32'],
    rendering: { size: undefined, interpolation: 'bilinear', mean: each(0.5), std: each(0.25) },
  });
  const data = pictureData(count, images);
  const wanted = saidOf(model, data).map((number) => `LABEL_${number}`);
  const said = (await classified(folder, rawImages(data))).map(([first]) => first?.label);
  return {
    same: wanted.filter((label, i) => label === said[i]).length,
    classes: new Set(wanted).size,
  };
}
