/** Images as a file takes them. */
import { type Tensor, tensor } from '@retort/torch';
import type { PassedTensor } from '../../models/onnx/index.ts';

/** How images are normalised: (x - mean) / std, one number for each channel. */
export interface ExportNormalisation {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** How a file is shown its images. */
export interface Shown {
  /** Of an image as the network takes it: channels, height, width. */
  readonly network: readonly [channels: number, height: number, width: number];
  /** The normalisation that is in the graph; null where images come normalised. */
  readonly normalisation: ExportNormalisation | null;
  /** Whether it makes colours grey for its network. */
  readonly fromColour: boolean;
}

/** @param images  as the network takes them */
export function feed(
  images: Tensor,
  { normalisation, fromColour }: Pick<Shown, 'normalisation' | 'fromColour'>,
): PassedTensor {
  const each = (values: readonly number[]): Tensor =>
    tensor(values, { dtype: 'float32' }).reshape([1, -1, 1, 1]);
  const pixels = normalisation ? images.mul(each(normalisation.std)).add(each(normalisation.mean)) : images;
  const taken = fromColour ? pixels.expand([-1, 3, -1, -1]) : pixels;
  const { buffer, byteOffset, byteLength } = taken.contiguous().toTypedArray();
  return {
    type: 'float32',
    dims: taken.shape,
    bytes: new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength).slice(),
  };
}
