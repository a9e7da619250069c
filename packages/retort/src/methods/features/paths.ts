/** Where one feature of each network is, for methods that compare one. */
import { z } from 'zod';
import type { Anatomies, Taps, Whose } from '../method.ts';
import { anatomy } from '../seen.ts';

/** An option that names the path of one network's features. */
export const pathOption = (whose: Whose, where: string) =>
  z.string().optional().describe(`The path of the ${whose}'s features; ${where} where it is left out`);

/** Paths as options give them. */
export interface GivenPaths {
  readonly student?: string | undefined;
  readonly teacher?: string | undefined;
}

/** A path of each network. */
export interface Paths {
  readonly student: string;
  readonly teacher: string;
}

/** What is tapped where these are compared. */
export const tapsAt = ({ student, teacher }: Paths): Taps => ({ student: [student], teacher: [teacher] });

/** The paths that are given, or those of the vectors which the classifiers are called with. @throws RangeError where a network names none */
export function penultimatePaths(pair: Anatomies, method: string, given: GivenPaths = {}): Paths {
  const found = (whose: Whose) => given[whose] ?? anatomy(pair, whose, method).penultimate;
  return { student: found('student'), teacher: found('teacher') };
}

/** Which stage of a network: its place among them, negative from the end, and how a sentence calls it. */
export interface Place {
  readonly index: number;
  readonly called: string;
}

/** The paths that are given, or those of one stage. @throws RangeError where a network names no such stage */
export function stagePaths(
  pair: Anatomies,
  method: string,
  given: GivenPaths,
  { index, called }: Place,
): Paths {
  const found = (whose: Whose) => {
    const path = given[whose] ?? anatomy(pair, whose, method).stages.at(index);
    if (path !== undefined) return path;
    throw new RangeError(
      `${method} looks at the ${called} stage, and the ${whose} does not name so many: give the path in \`${whose}\``,
    );
  };
  return { student: found('student'), teacher: found('teacher') };
}
