/** Ranks that meet by libtorch's own c10d. */
import { distributed, noGrad } from '@retort/torch';
import type { Ranks } from './ranks.ts';

const { blocking } = distributed;

/**
 * The ranks of the group that this process is in (`distributed.initProcessGroup`).
 *
 * @throws TorchError without a group
 * @example await distributed.initProcessGroup(); const trainer = new Trainer({ …, ranks: ranksOfGroup() });
 */
export function ranksOfGroup(): Ranks {
  const [rank, count] = [distributed.getRank(), distributed.getWorldSize()];
  return {
    rank,
    count,
    exchange: (value) => blocking.allGatherObject(value),
    sum_: (tensor) => blocking.allReduce(tensor),
    share_(tensors) {
      noGrad(() => {
        for (const tensor of tensors) blocking.broadcast(tensor, { src: 0 });
      });
    },
    gather: (tensors) => blocking.allGatherRows(tensors),
    averaging(parameters) {
      // A method may begin later, or leave the student's own head out.
      const reducer = new distributed.Reducer(parameters, { unused: true });
      return {
        prepare: (losses) => reducer.prepare(losses),
        [Symbol.dispose]: () => reducer[Symbol.dispose](),
      };
    },
  };
}
