/** Student and teachers of a run, as they are shown samples. */
import { type Renderings, textFields } from '../data/index.ts';
import type { LoadedNetwork } from '../recipe/index.ts';
import { teachersRendering } from '../recipe/prepare.ts';
import { textInputs } from '../recipe/text-pair.ts';
import type { Ground } from './ground.ts';
import type { OpenedRun } from './opened.ts';
import { Silence } from './silence.ts';
import type { LoadedTeacher } from './teachers.ts';

/** The student and, where there are any, its teachers, with how each side is shown samples. */
export interface Sides {
  readonly student: LoadedNetwork;
  readonly teachers: readonly LoadedTeacher[];
  /** Why there are none; null where there are. */
  readonly withoutTeacher: string | null;
  readonly renderings: Renderings;
}

/** How each side wants samples, as the run shows them. @throws Silence where they cannot be shown */
export function renderingsOf(
  { resolved }: OpenedRun,
  { splits: { train } }: Ground,
  student: LoadedNetwork,
  teachers: readonly LoadedTeacher[],
): Renderings {
  try {
    const [own, ...wanted] =
      textFields(train).length > 0
        ? textInputs([{ ...student, path: ['student'] }, ...teachers], resolved, train)
        : [student, ...teachers.map((one) => (one.seesAsStudent ? student : one))].map(
            ({ rendering }) => rendering,
          );
    return { student: own, teacher: teachersRendering(wanted) };
  } catch (error) {
    throw Silence.of(error, 'samples cannot be shown to the networks of the run');
  }
}
