/**
 * Every error that libtorch or this package raises about tensors: the message has the operator, dtypes and shapes, and libtorch's own words.
 *
 * @example try { x.matmul(y); } catch (error) { if (error instanceof TorchError) console.error(error.operator, error.message); }
 */
export class TorchError extends Error {
  override readonly name: string = 'TorchError';
  /** The operator that failed, e.g. `aten::matmul`, where there is one. */
  readonly operator: string | undefined;

  constructor(message: string, operator?: string, options?: ErrorOptions) {
    super(message, options);
    this.operator = operator;
  }
}

/** libtorch's message without what only a C++ programmer needs: the list of registered kernels, the call site. */
export function plain(message: string): string {
  return message
    .replace(/\n\n?\S+: registered at [\s\S]*$/, '')
    .replace(/\nException raised from [\s\S]*$/, '')
    .replace(/(backend\.) This could be because the operator doesn't exist [\s\S]*$/, '$1')
    .replace(/, but there was no fake impl or Meta kernel registered\.[\s\S]*$/, ', which have no values')
    .replace(/ \(function [^()]*(\(\))?\)$/, '')
    .trim();
}
