/** How a Vision Transformer's weights are written by DINO and DINOv2, and what its positions are for images of another size. */
import { aten, functional, type nn, scope, type Tensor } from '@retort/torch';

/** How a grid of positions is resampled, each as its program does it. */
interface Resampling {
  readonly antialias: boolean;
  /** What the new side is more by, in the factor between the two: DINO's guard against rounding, which moves each place a little. */
  readonly offset: number;
}

/** timm's; and DINOv2's of networks with registers. */
const plain: Resampling = { antialias: true, offset: 0 };

/** DINO's, and DINOv2's of networks without registers (`interpolate_offset`). */
const dino: Resampling = { antialias: false, offset: 0.1 };

/**
 * Positions of patches on a square grid, resampled bicubically.
 *
 * @param positions  [1, P + L, C], of which the first P are of no patch
 * @param count  L of the other grid
 * @returns [1, P + count, C]
 * @throws RangeError unless both grids are squares
 */
export function resampledPositions(
  positions: Tensor,
  prefix: number,
  count: number,
  { antialias, offset }: Resampling = plain,
): Tensor {
  return scope(() => {
    const [from, to] = [Math.sqrt(positions.size(1) - prefix), Math.sqrt(count)];
    if (!Number.isInteger(from) || !Number.isInteger(to))
      throw new RangeError(
        `positions of ${positions.size(1) - prefix} patches cannot become those of ${count}: both must lie on a square grid`,
      );
    const grid = positions
      .narrow(1, prefix, from * from)
      .to('float32')
      .reshape([1, from, from, -1])
      .permute([0, 3, 1, 2]);
    const scale = (to + offset) / from;
    // By the factor, as DINO has it, where that is another than the sizes'.
    const resampled = antialias
      ? functional.interpolate(grid, { size: [to, to], mode: 'bicubic', antialias })
      : aten.upsample_bicubic2d(grid, [to, to], false, { scalesH: scale, scalesW: scale });
    const rows = resampled.permute([0, 2, 3, 1]).reshape([1, count, -1]).to(positions.dtype);
    return aten.cat([positions.narrow(1, 0, prefix), rows], 1);
  });
}

/** Of DINOv2's training: what stands for a patch that is masked. */
const masked = 'mask_token';

/** Blocks that are stored in chunks: `blocks.0.3.norm1` is the fourth block's. */
const chunked = /^blocks\.\d+\.(\d+\.(?:norm|attn|ls|mlp))/;

/** Whether a network's own feed-forward layers are gated, as DINOv2's giant has them. */
export const isGated = (weights: nn.StateDict): boolean =>
  Object.keys(weights).some((key) => /(?:^|\.)mlp\.w12\.weight$/.test(key));

/** Keys of DINOv2 as timm's: registers by another name, whose network has no position of the class token. */
function renamed(weights: nn.StateDict): nn.StateDict {
  const state: nn.StateDict = {};
  const { cls_token: cls, pos_embed: positions, register_tokens: registers } = weights;
  for (const [key, value] of Object.entries(weights))
    if (key !== masked && key !== 'register_tokens') state[key.replace(chunked, 'blocks.$1')] = value;
  if (!registers || !cls || !positions) return state;
  state.reg_token = registers;
  state.cls_token = cls.add(positions.narrow(1, 0, 1));
  state.pos_embed = positions.narrow(1, 1, positions.size(1) - 1);
  return state;
}

/**
 * Weights of a Vision Transformer that its own keys or size do not fit, under these: of DINOv2, and of images of another size.
 *
 * @param own  its state dict
 * @returns null where they lack some of its keys, but for its classifier's, or need nothing
 */
export function vitLayout(own: nn.StateDict, weights: nn.StateDict): nn.StateDict | null {
  const isOfDino = Object.hasOwn(weights, masked) || Object.keys(weights).some((key) => chunked.test(key));
  const state = isOfDino ? renamed(weights) : { ...weights };
  if (Object.keys(own).some((key) => !Object.hasOwn(state, key) && !key.startsWith('head'))) return null;
  const [wanted, given] = [own.pos_embed, state.pos_embed];
  if (!wanted || !given || given.dim() !== 3 || given.size(2) !== wanted.size(2)) return null;
  const isResampled = given.size(1) !== wanted.size(1);
  if (!isOfDino && !isResampled) return null;
  if (isResampled) {
    const { cls_token: cls, dist_token: dist, reg_token: registers } = own;
    const prefix = registers ? 0 : (cls ? 1 : 0) + (dist ? 1 : 0);
    const how = isOfDino && !registers ? dino : plain;
    const squares = [given, wanted].every((of) => Number.isInteger(Math.sqrt(of.size(1) - prefix)));
    if (!squares) return null;
    // A model that is only looked at for its shapes, on the device meta, is none that was asked for: weights of another size are another's.
    if (wanted.device === 'meta') return isOfDino ? state : null;
    state.pos_embed = resampledPositions(given, prefix, wanted.size(1) - prefix, how);
  }
  return state;
}
