/** How the terms of a loss pull at a student where its training stands. */
import { nextTurn, type nn, scope } from '@retort/torch';
import { type Dataset, type Sampling, shownBatches } from '../data/index.ts';
import { TrainingError } from './errors.ts';
import { stepSeed } from './rehearsal.ts';
import type { Source } from './source.ts';
import type { Stage } from './stage.ts';
import type { Stepper } from './step.ts';
import { type Pulls, TermGradients } from './term-gradients.ts';
import type { Position, Timeline } from './timeline.ts';

/** Where, and over how much. */
export interface AskedPulls {
  /** Where training stands that the student's weights are of. */
  readonly position: Position;
  /** The state of the methods' parts then; null where nothing is known of them. */
  readonly parts: Readonly<nn.StateDict> | null;
  readonly batches: number;
  readonly signal?: AbortSignal | undefined;
}

/** With the epoch that was trained last, whose samples they are of. */
export type PullsAt = Pulls & Pick<Position, 'stage' | 'epoch'>;

/** Of a trainer. */
interface Trained {
  readonly stages: readonly Stage[];
  readonly timeline: Timeline;
  readonly source: Source;
  readonly data: Dataset;
  readonly sampling?: Sampling | undefined;
  readonly seed: number;
  readonly batchSize: number;
  stepper(index: number, stage: Stage): Stepper;
}

/**
 * The mean gradient of each term over the first batches of the epoch that was trained last, drawn and computed as a step of it does.
 *
 * @throws TrainingError where methods have parts, and nothing is known of them
 */
export async function pullsAt(
  { stages, timeline, source, data, sampling, seed, batchSize, ...trained }: Trained,
  { position, parts, batches: most, signal }: AskedPulls,
): Promise<PullsAt> {
  const at = timeline.before(position);
  const stage = stages[at.stage];
  if (!stage) throw new TrainingError(`there is no stage ${at.stage}`);
  const stepper = trained.stepper(at.stage, stage);
  if (parts) stepper.parts.loadStateDict(parts);
  else if (Object.keys(stepper.parts.stateDict()).length > 0)
    throw new TrainingError(
      `${stage.methods.map(({ name }) => name).join(' and ')} trained something beside the student, which is not kept in its weights`,
    );
  const { epoch, epochs } = timeline.plan(stage, at.stage, at.epoch);
  const draws = timeline.draws(seed, at.stage, at.epoch);
  const drawing = source.fresh(draws, stepper.objectives);
  const shown = shownBatches(data, { ...draws, batchSize }, sampling).take(most);
  const sums = new TermGradients();
  let batch = 0;
  for (const ids of shown) {
    signal?.throwIfAborted();
    using fetched = await source.fetchShown(ids, drawing);
    const times = fetched.times ?? undefined;
    const seedOfStep = stepSeed(draws, batch + 1, 'step');
    scope(() =>
      stepper.addGradients(
        source.batch(fetched, { ...drawing, batch, times }),
        { seed: seedOfStep, progress: { epoch, epochs } },
        sums,
      ),
    );
    batch += 1;
    await nextTurn();
  }
  source.release();
  return { ...at, ...sums.result(batch) };
}
