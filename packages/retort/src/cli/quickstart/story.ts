/**
 * What distillation is for, as a story of images or of texts. A teacher learned from many labelled samples that are no longer at hand; for
 * the small student there are others, of which very few have labels. Alone it learns from those few. Distilled, it learns from
 * what the teacher says of all of them, labels or not.
 */
import { manualSeed, type nn } from '@retort/torch';
import { type Dataset, permutation, type Splits, subset } from '../../data/index.ts';
import { type Evaluated, type EvaluateOptions, evaluate } from '../../evaluate/index.ts';
import type { AccuracyScores } from '../../metrics/index.ts';
import { type Stage, Trainer, type TrainerOptions } from '../../train/index.ts';
import type { Progress } from '../progress.ts';
import { duration, percent } from '../table.ts';
import type { Going } from './out.ts';

/** How a network learns. */
interface Learning {
  readonly stage: Stage;
  readonly batchSize: number;
}

/** Of how many samples is told. */
export interface Sizes {
  /** From which the teacher learns. */
  readonly teacher: number;
  /** Others, which the student has. */
  readonly student: number;
  /** Of the student's. */
  readonly labelled: number;
}

/** A story before it is told. */
export interface Story {
  readonly data: Pick<Splits, 'train' | 'test' | 'source'>;
  /** What samples are. */
  readonly samples: 'images' | 'texts';
  readonly sizes: Sizes;
  readonly teacher: Learning & { make(): nn.Layer | Promise<nn.Layer> };
  readonly student: {
    make(): nn.Layer | Promise<nn.Layer>;
    readonly alone: Learning;
    readonly distilled: Learning;
  };
  /** How samples are shown. */
  readonly shown: Pick<TrainerOptions, 'transforms' | 'sampling'> & Pick<EvaluateOptions, 'renderings'>;
  /** Of what the teacher says, where it sees each sample again as it was. */
  readonly cache?: TrainerOptions['cache'];
  /** The order in which a teacher with a cache is asked; as they were drawn where it is left out. */
  asked?(ids: Int32Array): Int32Array;
  /** How the student goes out. */
  readonly going: Going;
}

/** A network that has learned. */
export interface Trained {
  readonly accuracy: Evaluated & AccuracyScores;
  readonly parameters: number;
  readonly seconds: number;
}

/** Both students of a seed. */
export interface Students {
  readonly alone: Trained;
  readonly distilled: Trained;
  /** The one that was distilled. */
  readonly student: nn.Layer;
}

export interface Told {
  readonly taught: Trained;
  readonly teacher: nn.Layer;
  /** Of each seed. */
  readonly pairs: readonly Students[];
}

interface Job extends Learning {
  readonly what: string;
  readonly student: nn.Layer;
  readonly teacher?: nn.Layer;
  readonly data: Dataset;
  readonly seed: number;
}

/** Who tells it. */
class Teller {
  readonly #story: Story;
  readonly #progress: Progress;
  readonly #signal: AbortSignal;

  constructor(story: Story, progress: Progress, signal: AbortSignal) {
    this.#story = story;
    this.#progress = progress;
    this.#signal = signal;
  }

  /** Trains and evaluates; an interruption throws. */
  async job({ what, stage, batchSize, student, teacher, data, seed }: Job): Promise<Trained> {
    const { shown, cache, samples: unit } = this.#story;
    const start = performance.now();
    const trainer = new Trainer({
      ...{ student, stages: [stage], batchSize, data, seed, ...shown },
      ...(teacher ? { teachers: [teacher], cache } : {}),
      onWarning: (line) => this.#progress.line(line),
    });
    const onFill = ({ done, total }: { readonly done: number; readonly total: number }): void =>
      this.#progress.show({ what: 'teacher', done, total, unit });
    for await (const event of trainer.run({ onFill, signal: this.#signal })) {
      if (event.kind === 'epoch') continue;
      const { epoch, samples, loss } = event;
      const done = (epoch - 1) * data.size + samples;
      const note = `loss ${loss.toFixed(3)}`;
      this.#progress.show({ what, done, total: trainer.epochs * data.size, unit, note });
      this.#signal.throwIfAborted();
    }
    const seconds = (performance.now() - start) / 1000;
    const accuracy = await evaluate(student, this.#story.data.test, {
      ...{ renderings: shown.renderings, signal: this.#signal },
      onProgress: (done, total) => this.#progress.show({ what: `${what}, judged`, done, total, unit }),
    });
    this.#progress.line(`${what}: top-1 ${percent(accuracy.top1)} % after ${duration(seconds)}`);
    return { accuracy, parameters: student.parameterCount(), seconds };
  }

  /** Both students from the same initial weights, with the labelled samples that this seed draws. */
  async students(teacher: nn.Layer, pool: Dataset, seed: number): Promise<Students> {
    const { student: how, sizes } = this.#story;
    const fresh = (): nn.Layer | Promise<nn.Layer> => {
      manualSeed(seed);
      return how.make();
    };
    const drawn = permutation(pool.size, { seed, epoch: 0, purpose: 'subset' });
    const labelled = subset(pool, drawn.slice(0, sizes.labelled));
    const name = seed === 0 ? '' : `, seed ${seed}`;
    const first = { what: `student alone${name}`, student: await fresh(), data: labelled, seed };
    const alone = await this.job({ ...how.alone, ...first });
    const student = await fresh();
    const second = { what: `student distilled${name}`, student, teacher, data: pool, seed };
    const distilled = await this.job({ ...how.distilled, ...second });
    return { alone, distilled, student };
  }
}

/**
 * Tells a story: the teacher once, and both students with each of so many seeds.
 *
 * @throws the signal's reason if it is aborted
 */
export async function told(
  story: Story,
  seeds: number,
  progress: Progress,
  signal: AbortSignal,
): Promise<Told> {
  const { data, sizes, teacher: how } = story;
  const order = permutation(data.train.size, { seed: 0, epoch: 0, purpose: 'subset' });
  const once = subset(data.train, order.slice(0, sizes.teacher));
  const others = order.slice(sizes.teacher, sizes.teacher + sizes.student);
  const pool = subset(data.train, story.asked?.(others) ?? others);
  const teller = new Teller(story, progress, signal);
  manualSeed(0);
  const teacher = await how.make();
  const taught = await teller.job({ ...how, what: 'teacher', student: teacher, data: once, seed: 0 });
  const pairs: Students[] = [];
  for (let seed = 0; seed < seeds; seed++) pairs.push(await teller.students(teacher, pool, seed));
  return { taught, teacher, pairs };
}
