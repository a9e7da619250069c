/** What a model computes, as a graph of operator calls: for those who make something else of it. */
export { Callers } from './callers.ts';
export { foldBatchNorms } from './fold.ts';
export { constantOf, type Graph, type Node, type Operand, Value, valuesOf } from './graph.ts';
export { namesOf } from './names.ts';
export { isConstant, withoutChanges, withoutDead } from './simplify.ts';
export { type Trace, trace } from './trace.ts';
