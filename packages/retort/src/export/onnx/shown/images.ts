/** Images as a file takes them. */
import { Generator, rand, randn, type Tensor, tensor } from '@retort/torch';
import type { Inputs } from '../../../data/index.ts';
import type { PassedTensor } from '../../../models/onnx/index.ts';
import { imagesIn } from '../../../tasks/index.ts';
import type { Builder } from '../builder.ts';
import { ExportError } from '../errors.ts';
import { int, type Port } from '../graph.ts';
import { Varying } from '../sizes.ts';
import { type Example, passed, type Shown } from './shown.ts';

/** How images are normalised: (x - mean) / std, one number for each channel. */
export interface ExportNormalisation {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** What images go in as. */
export const imagesName = 'pixel_values';

/** The shares of red, green and blue in grey, by ITU-R BT.601, as Pillow has them. */
const greyOf = [0.299, 0.587, 0.114];

/** Numbers of images with which a network is followed. */
const followed = [2, 3];

/** One number for each channel, as images take it. */
export const perChannel = (values: readonly number[]): Tensor =>
  tensor(values, { dtype: 'float32' }).reshape([1, -1, 1, 1]);

/** In grey, [batch, 1, height, width]. */
function grey(builder: Builder): string {
  const [weighted = ''] = builder.add(
    'Mul',
    [imagesName, builder.tensor(perChannel(greyOf), 'grey/shares')],
    {},
    'grey',
  );
  const [sum = ''] = builder.add(
    ...(['ReduceSum', [weighted, builder.numbers([1], 'int64')]] as const),
    { keepdims: int(1) },
    'grey',
  );
  return sum;
}

/** Images that are normalised in the graph. */
export function normalised(builder: Builder, images: string, { mean, std }: ExportNormalisation): string {
  const constant = (name: string, values: readonly number[]): string =>
    builder.tensor(perChannel(values), `normalisation/${name}`);
  const [centred = ''] = builder.add('Sub', [images, constant('mean', mean)], {}, 'normalisation');
  const [scaled = ''] = builder.add('Div', [centred, constant('std', std)], {}, 'normalisation');
  return scaled;
}

/** `pixel_values` float32 [batch, channels, height, width]. */
export class ShownImages implements Shown {
  readonly kind = 'images';
  readonly varying = 'the number of images';
  /** Of an image as the network takes it: channels, height, width. */
  readonly network: readonly [channels: number, height: number, width: number];
  /** The normalisation that is in the graph; null where images come normalised. */
  readonly normalisation: ExportNormalisation | null;
  /** Whether it makes colours grey for its network. */
  readonly fromColour: boolean;

  constructor(
    network: readonly [channels: number, height: number, width: number],
    normalisation: ExportNormalisation | null,
    fromColour: boolean,
  ) {
    this.network = network;
    this.normalisation = normalisation;
    this.fromColour = fromColour;
  }

  get ports(): readonly Port[] {
    const [channels, ...pixels] = this.network;
    const sizes = [new Varying(1, ['batch']), this.fromColour ? 3 : channels, ...pixels];
    return [{ name: imagesName, type: 'float32', sizes }];
  }

  examples(): readonly Example[] {
    return followed.map((batch) => ({
      point: { batch, length: 1 },
      said: `${batch} images`,
      short: String(batch),
      tensors: [randn([batch, ...this.network])],
    }));
  }

  begin(builder: Builder): readonly string[] {
    const images = this.fromColour ? grey(builder) : imagesName;
    return [this.normalisation ? normalised(builder, images, this.normalisation) : images];
  }

  tensors(inputs: Inputs): Tensor[] {
    return [imagesIn(inputs)];
  }

  feed(inputs: Inputs): Readonly<Record<string, PassedTensor>> {
    const images = imagesIn(inputs);
    const { normalisation } = this;
    const pixels = normalisation
      ? images.mul(perChannel(normalisation.std)).add(perChannel(normalisation.mean))
      : images;
    return { [imagesName]: passed(this.fromColour ? pixels.expand([-1, 3, -1, -1]) : pixels, 'float32') };
  }

  noise(count: number): Inputs {
    using generator = new Generator(0);
    return {
      images: rand([count, ...this.network], { generator })
        .mul(4)
        .sub(2),
    };
  }

  count(inputs: Inputs): number {
    return imagesIn(inputs).size(0);
  }

  some(inputs: Inputs, start: number, count: number): Inputs {
    return { images: imagesIn(inputs).narrow(0, start, count) };
  }

  check(inputs: Inputs, what: string): void {
    const { shape, dtype } = imagesIn(inputs);
    const [channels, height, width] = this.network;
    if (shape.length === 4 && `${shape.slice(1)}` === `${this.network}` && dtype === 'float32') return;
    throw new ExportError(
      `${what}: batches of float32 [N, ${channels}, ${height}, ${width}] are needed, not ${dtype} [${shape.join(', ')}]`,
    );
  }
}
