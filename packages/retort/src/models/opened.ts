/** A FILE that was opened: a network can be made for its weights, whichever way it says which one. */
import path from 'node:path';
import { type Generator, type nn, type Weights, withGenerator } from '@retort/torch';
import type { OwnModule } from '../own-modules.ts';
import { cut, oneLine } from '../words/shown.ts';
import { anatomyOf, type Classifier } from './anatomy.ts';
import { cureOfBody, partOf } from './bodies.ts';
import { classesTold, isOfClassifier } from './classes.ts';
import { createNetwork } from './create.ts';
import { areOfGroupNorm, dialectOf, FasterRCNN, inOtherDialect } from './detection/index.ts';
import { exportedWeights, HuggingFaceError, networkOf, openFolder } from './hugging-face/index.ts';
import { parseNetwork, sourceText } from './network.ts';
import { compareBeside } from './onnx/index.ts';
import type { ModelOptions } from './options.ts';
import { detectors } from './registry.ts';
import {
  backboneOf,
  backboneText,
  refuseHeadsAlone,
  refuseOtherModel,
  selfSupervisedIn,
} from './self-supervised.ts';
import { type FetchOptions, infer, laidOutFor, modelFolder, type OpenOptions, openFile } from './weights.ts';
import { hasNoClassifier, withoutClassifier } from './without-classifier.ts';

export interface Opened {
  /** What its network is called. */
  readonly name: string;
  /** Where its weights are, for messages. */
  readonly file: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Whether it says itself how many classes its network has, whatever the data has. */
  readonly saysClasses: boolean;
  /** How many classes its weights tell apart. */
  countClasses(): Promise<number>;
  /** The network with fresh weights. @param generator  of these; libtorch's default one where it is left out */
  create(classes: number, generator?: Generator): Promise<nn.Layer>;
  /**
   * The weights by the keys of a network; what does not fit is for `loadStateDict` to say.
   *
   * @param own  the network's state dict, or the part of it that is wanted
   * @param isBeside  which other keys may be there, and are left aside; none where it is left out
   */
  stateFor(model: nn.Layer, own: nn.StateDict, isBeside?: (key: string) => boolean): nn.StateDict;
  /** Whether there are weights by all of these keys of a network, and no others but those beside it. */
  has(model: nn.Layer, own: nn.StateDict, isBeside?: (key: string) => boolean): boolean;
}

/** The size of images that weights say they are for, in the words of a model's options. @throws RangeError where they say how they see them, and it is no JSON */
function sizeSaid({ file, metadata: { input } }: Weights): Pick<ModelOptions, 'imageSize'> {
  if (input === undefined) return {};
  let said: unknown;
  try {
    said = JSON.parse(input);
  } catch (error) {
    throw new RangeError(
      `${file}: the weights say how they want what they see (\`input\` of their metadata) in a way that is none: it must be JSON, as {"size":224}, and is ${oneLine(cut(input))}`,
      { cause: error },
    );
  }
  if (typeof said === 'object' && said !== null && 'size' in said && typeof said.size === 'number')
    return { imageSize: said.size };
  return {};
}

/** @throws RangeError for weights of a detector of the other dialect than the network's that they are to be read into */
function refuseOtherDialect({ file, stateDicts }: Weights, name: string, model: nn.Layer): void {
  if (!(model instanceof FasterRCNN)) return;
  const own = model.settings.name;
  const found = stateDicts.flatMap(({ state }) => dialectOf(state) ?? []);
  const other = found.includes(own) ? undefined : found[0];
  if (other === undefined) return;
  const instead = inOtherDialect(name);
  throw new RangeError(
    `${file} has weights of a detector in ${other}'s dialect, and ${name} is in ${own}'s, with other layers and other numbers: ${instead === null ? `take a network in ${other}'s` : `write ${instead} in its place`}`,
  );
}

/** A network of a config without its classifier, of which all here say where it is. */
const featuresOf = (model: nn.Layer): nn.Layer =>
  anatomyOf(model) ? withoutClassifier(model as Classifier) : model;

const withoutThat = (model: nn.Layer, state: nn.StateDict): nn.StateDict => {
  const isOfIt = isOfClassifier(model);
  return partOf(state, (key) => !isOfIt(key));
};

/** Says what of a file is not as a network has it: a classifier that it is wanted without, positions of images of another size. */
function sayChanged(
  { file, stateDicts }: Weights,
  model: nn.Layer,
  state: nn.StateDict,
  warn: (text: string) => void,
): void {
  const all = stateDicts.flatMap((found) => Object.entries(found.state));
  const has = (path: string) => all.some(([name]) => `.${name}`.includes(`.${path}.`));
  const paths = hasNoClassifier(model) ? (anatomyOf(model)?.classifier ?? []) : [];
  if (paths.some(has))
    warn(`${file}: its classifier is left aside, and its answers are what comes before it`);
  const { pos_embed: positions } = state;
  const given = all.filter(([name]) => `.${name}`.endsWith('.pos_embed')).map(([, { shape }]) => shape[1]);
  const count = positions?.size(1) ?? 0;
  const isOne = given.some((one = 0) => Math.abs(one - count) <= 1);
  if (positions && given.length > 0 && !isOne)
    warn(`${file}: its positions are of ${given[0]} tokens, and were resampled to ${count}`);
}

const inPlaceOf = (source: string | OwnModule): string => `leave out '${sourceText({ source })}'`;

/** A model folder of transformers, which says all itself. */
async function openModelFolder(folder: string, options: ModelOptions, read: FetchOptions): Promise<Opened> {
  const { name, base, classes, metadata, state, create } = await openFolder(folder, options, read);
  return {
    ...{ name, file: folder, metadata, saysClasses: true },
    async countClasses() {
      if (base === null) return classes;
      throw new HuggingFaceError(`${folder} is a ${base}, which has no classifier: ${cureOfBody}`);
    },
    async create(count, generator) {
      const make = () =>
        count === 0 ? withoutClassifier(create({ classes: 1 })) : create({ classes: count });
      return generator ? withGenerator(generator, make) : make();
    },
    stateFor: (model) => (hasNoClassifier(model) ? withoutThat(model, state) : state),
    has: (_, own) => Object.keys(own).every((key) => Object.hasOwn(state, key)),
  };
}

/** What a model of the registry is made with where weights will be read into it. */
function madeForWeights(model: string, { stateDicts }: Weights): Readonly<Record<string, unknown>> {
  if (!Object.hasOwn(detectors, model)) return {};
  const isGroup = stateDicts.some(({ state }) => areOfGroupNorm(state));
  return { pretrained: true, ...(isGroup ? { batchNorm: 'group' } : {}) };
}

/** A file of weights, whose network is that of `source`, of the config in it, or of its keys. */
async function openWeightsFile(
  file: string,
  key: string | null,
  source: string | OwnModule | null,
  options: ModelOptions,
  read: OpenOptions,
): Promise<Opened> {
  const whole = await openFile(file, key, read);
  const found = selfSupervisedIn(whole);
  const weights = found ? backboneOf(whole, found) : whole;
  if (found) read.onWarning?.(`${whole.file} ${backboneText(found)}`);
  const { metadata } = whole;
  const { config, classes: stated, model: said, channels, labels } = metadata;
  // One of somebody's own may be anything.
  if (said === undefined && (source === null || typeof source === 'string')) refuseHeadsAlone(whole);
  if (found && typeof source === 'string') refuseOtherModel(whole, found, source);
  if (labels !== undefined && path.basename(weights.file) === exportedWeights)
    compareBeside(weights.file, labels, read.onWarning ?? (() => {}));
  const made = {
    ...(channels === undefined ? {} : { channels: Number(channels) }),
    ...sizeSaid(weights),
    ...options,
  };
  const opened = {
    ...{ file: weights.file, metadata },
    stateFor(model: nn.Layer, own: nn.StateDict, isBeside?: (key: string) => boolean) {
      const state = laidOutFor(weights, model, own, isBeside).stateDictFor(own, isBeside);
      sayChanged(weights, model, state, read.onWarning ?? (() => {}));
      return state;
    },
    has: (model: nn.Layer, own: nn.StateDict, isBeside?: (key: string) => boolean) =>
      laidOutFor(weights, model, own, isBeside).matches(own, isBeside).length > 0,
  };
  if (config !== undefined) {
    if (source !== null)
      throw new HuggingFaceError(
        `${weights.file} says itself which network it is for, '${said ?? ''}': ${inPlaceOf(source)}`,
      );
    const classes = stated === undefined ? undefined : Number(stated);
    const make = (count?: number) => {
      const made = networkOf(config, count === 0 ? 1 : (count ?? classes), weights.file);
      return count === 0 ? { ...made, model: featuresOf(made.model) } : made;
    };
    return {
      ...opened,
      ...{ name: make().name, saysClasses: true },
      countClasses: async () => classes ?? options.classes,
      create: async (count, generator) =>
        generator ? withGenerator(generator, () => make(count).model) : make(count).model,
    };
  }
  const network =
    source ??
    (said === undefined
      ? infer(weights, made, { found, orBody: read.orBody })
      : (parseNetwork(said).source ?? said)) ??
    '';
  const own = typeof network === 'string' ? madeForWeights(network, weights) : {};
  const create = async (classes: number, generator?: Generator): Promise<nn.Layer> => {
    const model = await createNetwork(network, { ...own, ...made, classes }, generator);
    refuseOtherDialect(weights, sourceText({ source: network }), model);
    return model;
  };
  return {
    ...opened,
    ...{ name: sourceText({ source: network }), saysClasses: false, create },
    async countClasses() {
      const model = await create(options.classes);
      const [laidOut, own] = [laidOutFor(weights, model), model.stateDict()];
      const state = laidOut.matches(own)[0]?.state ?? laidOut.stateDictFor(own);
      return classesTold(model, state) ?? options.classes;
    },
  };
}

/**
 * Opens a FILE: a model folder of transformers, here or on the hub, a file of weights, or a run folder.
 *
 * @param source  the network that it is for; null where it is to say so itself
 * @throws RangeError where it does not, TorchError, HuggingFaceError or HubError for what is damaged, missing or unknown
 */
export async function openNetwork(
  file: string,
  key: string | null,
  source: string | OwnModule | null,
  options: ModelOptions,
  read: OpenOptions,
): Promise<Opened> {
  const folder = await modelFolder(file, key, read);
  if (folder === null) return openWeightsFile(file, key, source, options, read);
  if (source === null) return openModelFolder(folder, options, read);
  throw new HuggingFaceError(`${file} says itself which network it is: ${inPlaceOf(source)}`);
}
