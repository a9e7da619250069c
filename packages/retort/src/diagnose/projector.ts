/** What the projectors between student and teacher let through: their singular values. */
import { aten, type nn, scope, type Tensor } from '@retort/torch';
import { defineDiagnosis } from './definition.ts';
import { Silence } from './silence.ts';
import type { ProjectorLayer } from './types.ts';

/** The matrix [out, in] of a linear layer, or of a convolution of one pixel; null of other weights. */
function matrixOf(name: string, weight: Tensor): Tensor | null {
  if (!name.endsWith('.weight')) return null;
  const [outputs = 0, inputs = 0, ...kernel] = weight.shape;
  const isLinear = weight.dim() === 2 || (weight.dim() === 4 && kernel.every((side) => side === 1));
  // Of a convolution that sees each channel alone there is a matrix of one column.
  const isDepthwise = weight.dim() === 4 && inputs === 1 && outputs > 1;
  return isLinear && !isDepthwise ? weight.reshape([outputs, inputs]) : null;
}

/** The singular values of each matrix among the weights of methods' parts, in float64. */
export function layersOf(parts: Readonly<nn.StateDict>): ProjectorLayer[] {
  return Object.entries(parts).flatMap(([name, weight]) =>
    scope(() => {
      const matrix = matrixOf(name, weight);
      if (!matrix) return [];
      const shape = [matrix.size(0), matrix.size(1)] as const;
      const singularValues = aten.linalg_svdvals(matrix.to('float64')).toFlatArray().map(Number);
      return [{ name: name.replace(/\.weight$/, ''), shape, singularValues }];
    }),
  );
}

/** Of all linear layers and 1x1 convolutions that methods trained beside the student (Miles & Mikolajczyk 2024 look at that of SRD). */
export const projector = defineDiagnosis({
  what: 'projector',
  title: 'The singular values of what is trained between student and teacher',
  async find(run) {
    const { checkpoint } = run;
    if (!checkpoint)
      throw new Silence(
        'no whole checkpoint is kept in the folder of the run, and its weights have only the student: projectors are dropped when it is done',
      );
    if (Object.keys(checkpoint.parts).length === 0)
      throw new Silence(`the methods of the run train nothing beside the student (${checkpoint.name})`);
    const layers = layersOf(checkpoint.parts);
    if (layers.length === 0)
      throw new Silence(
        `nothing that the methods of the run train beside the student is a linear layer or a 1x1 convolution (${checkpoint.name})`,
      );
    return { layers, from: checkpoint.name };
  },
});
