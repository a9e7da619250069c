/** The pen that is given, or that is installed. */
import type * as Plot from '@observablehq/plot';
import type { Pen } from './pen.ts';

/** The same with its types. */
export interface HeldPen extends Pen {
  readonly Plot: typeof Plot;
}

/**
 * What a figure is drawn with: what is given, or what is installed. Only the latter needs Node, so it is loaded then.
 *
 * @throws FigureError where nothing is given, and what draws is not installed
 */
export async function penOf(given: Pen | undefined): Promise<HeldPen> {
  if (given !== undefined) return given as HeldPen;
  const { installedPen } = await import('./installed-pen.ts');
  return (await installedPen()) as HeldPen;
}
