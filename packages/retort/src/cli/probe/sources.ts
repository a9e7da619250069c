/** The networks that `retort probe` is given. */
import fs from 'node:fs';
import path from 'node:path';
import { networkText, weightsIn, weightsMetadata } from '../../models/index.ts';
import { specOf, type WrittenNetwork } from '../../recipe/index.ts';
import { UsageError } from '../load.ts';
import { runsBelow } from '../run-folders.ts';
import { originOf } from '../run-origin.ts';
import type { FeaturesFlags, ProbedFlags } from './flags.ts';
import { layersFor } from './layers.ts';
import { probedNetwork } from './network.ts';

/** The runs below a folder that is none itself, as the seeds of a recipe are; of anything else what was named. */
export function runsIn(source: string): readonly string[] {
  const isFolder = fs.statSync(source, { throwIfNoEntry: false })?.isDirectory();
  const isNetwork = fs.existsSync(path.join(source, 'config.json'));
  const runs = isFolder && !isNetwork ? runsBelow(source) : [];
  return runs.length > 0 ? runs : [source];
}

/** A network that is to be probed. */
export interface Source {
  /** As the command names it, or as it is found below a folder that is named. */
  readonly source: string;
  /** Whether the command names it; else it may be another program's, or not done. */
  readonly isNamed: boolean;
  readonly network: WrittenNetwork;
  /** Whose output is probed; as the network says it where it is undefined. */
  readonly layer: string | undefined;
}

/** Whether it is one of the seeds of a recipe, which lie in one folder. */
export const isSeed = (source: string): boolean => /^seed-\d+$/.test(path.basename(path.resolve(source)));

/** Where a network's weights lie, by which one that came already is known. */
function placeOf(network: WrittenNetwork): string {
  const spec = specOf(network);
  const { file } = spec;
  return networkText({
    ...spec,
    file: file !== null && fs.existsSync(file) ? fs.realpathSync(weightsIn(file)) : file,
  });
}

/** What is named, and runs below folders that are, each once: a run that came twice would be two of its own seeds. @throws UsageError, RangeError */
function sourcesOf(
  named: readonly string[],
  flags: FeaturesFlags,
  tell: (text: string) => void,
): readonly Source[] {
  const given = named.flatMap((name) => runsIn(name).map((source) => ({ source, name })));
  if (given.length > 1 && flags.weights !== undefined)
    throw new UsageError(
      `--weights ${flags.weights} is of one network, and there are ${given.length}: write NAME:FILE for each, as resnet20:${flags.weights}`,
    );
  const found = new Map<string, Source>();
  for (const { source, name } of given) {
    const network = probedNetwork(source, flags);
    for (const layer of layersFor([source, name], named, flags.layer, tell)) {
      const place = JSON.stringify([placeOf(network), layer]);
      const earlier = found.get(place);
      // As a seed of a recipe it comes into the row of that, in whatever order they are named.
      const called =
        earlier && (isSeed(earlier.source) || !isSeed(source)) ? earlier : { source, network, layer };
      found.set(place, { ...called, isNamed: source === name || earlier?.isNamed === true });
    }
  }
  return [...found.values()];
}

/** Those whose weights can be read, before anything is computed: runs below a folder that have none are told of and left out. @throws for what is named, and where nothing is left */
async function readable(
  all: readonly Source[],
  { data }: ProbedFlags,
  leftOut: (text: string) => void,
): Promise<readonly Source[]> {
  const found: Source[] = [];
  const errors: Error[] = [];
  for (const one of all) {
    const { file, key } = specOf(one.network);
    try {
      if (file !== null) await weightsMetadata(file, key);
      if (data === undefined) originOf(file);
      found.push(one);
    } catch (error) {
      if (one.isNamed || !(error instanceof Error)) throw error;
      errors.push(error);
    }
  }
  const [first] = errors;
  if (found.length === 0 && first) throw first;
  for (const { message } of errors) leftOut(`left out: ${message}`);
  return found;
}

/** The networks of a command, each source by itself; of several their data must be one. @throws UsageError, RangeError, and what reading weights throws */
export async function networksOf(
  named: readonly string[],
  flags: FeaturesFlags,
  leftOut: (text: string) => void,
): Promise<readonly Source[]> {
  const found = await readable(sourcesOf(named, flags, leftOut), flags, leftOut);
  if (flags.data !== undefined) return found;
  const data = found.map(({ network }) => originText(network));
  const other = data.findIndex((text) => text !== data[0]);
  if (other > 0)
    throw new UsageError(
      `--data says on which samples: ${found[0]?.source} ${data[0]}, and ${found[other]?.source} ${data[other]}`,
    );
  return found;
}

/** On what a network was judged, where it is of a run. */
function originText(network: WrittenNetwork): string {
  const data = originOf(specOf(network).file)?.data;
  if (!data) return 'is of no run';
  return `is of a run on ${data.name}${data.options ? ` with ${JSON.stringify(data.options)}` : ''}`;
}
