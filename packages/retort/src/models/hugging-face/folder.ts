/** A folder of a network as transformers writes it: config.json, weights, and how it wants its images. */
import path from 'node:path';
import { type nn, openWeights, type ReadOptions } from '@retort/torch';
import type { Rendering } from '../../data/index.ts';
import { listed } from '../../words/listed.ts';
import type { Classifier } from '../anatomy.ts';
import type { ModelOptions } from '../options.ts';
import type { Takes } from '../takes.ts';
import { configOf, describe, type FolderNetwork, readConfig } from './config.ts';
import { HuggingFaceError } from './errors.ts';
import { renamed } from './family.ts';
import { configFile, inputFile, type Names, namesIn, orOnnx, shardsOf, weightFile } from './files.ts';
import { readInput } from './input.ts';

/** What a model folder says of itself. */
export interface ModelFolder extends FolderNetwork {
  readonly folder: string;
  /** How it wants its images; null where it does not say so, or not in a way that can be followed, or takes texts. */
  readonly input: Rendering | null;
  /** The files of its weights. */
  readonly weights: readonly string[];
}

/**
 * The network of a folder, before its weights are looked at.
 *
 * @param names  what the folder has, where not all of it is here
 * @throws HuggingFaceError without a config.json, and as `describe`
 */
export function readFolderConfig(folder: string, names: Names = namesIn(folder)): FolderNetwork {
  if (!names.has(configFile))
    throw new HuggingFaceError(
      `${folder} has no ${configFile}, which says which network its weights are for: put it there, or name a model with a file, as resnet20:${path.join(folder, 'FILE')}`,
    );
  return readConfig(path.join(folder, configFile), orOnnx(names));
}

/**
 * What a model folder says of itself.
 *
 * @throws HuggingFaceError for what is missing, damaged, or not computed here
 * @example readFolder('vit-base-patch16-224').labels?.[0] // 'tench, Tinca tinca'
 */
export function readFolder(folder: string, warn: (text: string) => void = () => {}): ModelFolder {
  const network = readFolderConfig(folder);
  for (const remark of network.remarks) warn(`${folder}: ${remark}`);
  const names = namesIn(folder);
  const weights = shardsOf(path.join(folder, weightFile(names, folder)));
  const missing = weights.filter((name) => !names.has(name));
  if (missing.length > 0)
    throw new HuggingFaceError(
      `${folder} lacks ${listed(missing)} of the ${weights.length} files of its weights`,
    );
  return { ...network, folder, weights, input: inputIn(folder, network, warn) };
}

function inputIn(folder: string, { takes }: FolderNetwork, warn: (text: string) => void): Rendering | null {
  if (takes.kind === 'texts') return null;
  const { imageSize, channels } = takes;
  if (namesIn(folder).has(inputFile)) {
    const { input, remarks } = readInput(path.join(folder, inputFile), channels);
    for (const remark of remarks) warn(remark);
    return input;
  }
  warn(
    `${folder} has no ${inputFile}: images are normalised as the data has them, unless the recipe says otherwise (\`input\`)`,
  );
  return imageSize === null ? null : { size: imageSize };
}

/** The weights of a folder by transformers' keys. @throws TorchError for a file that is damaged */
async function weightsOf({ folder, weights }: ModelFolder, read: ReadOptions): Promise<nn.StateDict> {
  const parts: nn.StateDict[] = [];
  for (const name of weights) parts.push((await openWeights(path.join(folder, name), read)).only());
  return Object.assign({}, ...parts);
}

/** What `metadata` says of a network beside its weights. */
const metadataOf = (found: ModelFolder): Record<string, string> => ({
  ...(found.base === null ? { classes: String(found.classes) } : {}),
  ...(found.takes.kind === 'images' ? { channels: String(found.takes.channels) } : {}),
  config: configOf(found),
  ...(found.labels && found.base === null ? { labels: JSON.stringify(found.labels) } : {}),
  ...(found.input ? { input: JSON.stringify(found.input) } : {}),
});

/** A model folder, opened: its network can be made, and given its weights. */
export interface OpenedFolder {
  /** The class of transformers. */
  readonly name: string;
  /** That of the weights, e.g. `BertModel`, where they have no classifier; else null. */
  readonly base: string | null;
  readonly classes: number;
  readonly labels: readonly string[] | null;
  readonly takes: Takes;
  /** As of a file of weights: `classes`, `channels`, `labels`, `input`, `config`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The weights by the keys of our network. */
  readonly state: nn.StateDict;
  /** Makes it with fresh weights. */
  create(options: Pick<ModelOptions, 'classes'>): Classifier;
}

/**
 * Opens a model folder. Its network is one of ours: its modules have our paths, as `blocks.11`.
 *
 * @param options  `channels` of the data, where they are known: the network must take as many
 * @throws HuggingFaceError for what is missing, or not computed here; TorchError for weights that are damaged
 * @example const { create, classes, state } = await openFolder('vit-base'); create({ classes }).loadStateDict(state);
 */
export async function openFolder(
  folder: string,
  { channels }: Partial<ModelOptions> = {},
  read: ReadOptions = {},
): Promise<OpenedFolder> {
  const warn = read.onWarning ?? (() => {});
  const found = readFolder(folder, warn);
  const { architecture, base, classes, labels, takes } = found;
  if (takes.kind === 'images' && channels !== undefined && channels !== takes.channels)
    throw new HuggingFaceError(
      `${folder} takes images of ${takes.channels} channels (num_channels), and those of the data have ${channels}`,
    );
  const { state, left } = renamed(await weightsOf(found, read), found.family.keys);
  if (left.length > 0)
    warn(`${folder}: weights that a ${architecture} has no place for were left aside: ${listed(left)}`);
  return {
    ...{ name: architecture, base, classes, labels, takes, state },
    metadata: metadataOf(found),
    create: (options) => found.create(options),
  };
}

/**
 * The network that a weights file of ours was made from, with fresh weights.
 *
 * @param config  as the file's metadata has it
 * @throws HuggingFaceError where it is none
 */
export function networkOf(
  config: string,
  classes: number | undefined,
  file: string,
): { name: string; model: nn.Layer } {
  let given: unknown;
  try {
    given = JSON.parse(config);
  } catch {
    given = null;
  }
  const found = describe(given, `the config in ${file}`);
  return { name: found.architecture, model: found.create({ classes: classes ?? found.classes }) };
}
