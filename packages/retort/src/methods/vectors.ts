/** Vectors of both networks, which several methods compare: the penultimate ones unless they are told otherwise. */
import type { Tensor } from '@retort/torch';
import { z } from 'zod';
import { type Anatomies, anatomy, feature, type Pair, type Seen, type Taps } from './method.ts';

/** An option that names the path of one network's features. */
export const pathOption = (whose: string, where: string) =>
  z.string().optional().describe(`The path of the ${whose}'s features; ${where} where it is left out`);

/** The path that is given, or that of the vector which the classifier is called with. */
export function penultimate(
  pair: Anatomies,
  whose: 'student' | 'teacher',
  method: string,
  given: string | undefined,
): string {
  return given ?? anatomy(pair, whose, method).penultimate;
}

/** How long the vector of a feature is: [D], [C, H, W] or [L, D] without the batch. @throws RangeError for other shapes */
function vectorSize(method: string, path: string, shape: readonly number[], prefixTokens: number): number {
  const size = shape.length === 2 ? shape[1] : shape[0];
  if (shape.length === 2 && (shape[0] ?? 0) <= prefixTokens)
    throw new RangeError(
      `${method}: '${path}' gives ${shape[0]} tokens, of which ${prefixTokens} are no patch's`,
    );
  if (size === undefined || shape.length > 3)
    throw new RangeError(
      `${method}: '${path}' gives [${shape.join(', ')}], which is no vector [D], feature map [C, H, W] or row of tokens [L, D]`,
    );
  return size;
}

/**
 * Feature maps [B, C, H, W] → their means [B, C]; tokens [B, L, D] → the mean of those of patches [B, D]; vectors stay.
 *
 * @param prefixTokens  how many tokens come before those of patches
 */
function asVectors(features: Tensor, prefixTokens: number): Tensor {
  if (features.dim() === 4) return features.mean([2, 3]);
  if (features.dim() !== 3) return features;
  return features.narrow(1, prefixTokens, features.size(1) - prefixTokens).mean([1]);
}

/** Options of a method that compares vectors. */
export const vectorOptions = {
  student: pathOption('student', 'the vector before its classifier'),
  teacher: pathOption('teacher', 'the vector before its classifier'),
};

interface Paths {
  readonly student?: string | undefined;
  readonly teacher?: string | undefined;
}

/** What is tapped for it. @throws RangeError where a network does not say where its vector is */
export const vectorTaps = (pair: Anatomies, method: string, { student, teacher }: Paths): Taps => ({
  student: [penultimate(pair, 'student', method, student)],
  teacher: [penultimate(pair, 'teacher', method, teacher)],
});

/** How long the vectors are, d_s and d_t, and how they come of what a method sees: [B, d_s] and [B, d_t]. */
export interface Vectors {
  readonly sizes: readonly [student: number, teacher: number];
  of(seen: Seen): readonly [student: Tensor, teacher: Tensor];
}

/** Feature maps and tokens are averaged. @throws RangeError for features of other shapes */
export function vectorsOf(pair: Pair, method: string, given: Paths): Vectors {
  const student = penultimate(pair, 'student', method, given.student);
  const teacher = penultimate(pair, 'teacher', method, given.teacher);
  return {
    sizes: [
      vectorSize(method, student, pair.studentShape(student), pair.student?.prefixTokens ?? 0),
      vectorSize(method, teacher, pair.teacherShape(teacher), pair.teacher?.prefixTokens ?? 0),
    ],
    of: ({ studentFeatures, teacherFeatures }) => [
      asVectors(feature(studentFeatures, student), pair.student?.prefixTokens ?? 0),
      asVectors(feature(teacherFeatures, teacher), pair.teacher?.prefixTokens ?? 0),
    ],
  };
}
