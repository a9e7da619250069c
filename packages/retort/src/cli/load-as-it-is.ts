/** Networks as their weights are. */
import { NoClassifierError } from '../models/index.ts';
import { type LoadAloneOptions, type LoadedAlone, loadAlone, type WrittenNetwork } from '../recipe/index.ts';

/** A network without data, and without a classifier where its weights have none. @throws what `loadAlone` throws */
export async function loadAsItIs(network: WrittenNetwork, options: LoadAloneOptions): Promise<LoadedAlone> {
  try {
    return await loadAlone(network, options);
  } catch (error) {
    if (!(error instanceof NoClassifierError)) throw error;
    return loadAlone(network, { ...options, withoutClassifier: true });
  }
}
