/** Where data sets are looked for. */
import path from 'node:path';
import { cacheFolder } from '@retort/torch/setup';

/** `RETORT_DATA`, then `data` and `../shared/data` from here, then the cache. */
export function dataFolders(): string[] {
  const stated = process.env.RETORT_DATA;
  const near = [path.resolve('data'), path.resolve('..', 'shared', 'data')];
  return [...(stated ? [path.resolve(stated)] : near), dataCache()];
}

/** Where downloaded and converted data is kept. */
export function dataCache(): string {
  return path.join(cacheFolder(), 'data');
}
