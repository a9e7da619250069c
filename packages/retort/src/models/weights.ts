/** Networks with weights from files: `NAME:FILE`, or a FILE whose architecture is found by its keys. */
import fs from 'node:fs';
import path from 'node:path';
import {
  type Match,
  type nn,
  openWeights,
  type ReadOptions,
  TorchError,
  type Weights,
  withDevice,
} from '@retort/torch';
import { wrongWeights } from '../not-finite.ts';
import type { Classifier } from './anatomy.ts';
import type { ModelOptions } from './options.ts';
import { createModel, models } from './registry.ts';

/** What `NAME:FILE#KEY` names: a model with fresh weights, weights whose model is to be found, or both. */
export interface WeightsSpec {
  readonly name: string | null;
  readonly file: string;
  /** Which weights in the file; null where it is to say so itself. */
  readonly key: string | null;
}

/** @example parseWeights('resnet20:best.pth#ema') // { name: 'resnet20', file: 'best.pth', key: 'ema' } */
export function parseWeights(spec: string): WeightsSpec {
  const colon = spec.indexOf(':');
  const named = colon > 0 ? spec.slice(colon + 1) : spec;
  const hash = named.lastIndexOf('#');
  return {
    name: colon > 0 ? spec.slice(0, colon) : null,
    file: hash > 0 ? named.slice(0, hash) : named,
    key: hash > 0 ? named.slice(hash + 1) : null,
  };
}

/** The weights of a run folder are its best. */
function fileIn(file: string): string {
  const best = path.join(file, 'best.safetensors');
  return fs.existsSync(best) ? best : file;
}

/** Opens what a spec names. */
export function openSpec({ file, key }: WeightsSpec, options: ReadOptions = {}): Promise<Weights> {
  const whole = key === null ? file : `${file}#${key}`;
  // The `#` may belong to the name.
  return openWeights(
    key === null || fs.existsSync(whole) ? fileIn(whole) : `${fileIn(file)}#${key}`,
    options,
  );
}

const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, i) => size === b[i]);

/** A model of the registry that weights in a file are for. */
export interface FittingModel {
  readonly name: string;
  /** How many the weights tell apart. */
  readonly classes: number;
  readonly match: Match;
}

/** How many classes weights with the keys of a model tell apart; null where their shapes are not its own, but for these. */
function classesOf(model: Classifier, own: nn.StateDict, weights: nn.StateDict): number | null {
  let classes: number | null = null;
  for (const [key, { shape }] of Object.entries(weights)) {
    const mine = own[key]?.shape ?? [];
    const isClassifier = model.anatomy.classifier.some((module) => key.startsWith(`${module}.`));
    if (isClassifier) classes ??= shape[0] ?? null;
    // A counter of batch norm may be of the shape [1], as before PyTorch 0.4.
    if (
      mine.length > 0 &&
      !sameShape(mine, shape) &&
      !(isClassifier && sameShape(mine.slice(1), shape.slice(1)))
    )
      return null;
  }
  return classes;
}

/**
 * The models of the registry that weights in a file are for, by keys (but the counters of batch norm) and shapes; with another number of
 * classes where none has as many as `options` say. A network with two names, as DeiT without its token is a ViT, comes once:
 * models hide none of the settings that they compute with (`weights.test.ts`), so that two that print alike are alike.
 */
export function fittingModels(weights: Weights, options: ModelOptions): FittingModel[] {
  const layers = new Set<string>();
  const fitting = Object.keys(models).flatMap((name) => {
    const model = withDevice('meta', () => createModel(name, options));
    const own = model.stateDict();
    const found = weights.matches(own).flatMap((match) => {
      const classes = classesOf(model, own, match.state);
      return classes === null ? [] : [{ name, classes, match }];
    });
    if (found.length === 0 || layers.has(String(model))) return [];
    layers.add(String(model));
    return found;
  });
  const exact = fitting.filter(({ classes }) => classes === options.classes);
  return exact.length > 0 ? exact : fitting;
}

/** The one model of the registry that has these keys and shapes. */
function infer(weights: Weights, options: ModelOptions): string {
  const { file, instead } = weights;
  if (instead !== null) throw new TorchError(`${file} holds ${instead}`);
  const [only, ...others] = new Set(fittingModels(weights, options).map(({ name }) => name));
  if (only !== undefined && others.length === 0) return only;
  const why =
    only === undefined
      ? 'its keys and shapes are those of no model here'
      : `its keys and shapes are those of ${[only, ...others].join(' and of ')}`;
  throw new RangeError(
    `${file} does not say which model its weights are for, and ${why}: write NAME:FILE, e.g. ${only ?? 'resnet20'}:${file}`,
  );
}

/**
 * A network and its weights. A FILE alone is enough where Retort wrote it, which names its model, or where just one model of the registry
 * has its keys and shapes; a run folder stands for its `best.safetensors`. What stood before the keys, and what was left aside, is a warning.
 *
 * @param spec  `NAME:FILE`, e.g. `resnet20:resnet20.pth`, or `FILE`; `FILE#KEY` chooses among several in a file
 * @throws RangeError if the model does not exist, or none or several could be meant
 * @throws RangeError if weights are NaN or infinite, -inf too, which names them
 * @throws TorchError if the file is damaged or does not fit: which keys are missing, unexpected or of another shape
 * @example const { model } = await loadModel('resnet20:resnet20.pth', { classes: 100 });
 */
export async function loadModel(
  spec: string,
  options: ModelOptions,
  read: ReadOptions = {},
): Promise<{ readonly name: string; readonly model: Classifier }> {
  const parsed = parseWeights(spec);
  const weights = await openSpec(parsed, read);
  const name = parsed.name ?? weights.metadata.model ?? infer(weights, options);
  const model = createModel(name, options);
  const state = weights.stateDictFor(model.stateDict());
  try {
    model.loadStateDict(state);
  } catch (error) {
    if (!(error instanceof TorchError)) throw error;
    throw new TorchError(`${weights.file}: ${error.message}`, undefined, { cause: error });
  }
  const wrong = wrongWeights(model.stateDict());
  if (wrong !== null) throw new RangeError(`${weights.file}: its ${wrong}`);
  return { name, model };
}
