/** Optimizers and schedules. */
export { multiStepLR, type OneCycleOptions, oneCycleLR, type Schedule } from './schedule.ts';
export { SGD, type SGDOptions } from './sgd.ts';
