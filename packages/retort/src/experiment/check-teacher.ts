import type { nn } from '@retort/torch';
import type { Dataset } from '../data/index.ts';
import { type Evaluated, evaluate } from '../evaluate/index.ts';
import { classification } from '../tasks/index.ts';
import { keptScores, type Scoring } from './teacher-scores.ts';

export class TeacherError extends Error {
  override readonly name = 'TeacherError';
}

export interface TeacherCheck extends Scoring {
  /** Whether one with nothing to teach stops the run, or is only warned of. */
  readonly stops: boolean;
  readonly warn: (text: string) => void;
}

/** The scores of a teacher, which is evaluated where they are not known. @throws TeacherError where the task doubts that it has anything to teach */
export async function checkTeacher(
  teacher: nn.Layer,
  test: Dataset,
  { stops, warn, ...options }: TeacherCheck,
): Promise<Evaluated> {
  const found = await keptScores(teacher, test, options, () =>
    evaluate(teacher, test, { ...options, whose: 'the teacher' }),
  );
  const doubt = (options.task ?? classification).doubt?.(found, test);
  if (!doubt) return found;
  if (stops)
    throw new TeacherError(
      `the teacher ${doubt}; if it is weak on purpose, say teacherCheck: false (--no-teacher-check)`,
    );
  warn(`the teacher ${doubt}. The student learns from it all the same, as teacherCheck is false`);
  return found;
}
