/** How the splits of an image folder lie in it. */

import path from 'node:path';
import { quoted } from '../../../words/listed.ts';
import { DataError } from '../../dataset.ts';
import { entriesOf } from './listing.ts';

/** Where the folders of classes are, from the root: empty for the root itself. */
export interface Layout {
  /** Null where there is nothing to learn from. */
  readonly train: string | null;
  /** Null where a share is held out of what is learned from. */
  readonly test: string | null;
  /** To choose by, where there is a split to judge by beside it. */
  readonly validation: string | null;
}

const validations = ['val', 'validation'];
const splits = ['train', ...validations, 'test'];

/** Whether a folder has folders of classes: what has the images themselves is a class, called `train` for what it shows. */
async function isSplit(root: string, name: string): Promise<boolean> {
  const { folders } = await entriesOf(path.join(root, name));
  return folders.length > 0;
}

/** @throws DataError where a folder that would be a class has splits itself: what is meant lies in it */
async function refuseSplitsBelow(root: string, folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    const place = path.join(root, folder);
    // One that cannot be read is told of as the class that it would be.
    const below = await entriesOf(place).catch(() => ({ folders: [] as string[] }));
    const found = splits.filter((name) => below.folders.includes(name));
    if (found.includes('train') && found.length > 1)
      throw new DataError(
        `${root} has no folders of classes: ${place} has splits in it, ${quoted(found)}: name ${place} itself as the data`,
      );
  }
}

/**
 * Finds out: `train` with `val`, `validation` or `test` beside it; one of these alone; or classes without splits.
 *
 * @throws DataError where the splits lie a folder further down, `train` has a folder beside it that may be meant as a split, or there are two to choose by
 */
export async function layoutOf(root: string): Promise<Layout> {
  const { folders } = await entriesOf(root);
  const found: string[] = [];
  for (const name of splits) if (folders.includes(name) && (await isSplit(root, name))) found.push(name);
  if (found.length === 0) await refuseSplitsBelow(root, folders);
  if (found.length === 0) return { train: '', test: null, validation: null };
  const train = found.includes('train') ? 'train' : null;
  const [choosing, second] = validations.filter((name) => found.includes(name));
  if (choosing !== undefined && second !== undefined)
    throw new DataError(`${root} has both ${choosing}/ and ${second}/: one of them must go elsewhere`);
  if (found.includes('test')) return { train, test: 'test', validation: choosing ?? null };
  const others = folders.filter((name) => !name.startsWith('.') && !splits.includes(name));
  if (choosing === undefined && others.length > 0)
    throw new DataError(
      `${root} has train/ and no val/, validation/ or test/ with folders of classes beside it, but ${quoted(others)}: call the one that is judged on val, or move it elsewhere`,
    );
  return { train, test: choosing ?? null, validation: null };
}
