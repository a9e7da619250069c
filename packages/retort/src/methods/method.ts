/** What a distillation method is: named terms of a loss, computed from what student and teacher answered for a batch. */
import type { nn, Tensor } from '@retort/torch';
import type { z } from 'zod';
import type { Targets } from '../data/index.ts';
import type { Anatomy, Outputs } from '../models/index.ts';

/** Outputs of modules inside of a network, by path. */
export type Features = Readonly<Record<string, Tensor>>;

/** Which of the two networks. */
export type Whose = 'student' | 'teacher';

/** What one network said of a batch. */
export interface Side {
  /** Its answers, by name; the teacher's without a graph. */
  readonly outputs: Outputs;
  /** What the method tapped, by path, [V·B, …] where it asked for V turns (all images of the first come first). */
  readonly features: Features;
  /** Of texts, bool [B, L]: true where there is a token, and not padding; null of anything else. */
  readonly mask: Tensor | null;
}

/** The teacher, as a method sees it. */
export interface TeacherSide extends Side {
  /**
   * What it says of what the student found, without a graph: of a detection `classLogits` [B, P, K + 1] and `boxDeltas` [B, P, 4·K] of the student's proposals.
   * It is asked when this is called, so a method that calls it says `liveTeacher`; left out where the task has no such question.
   *
   * @throws RangeError where the teacher is a cache
   */
  judge?(): Outputs;
}

/** What a method sees of a batch. */
export interface Seen {
  readonly student: Side;
  /** Nothing is in it where the method asks for no teacher. */
  readonly teacher: TeacherSide;
  /** What the task has of each sample: `labels`, int64 [B], of a classification, or of mixed images `softLabels`, float32 [B, C]. */
  readonly targets: Targets;
  /** int64 [B]: which samples of the training split they are. */
  readonly ids: Tensor;
  readonly progress: Progress;
  /**
   * The task's own loss of the student's outputs, by the names of its terms: `ce` of a classification.
   *
   * @param outputs  others of the student's, in their place
   */
  loss(outputs?: Outputs): Readonly<Record<string, Tensor>>;
}

/** Where in its stage training is. */
export interface Progress {
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
}

/** What a network says of itself, before taps are chosen. */
export interface AnatomySide {
  readonly anatomy: Anatomy | null;
}

/** What is asked of the networks before taps are chosen. */
export interface Anatomies {
  readonly student: AnatomySide;
  readonly teacher: AnatomySide;
}

/** The modules whose outputs a method needs, by path. */
export interface Taps {
  readonly student: readonly string[];
  readonly teacher: readonly string[];
}

/** What is known of one network before the first step. Shapes are without the batch, e.g. [64, 8, 8]. */
export interface PairSide extends AnatomySide {
  /** Whether it is shown texts: what is [L, D] of them is tokens, in each batch as many as its longest text has, of which the shorter ones' are padding. */
  readonly ofTexts: boolean;
  /** @throws RangeError if the path was not tapped */
  shape(path: string): readonly number[];
}

/** What is known of a pair of networks before the first step. */
export interface Pair extends Anatomies {
  readonly student: PairSide;
  readonly teacher: PairSide;
  /** How many classes the student's logits tell apart. @throws RangeError where it has none */
  readonly classes: number;
  /** Whether each of the logits says one class by itself, by its sigmoid, as where a sample may be of several. */
  readonly eachByItself?: boolean;
  /** How many training samples there are; infinitely many where that is not known. */
  readonly samples: number;
  /** int64 [N], of all training samples. @throws RangeError where they have none */
  readonly labels: Tensor;
}

/** A method at work on one pair of networks. */
export interface Objective {
  /** Projectors and heads: trained with the student, dropped when it is done. */
  readonly parts?: nn.Module;
  /** The weighted terms, each a scalar; the loop adds them up and logs them by name. */
  losses(seen: Seen): Readonly<Record<string, Tensor>>;
}

/** What a method needs beside features. What is missing is said before the first step. */
export interface Needs {
  /** Answers of the student, and of the teacher where the method has one, e.g. `logits`. */
  readonly outputs?: readonly string[];
  /** What the task has of each sample, e.g. `labels`. */
  readonly targets?: readonly string[];
  /** Whether `softLabels`, float32 [B, C], which mixed images have in place of `labels`, do as well. */
  readonly softLabels?: boolean;
  /** Whether it compares predictions over classes of which a sample is one: of a regression there are none, nor where a sample may be of several. */
  readonly predictions?: boolean;
  /** Whether it takes the task's own loss as one of its terms. */
  readonly loss?: boolean;
  /**
   * Whether it compares the samples of a batch with one another: with `accumulate` it then sees the parts of a step's batch, not the whole.
   * Batch norms of its parts aside, which see what the student's see.
   */
  readonly wholeBatch?: boolean;
  /** Whether the teacher must be asked each time, and what it said before is not enough: a cache refuses it. */
  readonly liveTeacher?: boolean;
  /** The options with which it needs neither labels nor answers, as a recipe has them, where it has such. */
  readonly featuresAlone?: string;
}

/** What a method is for one set of options. */
export interface MethodBody {
  readonly needs?: Needs;
  /** Epochs of a stage in which its weight rises to what it is then; at once where it is left out. */
  readonly warmUpEpochs?: number | undefined;
  /** Which of its phases it is in, where it has some. */
  readonly phase?: string;
  /** The phase that the same method must have been in in the stage before, whose parts it takes over. */
  readonly follows?: string | undefined;
  /**
   * In how many turns it compares each image, each another quarter: 4 in DLKD. One where it is left out. Outputs are those of the first.
   */
  readonly turns?: number;
  /** Whether its turns are upright: each is drawn by itself from the stored image, and none is turned. False where it is left out. */
  readonly upright?: boolean;
  /** @throws RangeError where a network does not say where its features are and the options do not either */
  taps?(pair: Anatomies): Taps;
  /** Makes the parts from libtorch's default generator (or that of `withGenerator`). */
  objective(pair: Pair): Objective;
}

export interface Method extends MethodBody {
  /** By the literature's name, e.g. `kd`. */
  readonly name: string;
  readonly needsTeacher: boolean;
  /** Which of several teachers it learns from, by the trainer's name for it; the mean of all where it is left out. */
  readonly teacher?: string | undefined;
}

/** A method by name, with the schema of its options: what a recipe or a command line can ask for. */
export interface MethodDefinition {
  readonly name: string;
  /** In a sentence, with the paper. */
  readonly source: string;
  /** Types, bounds and defaults of the options, each with where it is from. */
  readonly options: z.ZodObject;
  /** Of options that were left out, those whose defaults depend on others. */
  fill?(options: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** @throws RangeError that names the option and what would be right */
  create(options: unknown): Method;
}
