/** By which metrics a task is judged: those that data or a recipe name, and its own. */
import { DataError, type Dataset } from '../data/index.ts';
import { type Judged, type MetricName, metrics, type NamedMetric } from '../metrics/index.ts';
import { quoted } from '../words/listed.ts';
import { unknown } from '../words/unknown.ts';
import type { Task } from './task.ts';

const metricNamed = (name: string): NamedMetric | undefined =>
  Object.hasOwn(metrics, name) ? metrics[name as MetricName] : undefined;

/** A sentence for the first name that is none of those that a task can be judged by; null where all are. */
const stranger = (task: string, known: readonly string[], named: readonly string[]): string | null => {
  const name = named.find((one) => !known.includes(one));
  return name === undefined ? null : unknown(`metric of the task ${task}`, name, known);
};

/** A task's part that judges. */
type Judging = Required<Pick<Task, 'judgedBy' | 'metrics' | 'headline'>>;

/**
 * How a task is judged that is judged by named metrics: by those that are named, in their order, or else by those of the data, and then by its own; not at all
 * where samples have nothing to be judged by. Names that are none of the task's, or of another number of classes, are a DataError.
 *
 * @param judged  what samples have
 * @param own  by what it is judged where nothing is named, and beside what is
 * @param widthOf  how many classes, or numbers, some data has; null where its samples have none
 */
export function judging(
  task: string,
  judged: Judged,
  own: readonly [MetricName, ...MetricName[]],
  widthOf: (data: Dataset) => number | null,
): Judging {
  const judgedBy = Object.keys(metrics).filter((name) => metricNamed(name)?.of[judged]);
  const checked = (
    data: Dataset,
    classes: number,
    named: readonly string[] = data.metrics ?? [],
  ): readonly string[] => {
    const wrong = stranger(task, judgedBy, named);
    if (wrong !== null) throw new DataError(`${data.name}: ${wrong}`);
    for (const name of named) {
      const only = metricNamed(name)?.only;
      if (only && only.classes !== classes)
        throw new DataError(
          `${data.name}: the metric ${name} is of ${only.classes} classes, and there are ${classes}: take ${only.instead}`,
        );
    }
    return named;
  };
  return {
    judgedBy,
    metrics(data, named) {
      const classes = widthOf(data);
      if (classes === null) return [];
      const all = [...checked(data, classes, named), ...own];
      const makers = new Set(all.map((name) => metricNamed(name)?.of[judged]));
      return [...makers].flatMap((create) => create?.(classes) ?? []);
    },
    headline(data, named) {
      const classes = widthOf(data);
      if (classes === null) return null;
      const [metric = own[0]] = checked(data, classes, named);
      return { metric, better: metricNamed(metric)?.better ?? 'higher' };
    },
  };
}

/** Of tasks that are judged by what was named, those that they are otherwise. */
const otherwise = new WeakMap<Task, Task>();

/** A task as it is when nothing is named to judge it by. */
export const judgedByDefault = (task: Task): Task => otherwise.get(task) ?? task;

/**
 * The same task, judged by what is named in place of what its data names; the first is the headline.
 *
 * @throws RangeError for names that are none of the task's
 * @example judgedBy(classification, ['matthews'])
 */
export function judgedBy(task: Task, named: readonly string[]): Task {
  if (!task.judgedBy)
    throw new RangeError(
      `the task ${task.name} has metrics of its own, and is judged by no others: leave out ${quoted(named)}`,
    );
  const wrong = stranger(task.name, task.judgedBy, named);
  if (wrong !== null) throw new RangeError(wrong);
  const judged: Task = {
    ...task,
    metrics: (data) => task.metrics(data, named),
    headline: (data) => task.headline(data, named),
  };
  otherwise.set(judged, judgedByDefault(task));
  return judged;
}
