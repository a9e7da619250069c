import type { Tensor } from '@retort/torch';

/** What a network answers, by name: `logits` [B, C] of a classifier. */
export type Outputs = Readonly<Record<string, Tensor>>;
