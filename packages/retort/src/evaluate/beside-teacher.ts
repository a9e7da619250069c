/** How good a student is beside its teacher, where the data says nothing of it. */
import type { nn } from '@retort/torch';
import type { Dataset } from '../data/index.ts';
import type { Headline } from '../headline.ts';
import type { Scores } from '../metrics/index.ts';
import { classification, type Task } from '../tasks/index.ts';
import { headlineOf } from './headline.ts';
import { type EvaluateOptions, pass, refuseNone, scored } from './pass.ts';

/** The score by which a student is chosen: the task's, or else one beside its teacher, where it has one; null where nothing tells. @throws as `headlineOf` */
export const chosenBy = (task: Task, data: Dataset, hasTeacher: boolean): Headline | null =>
  headlineOf(task, data) ?? (hasTeacher ? headlineBeside(task, data) : null);

/** The score by which a student is chosen beside its teacher; null where the data judges it, or the task says none. */
const headlineBeside = (task: Task, data: Dataset): Headline | null =>
  task.headline(data) === null ? (task.beside?.(data)?.headline ?? null) : null;

/**
 * Scores of a student beside its teacher on a split; none where the task says none. Of several ranks each looks at all samples.
 *
 * @param options  `renderings`: as each of the two wants its images
 * @throws EvaluationError where a sample's answer is NaN or infinite
 * @throws the signal's reason if it is aborted
 */
export async function evaluateBeside(
  student: nn.Layer,
  teacher: nn.Layer,
  data: Dataset,
  options: Omit<EvaluateOptions, 'ranks'>,
): Promise<Scores> {
  const { task = classification } = options;
  const beside = task.beside?.(data);
  if (!beside || data.size < 2) return {};
  let samples = 0;
  await pass([student, teacher], data, options, ({ inputs, ids }) => {
    const calling = { training: false, targets: null };
    const [own, theirs] = [
      scored(
        'the student',
        { task, data },
        student,
        inputs.student,
        task.run(student, inputs.student, calling),
      ),
      scored(
        'the teacher',
        { task, data },
        teacher,
        inputs.teacher,
        task.run(teacher, inputs.teacher, calling),
      ),
    ];
    beside.add(own, theirs);
    samples += ids.size(0);
  });
  refuseNone(data, samples);
  return beside.result();
}
