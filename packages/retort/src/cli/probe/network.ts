/** The network that is probed. */
import type { Dataset } from '../../data/index.ts';
import type { LoadOptions } from '../../models/index.ts';
import {
  fitsOf,
  type LoadedNetwork,
  loadNetwork,
  locateNetwork,
  type WrittenNetwork,
} from '../../recipe/index.ts';
import { classification } from '../../tasks/index.ts';
import { writtenNetwork } from '../network-flags.ts';
import type { ProbedFlags } from './flags.ts';

/** The network of a command, with its weights. @throws UsageError, RangeError that names it */
export function probedNetwork(source: string, { weights, input }: ProbedFlags): WrittenNetwork {
  return locateNetwork(
    writtenNetwork({
      model: source,
      ...(weights === undefined ? {} : { weights }),
      ...(input === undefined ? {} : { input }),
    }),
  );
}

/** A network that is asked for its features alone. @param metadata  of its weights */
export async function loaded(
  network: WrittenNetwork,
  train: Dataset,
  metadata: Readonly<Record<string, string>>,
  read: LoadOptions,
): Promise<LoadedNetwork> {
  const { task: _, options, ...fits } = fitsOf(classification, train);
  // What it tells apart need not be the data's classes, and one of somebody's own may not show how many they are.
  const stated = metadata.classes === undefined ? {} : { classes: Number(metadata.classes) };
  return loadNetwork(
    'the network',
    network,
    { ...fits, options: { ...options, ...stated }, labels: null },
    { ...read, bodyAlone: true, classesOfWeights: metadata.classes === undefined },
  );
}
