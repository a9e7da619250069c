/** Classes out of labels as tables and tars have them: names or numbers, by image. */
import { listed, quoted } from '../../words/listed.ts';
import { DataError } from '../dataset.ts';
import { byCodePoints, checkNames } from './image-folder/listing.ts';
import type { Labels, What } from './labels.ts';

/** Images of a split, before their labels are classes. */
export interface Labelled {
  /** The file or folder, for messages. */
  readonly from: string;
  /** Of each image, as it is written; null where it has none. */
  readonly labels: readonly (string | null)[];
  /** Where an image was named, for messages. */
  where(image: number): string;
}

/** The same labels, each text once in memory. */
export function interned(labels: readonly (string | null)[]): (string | null)[] {
  const known = new Map<string, string>();
  return labels.map((label) => {
    if (label === null) return null;
    const first = known.get(label) ?? label;
    known.set(label, first);
    return first;
  });
}

const isNumber = (label: string): boolean => /^(0|[1-9]\d*)$/.test(label);

/** Numbers beyond are no classes, but something else in the column. */
const mostClasses = 1_000_000;

/** A class is one for all: by its name, or by its number where all are numbers. */
function classesIn(splits: readonly Labelled[]): readonly string[] {
  const first = new Map<string, string>();
  for (const { labels, where } of splits)
    for (const [i, label] of labels.entries())
      if (label !== null && !first.has(label)) first.set(label, where(i));
  const names = [...first.keys()];
  if (!names.every(isNumber)) return byCodePoints(names);
  const largest = names.reduce((most, name) => (Number(name) > Number(most) ? name : most), '0');
  if (Number(largest) >= mostClasses)
    throw new DataError(
      `${first.get(largest)}: ${largest} is no number of a class: they are counted from 0, and there are fewer than ${mostClasses.toLocaleString('en-US')}`,
    );
  return Array.from({ length: Number(largest) + 1 }, (_, i) => String(i));
}

/** @throws DataError for a class that only one of two splits has */
function compareSplits(one: Labelled, other: Labelled, what: What): void {
  const seen = new Set(other.labels);
  const only = new Map<string, number>();
  for (const [i, label] of one.labels.entries())
    if (label !== null && !seen.has(label) && !only.has(label)) only.set(label, i);
  const [[label, image] = ['', 0]] = only;
  if (only.size > 0)
    throw new DataError(
      `${one.where(image)}: no ${what} of ${other.from} is of the class ${quoted([label])}${only.size > 1 ? `, nor of ${quoted([...only.keys()].slice(1))}` : ''}: splits must have the same classes, or the option \`classes\` say all`,
    );
}

/**
 * The classes of all splits, and each image's.
 *
 * @param said  all classes by number, where an option names them; labels are their names then, or their numbers
 * @param warn  told of numbers that no image has
 * @param what  what samples are
 * @returns null for a split without labels
 * @throws DataError for images without a label beside others that have one, for classes that only one split has, and for labels that are none of those said
 */
export function classed(
  splits: readonly Labelled[],
  said: readonly string[] | null,
  warn: (text: string) => void,
  what: What = 'image',
): (Labels | null)[] {
  const labelled = splits.filter(({ labels }) => labels.some((label) => label !== null));
  for (const { labels, where } of labelled) {
    const without = labels.indexOf(null);
    if (without >= 0)
      throw new DataError(
        `${where(without)}: there is no label, and other ${what}s of this split have one: give it one, or leave it out`,
      );
  }
  const classes = said ?? classesIn(labelled);
  if (!said) {
    for (const one of labelled)
      for (const other of labelled) if (one !== other) compareSplits(one, other, what);
    if (labelled[0]) checkNames(labelled[0].from, classes);
    const seen = new Set(labelled.flatMap(({ labels }) => [...new Set(labels)]));
    const unseen = classes.filter((name) => !seen.has(name));
    if (unseen.length > 0)
      warn(
        `${labelled[0]?.from}: labels are taken for numbers of classes counted from 0, and no ${what} is of ${listed(unseen, 5)}`,
      );
  }
  const numbers = new Map(classes.map((name, i) => [name, i]));
  return splits.map((split) => {
    if (!labelled.includes(split)) return null;
    const { labels, where } = split;
    return {
      classes,
      numbers: Int32Array.from(labels, (label, i) => {
        const named = numbers.get(label ?? '');
        if (named !== undefined) return named;
        if (label !== null && isNumber(label) && Number(label) < classes.length) return Number(label);
        throw new DataError(
          `${where(i)}: ${quoted([label ?? ''])} is none of the ${classes.length.toLocaleString('en-US')} classes that \`classes\` says, by name or by number`,
        );
      }),
    };
  });
}
