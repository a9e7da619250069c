/** Images of any size, one at a time, as files of detectors take them. */
import { Generator, rand, type Tensor, tensor, zeros } from '@retort/torch';
import type { Inputs } from '../../../data/index.ts';
import type { PassedTensor } from '../../../models/onnx/index.ts';
import { imagesIn } from '../../../tasks/index.ts';
import type { Builder } from '../builder.ts';
import { ExportError } from '../errors.ts';
import type { Port } from '../graph.ts';
import { Varying } from '../sizes.ts';
import { type ExportNormalisation, imagesName, normalised, perChannel } from './images.ts';
import { type Example, passed, type Shown } from './shown.ts';

/** Sizes of those that nobody has seen: none is a multiple of 32, and they are long and high. */
const noisySizes: readonly (readonly [height: number, width: number])[] = [
  [100, 150],
  [161, 97],
  [64, 70],
];

/** Pixels of which the sides of a padded image are multiples. */
const multiple = 32;

const upTo = (size: number): number => Math.ceil(size / multiple) * multiple;

/** `pixel_values` float32 [1, channels, height, width]; inputs are `images` [B, channels, H, W], padded, with their `sizes` int64 [B, 2]. */
export class ShownPictures implements Shown {
  readonly kind = 'images';
  readonly varying = 'the size of images';
  readonly channels: number;
  /** The normalisation that is in the graph; null where images come normalised. */
  readonly normalisation: ExportNormalisation | null;

  constructor(channels: number, normalisation: ExportNormalisation | null) {
    this.channels = channels;
    this.normalisation = normalisation;
  }

  get ports(): readonly Port[] {
    const sizes = [1, this.channels, new Varying(1, ['height']), new Varying(1, ['width'])];
    return [{ name: imagesName, type: 'float32', sizes }];
  }

  /** @throws ExportError: parts of a detector are followed each with what it takes */
  examples(): readonly Example[] {
    throw new ExportError('a detector is not followed as a whole');
  }

  begin(builder: Builder): readonly string[] {
    return [this.normalisation ? normalised(builder, imagesName, this.normalisation) : imagesName];
  }

  tensors(inputs: Inputs): Tensor[] {
    return [imagesIn(inputs), sizesIn(inputs)];
  }

  /** @throws ExportError for more than one image */
  feed(inputs: Inputs): Readonly<Record<string, PassedTensor>> {
    const images = imagesIn(inputs);
    if (images.size(0) !== 1)
      throw new ExportError(`a file of a detector takes one image at a time, not ${images.size(0)}`);
    const [height = 0, width = 0] = sizesIn(inputs).toFlatArray().map(Number);
    const own = images.narrow(2, 0, height).narrow(3, 0, width);
    const { normalisation } = this;
    const pixels = normalisation
      ? own.mul(perChannel(normalisation.std)).add(perChannel(normalisation.mean))
      : own;
    return { [imagesName]: passed(pixels.to('float32'), 'float32') };
  }

  noise(count: number): Inputs {
    using generator = new Generator(0);
    const sizes = Array.from({ length: count }, (_, i) => noisySizes[i % noisySizes.length] ?? [64, 64]);
    const [height, width] = [0, 1].map((side) => upTo(Math.max(...sizes.map((size) => size[side] ?? 0))));
    const images = zeros([count, this.channels, height ?? 0, width ?? 0]);
    sizes.forEach(([rows, columns], i) => {
      images
        .narrow(0, i, 1)
        .narrow(2, 0, rows)
        .narrow(3, 0, columns)
        .copy_(rand([1, this.channels, rows, columns], { generator }).mul(4).sub(2));
    });
    return {
      images,
      sizes: tensor(
        sizes.map((size) => [...size]),
        { dtype: 'int64' },
      ),
    };
  }

  count(inputs: Inputs): number {
    return imagesIn(inputs).size(0);
  }

  /** Padded to the largest of them. */
  some(inputs: Inputs, start: number, count: number): Inputs {
    const sizes = sizesIn(inputs).narrow(0, start, count);
    const numbers = sizes.toFlatArray().map(Number);
    const most = (side: number): number => upTo(Math.max(...numbers.filter((_, i) => i % 2 === side)));
    return {
      images: imagesIn(inputs).narrow(0, start, count).narrow(2, 0, most(0)).narrow(3, 0, most(1)),
      sizes,
    };
  }

  check(inputs: Inputs, what: string): void {
    const { shape, dtype } = imagesIn(inputs);
    const isPadded = shape.slice(2).every((side) => side % multiple === 0);
    const { sizes } = inputs;
    const hasSizes = sizes?.dtype === 'int64' && `${sizes.shape}` === `${[shape[0], 2]}`;
    if (shape.length === 4 && shape[1] === this.channels && dtype === 'float32' && isPadded && hasSizes)
      return;
    throw new ExportError(
      `${what}: batches of float32 [N, ${this.channels}, H, W], padded to multiples of ${multiple}, and sizes int64 [N, 2] are needed, not ${dtype} [${shape.join(', ')}] and ${sizes ? `${sizes.dtype} [${sizes.shape.join(', ')}]` : 'no sizes'}`,
    );
  }
}

function sizesIn({ images, sizes }: Inputs): Tensor {
  if (sizes) return sizes;
  throw new ExportError(`images [${images?.shape.join(', ')}] of a detector come with their sizes`);
}
