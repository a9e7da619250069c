/** An evaluation tried on a few samples, so that a task that cannot judge says so before anything is trained. */
import { Generator, type nn, scope, withGenerator } from '@retort/torch';
import {
  boxColumns,
  type Dataset,
  fetchColumns,
  fieldOf,
  ignoredAs,
  isOneTensor,
  sequentialBatches,
  subset,
} from '../data/index.ts';
import { classification } from '../tasks/index.ts';
import { EvaluationError } from './errors.ts';
import { headlineOf, refuseUnscored } from './headline.ts';
import { Judge } from './judge.ts';
import { batchSizeFor, type EvaluateOptions, pass } from './pass.ts';

/** Samples that it is tried on. */
const few = 8;

/**
 * Reads until there is a box to be found, which is nearly always among the first.
 *
 * @throws EvaluationError where there is none
 */
async function refuseWithoutBoxes(data: Dataset, field: string): Promise<void> {
  for (const ids of sequentialBatches(data, few)) {
    using fetched = await fetchColumns(data, ids, { standIns: 'any' });
    const boxes = fetched.columns[field];
    if (!boxes || !isOneTensor(boxes)) return;
    const isFound = scope(() => {
      const column = (name: keyof typeof boxColumns) => boxes.select(2, boxColumns[name]);
      return column('class').ge(0).logical_and(column('ignored').eq(ignoredAs.no)).any().item();
    });
    if (isFound) return;
  }
  throw new EvaluationError(
    `${data.name}: not one of its images has a box to be found, crowds and difficult ones aside, so that nothing can be judged: annotate some, or judge by other images`,
  );
}

/**
 * Evaluates a model on the first samples of a split, and looks at nothing but the names of its scores. Changes nothing: neither the model
 * nor what the program draws from.
 *
 * @throws EvaluationError where data with boxes has none to be found, a metric throws or answers no numbers, or the score by which the best weights are chosen is none of them
 */
export async function rehearseEvaluation(
  model: nn.Layer,
  data: Dataset,
  { task = classification, renderings }: Pick<EvaluateOptions, 'task' | 'renderings'> = {},
): Promise<void> {
  const headline = headlineOf(task, data);
  const judge = new Judge(task, data);
  const count = Math.min(few, data.size);
  const first = subset(
    data,
    Int32Array.from({ length: count }, (_, i) => i),
  );
  const batchSize = Math.min(count, await batchSizeFor(first, renderings));
  using generator = new Generator(0);
  let isAnswered = true;
  await pass([model], first, { task, renderings, batchSize }, ({ inputs, targets, ids }) =>
    withGenerator(generator, () => {
      const outputs = task.run(model, inputs.student, { training: false, targets: null });
      // Before it is trained, a network may have no answer.
      isAnswered &&= task.unanswered(outputs) === null;
      if (isAnswered) judge.add(outputs, targets, ids);
    }),
  );
  const names = isAnswered ? judge.names() : null;
  const boxes = fieldOf(data.fields, 'boxes')?.name;
  if (!names && boxes !== undefined) await refuseWithoutBoxes(data, boxes);
  if (names) refuseUnscored(task, headline, names);
}
