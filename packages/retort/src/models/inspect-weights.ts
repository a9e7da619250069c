/** What a file of weights or a model folder is, for someone who got it from elsewhere. */
import path from 'node:path';
import {
  type DType,
  entriesOf,
  type FoundStateDict,
  Placeholder,
  type ReadOptions,
  Tensor,
  TorchError,
  type Unpickled,
  UnreadTensor,
  type Weights,
} from '@retort/torch';
import type { Rendering, Report } from '../data/index.ts';
import { countNotFinite, type NotFinite } from '../tensors/not-finite.ts';
import { readFolder } from './hugging-face/index.ts';
import { parseWeightsFile } from './network.ts';
import { backboneOf, backboneText, selfSupervisedIn, stemText } from './self-supervised.ts';
import type { Takes } from './takes.ts';
import { type FittingModel, fittingModels, modelFolder, openFile } from './weights.ts';

/** A tensor of a state dict. */
export interface InspectedTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Elements that are not finite; left out where all are. */
  readonly notFinite?: NotFinite;
}

/** What a model folder says of its network. */
export interface InspectedFolder {
  readonly folder: string;
  /** The class of transformers. */
  readonly name: string;
  readonly modelType: string;
  /** Null where it has no classifier. */
  readonly classes: number | null;
  /** Names of the classes in the order of the logits; null where it has none. */
  readonly labels: readonly string[] | null;
  /** How it wants its images; null where it does not say so. */
  readonly input: Rendering | null;
  /** Images or texts, and of which form. */
  readonly takes: Takes;
}

/** What a file of weights holds. */
export interface Inspection {
  /** Of a folder as transformers writes it; left out of other files. */
  readonly modelFolder?: InspectedFolder;
  readonly file: string;
  /** `safetensors`, `torch.save, zip archive`, `torch.save, legacy format` or `pickle of NumPy's arrays`; `…, in gzip`. */
  readonly format: string;
  /** That of safetensors: text by name. */
  readonly metadata: Readonly<Record<string, string>>;
  /** By the key that chooses it (`FILE#key`), which is empty where the file is the state dict. */
  readonly stateDicts: readonly {
    readonly key: string;
    readonly tensors: Readonly<Record<string, InspectedTensor>>;
    /** Tensors that are not read, and why. */
    readonly unread: Readonly<Record<string, string>>;
  }[];
  /** What it holds in place of a state dict; null where it has one. */
  readonly instead: string | null;
  /** Models of the registry that they are for, with what is taken off the keys and how many of them are left aside; none of a model folder. */
  readonly models: readonly {
    readonly name: string;
    readonly key: string;
    readonly classes: number;
    readonly prefix: string;
    readonly leftAside: number;
  }[];
  /** What a checkpoint of self-supervised training is, e.g. `a MoCo v2 checkpoint: its query encoder is taken; …`; null for any other. Its models have no classifier then. */
  readonly selfSupervised: string | null;
  /** Why its backbone fits none, by its first layer; null where it fits one, or that does not say it. */
  readonly noModel: string | null;
  /** What lies beside the state dicts (an epoch, arguments, an optimizer), described. */
  readonly others: Readonly<Record<string, string>>;
}

function inspected({ key, state, unread }: FoundStateDict): Inspection['stateDicts'][number] {
  const tensors = Object.entries(state).map(([name, tensor]): [string, InspectedTensor] => {
    const found = countNotFinite(tensor);
    return [name, { dtype: tensor.dtype, shape: tensor.shape, ...(found ? { notFinite: found } : {}) }];
  });
  return {
    key,
    tensors: Object.fromEntries(tensors),
    unread: Object.fromEntries(Array.from(unread, ([name, tensor]) => [name, tensor.why])),
  };
}

const cut = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text);

/** A value in a few words. */
function described(value: Unpickled): string {
  if (typeof value === 'string') return cut(JSON.stringify(value));
  if (value instanceof Tensor) return `tensor of ${value.dtype}, [${value.shape.join(', ')}]`;
  if (value instanceof UnreadTensor) return `a tensor that ${value.why}`;
  if (value instanceof Placeholder) {
    const given = value.state.flatMap(entriesOf).map(([key, item]) => `${key} ${brief(item)}`);
    const args = value.args.map(brief);
    return cut([`${value.name}, not run`, [...args, ...given].join(', ')].filter(Boolean).join(': '));
  }
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (value instanceof Set) return `a set of ${value.size}`;
  if (Array.isArray(value))
    return value.length <= 4 ? cut(`[${value.map(brief).join(', ')}]`) : `a list of ${value.length}`;
  if (typeof value !== 'object' || value === null) return String(value);
  const keys = entriesOf(value).map(([key]) => key);
  return keys.length ? cut(`a dictionary: ${keys.join(', ')}`) : 'an empty dictionary';
}

/** One within another. */
const brief = (value: Unpickled): string =>
  typeof value !== 'object' || value === null ? described(value) : '…';

/** What a model folder is. The state dicts of several files are chosen by these files' names. */
async function inspectFolder(folder: string, read: ReadOptions): Promise<Inspection> {
  const { architecture, base, modelType, input, weights, takes, ...said } = readFolder(
    folder,
    read.onWarning,
  );
  const { classes, labels } = base === null ? said : { classes: null, labels: null };
  const name = base ?? architecture;
  const files: Inspection[] = [];
  for (const file of weights) files.push(await inspectFile(path.join(folder, file), null, read, true));
  const [first] = files;
  if (!first) throw new TorchError(`${folder} has no weights`);
  return {
    ...first,
    file: files.length === 1 ? first.file : folder,
    modelFolder: { folder, name, modelType, classes, labels, input, takes },
    stateDicts: files.flatMap(({ file, stateDicts }) =>
      files.length === 1 ? stateDicts : stateDicts.map((found) => ({ ...found, key: path.basename(file) })),
    ),
  };
}

/**
 * Says what a file of weights is, as `retort inspect` does: its format, its state dicts with their tensors, which of these are not finite,
 * the models of the registry that they are for, and what lies beside them; of a model folder also which network it is, and what it wants.
 *
 * @param spec  `FILE`, `FILE#KEY` for a part of it, a model folder, or `hf:OWNER/NAME` of one on the hub
 * @throws TorchError that names the file and says what it is where it holds no weights; HuggingFaceError, HubError
 * @example (await inspectWeights('teacher.pth')).models // [{ name: 'resnet20', key: 'model', classes: 100, prefix: 'module.', leftAside: 0 }]
 */
export async function inspectWeights(
  spec: string,
  { report, ...read }: ReadOptions & { readonly report?: Report } = {},
): Promise<Inspection> {
  const { file, key } = parseWeightsFile(spec);
  const folder = await modelFolder(file, key, { report, ...read });
  return folder === null ? inspectFile(file, key, read) : inspectFolder(folder, read);
}

/** The models of the registry that weights are for, with images in colour or in grey. */
function modelsFor(weights: Weights): Inspection['models'] {
  const found = selfSupervisedIn(weights);
  const of = found ? backboneOf(weights, found) : weights;
  const named = found?.model ? [found.model] : undefined;
  const fit = (channels: number): FittingModel[] =>
    fittingModels(of, { classes: found ? 0 : 100, channels }, { named, orBackbones: true });
  const coloured = fit(3);
  const fitting = coloured.length > 0 ? coloured : fit(1);
  return fitting.map(({ name, classes, match: { key, prefix, left } }) => ({
    ...{ name, key, classes, prefix, leftAside: left.length },
  }));
}

/** @param isOfFolder  whether a config beside it says which network it is for */
async function inspectFile(
  named: string,
  chosen: string | null,
  read: ReadOptions,
  isOfFolder = false,
): Promise<Inspection> {
  const weights = await openFile(named, chosen, read);
  const { file, format, metadata, content, stateDicts, instead } = weights;
  const found = isOfFolder ? null : selfSupervisedIn(weights);
  const models = instead === null && !isOfFolder ? modelsFor(weights) : [];
  const isWithin = (key: string): boolean =>
    stateDicts.some((found) => found.key === key || found.key.startsWith(`${key}.`));
  const isOfOne = (key: string, value: Unpickled): boolean =>
    stateDicts.some(({ state, unread }) => state[key] === value || unread.get(key) === value);
  const others = entriesOf(content).filter(([key, value]) => !isWithin(key) && !isOfOne(key, value));
  return {
    file,
    format,
    metadata,
    stateDicts: stateDicts.map(inspected),
    instead,
    models,
    selfSupervised: found && backboneText(found).replace(/^is /, ''),
    noModel: found && models.length === 0 ? stemText(backboneOf(weights, found)) : null,
    others: Object.fromEntries(others.map(([key, value]) => [key, described(value)])),
  };
}
