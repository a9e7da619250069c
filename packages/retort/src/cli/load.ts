/** Data sets, models and weights from what a command line names. */
import { loadWeights, type nn, safetensorsMetadata } from '@retort/torch';
import { channels, type Dataset, datasets, type Splits } from '../data/index.ts';
import { createModel } from '../models/index.ts';
import type { Progress } from './progress.ts';

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export async function loadData(name: string, progress: Progress): Promise<Splits> {
  const load = Object.hasOwn(datasets, name) ? datasets[name] : undefined;
  if (!load)
    throw new UsageError(`there is no data set '${name}': there are ${Object.keys(datasets).join(', ')}`);
  const splits = await load((what, done, total) => progress.show({ what, done, total }));
  progress.clear();
  return splits;
}

export function createFor(data: Dataset, name: string): nn.Layer {
  return createModel(name, { classes: data.classes.length, channels: channels(data) });
}

export interface Loaded {
  readonly name: string;
  readonly model: nn.Layer;
}

/**
 * A model with weights from `NAME:FILE`, e.g. `resnet20:resnet20.pth`, or from a FILE that Retort wrote, which names its model itself.
 */
export async function loadModel(data: Dataset, spec: string): Promise<Loaded> {
  const colon = spec.indexOf(':');
  const named = colon > 0 ? { name: spec.slice(0, colon), file: spec.slice(colon + 1) } : null;
  const file = named?.file ?? spec;
  const name = named?.name ?? modelIn(file);
  if (!name)
    throw new UsageError(
      `'${spec}' does not say which model its weights are for: write NAME:FILE, e.g. resnet20:${file}`,
    );
  const model = createFor(data, name);
  model.loadStateDict(await loadWeights(file));
  return { name, model };
}

function modelIn(file: string): string | undefined {
  return file.endsWith('.safetensors') ? safetensorsMetadata(file).model : undefined;
}
