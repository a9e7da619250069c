/** Training that cannot start or go on: impossible settings, a loss that is no longer finite. */
export class TrainingError extends Error {
  override readonly name = 'TrainingError';
  /** The setting that it is about, as the keys of a recipe lead to it; left out where it is about several, or none. */
  declare readonly at?: readonly string[];

  constructor(message: string, options: ErrorOptions & { readonly at?: readonly string[] } = {}) {
    const { at, ...rest } = options;
    super(message, rest);
    if (at) this.at = at;
  }
}

/** @throws TrainingError unless it is a whole number from 1 */
export function positive(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1)
    throw new TrainingError(`${name} must be a whole number from 1, got ${value}`);
}

/** @throws TrainingError unless it is a whole number from 0 */
export function notNegative(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 0)
    throw new TrainingError(`${name} must be a whole number from 0, got ${value}`);
}

/** Where a warning goes that nobody listens for. */
export function warnProcess(text: string): void {
  process.emitWarning(text, { type: 'TrainingWarning' });
}
