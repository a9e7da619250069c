/** Student and teachers of a run, as they are shown samples. */
import type { Renderings } from '../data/index.ts';
import type { LoadedNetwork } from '../recipe/index.ts';

/** The student and, where there are any, its teachers, with how each side is shown samples. */
export interface Sides {
  readonly student: LoadedNetwork;
  readonly teachers: readonly LoadedNetwork[];
  /** Why there are none; null where there are. */
  readonly withoutTeacher: string | null;
  readonly renderings: Renderings;
}
