/** What a network says of texts, by what it was trained for. */
import type { Dataset } from '../data/index.ts';
import {
  type AskOptions,
  EvaluationError,
  type Prediction,
  predict,
  predictLabels,
  predictNumbers,
} from '../evaluate/index.ts';
import { taskSaid } from '../models/index.ts';
import type { LoadedForTexts } from '../recipe/index.ts';
import { UsageError } from './load.ts';

const tasks = ['classification', 'regression', 'multi-label'] as const;

export type TaskName = (typeof tasks)[number];

/** What a network was trained for. @throws UsageError for a task of one's own */
export function taskOf(named: string, { metadata, classes }: LoadedForTexts): TaskName {
  const task = taskSaid(metadata);
  if (task === undefined) return classes === 1 ? 'regression' : 'classification';
  const known = tasks.find((one) => one === task);
  if (known) return known;
  throw new UsageError(
    `${named} was trained for the task ${task}, and what is said here of texts are classes and numbers: \`retort forward\` answers with its outputs`,
  );
}

/** What is said of a text: classes, or a number. */
export type Answer =
  | { readonly classes: readonly (Prediction & { readonly name: string })[] }
  | { readonly number: number };

/** Every sample of data in memory has an answer. */
function whole<Said>(found: readonly (Said | null)[]): Said[] {
  return found.map((said) => {
    if (said === null) throw new EvaluationError('a text was not answered');
    return said;
  });
}

/** What a network says of each sample. @param names  of its classes; numbers where nothing says them */
export async function answersOf(
  network: LoadedForTexts,
  data: Dataset,
  {
    task,
    top,
    names,
    asked,
  }: { task: TaskName; top: number; names: readonly string[] | null; asked: AskOptions },
): Promise<Answer[]> {
  const { model } = network;
  if (task === 'regression')
    return whole(await predictNumbers(model, data, asked)).map((number) => ({ number }));
  const found =
    task === 'multi-label'
      ? await predictLabels(model, data, asked)
      : await predict(model, data, { ...asked, top });
  const named = (one: Prediction) => ({ ...one, name: names?.[one.class] ?? String(one.class) });
  return whole(found).map((classes) => ({ classes: classes.map(named) }));
}
