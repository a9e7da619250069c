/** The teachers that a run learned from, loaded where they are still there. */
import { Generator } from '@retort/torch';
import { type LoadedNetwork, loadNetwork, taughtAmong } from '../recipe/index.ts';
import { seesAsStudent } from '../recipe/network.ts';
import type { Inputs } from '../runs/index.ts';
import { inputTitle, shortSum } from '../runs/read/inputs.ts';
import type { Ground, Loading } from './ground.ts';
import { missingAt, moved, type OpenedRun, teachersOf } from './opened.ts';
import { Silence } from './silence.ts';

export interface LoadedTeacher extends LoadedNetwork {
  /** Where the recipe names it. */
  readonly path: readonly string[];
  /** Whether it is shown what the student is shown. */
  readonly seesAsStudent: boolean;
}

/** Remarks on a teacher that is not the one that the run learned from. By its checksum it may also be the same, printed otherwise by another version. */
function compareTeacher({ record }: OpenedRun, what: string, now: Inputs, { note }: Loading): void {
  for (const [name, { sha256, from }] of Object.entries(now)) {
    const was = record.inputs?.[name]?.sha256;
    if (was !== undefined && was !== sha256)
      note(
        `the ${inputTitle(name)} in ${from} is not what it was when the run began (its SHA-256 is ${shortSum(sha256)}…, and was ${shortSum(was)}…), or this version of Retort makes another network of it: what is said is of the one that is there now; ${moved(what, 'NAME:FILE')}`,
      );
  }
}

/** In their order. @throws Silence where there are none, or they are not there any more */
export async function loadTeachers(
  opened: OpenedRun,
  { task, fits, splits }: Ground,
  loading: Loading,
): Promise<readonly LoadedTeacher[]> {
  const written = teachersOf(opened);
  if (written.length === 0)
    throw new Silence('the run has no teacher: its student learned from the data alone');
  const { report, note: onWarning } = loading;
  using generator = new Generator(0n);
  const loaded: LoadedTeacher[] = [];
  for (const [path, network] of written) {
    const what = path.join('.');
    const missing = missingAt(opened, path);
    if (missing) throw new Silence(`${missing}; ${moved(what, 'NAME:FILE')}`);
    try {
      const read = { onWarning, report, generator, beside: 'student' } as const;
      const one = await loadNetwork(what, await taughtAmong(task, splits.train, network, read), fits, read);
      const isShownAsStudent = seesAsStudent(network);
      const { [`${what}.input`]: _, ...inputs } = one.inputs;
      // How it is shown samples is the student's then.
      compareTeacher(opened, what, isShownAsStudent ? inputs : one.inputs, loading);
      loaded.push({ ...one, path, seesAsStudent: isShownAsStudent });
    } catch (error) {
      throw Silence.of(error, `the ${what} of the run cannot be had`);
    }
  }
  return loaded;
}
