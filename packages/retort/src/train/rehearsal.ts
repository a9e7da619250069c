/** Every method of every stage tried before the first step, so that what does not fit is said at once. */
import { draw, type Rank, samplesCalled } from '../data/index.ts';
import { sliceOf } from '../data/slice.ts';
import type { Assembly, Rehearsal } from './assembly.ts';
import type { Reached } from './reached.ts';
import type { Source } from './source.ts';
import type { Stage } from './stage.ts';
import type { Draws, Timeline } from './timeline.ts';

/** Why a stage could not be trained. */
export interface Obstacle {
  readonly stage: number;
  /** Which method of the stage. */
  readonly method: number;
  readonly message: string;
  /** What was thrown. */
  readonly cause: unknown;
}

/** What a step, or the parts of a stage, draw from. @param number  of several that draw apart */
export function stepSeed(draws: Draws, step: number, purpose: 'step' | 'parts', number = 0): bigint {
  const [high, low] = draw({ ...draws, sample: step, purpose, number });
  return (BigInt(high) << 32n) | BigInt(low);
}

export interface RehearsalOptions {
  readonly stages: readonly Stage[];
  readonly timeline: Timeline;
  readonly assembly: Assembly;
  readonly source: Source;
  readonly seed: number;
  readonly batchSize: number;
  readonly ranks: Rank;
  /** What losses reach is put there. */
  readonly reached: Reached;
}

/** The first step of a stage, but with so many samples. */
function firstStep(
  { timeline, source, seed }: RehearsalOptions,
  index: number,
  stage: Stage,
  samples: number,
): Rehearsal {
  const epoch = timeline.epochsBefore(index) + 1;
  const { epochs, total: steps, stepsPerEpoch } = timeline.plan(stage, index, epoch);
  const { lr } = stage.schedule({ epochs, stepsPerEpoch, steps })(0);
  const drawn = timeline.draws(seed, index, epoch);
  return {
    batch: (turning) => source.first(samples, source.fresh(drawn, turning)),
    seed: stepSeed(drawn, 1, 'step'),
    progress: { epoch: 1, epochs },
    place: { epoch, step: 1, lr },
  };
}

function tooSmall({ source, batchSize, ranks }: RehearsalOptions, smallest: number, why: string): string {
  const { data } = source.options;
  const called = samplesCalled(data);
  const few = smallest === 1 ? `one ${called.slice(0, -1)}` : `${smallest} ${called}`;
  if (ranks.count > 1)
    return `of some batches each of ${ranks.count} ranks has ${few}, which is too few: ${why}. Choose a larger batch, or fewer ranks, or syncBatchNorm: true where it is batch norm that has too few`;
  return `the last batch of each epoch has ${few} (${data.size} in batches of ${batchSize}), which is too few: ${why}. Choose another batch size`;
}

/** Tries each method of each stage in a step with the smallest batch that will come. Changes nothing; caches are not asked. */
export function obstaclesOf(options: RehearsalOptions): Obstacle[] {
  const { stages, timeline, assembly, batchSize, ranks, reached } = options;
  return stages.flatMap((stage, index) =>
    stage.methods.flatMap((method, i): Obstacle[] => {
      const before = stages[index - 1]?.methods ?? [];
      const tried = (samples: number): unknown => {
        try {
          reached.add(assembly.rehearse(stage, method, before, firstStep(options, index, stage, samples)));
        } catch (error) {
          return error;
        }
        return null;
      };
      const smallest = Math.min(
        ...[timeline.smallestBatch(stage), batchSize].map((size) => sliceOf(size, ranks).places.length),
      );
      const cause = tried(smallest);
      if (cause === null) return [];
      const said = cause instanceof Error ? cause.message : String(cause);
      const isTooSmall = smallest < batchSize && tried(batchSize) === null;
      const message = isTooSmall ? tooSmall(options, smallest, said) : said;
      return [{ stage: index, method: i, message, cause }];
    }),
  );
}
