/** What a distillation method is: named terms of a loss, computed from what teacher and student said of a batch. */
import { functional, type nn, type Tensor } from '@retort/torch';
import { z } from 'zod';
import type { Anatomy } from '../models/index.ts';
import { problemsOf } from '../problems.ts';

/** Outputs of modules inside of a network, by path. */
export type Features = Readonly<Record<string, Tensor>>;

/** What a method sees of a batch. */
export interface Seen {
  /** The student's logits [B, C]. */
  readonly student: Tensor;
  /** The teacher's logits [B, C], without a graph; null where there is no teacher. */
  readonly teacher: Tensor | null;
  /** int64 [B]. */
  readonly labels: Tensor;
  /** int64 [B]: which images of the training split they are. */
  readonly ids: Tensor;
  /** What the method tapped, by path, [V·B, …] where it asked for V views (all images of the first view come first). */
  readonly studentFeatures: Features;
  readonly teacherFeatures: Features;
  readonly progress: Progress;
}

/** Where in its stage training is. */
export interface Progress {
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
}

/** What is asked of the networks before taps are chosen. */
export interface Anatomies {
  readonly student: Anatomy | null;
  readonly teacher: Anatomy | null;
}

/** The modules whose outputs a method needs, by path. */
export interface Taps {
  readonly student: readonly string[];
  readonly teacher: readonly string[];
}

/** What is known of a pair of networks before the first step. Shapes are without the batch, e.g. [64, 8, 8]. */
export interface Pair extends Anatomies {
  readonly classes: number;
  /** int64 [N], of all training images. */
  readonly labels: Tensor;
  /** @throws RangeError if the path was not tapped */
  studentShape(path: string): readonly number[];
  teacherShape(path: string): readonly number[];
}

/** A method at work on one pair of networks. */
export interface Objective {
  /** Projectors and heads: trained with the student, dropped when it is done. */
  readonly parts?: nn.Module;
  /** The weighted terms, each a scalar; the loop adds them up and logs them by name. */
  losses(seen: Seen): Record<string, Tensor>;
}

export interface Method {
  /** By the literature's name, e.g. `kd`. */
  readonly name: string;
  readonly needsTeacher: boolean;
  /** Which of its phases it is in, where it has some. */
  readonly phase?: string;
  /** The phase that the same method must have been in in the stage before: it goes on with the parts that were taught there. */
  readonly follows?: string | undefined;
  /** Which of several teachers it learns from, by the trainer's name for it; the mean of all where it is left out. */
  readonly teacher?: string | undefined;
  /**
   * How many views of each image it compares, each turned by another quarter: 4 in DLKD. One where it is left out. Logits are those of
   * the first view.
   */
  readonly views?: number;
  /** @throws RangeError where a network does not say where its features are and the options do not either */
  taps?(pair: Anatomies): Taps;
  /** Makes the parts from libtorch's default generator (or that of `withGenerator`). */
  objective(pair: Pair): Objective;
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

/** What a network says of itself, or a sentence that asks for it. */
export function anatomy(pair: Anatomies, whose: 'student' | 'teacher', method: string): Anatomy {
  const found = pair[whose];
  if (found) return found;
  throw new RangeError(
    `${method}: the ${whose} does not say where its features are: give it an \`anatomy\`, or the method the paths`,
  );
}

/** A feature that was tapped. @throws RangeError if it was not @example feature(studentFeatures, 'layer2') */
export function feature(features: Features, path: string): Tensor {
  const found = features[path];
  if (!found) throw new RangeError(`'${path}' was not tapped`);
  return found;
}

/** Options as their schema wants them. @throws RangeError with a sentence for each that is wrong */
export function parseOptions<Schema extends z.ZodObject>(
  name: string,
  schema: Schema,
  given: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = problemsOf(parsed.error.issues, schema, given);
  throw new RangeError(
    problems.map(({ at, sentence }) => [name, at.join('.'), sentence].filter(Boolean).join(': ')).join('\n'),
  );
}

/** A temperature, by which logits are divided: in float32 they overflow below 0.001, and are all the same above 1000. */
export const temperatureOption = (value: number, description: string) =>
  z.number().min(0.001).max(1000).default(value).describe(description);

/** The weight of the labels' cross entropy, which every method brings as its paper does. */
export const gammaOption = (value: number, source: string) =>
  z
    .number()
    .nonnegative()
    .default(value)
    .describe(`γ, the weight of the labels; ${source}. With 0 the labels are not looked at.`);

/** γ · CE(z_s, y), as the term `ce`; nothing where γ is 0, and then the labels are not looked at. */
export function labelTerm(gamma: number, seen: Pick<Seen, 'student' | 'labels'>): { ce?: Tensor } {
  return gamma > 0 ? { ce: functional.cross_entropy(seen.student, seen.labels).mul(gamma) } : {};
}
