/** torch.nn.functional: what layers compute, and losses. Names, shapes and defaults are PyTorch's; keywords are options. */
export * from './activation.ts';
export * from './attention.ts';
export * from './classification-loss.ts';
export * from './conv.ts';
export * from './divergence.ts';
export * from './dropout.ts';
export * from './embedding.ts';
export * from './grid.ts';
export * from './linear.ts';
export * from './normalization.ts';
export * from './pad.ts';
export * from './pooling.ts';
export type { Reduction, ReductionOptions } from './reduction.ts';
export * from './regression-loss.ts';
export * from './similarity.ts';
export type { Pair } from './size.ts';
export * from './vision.ts';
