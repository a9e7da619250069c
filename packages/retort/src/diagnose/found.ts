/** What student and teacher find in samples with boxes, all of it at once: several diagnoses are made of it. */
import { type Dataset, fieldOf } from '../data/index.ts';
import { type FoundObject, objectsIn } from '../evaluate/index.ts';
import { type EvaluateOptions, pass, refuseNone, scored } from '../evaluate/pass.ts';
import { type ClassPrecision, ClassPrecisionMeter } from '../metrics/index.ts';
import { detection, judgedByDefault, type Task } from '../tasks/index.ts';
import type { Sides } from './sides.ts';

/** What one of the two finds. */
export interface FoundBySide {
  /** By the places of samples in what is shown, best first. */
  readonly objects: ReadonlyMap<number, readonly FoundObject[]>;
  readonly precision: readonly ClassPrecision[];
}

export interface FoundObjects {
  readonly student: FoundBySide;
  /** Of several teachers the first; null where there is none. */
  readonly teacher: FoundBySide | null;
  readonly withoutTeacher: string | null;
  /** The names of the classes. */
  readonly classes: readonly string[];
}

/** Whether objects are what is learned. */
export const findsObjects = (task: Task): boolean => judgedByDefault(task) === detection;

/**
 * Asks both of all samples once, without a gradient.
 *
 * @throws EvaluationError where an answer is none, or is of other classes than the data
 */
export async function foundBy(
  { student, teachers, withoutTeacher, renderings }: Sides,
  data: Dataset,
  { task, ...options }: Pick<EvaluateOptions, 'onProgress' | 'signal'> & { readonly task: Task },
): Promise<FoundObjects> {
  const classes = fieldOf(data.fields, 'boxes')?.kind.classes ?? [];
  const [teacher] = teachers;
  const sides = [
    { whose: 'the student', of: 'student', model: student.model },
    ...(teacher ? [{ whose: 'the teacher', of: 'teacher', model: teacher.model } as const] : []),
  ] as const;
  const said = sides.map((side) => ({
    ...side,
    objects: new Map<number, readonly FoundObject[]>(),
    meter: new ClassPrecisionMeter(classes),
  }));
  const models = sides.map(({ model }) => model);
  await pass(models, data, { ...options, task, renderings }, ({ inputs, targets, ids }) => {
    for (const { whose, of, model, objects, meter } of said) {
      const own = inputs[of];
      const answer = task.run(model, own, { training: false, targets: null });
      const outputs = scored(whose, { task, data }, model, own, answer);
      meter.add(outputs, targets, ids);
      const found = objectsIn(outputs, whose);
      for (const [row, id] of ids.toFlatArray().map(Number).entries()) objects.set(id, found[row] ?? []);
    }
  });
  const [own, theirs] = said.map(({ objects, meter }) => ({ objects, meter }));
  refuseNone(data, own?.objects.size ?? 0);
  const side = (one: typeof own): FoundBySide => ({
    objects: one?.objects ?? new Map(),
    precision: one?.meter.result() ?? [],
  });
  return { student: side(own), teacher: theirs ? side(theirs) : null, withoutTeacher, classes };
}
