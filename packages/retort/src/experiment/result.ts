/** What a run comes to. */
import type { Evaluated } from '../evaluate/index.ts';
import type { Headline } from '../headline.ts';

/** The student on the test split, and on the samples held out where there are some. */
export interface Evaluation {
  readonly test: Evaluated;
  readonly validation: Evaluated | null;
}

export interface Result {
  /** The score by which the best weights were chosen; null where the task has none. */
  readonly headline: Headline | null;
  /** The teacher on the test split, before the first step. */
  readonly teacher: Evaluated | null;
  /** The student when it was last evaluated after an epoch; null if it never was. */
  readonly last: Evaluated | null;
  /**
   * The student where it was best on the samples held out, in the last stage that was evaluated, or with `bestOver: run` in any. Without such samples it is chosen on the test
   * split, which flatters: compare `last`.
   */
  readonly best: Evaluated | null;
  /** After how many epochs these two were, the best also between two steps; left out where they are null, and of runs of versions that did not say it. */
  readonly after?: { readonly last: number | null; readonly best: number } | undefined;
  readonly epochs: number;
  readonly parameters: number;
  /** Of the student, for one sample of the test split; null where the run is not finished, and where they cannot be counted. */
  readonly multiplyAdds: number | null;
  /** In training, evaluation aside. */
  readonly seconds: number;
  readonly stopped: boolean;
  readonly out: string | null;
}

/** Scores that were written as JSON, which has no infinity: the cross entropy of a teacher that lacks a class. */
export const fromJson = (scores: Evaluated | null): Evaluated | null =>
  scores &&
  (Object.fromEntries(
    Object.entries(scores).map(([name, value]) => [name, value ?? Number.POSITIVE_INFINITY]),
  ) as unknown as Evaluated);
