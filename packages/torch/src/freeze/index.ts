/** Models that are only evaluated, as fast as libtorch lets them be. */
export { Frozen, freeze } from './frozen.ts';
