/** What a trainer is made with, and what it asks of whoever runs it. */
import type { nn, Precision } from '@retort/torch';
import type { Dataset, Mixing, Renderings, Sampling, Transform } from '../data/index.ts';
import type { Ranks } from '../ranks/index.ts';
import type { Task } from '../tasks/index.ts';
import type { CacheOptions } from './cache/index.ts';
import type { At } from './events.ts';
import type { Stage } from './stage.ts';
import type { Filling } from './teacher.ts';

export interface TrainerOptions {
  /** Its weights are in channels_last memory from then on; those of teachers too. */
  readonly student: nn.Layer;
  /** Several teachers' logits are averaged, unless a method names the one that it learns from. */
  readonly teachers?: readonly nn.Layer[] | Readonly<Record<string, nn.Layer>> | undefined;
  readonly stages: readonly Stage[];
  /** What is learned; classification where it is left out. */
  readonly task?: Task | undefined;
  readonly data: Dataset;
  /** 64 where it is left out, as in the CRD benchmark. */
  readonly batchSize?: number | undefined;
  /** How samples are changed by chance, one after another. */
  readonly transforms?: readonly Transform[] | undefined;
  /** How the images of a batch are mixed with one another, after their transforms; they stay as they are where it is left out. */
  readonly mixing?: Mixing | undefined;
  /** Which samples an epoch shows: each once where it is left out. */
  readonly sampling?: Sampling | undefined;
  /** How each side wants its images, where that is not as the data has them. */
  readonly renderings?: Renderings | undefined;
  /**
   * How many steps go by between two readings of what they measured (losses, gradient norms), all at once; 1 on a CPU, 50 on a GPU, where it is
   * left out. What is not finite is found then, before anything is saved, and the first such step is named; why is only looked for where each
   * step is read.
   */
  readonly readEvery?: number | undefined;
  /** How many batches are read ahead of the step, where data is read and does not lie in memory; 2 where it is left out. */
  readonly readAhead?: number | undefined;
  /** `auto`, where it is left out, is the faster of fp32 and bf16 (see `autoPrecision()`), on a GPU fp32. fp16 scales its losses, and needs a GPU. */
  readonly precision?: Precision | 'fp16' | undefined;
  readonly seed?: number | undefined;
  /** Keeps what the teachers say in files, and asks each once for an image in a view. */
  readonly cache?: CacheOptions | undefined;
  /** While a cache is filled before an epoch: that of data in memory. Where data is read, teachers are asked in the steps. */
  readonly onFill?: ((filling: Filling) => void) | undefined;
  /** Warnings go to the process where it is left out. */
  readonly onWarning?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * The processes that train the student together, each a slice of every batch; this one alone where it is left out. Each is given all of the data, the same
   * seed and a student with the same weights.
   */
  readonly ranks?: Ranks | undefined;
  /**
   * Whether batch norms of the student and of methods' parts normalise by the whole batch where ranks have slices of it; else, as PyTorch does by default, each rank by its own slice.
   */
  readonly syncBatchNorm?: boolean | undefined;
  /** Says that these stages, networks and data have been rehearsed: `run` does it else, before the first step. */
  readonly rehearsed?: boolean | undefined;
  /** The best weights so far, for a stage that starts from them; null where none were evaluated. */
  readonly best?: (() => nn.StateDict | null) | undefined;
}

/** What training asks of whoever runs it. */
export interface RunHow extends Pick<TrainerOptions, 'onFill' | 'signal' | 'best'> {
  /** After every so many steps of an epoch what they measured is read, also where it would not be: somebody writes it down. */
  readonly logEvery?: number | undefined;
  /** Is waited for before the steps of an epoch, or what is left of them where it is resumed, when the student has the weights that they start from. */
  readonly begins?: ((at: At) => Promise<void>) | undefined;
}
