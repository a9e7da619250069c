/** The feature pyramid (Lin et al. 2017, "Feature Pyramid Networks for Object Detection", figure 3): four maps of a backbone as maps of one width. */
import { functional, nn, type Tensor } from '@retort/torch';

/** Channels of each map of the pyramid. */
export const width = 256;

/** A convolution that makes a map of the backbone as wide as the pyramid, and one that makes a level of it. */
export interface LevelLayers {
  readonly lateral: nn.Layer;
  readonly output: nn.Layer;
}

/** p6: every second number of p5 along both sides. */
export const coarsest = (): nn.MaxPool2d => new nn.MaxPool2d(1, { stride: 2 });

/** Weights as both originals begin with, uniform (He et al. 2015, of what goes in, without a nonlinearity), and biases of 0. */
export function fillUniform(convolution: nn.Conv2d | nn.Linear): void {
  nn.init.kaimingUniform_(convolution.weight, { a: 1 });
  if (convolution.bias) nn.init.zeros_(convolution.bias);
}

/**
 * p2 to p6 of the four maps of a backbone, c2 to c5: what the coarser ones say is added to the finer.
 *
 * @param layers  of the four, from the finest on
 */
export function pyramidOf(maps: readonly Tensor[], layers: readonly LevelLayers[], top: nn.Layer): Tensor[] {
  let above: Tensor | null = null;
  const levels = layers
    .map(({ lateral, output }, i) => ({ map: maps[i], lateral, output }))
    .toReversed()
    .flatMap(({ map, lateral, output }) => {
      if (!map) throw new RangeError('the pyramid needs four maps of its backbone');
      const own = lateral.forward(map);
      const size: readonly [number, number] = [own.size(2), own.size(3)];
      above = above ? own.add(functional.interpolate(above, { size, mode: 'nearest' })) : own;
      return [output.forward(above)];
    })
    .toReversed();
  const last = levels.at(-1);
  return last ? [...levels, top.forward(last)] : [];
}
