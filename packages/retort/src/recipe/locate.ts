/** Files of weights that a recipe names, found. */
import fs from 'node:fs';
import path from 'node:path';
import { dataFolders } from '../data/index.ts';
import { parseWeights } from '../models/index.ts';
import type { Path, Problem } from '../problems.ts';
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

/**
 * Finds the files of weights beside the recipe, here, and in the folder `teachers` of the data folders; a `.safetensors` stands in for a `.pth`.
 *
 * @param folderOf  that file names in what is written at a path are relative to
 * @param commandThatMakes  a run's files, by its name and folder
 */
export function locateWeights(
  recipe: Recipe,
  folderOf: (at: Path) => string,
  commandThatMakes: (run: string, out: string, folder: string) => string | null,
): { recipe: Recipe; problems: Problem[] } {
  const problems: Problem[] = [];
  const locate = (spec: string, at: Path, isStudent = false): string => {
    if (isStudent && !spec.includes(':')) return spec;
    const { name, file, key } = parseWeights(spec);
    const placesOf = (file: string): string[] =>
      [
        path.resolve(folderOf(at), file),
        path.resolve(file),
        ...(path.isAbsolute(file) ? [] : dataFolders().map((folder) => path.join(folder, 'teachers', file))),
      ].flatMap((place) => [place, place.replace(/\.pth$/, '.safetensors')]);
    // A `#` may belong to the name of the file or to the key: the longest name is taken under which there is one.
    const whole = key === null ? file : `${file}#${key}`;
    for (let end = whole.length; end > 0; end = whole.lastIndexOf('#', end - 1)) {
      const found = placesOf(whole.slice(0, end)).find((place) => fs.existsSync(place));
      if (found) return `${name === null ? '' : `${name}:`}${found}${whole.slice(end)}`;
    }
    const places = placesOf(file);
    const [seed] = places.flatMap(inSeeds);
    const [, out, run] = /^(.*?([^/]+))\/(?:best|last)\.safetensors$/.exec(file) ?? [];
    const command = run !== undefined && out !== undefined ? commandThatMakes(run, out, folderOf(at)) : null;
    const cures = [
      ...(seed ? [`; there are seeds: name one, as ${name === null ? seed : `${name}:${seed}`}`] : []),
      ...(command && !seed ? [`; this makes it: ${command}`] : []),
    ];
    problems.push({
      at,
      sentence: `there is no file ${file}: it was looked for as ${[...new Set(places)].join(', ')}${cures.join('')}`,
    });
    return spec;
  };
  const { teacher, teachers, student } = recipe;
  return {
    recipe: {
      ...recipe,
      student: locate(student, ['student'], true),
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
