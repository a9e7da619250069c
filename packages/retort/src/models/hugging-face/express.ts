/** Networks of ours as transformers has them: a config and weights by its keys. */
import { isDeepStrictEqual } from 'node:util';
import {
  arange,
  Generator,
  type nn,
  noGrad,
  rand,
  randint,
  scope,
  type Tensor,
  tensor,
  withDevice,
  withGenerator,
} from '@retort/torch';
import { inEvaluation } from '../../tensors/modes.ts';
import type { Takes, TakesTexts } from '../takes.ts';
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

/** How far answers of the same network may be apart, of the largest of them. */
const tolerance = 1e-4;

const drawnImages = (images: readonly number[], generator: Generator): Tensor =>
  rand([2, ...images], { generator })
    .mul(4)
    .sub(2);

/** Two texts, of which the second is half as long: tokens, mask and types. */
function drawnTexts({ vocabulary, positions, types }: TakesTexts, generator: Generator): readonly Tensor[] {
  const length = Math.min(Math.ceil(positions / 2), 16);
  const mask = arange(0, length).lt(tensor([[length], [Math.ceil(length / 2)]]));
  const drawn = (below: number) => randint(0, below, [2, length], { generator });
  return [drawn(vocabulary), mask, drawn(types)];
}

const ask = (network: nn.Layer, inputs: readonly Tensor[]): Tensor =>
  (network as { forward(...inputs: Tensor[]): Tensor }).forward(...inputs);

/** Whether two networks answer alike: what was changed in one of them by hand, as an epsilon or a stride, is in no key and no shape. */
function answerAlike(made: nn.Layer, model: nn.Layer, takes: Takes, images: readonly number[]): boolean {
  using _ = inEvaluation(model);
  using generator = new Generator(0);
  made.eval();
  return scope(() =>
    noGrad(() => {
      const inputs = takes.kind === 'texts' ? drawnTexts(takes, generator) : [drawnImages(images, generator)];
      const [one, other] = [made, model].map((network) => ask(network, inputs));
      if (!one || !other || !isDeepStrictEqual(one.shape, other.shape)) return false;
      const largest = Number(other.abs().max().item());
      return Number(one.sub(other).abs().max().item()) <= tolerance * largest;
    }),
  );
}

/** Whether a config makes a network again, but for its weights. */
function isOf(
  config: Readonly<Record<string, unknown>>,
  family: Family,
  model: nn.Layer,
  classes: number,
  images: readonly number[],
): boolean {
  const { takes, create } = describe(config, 'the config');
  const make = () => create({ classes });
  const shaped = withDevice('meta', make);
  if (
    !isDeepStrictEqual(family.express(shaped), family.express(model)) ||
    !isDeepStrictEqual(shapesOf(shaped), shapesOf(model))
  )
    return false;
  return scope(() => {
    using generator = new Generator(0);
    const made = withGenerator(generator, make);
    made.loadStateDict(model.stateDict());
    return answerAlike(made, model, takes, images);
  });
}

/**
 * A network as one of transformers; null where none computes the same. What is written is read again, and must be this network.
 *
 * @param classes  that it tells apart
 * @param images  channels, height and width of one, of which both are asked; empty for a network of texts
 * @example ofTransformers(createModel('resnet18', { classes: 10 }), 10, [3, 64, 64])?.modelType // 'resnet'
 */
export function ofTransformers(
  model: nn.Layer,
  classes: number,
  images: readonly [channels: number, height: number, width: number] | readonly [],
): OfTransformers | null {
  for (const [modelType, family] of Object.entries(families)) {
    const expressed = family.express(model);
    if (expressed === null) continue;
    const { architecture, settings } = expressed;
    const config = { model_type: modelType, architectures: [architecture], num_labels: classes, ...settings };
    if (!isOf(config, family, model, classes, images)) return null;
    return { modelType, architecture, settings, state: named(model.stateDict(), family.names) };
  }
  return null;
}
