/** The pen that is given, or that is installed. */
import type { Pen } from './pen.ts';

/**
 * What a figure is drawn with: what is given, or what is installed. Only the latter needs Node, so it is loaded then.
 *
 * @throws FigureError where nothing is given, and what draws is not installed
 */
export async function penOf(given: Pen | undefined): Promise<Pen> {
  if (given !== undefined) return given;
  const { installedPen } = await import('./installed-pen.ts');
  return installedPen();
}
