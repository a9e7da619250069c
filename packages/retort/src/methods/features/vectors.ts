/** Vectors of both networks, which several methods compare: the penultimate ones unless they are told otherwise. */
import type { Tensor } from '@retort/torch';
import { meanWhere } from '../../tensors/mean-where.ts';
import type { Anatomies, Pair, PairSide, Seen, Side, Taps, Whose } from '../method.ts';
import { anatomy, feature, maskOf, prefixTokens } from '../seen.ts';
import { type GivenPaths, pathOption, penultimatePaths, tapsAt } from './paths.ts';

/** Options of a method that compares vectors. */
export const vectorOptions = {
  student: pathOption('student', 'the vector before its classifier'),
  teacher: pathOption('teacher', 'the vector before its classifier'),
};

/** What is tapped for it. @throws RangeError where a network does not say where its vector is */
export const vectorTaps = (pair: Anatomies, method: string, given: GivenPaths): Taps =>
  tapsAt(penultimatePaths(pair, method, given));

/** How long the vector of a feature is: [D], [C, H, W] or [L, D] without the batch. @throws RangeError for other shapes */
function vectorSize(method: string, side: PairSide, path: string): number {
  const shape = side.shape(path);
  const prefix = prefixTokens(side);
  const size = shape.length === 2 ? shape[1] : shape[0];
  if (shape.length === 2 && !side.ofTexts && (shape[0] ?? 0) <= prefix)
    throw new RangeError(
      `${method}: '${path}' gives ${shape[0]} tokens, of which ${prefix} belong to no patch`,
    );
  if (size === undefined || shape.length > 3)
    throw new RangeError(
      `${method}: '${path}' gives [${shape.join(', ')}], which is neither a vector [D], nor a feature map [C, H, W], nor tokens [L, D]`,
    );
  return size;
}

/**
 * Feature maps [B, C, H, W] → their means [B, C]; tokens [B, L, D] → the mean [B, D] of all tokens of a text, without its padding, or of those of
 * an image's patches; vectors stay.
 *
 * @param prefix  how many tokens come before those of patches
 */
function asVectors(side: Side, path: string, prefix: number): Tensor {
  const features = feature(side.features, path);
  if (features.dim() === 4) return features.mean([2, 3]);
  if (features.dim() !== 3) return features;
  const mask = maskOf(side, features, `'${path}'`);
  if (mask) return meanWhere(mask, features);
  return features.narrow(1, prefix, features.size(1) - prefix).mean([1]);
}

/** How long the vectors are, d_s and d_t, and how they come of what a method sees: [B, d_s] and [B, d_t]. */
export interface Vectors {
  readonly sizes: readonly [student: number, teacher: number];
  of(seen: Seen): readonly [student: Tensor, teacher: Tensor];
}

/** Feature maps and tokens are averaged, padding left out. @throws RangeError for features of other shapes */
export function vectorsOf(pair: Pair, method: string, given: GivenPaths): Vectors {
  const paths = penultimatePaths(pair, method, given);
  const from = (side: Side, whose: Whose): Tensor => asVectors(side, paths[whose], prefixTokens(pair[whose]));
  return {
    sizes: [vectorSize(method, pair.student, paths.student), vectorSize(method, pair.teacher, paths.teacher)],
    of: ({ student, teacher }) => [from(student, 'student'), from(teacher, 'teacher')],
  };
}

/** The same of the student alone, for methods without a teacher. */
export interface OwnVectors {
  readonly size: number;
  /** [V·B, d_s]. */
  of(seen: Seen): Tensor;
}

/** What is tapped for it. @throws RangeError where the student does not say where its vector is */
export const ownTaps = (pair: Anatomies, method: string, given: Pick<GivenPaths, 'student'>): Taps => ({
  student: [given.student ?? anatomy(pair, 'student', method).penultimate],
  teacher: [],
});

/** @throws RangeError for features of other shapes */
export function ownVectors(pair: Pair, method: string, given: Pick<GivenPaths, 'student'>): OwnVectors {
  const path = ownTaps(pair, method, given).student[0] ?? '';
  return {
    size: vectorSize(method, pair.student, path),
    of: ({ student }) => asVectors(student, path, prefixTokens(pair.student)),
  };
}
