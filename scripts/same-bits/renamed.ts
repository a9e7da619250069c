/** What logs and results may call otherwise from one commit to another, and what of them is of the moment. */

/** Keys by their whole path, as older commits have it, and the newer name. Extend it with whoever renames. */
const renamed: readonly (readonly [RegExp, string])[] = [[/\btrainTop1$/, 'train.top1']];

/** Speed, place and versions are not of what was computed. */
const dropped =
  /(^|\.)(seconds|imagesPerSecond|versions|machine|out|folder|started|ended|host|process)(\.|$)/;

/** Names of tensors in checkpoints: as older commits have it, and the newer name. */
const renamedTensors: readonly (readonly [RegExp, string])[] = [];

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
