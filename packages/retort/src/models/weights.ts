/** Networks with weights from files: `NAME:FILE`, or a FILE whose architecture is found by its keys. */
import { loadWeights, type nn, safetensorsMetadata, withDevice } from '@retort/torch';
import { notFiniteIn } from '../not-finite.ts';
import type { Classifier } from './anatomy.ts';
import type { ModelOptions } from './options.ts';
import { createModel, models } from './registry.ts';

/** What `NAME:FILE` names: a model with fresh weights, weights whose model is to be found, or both. */
export interface WeightsSpec {
  readonly name: string | null;
  readonly file: string;
}

/** @example parseWeights('resnet20:resnet20.pth') // { name: 'resnet20', file: 'resnet20.pth' } */
export function parseWeights(spec: string): WeightsSpec {
  const colon = spec.indexOf(':');
  return colon > 0 ? { name: spec.slice(0, colon), file: spec.slice(colon + 1) } : { name: null, file: spec };
}

const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, i) => size === b[i]);

type Fit = 'all' | 'but classes' | 'none';

/** Whether weights are those of a model, or would be if it told another number of classes apart. */
function fit(model: Classifier, weights: nn.StateDict): Fit {
  const own = model.stateDict();
  const keys = Object.keys(own);
  if (keys.length !== Object.keys(weights).length) return 'none';
  let result: Fit = 'all';
  for (const key of keys) {
    const [mine, given] = [own[key]?.shape, weights[key]?.shape];
    if (!mine || !given) return 'none';
    if (sameShape(mine, given)) continue;
    const isClassifier = model.anatomy.classifier.some((path) => key.startsWith(`${path}.`));
    if (!isClassifier || !sameShape(mine.slice(1), given.slice(1))) return 'none';
    result = 'but classes';
  }
  return result;
}

/** The one model of the registry that has these keys and shapes. */
function infer(file: string, weights: nn.StateDict, options: ModelOptions): string {
  const fits = Object.keys(models).map((name) => {
    const model = withDevice('meta', () => createModel(name, options));
    return { name, fit: fit(model, weights), layers: String(model) };
  });
  const matches = (['all', 'but classes'] as const)
    .map((wanted) => fits.filter((found) => found.fit === wanted))
    // A network with two names, as DeiT without its token is a ViT, is one network.
    .map((found) =>
      [...Map.groupBy(found, ({ layers }) => layers).values()].map(([{ name } = { name: '' }]) => name),
    )
    .find((names) => names.length > 0);
  const [only, other] = matches ?? [];
  if (only && !other) return only;
  const why = only
    ? `its keys and shapes are those of ${matches?.join(' and of ')}`
    : 'its keys and shapes are those of no model here';
  throw new RangeError(
    `${file} does not say which model its weights are for, and ${why}: write NAME:FILE, e.g. ${only ?? 'resnet20'}:${file}`,
  );
}

/**
 * A network and its weights. A FILE alone is enough where Retort wrote it, which names its model, or where just one model of the registry
 * has its keys and shapes.
 *
 * @param spec  `NAME:FILE`, e.g. `resnet20:resnet20.pth`, or `FILE`
 * @throws RangeError if the model does not exist, or none or several could be meant
 * @throws RangeError if weights are NaN or infinite, which names them
 * @throws TorchError if the file is damaged or does not fit: which keys are missing, unexpected or of another shape
 * @example const { model } = await loadModel('resnet20:resnet20.pth', { classes: 100 });
 */
export async function loadModel(
  spec: string,
  options: ModelOptions,
): Promise<{ readonly name: string; readonly model: Classifier }> {
  const { name: given, file } = parseWeights(spec);
  const weights = await loadWeights(file);
  const written = file.endsWith('.safetensors') ? safetensorsMetadata(file).model : undefined;
  const name = given ?? written ?? infer(file, weights, options);
  const model = createModel(name, options);
  model.loadStateDict(weights);
  const wrong = notFiniteIn(model.stateDict());
  if (wrong !== null) throw new RangeError(`${file} holds weights that are not finite: ${wrong}`);
  return { name, model };
}
