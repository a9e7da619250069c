/** Data sets and tasks that a recipe names: ours, or a user's own. */
import {
  checkDataset,
  DataError,
  dataAt,
  datasets,
  isPlaceName,
  type PlaceOptions,
  placeOfData,
  type Report,
  type Splits,
  takesOptions,
} from '../data/index.ts';
import { awaitOwn } from '../own-code.ts';
import { importOwn, type OwnModule, OwnModuleError, ownModuleText, parseOwnModule } from '../own-modules.ts';
import { checkedTask, type Task, tasks } from '../tasks/index.ts';

async function ownData(
  own: OwnModule,
  options: Readonly<Record<string, unknown>>,
  report?: Report,
): Promise<Splits> {
  const where = ownModuleText(own);
  const load = await importOwn(own, 'the data');
  if (typeof load !== 'function')
    throw new OwnModuleError(
      `${where} must be a function that answers { train, test, source }, and is ${typeof load}`,
    );
  const splits = (await awaitOwn(where, OwnModuleError, () => load(options, report))) as
    | Partial<Splits>
    | undefined;
  if (!splits?.train || !splits.test)
    throw new OwnModuleError(
      `${where} must answer { train, test, source }: data sets to learn from and to be judged on`,
    );
  const { train, test, validation, source = where } = splits;
  for (const split of [train, test, ...(validation ? [validation] : [])]) checkDataset(split);
  return { train, test, source, ...(validation ? { validation } : {}) };
}

/** The data set by a name: ours, a folder, or an export of a module. @param onWarning  told of what is not as it should be @throws DataError, OwnModuleError */
export async function dataNamed(
  name: string,
  options: Readonly<Record<string, unknown>> | undefined,
  report?: Report,
  onWarning?: (text: string) => void,
): Promise<Splits> {
  const own = parseOwnModule(name);
  if (own) return ownData(own, options ?? {}, report);
  const load = Object.hasOwn(datasets, name) ? datasets[name] : undefined;
  if (!load && isPlaceName(name))
    return dataAt(placeOfData(name), options as PlaceOptions, report, onWarning);
  if (!load) throw new DataError(`there is no data set '${name}'`);
  if (options && !takesOptions(name))
    throw new DataError(
      `${name} takes no options: places of images and of texts, coco, voc, yolo, STL-10, GLUE and data sets of your own do`,
    );
  return load(report, options, onWarning);
}

const needed = ['targets', 'width', 'run', 'metrics', 'headline', 'misfit', 'unanswered'] as const;

/** The task by a name. @throws OwnModuleError where a module's export is none */
export async function taskNamed(name: string): Promise<Task> {
  const own = parseOwnModule(name);
  if (!own) {
    const found = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
    if (!found) throw new OwnModuleError(`there is no task '${name}'`);
    return found;
  }
  const found = (await importOwn(own, 'the task')) as Partial<Task> | null;
  const missing = needed.filter((key) => typeof found?.[key] !== 'function');
  if (missing.length || typeof found?.name !== 'string')
    throw new OwnModuleError(
      `${ownModuleText(own)} is not a task: it lacks ${[...(typeof found?.name === 'string' ? [] : ['name']), ...missing].join(', ')}`,
    );
  return checkedTask(found as Task, ownModuleText(own));
}
