import { cut } from '../words/shown.ts';

/** More are only counted. */
export const mostProblems = 20;
const longest = 2000;

/** What can be read: the first of many, each cut where it is long. */
function readable(problems: readonly string[]): string[] {
  const first = problems.slice(0, mostProblems).map((problem) => cut(problem, longest));
  const more = problems.length - first.length;
  return more > 0 ? [...first, `and ${more.toLocaleString('en')} more`] : first;
}

/** A recipe that cannot be run: a sentence for each mistake, with where it is, what is wrong and what would be right. */
export class RecipeError extends Error {
  override readonly name = 'RecipeError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: ErrorOptions) {
    const said = readable(problems);
    super(said.join('\n'), options);
    this.problems = said;
  }
}
