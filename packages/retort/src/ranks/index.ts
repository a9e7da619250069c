/** Several processes that train one student. */
export { RanksError, refuseOtherRanks, refuseOtherWeights } from './agree.ts';
export { gatherBatch, gatherRows, type OfSlice } from './gather.ts';
export { ranksOfGroup } from './group.ts';
export { type Averaging, alone, type Ranks } from './ranks.ts';
export { shareTensors, shareValue } from './share.ts';
