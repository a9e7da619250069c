/** How curves are shown, of whatever run. */
import { kept } from './kept.ts';

export const smoothing = kept<number>('smoothing', 0);
export const isLog = kept<boolean>('log', false);
