/** What ranks do together, waiting where it stands: for what happens within a forward or a step. JavaScript waits at most the time-out. */
import type { Tensor } from '../tensor.ts';
import type { ReduceOp } from './check.ts';
import * as collectives from './collectives.ts';
import { refuseInBetween } from './group.ts';
import * as objects from './objects.ts';
import { type Pending, waiting } from './pending.ts';

function run<Result>(operation: string, work: Pending<Result>): Result {
  refuseInBetween(operation);
  return waiting(work);
}

/** `allReduce`, where it stands. @throws as it rejects @example distributed.blocking.allReduce(counts); */
export function allReduce(tensor: Tensor, options?: { op?: ReduceOp }): void {
  run('allReduce', collectives.allReduce(tensor, options));
}

/** `broadcast`, where it stands. @throws as it rejects @example distributed.blocking.broadcast(weight, { src: 0 }); */
export function broadcast(tensor: Tensor, options: { src: number }): void {
  run('broadcast', collectives.broadcast(tensor, options));
}

/** `allGather`, where it stands. @throws as it rejects @example const [ofRank0] = distributed.blocking.allGather(means); */
export function allGather(tensor: Tensor): Tensor[] {
  return run('allGather', collectives.allGather(tensor));
}

/**
 * Each rank's tensors [n, …], of which only the first size, n, may differ over the ranks, rank by rank. They are compared at once, however many
 * they are. No gradient flows through it, and all that come back lie in one memory.
 *
 * @throws TorchError for a tensor of no dimensions, and as `allGather` rejects
 * @example const labels = cat(distributed.blocking.allGatherRows([own]).map(([rows]) => rows));
 */
export function allGatherRows(tensors: readonly Tensor[]): Tensor[][] {
  return run('allGatherRows', collectives.allGatherRows(tensors));
}

/** `barrier`, where it stands. @throws as it rejects @example distributed.blocking.barrier(); */
export function barrier(): void {
  run('barrier', collectives.barrier());
}

/** `allGatherObject`, where it stands. @throws as it rejects @example distributed.blocking.allGatherObject({ seen: 12 }) */
export function allGatherObject<Value>(value: Value): Value[] {
  return run('allGatherObject', objects.allGatherObject(value));
}

/** `broadcastObject`, where it stands. @throws as it rejects @example distributed.blocking.broadcastObject(seed, { src: 0 }) */
export function broadcastObject<Value>(value: Value, options: { src: number }): Value {
  return run('broadcastObject', objects.broadcastObject(value, options));
}
