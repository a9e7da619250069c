/** Ranks: processes that train together, on libtorch's own c10d. The names are PyTorch's. */
export * as blocking from './blocking.ts';
export type { ReduceOp } from './check.ts';
export { DistributedError } from './errors.ts';
export { getRank, getWorldSize, isInitialized } from './group.ts';
export { destroyProcessGroup, initProcessGroup } from './init.ts';
export type { GroupOptions } from './meeting.ts';
export { allGather, allGatherObject, allReduce, barrier, broadcast, broadcastObject } from './promises.ts';
export { Reducer, type ReducerOptions } from './reducer.ts';
