/** Networks with weights from files: of the registry, of one's own, or found by the keys of the weights. */
import fs from 'node:fs';
import path from 'node:path';
import {
  type Generator,
  type Match,
  nn,
  openWeights,
  type ReadOptions,
  TorchError,
  type Weights,
  withDevice,
  withGenerator,
} from '@retort/torch';
import { runOwn } from '../own-code.ts';
import { importOwn, type OwnModule, OwnModuleError, ownModuleText } from '../own-modules.ts';
import { wrongWeights } from '../tensors/not-finite.ts';
import type { Classifier } from './anatomy.ts';
import { type NetworkSpec, parseNetwork, sourceText } from './network.ts';
import { isOnnxFile, type Layout, loadOnnx, OnnxError } from './onnx/index.ts';
import type { ModelOptions } from './options.ts';
import { createModel, models } from './registry.ts';

/** The weights of a run folder are its best. */
function fileIn(file: string): string {
  const best = path.join(file, 'best.safetensors');
  return fs.existsSync(best) ? best : file;
}

/** Opens the weights of a file, or those in it that a key chooses. */
export function openFile(file: string, key: string | null, options: ReadOptions = {}): Promise<Weights> {
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
      ? 'its keys and shapes fit no model here'
      : `its keys and shapes are those of ${[only, ...others].join(' and of ')}`;
  throw new RangeError(
    `${file} does not say which model its weights are for, and ${why}: write NAME:FILE, e.g. ${only ?? 'resnet20'}:${file}`,
  );
}

/** A network of one's own. @throws OwnModuleError where it is none */
function makeOwn(own: OwnModule, create: unknown, options: ModelOptions): nn.Layer {
  const where = ownModuleText(own);
  if (typeof create !== 'function')
    throw new OwnModuleError(`${where} must be a function that makes a network, and is ${typeof create}`);
  const made: unknown = runOwn(where, OwnModuleError, () => create(options));
  if (made instanceof nn.Layer) return made;
  const what = made instanceof Promise ? 'a promise' : made === null ? 'null' : typeof made;
  throw new OwnModuleError(`${where} must make an nn.Layer, and made ${what}`);
}

/**
 * A network with fresh weights.
 *
 * @param generator  of the weights; libtorch's default one where it is left out
 * @throws RangeError with the name that was probably meant; OwnModuleError where a module of one's own makes none
 * @example await createNetwork({ file: './net.ts', name: 'create' }, { classes: 10 })
 */
export async function createNetwork(
  source: string | OwnModule,
  options: ModelOptions,
  generator?: Generator,
): Promise<nn.Layer> {
  const own = typeof source === 'string' ? null : { source, create: await importOwn(source, 'a network') };
  const make = () => (own ? makeOwn(own.source, own.create, options) : createModel(String(source), options));
  return generator ? withGenerator(generator, make) : make();
}

/** How a network is loaded. */
export interface LoadOptions extends ReadOptions {
  /** Of fresh weights; libtorch's default one where it is left out. */
  readonly generator?: Generator | undefined;
  /** Of the input of an ONNX file, where its shape does not show it. */
  readonly layout?: Layout | undefined;
}

/** A network, with what it is called and what its file says of it. */
export interface LoadedModel {
  readonly name: string;
  readonly model: nn.Layer;
  /** Of the file of weights, where that is one of Retort's. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * A network and its weights. A FILE alone is enough where Retort wrote it, which names its model, or where just one model of the registry
 * has its keys and shapes; a run folder stands for its `best.safetensors`. What stood before the keys, and what was left aside, is a warning.
 * An ONNX file is a network itself, whose KEY is the name of its logits.
 *
 * @param spec  `SOURCE[:FILE[#KEY]]`, e.g. `resnet20:resnet20.pth` or `./net.ts#create:best.safetensors`, or `FILE`; without a FILE its weights are fresh
 * @throws RangeError if the model does not exist, or none or several could be meant; OwnModuleError for a module that makes none
 * @throws RangeError if weights are NaN or infinite, -inf too, which names them
 * @throws TorchError if the file is damaged or does not fit: which keys are missing, unexpected or of another shape; OnnxError of an ONNX file
 * @example const { model } = await loadModel('resnet20:resnet20.pth', { classes: 100 });
 */
export async function loadModel(
  spec: string | NetworkSpec,
  options: ModelOptions,
  { generator, layout, ...read }: LoadOptions = {},
): Promise<LoadedModel> {
  const { source, file, key } = typeof spec === 'string' ? parseNetwork(spec) : spec;
  if (file === null) {
    if (source === null) throw new RangeError('a network is named by its model, by its weights, or by both');
    const model = await createNetwork(source, options, generator);
    return { name: sourceText({ source }), model, metadata: {} };
  }
  if (isOnnxFile(file)) {
    if (source !== null)
      throw new OnnxError(
        `${file} is an ONNX file, which is a network itself: leave out ${sourceText({ source })} before it`,
      );
    return loadOnnx(file, options, { output: key, layout, onWarning: read.onWarning });
  }
  const weights = await openFile(file, key, read);
  const { model: said } = weights.metadata;
  const found = source ?? (said === undefined ? infer(weights, options) : parseNetwork(said).source) ?? '';
  const model = await createNetwork(found, options);
  const state = weights.stateDictFor(model.stateDict());
  try {
    model.loadStateDict(state);
  } catch (error) {
    if (!(error instanceof TorchError)) throw error;
    throw new TorchError(`${weights.file}: ${error.message}`, undefined, { cause: error });
  }
  const wrong = wrongWeights(model.stateDict());
  if (wrong !== null) throw new RangeError(`${weights.file}: its ${wrong}`);
  return { name: sourceText({ source: found }), model, metadata: weights.metadata };
}
