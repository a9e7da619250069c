/** The files that a recipe names, found. */
import fs from 'node:fs';
import path from 'node:path';
import { DataError, dataFolders, datasets, placeOfData, placesOf } from '../data/index.ts';
import { isHubName } from '../hub/index.ts';
import { type NetworkSpec, networkText } from '../models/index.ts';
import { ownModuleText, parseOwnModule } from '../own-modules.ts';
import type { Path, Problem } from '../words/problems.ts';
import { specOf, tokenizerWritten, type WrittenNetwork, withSpec, withTokenizer } from './network.ts';
import type { Recipe } from './schema.ts';

/** The same file in the folders of a run's seeds. */
function inSeeds(file: string): string[] {
  const folder = path.dirname(file);
  if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  const seeds = fs.readdirSync(folder).filter((name) => /^seed-\d+$/.test(name));
  return seeds
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((seed) => path.join(folder, seed, path.basename(file)))
    .filter((found) => fs.existsSync(found));
}

/** Where the parts of a recipe were written, and what makes files that are missing. */
export interface Around {
  /** The folder that file names in what is written at a path are relative to. */
  folderOf(at: Path): string;
  /** The command that makes a run's files, by its name and folder; null where none is known. */
  commandThatMakes(run: string, out: string, folder: string): string | null;
}

/** A module of one's own, found beside the recipe; other names stay. */
function locateOwn(text: string, folder: string): string {
  const own = parseOwnModule(text);
  return own ? ownModuleText({ ...own, file: path.resolve(folder, own.file) }) : text;
}

/** A folder of data, found from the recipe; other names stay. @throws DataError */
function locateData(name: string, folder: string): string {
  if (Object.hasOwn(datasets, name)) return name;
  return parseOwnModule(name) ? locateOwn(name, folder) : placeOfData(name, folder);
}

/** Where a file of weights is looked for: from a folder, from here, and in the folder `teachers` of the data folders. */
const placesOfWeights = (file: string, folder: string): string[] =>
  [
    path.resolve(folder, file),
    path.resolve(file),
    ...(path.isAbsolute(file) ? [] : dataFolders().map((data) => path.join(data, 'teachers', file))),
  ].flatMap((place) => [place, place.replace(/\.pth$/, '.safetensors')]);

/** A network with its file of weights where it is; null where it is not there. A `#` may belong to the name of the file or to the key: the longest name is taken under which there is one. */
function withWeightsFound(spec: NetworkSpec, folder: string): NetworkSpec | null {
  const { file, key } = spec;
  if (file === null || isHubName(file)) return spec;
  const whole = key === null ? file : `${file}#${key}`;
  for (let end = whole.length; end > 0; end = whole.lastIndexOf('#', end - 1)) {
    const found = placesOfWeights(whole.slice(0, end), folder).find((place) => fs.existsSync(place));
    if (found) return { ...spec, file: found, key: whole.slice(end + 1) || null };
  }
  return null;
}

const lookedFor = (file: string, folder: string): string =>
  `there is no file ${file}: it was looked for as ${[...new Set(placesOfWeights(file, folder))].join(', ')}`;

/**
 * A network that was named on a command line, its weights found as those of recipes are.
 *
 * @throws RangeError with where they were looked for
 */
export function locateNetwork(network: WrittenNetwork): WrittenNetwork {
  const spec = specOf(network);
  const found = withWeightsFound(spec, '.');
  if (found === null) throw new RangeError(lookedFor(spec.file ?? '', '.'));
  const isAsWritten = found.key === spec.key && found.file === path.resolve(spec.file ?? '');
  return isAsWritten || spec.file === null ? network : withSpec(network, found);
}

/**
 * Finds the files that a recipe names: modules and folders of data beside it, weights beside it, here, and in the folder `teachers` of the data folders; a
 * `.safetensors` stands in for a `.pth`.
 */
export function locateFiles(
  recipe: Recipe,
  { folderOf, commandThatMakes }: Around,
): { recipe: Recipe; problems: Problem[] } {
  const problems: Problem[] = [];
  const locateWeights = (spec: NetworkSpec, at: Path): NetworkSpec => {
    const found = withWeightsFound(spec, folderOf(at));
    if (found !== null) return found;
    const file = spec.file ?? '';
    const places = placesOfWeights(file, folderOf(at));
    const [seed] = places.flatMap(inSeeds);
    const [, out, run] = /^(.*?([^/]+))\/(?:best|last)\.safetensors$/.exec(file) ?? [];
    const command = run !== undefined && out !== undefined ? commandThatMakes(run, out, folderOf(at)) : null;
    const cures = [
      ...(seed ? [`; there are seeds: name one, as ${networkText({ ...spec, file: seed })}`] : []),
      ...(command && !seed ? [`; this makes it: ${command}`] : []),
    ];
    problems.push({
      at,
      sentence: `${lookedFor(file, folderOf(at))}${cures.join('')}`,
    });
    return spec;
  };
  const locate = (network: WrittenNetwork, at: Path): WrittenNetwork => {
    const spec = locateWeights(specOf(network), at);
    const { source } = spec;
    const found = locateTokenizer(network, at);
    if (source === null || typeof source === 'string') return withSpec(found, spec);
    const file = path.resolve(folderOf(at), source.file);
    return withSpec(found, { ...spec, source: { ...source, file } });
  };
  const locateTokenizer = (network: WrittenNetwork, at: Path): WrittenNetwork => {
    const tokenizer = tokenizerWritten(network);
    if (tokenizer === undefined) return network;
    const inside = [...at, 'input', 'tokenizer'];
    const place = placesOf(tokenizer, folderOf(inside)).find((one) => fs.existsSync(one));
    if (place !== undefined) return withTokenizer(network, place);
    const sentence = `there is no ${tokenizer}: it was looked for as ${placesOf(tokenizer, folderOf(inside)).join(', ')}`;
    problems.push({ at: inside, sentence });
    return network;
  };
  const { task, data, teacher, teachers, student } = recipe;
  const locatedData = (): string => {
    const at = ['data', 'name'];
    try {
      return locateData(data.name, folderOf(at));
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      problems.push({ at, sentence: error.message });
      return data.name;
    }
  };
  return {
    recipe: {
      ...recipe,
      ...(task === undefined ? {} : { task: locateOwn(task, folderOf(['task'])) }),
      data: { ...data, name: locatedData() },
      student: locate(student, ['student']),
      ...(teacher === undefined ? {} : { teacher: locate(teacher, ['teacher']) }),
      ...(teachers === undefined
        ? {}
        : {
            teachers: Object.fromEntries(
              Object.entries(teachers).map(([name, spec]) => [name, locate(spec, ['teachers', name])]),
            ),
          }),
    },
    problems,
  };
}
