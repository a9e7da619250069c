/** A recipe that cannot be run: a sentence for each mistake, with where it is, what is wrong and what would be right. */
export class RecipeError extends Error {
  override readonly name = 'RecipeError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(problems.join('\n'), options);
    this.problems = problems;
  }
}
