/** Models that are only evaluated, as fast as libtorch lets them be. */
export { roundingTolerance } from './check.ts';
export { Frozen, freeze } from './frozen.ts';
