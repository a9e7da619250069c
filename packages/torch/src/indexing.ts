/** Indexing and slicing, with Python's rules: `x[1, ..., 2:5, None, mask]` is `x.get(1, '...', '2:5', null, mask)`. */

import type { Device } from './device.ts';
import { TorchError } from './dispatch/errors.ts';
import type { Scalar } from './dispatch/exchange.ts';
import { Operator } from './dispatch/operator.ts';
import { Handle } from './dispatch/scope.ts';
import type { DType } from './dtype.ts';
import type { Operators } from './operators/methods.ts';

/** A slice as Python writes it: `':'`, `'1:'`, `':-1'`, `'::2'`. The step is positive. */
export type Slice = `${number | ''}:${number | ''}` | `${number | ''}:${number | ''}:${number | ''}`;

/** An index whose arrays have become tensors. */
export type SingleIndex<Tensor> = number | Slice | '...' | null | boolean | Tensor;

/** What of a tensor indexing uses. */
interface Indexable<Tensor extends Handle> extends Operators<Tensor> {
  readonly shape: number[];
  readonly dtype: DType;
  readonly device: Device;
  dim(): number;
  item(): number;
  to(dtype: DType): Tensor;
}

const operators = {
  alias: new Operator('aten::alias'),
  arange: new Operator('aten::arange'),
  scalar: new Operator('aten::scalar_tensor'),
  select: new Operator('aten::select.int'),
  slice: new Operator('aten::slice.Tensor'),
};

interface Picked<Tensor> {
  /** The tensor with numbers, slices and new dimensions applied, which is a view. */
  view: Tensor;
  /** Tensors that gather, each at its dimension of the view. */
  gathering: (Tensor | null)[];
}

const isMask = (index: { readonly dtype: DType }): boolean =>
  index.dtype === 'bool' || index.dtype === 'uint8';

interface Bounds {
  readonly start: number | null;
  readonly end: number | null;
  readonly step: number;
}

function parseSlice(text: string): Bounds {
  const parts = /^(-?\d*):(-?\d*)(?::(-?\d*))?$/.exec(text);
  if (!parts || parts.slice(1).includes('-'))
    throw new TorchError(
      `'${text}' is not a slice: write 'start:end' or 'start:end:step', each of which may be left out, or '...'`,
    );
  const [start, end, step] = parts.slice(1).map((part) => (part ? Number(part) : null));
  if (step != null && step < 1)
    throw new TorchError(`the slice '${text}' has the step ${step}: it must be positive (flip() reverses)`);
  return { start: start ?? null, end: end ?? null, step: step ?? 1 };
}

/** The last ones that were parsed: a program has few of them, and uses each again and again. */
const parsed = new Map<string, Bounds>();

function boundsOf(text: string): Bounds {
  const known = parsed.get(text);
  if (known) return known;
  const bounds = parseSlice(text);
  if (parsed.size === 256) parsed.clear();
  parsed.set(text, bounds);
  return bounds;
}

/** How many dimensions of the tensor an index takes up. */
function consumed<Tensor extends Indexable<Tensor>>(index: SingleIndex<Tensor>): number {
  if (index === null || index === '...' || typeof index === 'boolean') return 0;
  return index instanceof Handle && isMask(index) ? index.dim() : 1;
}

function pick<Tensor extends Indexable<Tensor>>(
  self: Tensor,
  indices: readonly SingleIndex<Tensor>[],
): Picked<Tensor> {
  const rank = self.dim();
  let named = 0;
  for (const index of indices) named += consumed(index);
  if (named > rank)
    throw new TorchError(
      `${named} indices for a tensor of shape [${self.shape.join(', ')}], which has ${rank} dimensions`,
    );
  if (indices.filter((index) => index === '...').length > 1)
    throw new TorchError("an index may contain '...' once");

  let view = self;
  let dim = 0;
  const gathering: (Tensor | null)[] = [];
  const gather = (index: Tensor): void => {
    while (gathering.length < dim) gathering.push(null);
    gathering.push(index);
    dim++;
  };
  const mask = (index: Tensor): void => {
    const covered = view.shape.slice(dim, dim + index.dim());
    if (index.shape.some((size, i) => size !== covered[i]))
      throw new TorchError(
        `a mask of shape [${index.shape.join(', ')}] on dimensions of sizes [${covered.join(', ')}]`,
      );
    for (const positions of index.nonzero().unbind(1)) gather(positions);
  };

  for (const index of indices) {
    if (index === null) view = view.unsqueeze(dim++);
    else if (index === '...') dim += rank - named;
    else if (typeof index === 'number') view = operators.select.call([view, dim, index]) as Tensor;
    else if (typeof index === 'string') {
      const { start, end, step } = boundsOf(index);
      // What takes all of a dimension is that dimension.
      if (start !== null || end !== null || step !== 1)
        view = operators.slice.call([view, dim, start, end, step]) as Tensor;
      dim++;
    } else if (typeof index === 'boolean') {
      view = view.unsqueeze(dim);
      // One of one, or none of one.
      gather(operators.arange.call([index ? 1 : 0, 'int64']) as Tensor);
    } else if (!(index instanceof Handle)) {
      throw new TorchError(
        `a ${typeof index} is not an index: use a number, a slice as '1:3', '...', null, or a tensor`,
      );
    } else if (isMask(index)) {
      if (index.dim() > 0) mask(index);
      else {
        view = view.unsqueeze(dim);
        gather(index.reshape([1]).nonzero().reshape([-1]));
      }
    } else if (index.dim() === 0) view = view.select(dim, index.item());
    else gather(index);
  }
  return { view, gathering };
}

/** @internal `Tensor.get`, within a scope. */
export function get<Tensor extends Indexable<Tensor>>(
  self: Tensor,
  indices: readonly SingleIndex<Tensor>[],
): Tensor {
  const { view, gathering } = pick(self, indices);
  if (gathering.length) return view.index(gathering);
  return view === self ? (operators.alias.call([self]) as Tensor) : view;
}

/** The value without leading dimensions of size 1, as PyTorch takes it: `x[0] = ones(1, 3)`. */
function withoutLeadingOnes<Tensor extends Indexable<Tensor>>(value: Tensor): Tensor {
  const { shape } = value;
  const first = shape.findIndex((size) => size !== 1);
  return first === 0 ? value : value.reshape(first < 0 ? [] : shape.slice(first));
}

/** @internal `Tensor.set_`, within a scope. */
export function set<Tensor extends Indexable<Tensor>>(
  self: Tensor,
  indices: readonly SingleIndex<Tensor>[],
  value: Tensor | Scalar,
): void {
  const { view, gathering } = pick(self, indices);
  const { dtype, device } = self;
  const values =
    value instanceof Handle
      ? withoutLeadingOnes(value)
      : (operators.scalar.call([value, dtype, undefined, device]) as Tensor);
  if (gathering.length) view.index_put_(gathering, values.dtype === dtype ? values : values.to(dtype));
  else view.copy_(values);
}
