/** A figure that cannot be drawn. */
export class FigureError extends Error {
  override readonly name = 'FigureError';
}
