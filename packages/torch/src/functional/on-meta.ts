/** Convolutions, norms and chosen rows of tensors on the meta device, which have shapes and no numbers: PyTorch knows these shapes in Python alone, and here they come of views and sums. */
import { stack } from '../create.ts';
import { TorchError } from '../dispatch/errors.ts';
import { op } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import type { Pair } from './size.ts';

const padWith = op('aten::constant_pad_nd');

const both = (size: Pair): readonly [number, number] => (typeof size === 'number' ? [size, size] : size);

interface Geometry {
  readonly stride: Pair;
  readonly padding: Pair | 'same' | 'valid';
  readonly dilation: Pair;
  readonly groups: number;
}

/** What is added before and after, so that the size stays. */
function samePadding(reach: number): readonly [number, number] {
  const before = Math.floor((reach - 1) / 2);
  return [before, reach - 1 - before];
}

/**
 * x [N, in, H, W] on the meta device with weight [out, in / groups, kH, kW] → [N, out, H', W'].
 *
 * @throws TorchError if channels, groups and weight do not fit, or the kernel is larger than the padded input
 */
export function conv2dOnMeta(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  { stride, padding, dilation, groups }: Geometry,
): Tensor {
  const [out = 0, each = 0, ...kernel] = weight.shape;
  const shapes = `x is [${x.shape.join(', ')}], the weight [${weight.shape.join(', ')}] in groups of ${groups}`;
  if (x.dim() !== 4 || weight.dim() !== 4 || x.size(1) !== each * groups || out % groups !== 0)
    throw new TorchError(`conv2d: channels do not fit: ${shapes}`);
  const [steps, spread] = [both(stride), both(dilation)];
  const reach = kernel.map((size, i) => (spread[i] ?? 1) * (size - 1) + 1);
  const margins = reach.map((size, i): readonly [number, number] => {
    if (padding === 'same') return samePadding(size);
    const margin = padding === 'valid' ? 0 : (both(padding)[i] ?? 0);
    return [margin, margin];
  });
  const [rows = [0, 0], columns = [0, 0]] = margins;
  const padded = padWith(x, [...columns, ...rows], 0);
  if (reach.some((size, i) => size > padded.size(2 + i)))
    throw new TorchError(`conv2d: the kernel is larger than the padded input: ${shapes}`);
  // What each place of the kernel sees, [N, in, H', W'].
  const [height = 0, width = 0] = reach.map(
    (size, i) => Math.floor((padded.size(2 + i) - size) / (steps[i] ?? 1)) + 1,
  );
  const along = (whole: Tensor, dim: number, from: number, count: number): Tensor => {
    const step = steps[dim - 2] ?? 1;
    return whole.slice(dim, from, from + step * (count - 1) + 1, step);
  };
  const [rowsOfKernel = 1, columnsOfKernel = 1] = kernel;
  const places = Array.from({ length: rowsOfKernel * columnsOfKernel }, (_, place) => {
    const [down, right] = [Math.floor(place / columnsOfKernel), place % columnsOfKernel];
    return along(along(padded, 2, down * spread[0], height), 3, right * spread[1], width);
  });
  const taken = each * places.length;
  const columnsOf = stack(places, 2).reshape([x.size(0), groups, taken, height * width]);
  const product = weight.reshape([1, groups, out / groups, taken]).matmul(columnsOf);
  const made = product.reshape([x.size(0), out, height, width]);
  return bias ? made.add(bias.reshape([1, out, 1, 1])) : made;
}

/**
 * x on the meta device, normalised over some of its dimensions and scaled and shifted by what is of the shape of others → the same shape.
 *
 * @param shape  of weight and bias beside x
 * @throws TorchError where weight or bias are of another
 */
export function normOnMeta(
  x: Tensor,
  over: readonly number[],
  { weight, bias }: { readonly weight: Tensor | null; readonly bias: Tensor | null },
  shape: readonly number[],
): Tensor {
  const centred = x.sub(x.mean(over, true));
  const normalised = centred.div(centred.mul(centred).mean(over, true).sqrt());
  const scaled = weight ? normalised.mul(weight.reshape(shape)) : normalised;
  return bias ? scaled.add(bias.reshape(shape)) : scaled;
}

/** Rows of a weight [rows, dim] on the meta device, chosen by indices of a shape [*] → [*, dim]. */
export const rowsOnMeta = (weight: Tensor, shape: readonly number[]): Tensor =>
  weight.sum([0]).expand([...shape, weight.size(1)]);
