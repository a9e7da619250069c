/** What a file is called with. There are two kinds, images and texts; those of detectors are of any size. */
import type { Tensor } from '@retort/torch';
import type { Inputs } from '../../../data/index.ts';
import type { PassedTensor } from '../../../models/onnx/index.ts';
import type { Builder } from '../builder.ts';
import type { Port } from '../graph.ts';
import type { Point } from '../sizes.ts';

/** Something that a network is followed with. */
export interface Example {
  readonly point: Point;
  /** E.g. `2 images`, and shorter where the same was said before. */
  readonly said: string;
  readonly short: string;
  /** In the order of the network's arguments. */
  readonly tensors: Tensor[];
}

/** How a file is called, and its network. */
export interface Shown {
  readonly kind: 'images' | 'texts';
  /** What may be another each time, for messages. */
  readonly varying: string;
  /** What the file takes. */
  readonly ports: readonly Port[];
  /** What the network is followed with, so that all that may vary is told apart. */
  examples(): readonly Example[];
  /** Adds what lies between the file's inputs and the network's. @returns the names of the network's, in the order of its arguments */
  begin(builder: Builder): readonly string[];
  /** The network's arguments. */
  tensors(inputs: Inputs): Tensor[];
  /** As the file takes them, by the names of its ports. */
  feed(inputs: Inputs): Readonly<Record<string, PassedTensor>>;
  /** Some that nobody has seen. */
  noise(count: number): Inputs;
  /** How many there are. */
  count(inputs: Inputs): number;
  /** Those from one on, as they would come by themselves. */
  some(inputs: Inputs, start: number, count: number): Inputs;
  /** @param what  what they are given as. @throws ExportError for what the network does not take */
  check(inputs: Inputs, what: string): void;
}

/** A tensor as onnxruntime takes it. */
export function passed(tensor: Tensor, type: PassedTensor['type']): PassedTensor {
  const { buffer, byteOffset, byteLength } = tensor.contiguous().toTypedArray();
  return {
    type,
    dims: tensor.shape,
    bytes: new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength).slice(),
  };
}
