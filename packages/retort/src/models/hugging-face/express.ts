/** Networks of ours as transformers has them: a config and weights by its keys. */
import { isDeepStrictEqual } from 'node:util';
import { type nn, withDevice } from '@retort/torch';
import { describe } from './config.ts';
import { families } from './families.ts';
import { type Family, named } from './family.ts';

/** A network as transformers has it. */
export interface OfTransformers {
  readonly modelType: string;
  /** The class of transformers, e.g. `ViTForImageClassification`. */
  readonly architecture: string;
  /** What its config says of it, but for classes. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Weights by the keys of transformers 4, which later ones read, too. */
  readonly state: nn.StateDict;
}

const shapesOf = (model: nn.Layer): Record<string, readonly number[]> =>
  Object.fromEntries(Object.entries(model.stateDict()).map(([key, { shape }]) => [key, shape]));

/** Whether a config makes a network again, but for its weights. */
function isOf(
  config: Readonly<Record<string, unknown>>,
  family: Family,
  model: nn.Layer,
  classes: number,
): boolean {
  const made = withDevice('meta', () => describe(config, 'the config').create({ classes }));
  return (
    isDeepStrictEqual(family.express(made), family.express(model)) &&
    isDeepStrictEqual(shapesOf(made), shapesOf(model))
  );
}

/**
 * A network as one of transformers; null where none computes the same. What is written is read again, and must be this network.
 *
 * @param classes  that it tells apart
 * @example ofTransformers(createModel('resnet18', { classes: 10 }), 10)?.modelType // 'resnet'
 */
export function ofTransformers(model: nn.Layer, classes: number): OfTransformers | null {
  for (const [modelType, family] of Object.entries(families)) {
    const expressed = family.express(model);
    if (expressed === null) continue;
    const { architecture, settings } = expressed;
    const config = { model_type: modelType, architectures: [architecture], num_labels: classes, ...settings };
    if (!isOf(config, family, model, classes)) return null;
    return { modelType, architecture, settings, state: named(model.stateDict(), family.names) };
  }
  return null;
}
