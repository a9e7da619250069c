/** A model folder that cannot be used as it is: the message says which, why, and what would be right. */
export class HuggingFaceError extends Error {
  override readonly name = 'HuggingFaceError';
}
