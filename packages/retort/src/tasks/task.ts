/** What is learned. The one place that knows how a model is called, what it answers, and what of that is good. */
import type { nn, Tensor } from '@retort/torch';
import type { Columns, Dataset, Inputs, Sampling, Shares, Sides, Targets } from '../data/index.ts';
import type { Headline } from '../headline.ts';
import type { Metric, Scores } from '../metrics/index.ts';
import type { Outputs } from '../models/index.ts';

/** How a model is called. What is random in it draws from the step's generator. */
export interface Calling {
  readonly training: boolean;
  /** For models that look at them while they learn; null where there are none. */
  readonly targets: Targets | null;
}

/** How a student is judged beside its teacher: what both say of the samples of a split, batch by batch. */
export interface BesideTeacher {
  readonly headline: Headline;
  add(student: Outputs, teacher: Outputs): void;
  result(): Scores;
}

/** What a teacher is asked about a student. */
export interface Asked {
  /** What it taught of the batch. */
  readonly taught: Outputs;
  /** What both were shown. */
  readonly inputs: Sides;
  /** What the student said, without a graph. */
  readonly student: Outputs;
}

export interface Task {
  readonly name: string;
  /** What a batch has of it, of the columns of its samples. @throws DataError where the data has not what it needs */
  targets(columns: Columns, data: Dataset): Targets;
  /**
   * What a batch has of it where images are mixed with one another: of the targets of the images as they were, and of what share of each is its own and
   * what that of its partner, the one at the same place from the end. Where it is left out, no images are mixed.
   */
  mix?(targets: Targets, shares: Shares, data: Dataset): Targets;
  /** How many numbers a model answers for a sample, for models that are made for the data; 0 where it is to have no classifier. */
  width(data: Dataset): number;
  /** Calls a model. Outputs begin with the batch: [V·B, …]. */
  run(model: nn.Module, inputs: Inputs, calling: Calling): Outputs;
  /** Whether a model that learns answers something else than what it is judged by, as a detector: then methods see that of the student. */
  readonly learnsByOther?: boolean;
  /** Calls a teacher, where it teaches by something else than what it is judged by, as by less; in evaluation. As `run` where it is left out. */
  teach?(model: nn.Module, inputs: Inputs): Outputs;
  /** What a teacher says of something that a student said, as of its proposals, where a method asks for that (`judge` of a method's teacher); in evaluation. */
  judge?(model: nn.Module, asked: Asked): Outputs;
  /** What stands in outputs, by name, where a sample has fewer numbers than another of its batch; 0 where it is left out. */
  readonly padding?: Readonly<Record<string, number>>;
  /**
   * Its own loss of a batch, in terms by name; left out where there is nothing to learn without a teacher.
   *
   * @param model  whose outputs they are, for losses that depend on it
   */
  loss?(outputs: Outputs, targets: Targets, model?: nn.Module): Readonly<Record<string, Tensor>>;
  /** Whether each logit says one class by itself, by its sigmoid, and not all of them by a softmax. */
  readonly eachByItself?: boolean;
  /** Whether its own loss is no mean over the samples of a batch, as where classes weigh differently: ranks then compute it of the whole batch. */
  readonly isLossOfAll?: boolean;
  /** Which targets its own loss is of, where data may lack them. */
  readonly learnsFrom?: readonly string[];
  /** What is watched while the student learns: sums over the batch of each score. */
  watched?(outputs: Outputs, targets: Targets): Readonly<Record<string, Tensor>>;
  /** The names of metrics by which it can be judged, where data or a recipe may name them. */
  readonly judgedBy?: readonly string[];
  /**
   * How a model is judged on a split.
   *
   * @param named  names of `judgedBy`, in place of those of the data
   */
  metrics(data: Dataset, named?: readonly string[]): readonly Metric[];
  /** By which of its scores the best weights are chosen; null where none says it, and then the last are. @param named  as of `metrics` */
  headline(data: Dataset, named?: readonly string[]): Headline | null;
  /** How a student is judged beside its teacher on a split that says nothing of how good it is; left out where it is not. */
  beside?(data: Dataset): BesideTeacher;
  /** Why outputs of a few samples are not what the data needs, as it follows the network's name; null where they are. @param model  whose outputs they are */
  misfit(outputs: Outputs, data: Dataset, model?: nn.Module): string | null;
  /** Which samples have no answer, as it follows the network's name: `logits are NaN for 1 of 8 samples`; null where all have one. */
  unanswered(outputs: Outputs): string | null;
  /** What of the data makes training on it pointless or lopsided, in a sentence, as where all samples are of one class; null where nothing does. */
  remark?(data: Dataset, sampling?: Sampling): string | null;
  /** Why a teacher with these scores has nothing to teach, as it follows its name; null where it has. */
  doubt?(scores: Scores, data: Dataset): string | null;
}
