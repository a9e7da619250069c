/** Data sets and tasks from what a command line names. */
import { datasets, isPlaceName, type Splits } from '../data/index.ts';
import { parseOwnModule } from '../own-modules.ts';
import { dataNamed, taskNamed } from '../recipe/index.ts';
import { type Task, tasks } from '../tasks/index.ts';
import { unknown } from '../words/unknown.ts';
import type { Progress } from './progress.ts';
import { UsageError } from './usage-error.ts';

export { UsageError };

/** @throws UsageError with the name that was probably meant */
function refuseUnknown(what: string, name: string, known: object): void {
  if (!Object.hasOwn(known, name) && !parseOwnModule(name))
    throw new UsageError(
      `${unknown(what, name, Object.keys(known))}, ${what === 'data set' ? 'a folder of images as ./FOLDER, a table of them or of texts, or tars, ' : ''}or one of your own as ./FILE.ts#NAME`,
    );
}

export async function loadData(
  name: string,
  progress: Progress,
  options?: Readonly<Record<string, unknown>>,
): Promise<Splits> {
  if (!isPlaceName(name)) refuseUnknown('data set', name, datasets);
  const splits = await dataNamed(
    name,
    options,
    (what, done, total) => progress.show({ what, done, total }),
    (text) => progress.line(text),
  );
  progress.clear();
  return splits;
}

export async function loadTask(name: string): Promise<Task> {
  refuseUnknown('task', name, tasks);
  return taskNamed(name);
}
