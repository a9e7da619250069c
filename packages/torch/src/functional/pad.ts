import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import { op } from '../op.ts';
import type { Tensor } from '../tensor.ts';

const ops = { pad: op('aten::pad') };

export interface PadOptions {
  /** `constant` fills with `value`; the others take what lies inside: mirrored, the edge, or from the other end. */
  mode?: 'constant' | 'reflect' | 'replicate' | 'circular';
  /** 0 where it is left out. */
  value?: number;
}

const names: OptionNames<PadOptions> = { mode: true, value: true };

/**
 * Pads by [left, right, top, bottom, …], from the last dimension on; negative numbers crop.
 *
 * @throws TorchError if the mode does not know the number of dimensions, or takes more than there is
 * @example functional.pad(images, [4, 4, 4, 4], { mode: 'reflect' })
 */
export function pad(x: Tensor, padding: readonly number[], options: PadOptions = {}): Tensor {
  refuseUnknown('pad', options, names);
  const { mode = 'constant', value } = options;
  return ops.pad(x, padding, mode, value);
}
