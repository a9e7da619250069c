/** What the features of one network are worth. */
import type { Rendering, Splits } from '../../data/index.ts';
import { type LoadOptions, weightsMetadata } from '../../models/index.ts';
import { type Probed, probe } from '../../probe/index.ts';
import { specOf } from '../../recipe/index.ts';
import { classification, embedding } from '../../tasks/index.ts';
import type { Progress } from '../progress.ts';
import type { Asked, FeaturesFlags } from './flags.ts';
import { loaded } from './network.ts';
import { sizeFor } from './size.ts';
import type { Source } from './sources.ts';

export interface ProbedNetwork {
  readonly name: string;
  readonly found: Probed;
}

/** One network on the data; what is to be said of it is said. */
export async function probedOn(
  { network, layer }: Source,
  splits: Splits,
  flags: FeaturesFlags,
  asked: Asked,
  { progress, signal }: { readonly progress: Progress; readonly signal: AbortSignal },
): Promise<ProbedNetwork> {
  const read: LoadOptions = {
    onWarning: (text) => progress.line(text),
    report: (what, done, total) => progress.show({ what, done, total }),
  };
  const { file, key } = specOf(network);
  const metadata = file === null ? {} : await weightsMetadata(file, key, read);
  const { name, model, rendering: wanted } = await loaded(network, splits.train, metadata, read);
  const size = await sizeFor(name, metadata, wanted, splits.train);
  if (size) progress.line(size.said);
  const rendering: Rendering | undefined = size ? { ...wanted, ...size.rendering } : wanted;
  const found = await probe(model, splits, {
    task: metadata.task === embedding.name ? embedding : classification,
    ...{ rendering, ...asked, signal, whose: name },
    ...{ layer, seed: flags.seed, seeds: flags.draws },
    ...{ standardise: flags.standardise, temperature: flags.temperature },
    onProgress: (what, done, total) => progress.show({ what, done, total }),
  });
  progress.clear();
  for (const note of found.notes) progress.line(note);
  if (!found.linear.converged)
    progress.line(
      `the linear probe is not at its optimum after ${found.linear.iterations} steps: standardise the features, or take a stronger penalty (--l2)`,
    );
  return { name, found };
}
