/** Weights from a file of either format. */
import type { Module } from '../nn/module.ts';
import type { StateDict } from '../nn/state-dict.ts';
import { openWeights } from './open-weights.ts';
import type { ReadOptions } from './pth.ts';

export interface LoadWeightsOptions extends ReadOptions {
  /** Whose weights they are: what fits it is chosen, under its keys. */
  readonly model?: Module | undefined;
}

/**
 * The state dict in a file, wherever in it it lies: safetensors, or a file of torch.save, by their content; either in gzip. With a `model`,
 * what stands before the keys is taken off (`module.`, `_orig_mod.`, `model.`, `student.`, … in any order), counts of tools are left aside,
 * and a warning says so; without, only `module.` and `_orig_mod.` before every key. `FILE#key` chooses where several could be meant.
 *
 * @throws TorchError if the file is damaged, holds no state dict, or several that could be meant: these are named with their keys
 * @example model.loadStateDict(await loadWeights('checkpoint.pth', { model }));
 */
export async function loadWeights(file: string, options: LoadWeightsOptions = {}): Promise<StateDict> {
  const { model, onWarning } = options;
  const weights = await openWeights(file, { onWarning });
  return model ? weights.stateDictFor(model.stateDict()) : weights.only();
}
