/** A story as it is told: who learns, after whom, and from which samples. */
import path from 'node:path';
import { manualSeed } from '@retort/torch';
import { type Dataset, permutation, subset } from '../../data/index.ts';
import type { Progress } from '../progress.ts';
import { Learner, type Trained } from './learner.ts';
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
  { student: how, sizes }: Story,
  learner: Learner,
  { teacher, pool, seed }: { readonly teacher: Trained; readonly pool: Dataset; readonly seed: number },
): Promise<Students> {
  const fresh = (): Made | Promise<Made> => {
    manualSeed(seed);
    return how.make();
  };
  const { written } = how;
  const drawn = permutation(pool.size, { seed, epoch: 0, purpose: 'subset' });
  const labelled = subset(pool, drawn.slice(0, sizes.labelled));
  const name = seed === 0 ? '' : `, seed ${seed}`;
  const alone = await learner.learn({
    ...{ ...how.alone, ...(await fresh()), written, data: labelled, seed },
    ...{ what: `student alone${name}`, name: 'alone', place: path.join('alone', `seed-${seed}`) },
  });
  const distilled = await learner.learn({
    ...{ ...how.distilled, ...(await fresh()), written, teacher, data: pool, seed },
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
  const { data, sizes, teacher: how } = story;
  const order = permutation(data.train.size, { seed: 0, epoch: 0, purpose: 'subset' });
  const once = subset(data.train, order.slice(0, sizes.teacher));
  const others = order.slice(sizes.teacher, sizes.teacher + sizes.student);
  const pool = subset(data.train, story.asked?.(others) ?? others);
  const learner = new Learner(story, folder, progress, signal);
  manualSeed(0);
  const teacher = await learner.learn({
    ...{ ...how, ...(await how.make()), data: once, seed: 0 },
    ...{ what: 'teacher', name: 'teacher', place: 'teacher' },
  });
  const pairs: Students[] = [];
  for (let seed = 0; seed < seeds; seed++)
    pairs.push(await studentsOf(story, learner, { teacher, pool, seed }));
  return { teacher, pairs };
}
