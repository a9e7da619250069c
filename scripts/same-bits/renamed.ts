/** What logs and results may call otherwise from one commit to another, and what of them is of the moment. */

/** Keys by their whole path, as older commits have it, and the newer name. Extend it with whoever renames. */
const renamed: readonly (readonly [RegExp, string])[] = [
  [/\btrainTop1$/, 'watched.top1'],
  [/\bbestTop1$/, 'best.top1'],
  [/\bimages$/, 'samples'],
  [/^(top1|top5|crossEntropy)$/, 'scores.$1'],
];

/** Speed, place and versions are not of what was computed, nor which score is the headline; older commits know no tasks, and name no classes in weights. */
const dropped =
  /(^|\.)(seconds|imagesPerSecond|samplesPerSecond|headline|metric|task|versions|machine|labels|out|folder|started|ended|host|process)(\.|$)/;

/** Names of tensors in checkpoints: as older commits have it, and the newer name. */
const renamedTensors: readonly (readonly [RegExp, string])[] = [];

/** Whether a line of a log is of a step: older commits have none. */
export const isOfStep = (record: unknown): boolean =>
  typeof record === 'object' && record !== null && 'kind' in record && record.kind === 'step';

/** A recipe in the words of a checkout, by the source of its schema: in older ones `data.train` is `augmentation`. */
export function inWordsOf(schema: string, recipe: Readonly<Record<string, unknown>>): object {
  const { data } = recipe;
  if (!schema.includes('augmentation:') || typeof data !== 'object' || data === null) return recipe;
  if (!('train' in data) || !Array.isArray(data.train)) return recipe;
  const { train, ...rest } = data;
  const [transform] = train;
  const { name: _, ...options } = Object(transform);
  return { ...recipe, data: { ...rest, augmentation: transform === undefined ? 'none' : options } };
}

const by = (table: readonly (readonly [RegExp, string])[], name: string): string =>
  table.reduce((text, [old, now]) => text.replace(old, now), name);

/** The newer name of a tensor in a checkpoint. */
export const tensorName = (name: string): string => by(renamedTensors, name);

/** The numbers and words of a record by their paths, e.g. `losses.kd`, under the newer names. */
export function flattened(record: unknown, at = ''): Map<string, unknown> {
  if (typeof record !== 'object' || record === null)
    return new Map(dropped.test(at) ? [] : [[by(renamed, at), record]]);
  const entries = Object.entries(record).flatMap(([key, value]) => [
    ...flattened(value, at === '' ? key : `${at}.${key}`),
  ]);
  return new Map(entries);
}
