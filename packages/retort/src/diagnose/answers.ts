/** What student and teacher say of samples, all of it at once: several diagnoses are made of it. */
import { aten, keep, scope, type Tensor, tensor } from '@retort/torch';
import type { Dataset } from '../data/index.ts';
import { type EvaluateOptions, pass, refuseNone, scored } from '../evaluate/pass.ts';
import type { Outputs } from '../models/index.ts';
import type { Task } from '../tasks/index.ts';
import type { Sides } from './sides.ts';
import { Silence } from './silence.ts';

export interface Answers {
  /** Which of the samples were answered for, in their order: those that are damaged and left out are not. */
  readonly places: readonly number[];
  /** Logits [N, C]. */
  readonly student: Tensor;
  /** The same of the teacher, the mean of several; null where there is none. */
  readonly teacher: Tensor | null;
  readonly withoutTeacher: string | null;
  /** int64 [N]; null where the samples have none. */
  readonly labels: Tensor | null;
  /** The names of the classes. */
  readonly classes: readonly string[];
}

interface AnswersOptions extends Pick<EvaluateOptions, 'onProgress' | 'signal'> {
  readonly task: Task;
  readonly classes: readonly string[] | null;
}

const logitsOf = ({ logits }: Outputs, whose: string): Tensor => {
  if (logits?.dim() === 2) return logits;
  throw new Silence(`${whose} answers no logits of classes`);
};

/** Batches as one tensor, its rows in another order. */
const inOrder = (batches: readonly Tensor[], rows: Int32Array): Tensor =>
  keep(scope(() => aten.cat([...batches], 0).index_select(0, tensor(rows))));

/**
 * Asks both of all samples once, without a gradient.
 *
 * @throws EvaluationError where an answer is none; Silence where there are no logits, or not of the same classes
 */
export async function answersOf(
  { student, teachers, withoutTeacher, renderings }: Sides,
  data: Dataset,
  { task, classes, ...options }: AnswersOptions,
): Promise<Answers> {
  const calling = { training: false, targets: null };
  const ids: number[] = [];
  const said = { student: [] as Tensor[], teacher: [] as Tensor[], labels: [] as Tensor[] };
  const models = [student, ...teachers].map(({ model }) => model);
  await pass(models, data, { ...options, task, renderings }, (batch) => {
    const { inputs, targets } = batch;
    const own = task.run(student.model, inputs.student, calling);
    const logits = logitsOf(
      scored('the student', { task, data }, student.model, inputs.student, own),
      'the student',
    );
    said.student.push(keep(logits.to('float32').clone()));
    if (targets.labels) said.labels.push(keep(targets.labels.clone()));
    ids.push(...batch.ids.toFlatArray().map(Number));
    if (teachers.length === 0) return;
    const theirs = teachers.map(({ model }) =>
      logitsOf(
        scored(
          'the teacher',
          { task, data },
          model,
          inputs.teacher,
          task.run(model, inputs.teacher, calling),
        ),
        'the teacher',
      ),
    );
    const [width, other] = [logits.size(1), theirs.find((one) => one.size(1) !== logits.size(1))?.size(1)];
    if (other !== undefined)
      throw new Silence(
        `the teacher tells ${other} classes apart, the student ${width}: they cannot be compared`,
      );
    said.teacher.push(keep(aten.stack(theirs).mean([0]).to('float32')));
  });
  refuseNone(data, ids.length);
  const order = ids.map((id, place) => ({ id, place })).sort((a, b) => a.id - b.id);
  const rows = Int32Array.from(order, ({ place }) => place);
  const together = (batches: readonly Tensor[]): Tensor | null =>
    batches.length === 0 ? null : inOrder(batches, rows);
  const logits = inOrder(said.student, rows);
  return {
    places: order.map(({ id }) => id),
    student: logits,
    teacher: together(said.teacher),
    withoutTeacher,
    labels: together(said.labels),
    classes: classes ?? Array.from({ length: logits.size(1) }, (_, i) => String(i)),
  };
}
