/** In which precision networks are run, once it is settled. */
import {
  autocast,
  cudaIsAvailable,
  optim,
  type Precision,
  resolvePrecision,
  scope,
  type Tensor,
} from '@retort/torch';
import type { Outputs } from '../models/index.ts';
import { TrainingError } from './errors.ts';

const precisions = ['fp32', 'bf16', 'fp16'] as const;

/** A precision that `auto` was settled as, or that was asked for. */
export type SettledPrecision = (typeof precisions)[number];

/** Whether a word is one. @example isPrecision('auto') // false */
export const isPrecision = (word: string): word is SettledPrecision =>
  precisions.some((known) => known === word);

/** What the precision that is asked for is on a device. @throws TrainingError for fp16 without a GPU */
export function settlePrecision(precision: Precision | 'fp16', device: 'cpu' | 'cuda'): SettledPrecision {
  // What is measured is the processor.
  if (precision === 'auto' && device === 'cuda') return 'fp32';
  if (precision !== 'fp16') return resolvePrecision(precision);
  if (device !== 'cuda') {
    const why = cudaIsAvailable() ? 'the student is on the CPU' : 'there is none here';
    throw new TrainingError(`fp16 needs a GPU, and ${why}: use fp32, bf16 or auto`, { at: ['precision'] });
  }
  return 'fp16';
}

/** Scales the losses of float16; null where none needs it. */
export const scalerFor = (precision: SettledPrecision): optim.GradScaler | null =>
  precision === 'fp16' ? new optim.GradScaler() : null;

/** As methods see them, whatever the precision that a network is run in; of a network of float64 they stay as they are. */
export function inFloat32(tensors: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [
      name,
      /^b?float16$/.test(tensor.dtype) ? tensor.to('float32') : tensor,
    ]),
  );
}

/** How networks are run in a precision. */
export interface Running {
  /** Runs a body that calls a network. What comes out is float32. */
  run(body: () => Outputs): Outputs;
  /** Whether teachers are compiled. */
  readonly compiles: boolean;
}

export function runningIn(precision: SettledPrecision, device: 'cpu' | 'cuda'): Running {
  const compiles = precision === 'fp32' && device === 'cpu';
  if (precision === 'fp32') return { run: (body) => body(), compiles };
  const dtype = precision === 'bf16' ? 'bfloat16' : 'float16';
  return { run: (body) => scope(() => inFloat32(autocast(dtype, body, device))), compiles };
}
