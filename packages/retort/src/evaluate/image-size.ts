/** Whether a network is shown images of a size that its first layers are made for. */
import { Generator, nn, noGrad, scope, withGenerator } from '@retort/torch';
import {
  type Dataset,
  fetchColumns,
  fieldOf,
  type Renderings,
  render,
  type Transform,
} from '../data/index.ts';
import { isDetector } from '../models/detector.ts';
import { anatomyOf, madeFor } from '../models/index.ts';
import { classification, type Task } from '../tasks/index.ts';
import { inEvaluation } from '../tensors/modes.ts';

/** Up to these pixels a side an image is small, and from those on large. */
const [small, large] = [64, 128];

/** By how much the first stage of a network for large images reduces a side, at least; one for small images halves it at most. */
const reduces = 3;

/** A network among those of a run. */
export interface Shown {
  readonly whose: 'student' | 'teacher';
  readonly name: string;
  readonly model: nn.Layer;
}

/** How it is shown them. */
interface Showing {
  readonly task?: Task;
  readonly renderings?: Renderings;
  readonly transforms?: readonly Transform[];
}

/** Height and width. */
type Size = readonly [number, number];

/** Of the image as the network sees it, and of the maps that its first and its last stage make of it; null where it does not say its stages, or they are no maps. */
async function sizesOf(
  { whose, model }: Shown,
  data: Dataset,
  { task = classification, renderings, transforms = [] }: Showing,
): Promise<{ image: Size; first: Size; last: Size } | null> {
  // One that finds boxes is shown images as large as they are.
  const stages = isDetector(model) ? [] : (anatomyOf(model)?.stages ?? []);
  const [first = '', last = first] = [stages[0], stages.at(-1)];
  if (first === '' || !fieldOf(data.fields, 'image')) return null;
  const ids = Int32Array.of(0);
  using fetched = await fetchColumns(data, ids, { standIns: 'any' });
  using _ = inEvaluation(model);
  using generator = new Generator(0);
  return scope(() => {
    const inputs = render(data, fetched.columns, ids, { seed: 0, epoch: 0, transforms }, renderings)[whose];
    const { taps } = noGrad(() =>
      withGenerator(generator, () =>
        nn.tap(model, [...new Set([first, last])], () =>
          task.run(model, inputs, { training: false, targets: null }),
        ),
      ),
    );
    const [image, early, late] = [inputs.images, taps[first], taps[last]].map((tensor): Size | null =>
      tensor?.dim() === 4 ? [tensor.size(2), tensor.size(3)] : null,
    );
    return image && early && late ? { image, first: early, last: late } : null;
  });
}

const text = ([height, width]: Size): string => `${height}x${width}`;

/**
 * A sentence for a network that is shown images of another size than those for which its first layers are made: small ones of which its
 * convolutions leave next to nothing, or large ones of which they compute every pixel. Both are measured on one image, so that it is said of
 * networks of one's own too; null where there is nothing to say, as of the size that a model's name says (`CycleMLP_pico_64`).
 *
 * @example await imageSizeDoubt({ whose: 'student', name: 'resnet18', model }, data, { task, renderings })
 */
export async function imageSizeDoubt(
  shown: Shown,
  data: Dataset,
  showing: Showing = {},
): Promise<string | null> {
  const sizes = await sizesOf(shown, data, showing);
  if (!sizes) return null;
  const { whose, name } = shown;
  const { image, first, last } = sizes;
  const made = madeFor(name)?.pixels;
  if (image.every((side) => side === made)) return null;
  const reduction = image[0] / first[0];
  if (Math.max(...image) <= small && reduction >= reduces)
    return (
      `the ${whose}, ${name}, begins like a network for ImageNet and is shown images of ${text(image)} pixels: its first stage sees ${text(first)} of them and ` +
      `its last ${text(last)}; have it see larger ones (\`input: { size: 224 }\`), or take a network for small images, as resnet20 or ResNet50`
    );
  if (Math.min(...image) >= large && reduction < reduces)
    return (
      `the ${whose}, ${name}, begins like a network for CIFAR and is shown images of ${text(image)} pixels: its first stage still sees ${text(first)} of them, which takes ` +
      `${Math.round((image[0] * image[1]) / 1024)} times as long as 32x32; have it see smaller ones (\`input: { size: 32 }\`), or take a network for large images, as resnet18 or mobilenet_v2`
    );
  return null;
}
