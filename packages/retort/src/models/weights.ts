/** What a FILE of weights is, and the models of the registry that it is for. */
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
import type { Report } from '../data/index.ts';
import { isHubName } from '../hub/index.ts';
import { anatomyOf, type Classifier } from './anatomy.ts';
import { besideBody, bodiesOf, NoClassifierError } from './bodies.ts';
import { classesTold } from './classes.ts';
import { isDetector } from './detector.ts';
import { exportedWeights, fetchFolder, HuggingFaceError, isModelFolder } from './hugging-face/index.ts';
import { isOnnxFile, saidByRetort } from './onnx/index.ts';
import type { ModelOptions } from './options.ts';
import { createModel, detectors, models } from './registry.ts';
import { type SelfSupervised, stemText } from './self-supervised.ts';
import { smallOfMocoV3 } from './vit.ts';
import { hasNoClassifier, withoutClassifier } from './without-classifier.ts';

/** The weights of a run folder are its best; those of a folder that was exported, of a network that transformers does not have, its student's. */
export function weightsIn(file: string): string {
  const files = ['best.safetensors', exportedWeights].map((name) => path.join(file, name));
  return files.find((found) => fs.existsSync(found)) ?? file;
}

/** @throws TorchError for a run that has no weights yet */
function refuseBegun(folder: string): void {
  if (!fs.existsSync(path.join(folder, 'run.json'))) return;
  if (fs.readdirSync(folder).some((name) => name.endsWith('.safetensors'))) return;
  throw new TorchError(`${folder} is a run without weights yet: none of its epochs has come to its end`);
}

/** Opens the weights of a file, or those in it that a key chooses. @throws what opening it throws; TorchError for a run that has none yet */
export function openFile(file: string, key: string | null, options: ReadOptions = {}): Promise<Weights> {
  const whole = key === null ? file : `${file}#${key}`;
  refuseBegun(file);
  // The `#` may belong to the name.
  return openWeights(
    key === null || fs.existsSync(whole) ? weightsIn(whole) : `${weightsIn(file)}#${key}`,
    options,
  );
}

/** Whether a name in a file, below any modules around it, is of the classifier that a network does not have. */
function isOfMissing(model: nn.Layer, own: nn.StateDict): (name: string) => boolean {
  const paths = anatomyOf(model)?.classifier ?? [];
  const keys = Object.keys(own);
  return (name) =>
    paths.some((path) => name.startsWith(`${path}.`) || name.includes(`.${path}.`)) &&
    !keys.some((key) => name === key || name.endsWith(`.${key}`));
}

/**
 * Weights for a model: as they are where it has their keys, else as it translates them from another layout, where more of its
 * keys are there then. Of a network without its classifier that of the file is left aside.
 *
 * @param own  its state dict, or the part of it that is wanted
 * @param isBeside  which other keys may be there
 */
export function laidOutFor(
  given: Weights,
  model: nn.Layer & Pick<Classifier, 'ownLayout'>,
  own: nn.StateDict = model.stateDict(),
  isBeside?: (name: string) => boolean,
): Weights {
  const weights = hasNoClassifier(model) ? given.without(isOfMissing(model, own)) : given;
  const matching = (some: Weights) => some.matches(own, isBeside);
  const fits = (some: Weights) => matching(some).some(({ sameShapes }) => sameShapes);
  if (!model.ownLayout || fits(weights)) return weights;
  const relaid = weights.relaid((state) => model.ownLayout?.(state) ?? null, own);
  if (fits(relaid)) return relaid;
  if (matching(weights).length > 0) return weights;
  if (matching(relaid).length > 0) return relaid;
  return relaid.lacking(own) < weights.lacking(own) ? relaid : weights;
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
  for (const [key, { shape }] of Object.entries(weights)) {
    const mine = own[key]?.shape ?? [];
    const isClassifier = model.anatomy.classifier.some((module) => key.startsWith(`${module}.`));
    // A counter of batch norm may be of the shape [1], as before PyTorch 0.4.
    if (
      mine.length > 0 &&
      !sameShape(mine, shape) &&
      !(isClassifier && sameShape(mine.slice(1), shape.slice(1)))
    )
      return null;
  }
  return hasNoClassifier(model) ? 0 : classesTold(model, weights);
}

/** Those that weights may be said to be for: not one whose weights are of the shapes of another. */
const inferable = Object.keys(models).filter((name) => name !== smallOfMocoV3);

/** Those that can be made: detectors answer nothing without their classifiers. */
const possible = (named: readonly string[], { classes }: ModelOptions): readonly string[] =>
  classes > 0 ? named : named.filter((name) => !Object.hasOwn(detectors, name));

/** Which models may be meant. */
interface FittingOptions {
  /** By name; all of which weights say it where it is left out. */
  readonly named?: readonly string[] | undefined;
  /** Whether they may lack their classifier, where none has it: they are of 0 classes then. */
  readonly orBackbones?: boolean;
}

/**
 * The models of the registry that weights in a file are for, by keys (but the counters of batch norm) and shapes; with another number of
 * classes where none has as many as `options` say. A network with two names, as DeiT without its token is a ViT, comes once:
 * models hide none of the settings that they compute with (`weights.test.ts`), so that two that print alike are alike.
 */
export function fittingModels(
  weights: Weights,
  options: ModelOptions,
  { named = inferable, orBackbones = false }: FittingOptions = {},
): FittingModel[] {
  const layers = new Set<string>();
  const backbones: FittingModel[] = [];
  const of = (name: string, model: Classifier, isBackbone = false): FittingModel[] => {
    const own = model.stateDict();
    // Pre-training has a projection in the classifier's place, which is left aside where weights are loaded (`modelsWithoutClassifier`).
    const isBeside = isBackbone ? besideBody(own) : undefined;
    const found = laidOutFor(weights, model, own, isBeside)
      .matches(own, isBeside)
      .flatMap((match) => {
        const classes = classesOf(model, own, match.state);
        return classes === null ? [] : [{ name, classes, match }];
      });
    if (found.length === 0 || layers.has(String(model))) return [];
    layers.add(String(model));
    return found;
  };
  const fitting = possible(named, options).flatMap((name) => {
    const model = withDevice('meta', () => createModel(name, options));
    const found = of(name, model);
    if (orBackbones && found.length === 0 && !isDetector(model))
      backbones.push(...of(name, withoutClassifier(model), true));
    return found;
  });
  if (fitting.length === 0) return backbones;
  const exact = fitting.filter(({ classes }) => classes === options.classes);
  return exact.length > 0 ? exact : fitting;
}

/** The models of the registry all of whose weights these are but the classifier's, as after pre-training. */
function modelsWithoutClassifier(
  weights: Weights,
  options: ModelOptions,
  named: readonly string[],
): string[] {
  return possible(named, options).filter((name) => {
    const model = withDevice('meta', () => createModel(name, options));
    // What is left of a detector without its heads is a network of its own, which weights are for.
    const bodies = isDetector(model) ? bodiesOf(model).slice(0, 1) : bodiesOf(model);
    return bodies.some((body) =>
      laidOutFor(weights, model, body, besideBody(body))
        .matches(body, besideBody(body))
        .some(({ sameShapes }) => sameShapes),
    );
  });
}

/** How the one model is looked for. */
interface InferOptions {
  /** What the checkpoint is, where it is one of self-supervised training. */
  readonly found?: SelfSupervised | null;
  /** Whether the weights may lack the classifier. */
  readonly orBody?: boolean | undefined;
}

/** The one model of the registry that has these keys and shapes. @throws RangeError where there is none, or several */
export function infer(
  weights: Weights,
  { classes, channels }: ModelOptions,
  { found = null, orBody = false }: InferOptions = {},
): string {
  const options = { classes, ...(channels === undefined ? {} : { channels }) };
  const { file, instead } = weights;
  if (instead !== null) throw new TorchError(`${file} holds ${instead}`);
  const named = found?.model ? [found.model] : inferable;
  const [only, ...others] = new Set(fittingModels(weights, options, { named }).map(({ name }) => name));
  if (only !== undefined && others.length === 0) return only;
  const [body, ...otherBodies] = only === undefined ? modelsWithoutClassifier(weights, options, named) : [];
  if (body !== undefined && otherBodies.length === 0 && orBody) return body;
  if (body !== undefined) {
    const what = `${file} does not say which model its weights are for, and they are those of ${[body, ...otherBodies].join(' or of ')} but for the classifier: write ${body}:${file}`;
    throw orBody ? new RangeError(what) : new NoClassifierError(`${what}, and `);
  }
  const stem = only === undefined && found ? stemText(weights) : null;
  if (found && stem !== null)
    throw new RangeError(
      `${file} is a ${found.method} checkpoint, whose backbone fits no model here: ${stem}`,
    );
  if (found && only === undefined)
    throw new RangeError(
      `${file} is a ${found.method} checkpoint, whose backbone fits no model here by its keys and shapes: write NAME:FILE, as resnet50:${file}, and it is said which weights it lacks or has beside`,
    );
  const why =
    only === undefined
      ? 'its keys and shapes fit no model here'
      : `its keys and shapes are those of ${[only, ...others].join(' and of ')}`;
  throw new RangeError(
    `${file} does not say which model its weights are for, and ${why}: write NAME:FILE, e.g. ${only ?? 'resnet20'}:${file}`,
  );
}

/** How a FILE is read, and fetched where it is on the hub. */
export interface FetchOptions extends ReadOptions {
  /** Told how far a download is. */
  readonly report?: Report | undefined;
}

/** How a network is opened. */
export interface OpenOptions extends FetchOptions {
  /** Whether a file that does not name its network may be without its classifier. */
  readonly orBody?: boolean | undefined;
}

/** The model folder that a FILE is, or that is fetched for it; null for what is none. */
export async function modelFolder(
  file: string,
  key: string | null,
  { report, onWarning }: FetchOptions,
): Promise<string | null> {
  // The `#` may belong to the name.
  const whole = key === null ? file : `${file}#${key}`;
  if (isHubName(file)) return fetchFolder(whole, { report, onWarning });
  if (isModelFolder(whole)) return whole;
  if (isModelFolder(file))
    throw new HuggingFaceError(
      `${file} is a model folder, whose weights are one state dict: leave out #${key}`,
    );
  return null;
}

/**
 * What a FILE says beside its weights, as safetensors and ONNX files of Retort do; nothing of a model folder, or an ONNX file of another program, where
 * the same words may mean something else.
 *
 * @example (await weightsMetadata('runs/kd', null)).task // 'classification'
 */
export async function weightsMetadata(
  file: string,
  key: string | null,
  read: ReadOptions = {},
): Promise<Readonly<Record<string, string>>> {
  const whole = key === null ? file : `${file}#${key}`;
  if (isHubName(file) || isModelFolder(file) || isModelFolder(whole)) return {};
  return isOnnxFile(file) ? saidByRetort(file) : (await openFile(file, key, read)).metadata;
}
