/** Why a loss or a gradient is not finite: the first thing that is not, from the data on. */
import { nn, noGrad, scope } from '@retort/torch';
import type { Batch } from '../data/index.ts';
import type { Features } from '../methods/index.ts';
import type { Outputs } from '../models/index.ts';
import type { Task } from '../tasks/index.ts';
import { causeIn, notFinite, notFiniteIn, wrongWeights } from '../tensors/not-finite.ts';
import { listed } from '../words/listed.ts';
import type { Running } from './precision.ts';
import { firstOf, type Teachers } from './teacher.ts';

/** A step whose loss or gradient is not finite. */
export interface Failing {
  readonly student: nn.Layer;
  readonly parts: nn.Module;
  /** Paths of the student. */
  readonly taps: readonly string[];
  readonly teachers: Teachers | null;
  readonly task: Task;
  readonly running: Running;
  /** Whether a step has been done before. */
  readonly learned: boolean;
}

const remedy = (learned: boolean): string =>
  learned ? 'a lower learning rate or clipNorm is the usual cure' : 'look at its initial weights';

/** Outputs of this size are no predictions any more: the weights run away. */
const runaway = 1e4;

function ofTeachers(teachers: Teachers, task: Task, batch: Batch): string | null {
  for (const [name, teacher] of teachers.byName()) {
    const isOnly = teachers.byName().size === 1;
    const whose = isOnly ? "the teacher's" : `the teacher '${name}' has no answer: its`;
    const { outputs, features } = teacher.answer(batch);
    const what = task.unanswered(outputs);
    if (what !== null) return `${whose} ${what}; ${causeIn(teacher.model, batch.inputs.teacher)}`;
    const tapped = notFiniteIn(features);
    if (tapped !== null) return `${whose} features are not finite: ${tapped}`;
  }
  return null;
}

/** Places of a feature that are the same for all images: what divides by their deviation divides by 0. */
function constant(whose: string, features: Features): string[] {
  return Object.entries(features).flatMap(([path, tensor]) => {
    const { count, of } = scope(() => {
      const places = tensor.flatten(1);
      return {
        count: places
          .amax([0])
          .eq(places.amin([0]))
          .sum()
          .item(),
        of: places.size(1),
      };
    });
    return tensor.size(0) > 1 && count > 0 ? [`${whose}'s '${path}' in ${count} of ${of} places`] : [];
  });
}

const largestIn = (outputs: Outputs): number =>
  Math.max(0, ...Object.values(outputs).map((output) => output.abs().amax().item()));

/** What is finite, but may be what a method cannot take. */
function ofMethod(outputs: Outputs, features: Features, failing: Failing, batch: Batch): string {
  const { teachers, task, learned } = failing;
  const answers = teachers ? [...teachers.byName().values()].map((teacher) => teacher.answer(batch)) : [];
  const largest = largestIn(outputs);
  if (largest > runaway)
    return `the student's ${Object.keys(outputs).join(' and ')} are as large as ${largest.toPrecision(2)}: ${remedy(learned)}`;
  const hints: string[] = [];
  if (outputs.logits?.size(1) === 1)
    hints.push('there is only one class, of which nothing can be told apart');
  if (answers.some((answer) => answer.outputs.logits?.isneginf().any().item()))
    hints.push('the teacher masks classes (-inf)');
  const mean = answers.length > 1 ? teachers?.answers(batch)(null).outputs : undefined;
  const together = mean && task.unanswered(mean);
  if (together) hints.push(`the teachers' mean ${together}`);
  const same = [
    ...constant('the student', features),
    ...answers.flatMap((answer) => constant('the teacher', answer.features)),
  ];
  if (same.length)
    hints.push(`what does not vary over the samples has a standard deviation of 0: ${listed(same)}`);
  if (learned) hints.push(remedy(learned));
  return [
    'what student and teacher say of the batch is finite: look at the options of the method',
    ...hints,
  ].join('; ');
}

/** The cause, in words. The student is asked once more, as it was asked in the step. */
export function causeOf(failing: Failing, batch: Batch): string {
  const { student, parts, taps, teachers, task, running, learned } = failing;
  return scope(() =>
    noGrad(() => {
      const inputs = batch.inputs.student;
      const pixels = inputs.images && notFinite(inputs.images);
      if (pixels)
        return `the images of the batch are not finite (${pixels}): look at the mean and std of the data`;
      const theirs = teachers && ofTeachers(teachers, task, batch);
      if (theirs) return theirs;
      const learning = Object.fromEntries([...student.namedParameters(), ...parts.namedParameters()]);
      const weights = notFiniteIn(learning);
      if (weights !== null) return `the student's weights are not finite: ${weights}; ${remedy(learned)}`;
      const call = () => task.run(student, inputs, { training: student.training, targets: batch.targets });
      const { output, taps: tapped } = nn.tap(student, taps, () => running.run(call), { copy: true });
      const outputs = firstOf(output, batch.size);
      const what = task.unanswered(outputs) ?? notFiniteIn(tapped);
      const masks = what !== null && wrongWeights(learning);
      const whats = `${Object.keys(outputs).join(', ')} or features`;
      if (masks) return `the student's ${whats} are not finite (${what}), and its ${masks}`;
      if (what !== null)
        return `the student's ${whats} are not finite (${what}), though its weights and what it is shown are: numbers grow too large within it; ${remedy(learned)}`;
      return ofMethod(outputs, tapped, failing, batch);
    }),
  );
}
