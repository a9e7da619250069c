/** What ranks do together, as promises: JavaScript goes on meanwhile. */
import type { Tensor } from '../tensor.ts';
import type { ReduceOp } from './check.ts';
import * as collectives from './collectives.ts';
import { inTurn } from './group.ts';
import * as objects from './objects.ts';
import { type Pending, promised } from './pending.ts';

const run = <Result>(work: Pending<Result>): Promise<Result> => inTurn(() => promised(work));

/**
 * Makes a tensor the sum (or `op`) of those of all ranks, in place. They must be of one shape and dtype, which is compared first. The tensor
 * must stay, and stay as it is, until the promise is settled.
 *
 * @throws TorchError (it rejects) for a tensor that is not on the CPU, was computed from others that require gradients, or of a dtype without
 * such a reduction; DistributedError where the ranks differ, or one is gone or late
 * @example await distributed.allReduce(loss, { op: 'avg' });
 */
export function allReduce(tensor: Tensor, options?: { op?: ReduceOp }): Promise<void> {
  return run(collectives.allReduce(tensor, options));
}

/**
 * Gives a tensor the values that it has at rank `src`, in place; of any dtype.
 *
 * @throws TorchError (it rejects) if there is no such rank, and as `allReduce` does
 * @example for (const parameter of model.parameters()) await distributed.broadcast(parameter, { src: 0 });
 */
export function broadcast(tensor: Tensor, options: { src: number }): Promise<void> {
  return run(collectives.broadcast(tensor, options));
}

/**
 * The tensors of all ranks, by rank; of one shape, and of any dtype. No gradient flows through it, and all that come back lie in one memory.
 *
 * @throws as `allReduce` does
 * @example const all = cat(await distributed.allGather(features));
 */
export function allGather(tensor: Tensor): Promise<Tensor[]> {
  return run(collectives.allGather(tensor));
}

/** Waits until all ranks are here. @throws DistributedError (it rejects) where one does not come @example await distributed.barrier(); */
export function barrier(): Promise<void> {
  return run(collectives.barrier());
}

/**
 * The values of all ranks, by rank: what JSON holds, of any length.
 *
 * @throws TorchError (it rejects) for what JSON does not hold, NaN and infinities included; DistributedError as `allReduce` does
 * @example const seen = await distributed.allGatherObject({ rank, ids });
 */
export function allGatherObject<Value>(value: Value): Promise<Value[]> {
  return run(objects.allGatherObject(value));
}

/**
 * The value of rank `src`; what others give does not matter.
 *
 * @throws as `allGatherObject` does
 * @example const folder = await distributed.broadcastObject(name, { src: 0 });
 */
export function broadcastObject<Value>(value: Value, options: { src: number }): Promise<Value> {
  return run(objects.broadcastObject(value, options));
}
