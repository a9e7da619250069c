/** What ranks have of a batch, put together to the whole batch. */
import {
  cat,
  customFunction,
  type FunctionContext,
  functional,
  type Tensor,
  tensor,
  zeros,
} from '@retort/torch';
import type { Slice } from '../data/index.ts';
import { sliceOf } from '../data/slice.ts';
import type { Ranks } from './ranks.ts';

/** What is said of a tensor before it is sent. */
interface Form {
  readonly shape: readonly number[];
  readonly dtype: Tensor['dtype'];
}

/** A tensor in the largest shape that a rank has, but for its first size: texts are as long as the longest of a rank's own. @param value  what stands where it has nothing */
function padded(own: Tensor, forms: readonly Form[], value = 0): Tensor {
  const missing = own.shape.map((size, dim) =>
    dim === 0 ? 0 : Math.max(...forms.map(({ shape }) => shape[dim] ?? 0)) - size,
  );
  if (missing.every((size) => size === 0)) return own;
  // From the last size on, before and after.
  const pads = missing.reverse().flatMap((size) => [0, size]);
  if (own.dtype === 'bool') return functional.pad(own.to('uint8'), pads).to('bool');
  return functional.pad(own, pads, { value });
}

/** Rows of all ranks, one after another; a rank that has none gives null. @param padding  what stands in a tensor, by its name, where a rank's are shorter than another's; 0 where it is left out @returns null where none has any */
export function gatherRows(
  ranks: Ranks,
  named: Readonly<Record<string, Tensor>> | null,
  padding: Readonly<Record<string, number | undefined>> = {},
): Readonly<Record<string, Tensor>> | null {
  const forms = ranks.exchange<Record<string, Form> | null>(
    named &&
      Object.fromEntries(Object.entries(named).map(([name, { shape, dtype }]) => [name, { shape, dtype }])),
  );
  const first = forms.find((form) => form !== null);
  if (!first) return null;
  const names = Object.keys(first);
  const own = names.map((name) => {
    const { shape, dtype }: Form = first[name] ?? { shape: [0], dtype: 'float32' };
    const tensor = named?.[name] ?? zeros([0, ...shape.slice(1)], { dtype });
    return padded(
      tensor,
      forms.flatMap((form) => form?.[name] ?? []),
      padding[name],
    );
  });
  const all = ranks.gather(own);
  return Object.fromEntries(
    names.map((name, i) => [
      name,
      cat(
        all.flatMap((of) => of[i] ?? []),
        0,
      ),
    ]),
  );
}

/** A tensor of a slice of a batch. */
export interface OfSlice {
  readonly tensor: Tensor;
  /** How many times it has all samples, one time after another. */
  readonly turns: number;
  /** What stands in it where another rank's is longer; 0 where it is left out. */
  readonly padding?: number | undefined;
}

/** Where in what ranks have, one after another, each place of the batch is. */
function orderOf(slice: Slice, count: number): Int32Array {
  const places = Array.from({ length: count }, (_, rank) =>
    Array.from(sliceOf(slice.of, { rank, count }).places),
  ).flat();
  const order = new Int32Array(places.length);
  for (const [at, place] of places.entries()) order[place] = at;
  return order;
}

/**
 * Tensors [V·n, …] of the slices of a batch as those of the whole batch [V·B, …], in its order. Gradients flow: each rank is to compute the same loss of the whole, and what comes back
 * is the gradient of its own samples times the number of ranks, so that the average over the ranks is the gradient of that loss.
 */
export function gatherBatch(ranks: Ranks, slice: Slice, tensors: readonly OfSlice[]): Tensor[] {
  const { count } = ranks;
  if (slice.isWhole || tensors.length === 0) return tensors.map(({ tensor }) => tensor);
  const order = tensor(orderOf(slice, count), { dtype: 'int64' });
  const own = slice.places.length;
  /** Samples first, then their turns. */
  const bySample = ({ tensor, turns }: OfSlice): Tensor =>
    turns === 1 ? tensor : tensor.reshape([turns, own, ...tensor.shape.slice(1)]).transpose(0, 1);
  const byTurn = (all: Tensor, turns: number): Tensor =>
    turns === 1 ? all : all.transpose(0, 1).reshape([turns * slice.of, ...all.shape.slice(2)]);
  const slices = tensors.map((one) => bySample(one));
  const named = Object.fromEntries(slices.map((one, i) => [String(i), one.detach()]));
  const padding = Object.fromEntries(tensors.map(({ padding }, i) => [String(i), padding]));
  const gathered = gatherRows(ranks, named, padding) ?? {};
  return slices.map((one, i) => {
    const { turns = 1 } = tensors[i] ?? {};
    const all = (): Tensor => (gathered[i] ?? one).index_select(0, order);
    if (!one.requiresGrad) return byTurn(all(), turns);
    const joined = customFunction({
      name: 'gatherBatch',
      forward: (context: FunctionContext<[], readonly number[]>, given: Tensor): Tensor => {
        context.data = given.shape;
        return all();
      },
      backward: (context, gradient) =>
        context.data
          .slice(1)
          .reduce<Tensor>(
            (kept, size, dim) => kept.narrow(dim + 1, 0, size),
            gradient.index_select(0, tensor(slice.places, { dtype: 'int64' })),
          )
          .mul(count),
    });
    return byTurn(joined(one), turns);
  });
}
