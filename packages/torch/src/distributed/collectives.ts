/** What ranks do together, each written once for both forms. */
import { noGrad } from '../autograd/index.ts';
import { TorchError } from '../dispatch/errors.ts';
import { native } from '../dispatch/native.ts';
import { refuseUnknown } from '../dispatch/options.ts';
import { Tensor } from '../tensor.ts';
import { checkInPlace, checkRank, checkReduction, checkTensor, type ReduceOp } from './check.ts';
import { compared, numbersInRecord, together } from './comparison.ts';
import { groupFor } from './group.ts';
import type { Pending } from './pending.ts';

/** `float32[2, 3]`. */
const kindOf = (tensor: Tensor, shape: readonly (number | string)[] = tensor.shape): string =>
  `${tensor.dtype}[${shape.join(', ')}]`;

/** @internal */
export function* allReduce(tensor: Tensor, options: { op?: ReduceOp } = {}): Pending<void> {
  const group = groupFor('allReduce');
  refuseUnknown('allReduce', options, { op: true });
  const { op = 'sum' } = options;
  checkInPlace('allReduce', tensor);
  const { dtype } = tensor;
  checkReduction(op, dtype);
  const operation = `allReduce(${op})`;
  yield* compared(group, operation, `${operation} of ${kindOf(tensor)}`);
  if (tensor.numel() === 0) return;
  const divide = (): void => void noGrad(() => tensor.div_(group.worldSize));
  // The sum of halves may be more than they hold.
  const isDividedFirst = op === 'avg' && dtype === 'float16';
  if (isDividedFirst) divide();
  yield* together<void>(group, operation, (done) =>
    native.allReduce(group.number, tensor.handle, op === 'avg' ? 'sum' : op, done),
  );
  if (op === 'avg' && !isDividedFirst) divide();
}

/** @internal */
export function* broadcast(tensor: Tensor, options: { src: number }): Pending<void> {
  const group = groupFor('broadcast');
  refuseUnknown('broadcast', options, { src: true });
  const { src } = options;
  checkRank('broadcast', src, group);
  checkInPlace('broadcast', tensor);
  const operation = `broadcast(src ${src})`;
  yield* compared(group, operation, `${operation} of ${kindOf(tensor)}`);
  if (tensor.numel() === 0) return;
  yield* together<void>(group, operation, (done) => native.broadcast(group.number, tensor.handle, src, done));
}

/** @internal */
export function* allGather(tensor: Tensor): Pending<Tensor[]> {
  const group = groupFor('allGather');
  checkTensor('allGather', tensor);
  yield* compared(group, 'allGather', `allGather of ${kindOf(tensor)}`);
  const [rows = 1] = tensor.shape;
  const handles = yield* together<number[]>(group, 'allGather', (done) =>
    native.gather(group.number, [tensor.handle], Array(group.worldSize).fill(rows), done),
  );
  return handles.map((handle) => new Tensor(handle));
}

/** @internal */
export function* allGatherRows(tensors: readonly Tensor[]): Pending<Tensor[][]> {
  const operation = 'allGatherRows';
  const group = groupFor(operation);
  if (!Array.isArray(tensors)) throw new TorchError(`${operation} takes an array of tensors`);
  for (const tensor of tensors) {
    checkTensor(operation, tensor);
    if (tensor.dim() === 0)
      throw new TorchError(`${operation}: a tensor of no dimensions has no rows: give unsqueeze(0) of it`);
  }
  const kinds = tensors.map((tensor) => kindOf(tensor, ['rows', ...tensor.shape.slice(1)]));
  const description = `${operation} of ${kinds.join(', ') || 'none'}`;
  const own = tensors.map((tensor) => tensor.size(0));
  const rows: number[][] = Array.from({ length: group.worldSize }, () => []);
  for (let first = 0; first < Math.max(1, own.length); first += numbersInRecord) {
    const some = own.slice(first, first + numbersInRecord);
    const each = yield* compared(group, operation, description, some);
    for (const [rank, more] of each.entries()) rows[rank]?.push(...more);
  }
  const handles = yield* together<number[]>(group, operation, (done) =>
    native.gather(
      group.number,
      tensors.map(({ handle }) => handle),
      rows.flat(),
      done,
    ),
  );
  const count = tensors.length;
  return rows.map((_, rank) =>
    handles.slice(rank * count, (rank + 1) * count).map((handle) => new Tensor(handle)),
  );
}

/** @internal */
export function* barrier(): Pending<void> {
  yield* compared(groupFor('barrier'), 'barrier', 'barrier');
}
