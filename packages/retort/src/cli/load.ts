/** Data sets from what a command line names. */
import { datasets, type Splits } from '../data/index.ts';
import { unknown } from '../unknown.ts';
import type { Progress } from './progress.ts';

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export async function loadData(name: string, progress: Progress): Promise<Splits> {
  const load = Object.hasOwn(datasets, name) ? datasets[name] : undefined;
  if (!load) throw new UsageError(unknown('data set', name, Object.keys(datasets)));
  const splits = await load((what, done, total) => progress.show({ what, done, total }));
  progress.clear();
  return splits;
}
