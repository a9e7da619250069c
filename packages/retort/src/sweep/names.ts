/** What cells are called: readable, safe as folders, and the same each time. */
import { createHash } from 'node:crypto';

/** What of a value shows in a name. */
const longest = 40;

/** Text as a part of a folder's name. @example folderPart('resnet8:runs/t') // 'resnet8-runs-t' */
export const folderPart = (text: string): string =>
  text
    .replaceAll(/[^\w.+-]+/g, '-')
    .slice(0, longest)
    .replaceAll(/^-+(?!\d)|-+$/g, '');

/**
 * Keys by as much of their ends as tells them apart.
 *
 * @example shortKeys(['stages.0.optimizer.lr', 'data.options.lr', 'batchSize']).get('batchSize') // 'batchSize'; the others are 'optimizer.lr', 'options.lr'
 */
export function shortKeys(keys: readonly string[]): Map<string, string> {
  const end = (key: string, parts: number): string => key.split('.').slice(-parts).join('.');
  return new Map(
    keys.map((key) => {
      const lengths = key.split('.').map((_, i) => i + 1);
      const enough = lengths.find((n) =>
        keys.every((other) => other === key || end(other, n) !== end(key, n)),
      );
      return [key, end(key, enough ?? lengths.length)];
    }),
  );
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

/**
 * A name that is valid on a cluster, and another for every folder: a label of RFC 1123, of at most 63 lower-case letters, digits and dashes.
 *
 * @param of  what it is to be unique for, as a folder's path
 * @example jobName('KD_lr=0.1', '/work/runs/kd') // 'kd-lr-0-1-' and eight digits of a checksum
 */
export function jobName(name: string, of: string): string {
  const readable = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[^a-z]+/g, '')
    .slice(0, 54)
    .replaceAll(/-+$/g, '');
  return `${readable || 'sweep'}-${hashOf(of)}`;
}
