/** An evaluation that would score what is no answer. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
}
