export class TokenizerError extends Error {
  override readonly name = 'TokenizerError';
}
