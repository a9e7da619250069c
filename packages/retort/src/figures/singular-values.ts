/** What linear layers let through, as a figure: their singular values, the largest first, on a logarithmic axis. */
import type { ProjectorLayer } from '../diagnose/types.ts';
import { linesFigure } from './lines.ts';
import type { Pen } from './pen.ts';

type Values = Pick<ProjectorLayer, 'name' | 'singularValues'>;

/** With how many of its values have no place on the axis. */
function named({ name, singularValues }: Values): string {
  const zeros = singularValues.filter((value) => value <= 0).length;
  return zeros === 0 ? name : `${name} (${zeros} of ${singularValues.length} are 0)`;
}

/**
 * Draws a line for each layer. Values that are 0 have no place on the axis: beside the layer's name stands how many they are.
 *
 * @param given  what it is drawn with; Observable Plot as it is installed where it is left out
 * @returns SVG
 * @throws FigureError where what draws is not installed
 * @example await singularValuesFigure([{ name: 'srd.projector', singularValues: [2, 1, 0.1] }])
 */
export const singularValuesFigure = (layers: readonly Values[], given?: Pen): Promise<string> =>
  linesFigure(
    {
      lines: layers.map((layer) => ({
        name: named(layer),
        points: layer.singularValues.map((mean, i) => ({ x: i + 1, mean, deviation: 0 })),
      })),
      ...{ x: 'place among them', y: 'singular value', isLog: true },
    },
    given,
  );
