/** A command that was asked wrongly: exit code 2. In a file of its own, as some commands load no engine. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
