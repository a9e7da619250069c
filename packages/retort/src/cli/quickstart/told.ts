/** A story as it is told: who learns, after whom, and from which samples. */
import path from 'node:path';
import { manualSeed } from '@retort/torch';
import type { Progress } from '../progress.ts';
import { Learner, type Trained } from './learner.ts';
import { type Shares, sharesOf } from './samples.ts';
import type { Made, Story } from './story.ts';

/** Both students of a seed. */
export interface Students {
  readonly alone: Trained;
  readonly distilled: Trained;
}

export interface Told {
  readonly teacher: Trained;
  /** Of each seed. */
  readonly pairs: readonly Students[];
}

/** Both students from the same initial weights, with the labelled samples that this seed draws. */
async function studentsOf(
  { student: how }: Story,
  learner: Learner,
  { teacher, shares, seed }: { readonly teacher: Trained; readonly shares: Shares; readonly seed: number },
): Promise<Students> {
  const fresh = (): Made | Promise<Made> => {
    manualSeed(seed);
    return how.make();
  };
  const { written } = how;
  const name = seed === 0 ? '' : `, seed ${seed}`;
  const alone = await learner.learn({
    ...{ ...how.alone, ...(await fresh()), written, data: shares.labelled(seed), seed },
    ...{ what: `student alone${name}`, name: 'alone', place: path.join('alone', `seed-${seed}`) },
  });
  const distilled = await learner.learn({
    ...{ ...how.distilled, ...(await fresh()), written, teacher, data: shares.pool, seed },
    ...{ what: `student distilled${name}`, name: 'distilled', place: path.join('distilled', `seed-${seed}`) },
  });
  return { alone, distilled };
}

/**
 * Tells a story: the teacher once, and both students with each of so many seeds, a run each.
 *
 * @param folder  for the runs
 * @throws the signal's reason if it is aborted
 */
export async function told(
  story: Story,
  seeds: number,
  progress: Progress,
  signal: AbortSignal,
  folder: string,
): Promise<Told> {
  const { teacher: how } = story;
  const shares = sharesOf(story);
  const learner = new Learner(story, folder, progress, signal);
  manualSeed(0);
  const teacher = await learner.learn({
    ...{ ...how, ...(await how.make()), data: shares.teacher, seed: 0 },
    ...{ what: 'teacher', name: 'teacher', place: 'teacher' },
  });
  const pairs: Students[] = [];
  for (let seed = 0; seed < seeds; seed++)
    pairs.push(await studentsOf(story, learner, { teacher, shares, seed }));
  return { teacher, pairs };
}
