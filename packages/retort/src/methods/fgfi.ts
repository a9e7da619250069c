/**
 * Fine-grained feature imitation: Wang, Yuan, Zhang & Feng, "Distilling Object Detectors with Fine-grained Feature Imitation" (CVPR 2019), equations 1
 * and 2: a detector learns the teacher's features where anchors lie near an object.
 *
 *     L   = γ · L_gt + λ · L_im,   L_im = 1 / (2 N_p) · Σ_l Σ_ij I_l,ij · ‖ r_l(F_s,l)_ij − F_t,l,ij ‖²,   N_p = Σ_l Σ_ij I_l,ij
 *     I_l,ij = 1 where for any box b and anchor a of the place   IoU(a, b) > ψ · max over all anchors of the level of IoU(·, b)
 *
 * F_s,l and F_t,l [B, C, H, W] are the levels of the feature pyramids, p2 … p6, r_l a 3x3 convolution that is trained with the student, ‖·‖² over channels, the
 * sums over the batch too. Anchors are those of Faster R-CNN with a pyramid: of three shapes at each place, their side eight times the level's stride.
 *
 * The paper and its code (twangnh/Distilling-Object-Detectors@c6583f3) have one map, which follows a ReLU, and so does their r. Levels follow none, so that
 * here r is the convolution alone; that each level has its own masks, and N_p is of all, is chosen. So are the weights with which r begins as in that code.
 */
import { nn, noGrad, scope, type Tensor, zeros } from '@retort/torch';
import { z } from 'zod';
import { output } from '../tasks/index.ts';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { type Anchors, anchorShapes, bestOverlaps } from './features/anchors.ts';
import { levelPairs } from './features/levels.ts';
import { stageTaps } from './features/stages.ts';
import { gammaOption, taskLoss } from './task-loss.ts';

const options = z.strictObject({
  lambda: z
    .number()
    .positive()
    .default(0.01)
    .describe('λ, the weight of the imitation; 0.01 in the paper’s code'),
  psi: z
    .number()
    .min(0)
    .lt(1)
    .default(0.5)
    .describe('ψ, the share of the largest overlap above which a place is imitated; 0.5 in the paper'),
  stride: z
    .number()
    .int()
    .min(1)
    .default(4)
    .describe(
      'Pixels between two places of the first level, each other having twice those of the one before',
    ),
  scale: z
    .number()
    .positive()
    .default(8)
    .describe("The side of a level's square anchor, in strides; 8 in both dialects of Faster R-CNN"),
  ratios: z
    .array(z.number().positive())
    .min(1)
    .default([0.5, 1, 2])
    .describe('Height / width of the anchors at a place; 0.5, 1 and 2 in both dialects of Faster R-CNN'),
  gamma: gammaOption(1, '1 in the paper'),
});

/** Standard deviation of the weights with which r begins, in the paper's code. */
const deviation = 1e-4;

function adaptation(from: number, to: number): nn.Conv2d {
  const made = new nn.Conv2d(from, to, 3, { padding: 1 });
  noGrad(() => {
    nn.init.normal_(made.weight, 0, deviation);
    if (made.bias) nn.init.zeros_(made.bias);
  });
  return made;
}

/**
 * I of a level, [B, 1, H, W], as numbers: 1 where a place is imitated, else 0.
 *
 * @param truth  [B, M, 4]: x1, y1, x2, y2 in pixels of the images as networks see them, zeros where an image has fewer boxes
 * @param like  a level [B, C, H, W]
 */
function maskOf(truth: Tensor, like: Tensor, anchors: Anchors, psi: number): Tensor {
  return scope(() =>
    noGrad(() => {
      const [count = 0, , height = 0, width = 0] = like.shape;
      const mask = zeros([count, 1, height, width], { dtype: like.dtype, device: like.device });
      const sides = truth.narrow(2, 2, 2).sub(truth.narrow(2, 0, 2));
      const isBox = sides.amin([2]).gt(0);
      for (let i = 0; i < count; i += 1) {
        const own = isBox.select(0, i).nonzero().squeeze(1);
        if (own.size(0) === 0) continue;
        const boxes = truth.select(0, i).index_select(0, own).to(like.dtype);
        const overlaps = bestOverlaps(boxes, [height, width], anchors);
        const most = overlaps.amax([1, 2], true);
        mask.select(0, i).copy_(overlaps.gt(most.mul(psi)).any(0, true));
      }
      return mask;
    }),
  );
}

/** The teacher's features near objects; see the head of the file. @throws RangeError @example fgfi({ lambda: 0.01 }) */
export const fgfi = defineMethod(
  {
    name: 'fgfi',
    source: 'Wang et al. 2019, "Distilling Object Detectors with Fine-grained Feature Imitation"',
    options,
  },
  ({ lambda, psi, stride, scale, ratios, gamma }) => ({
    // A mean over the places of a batch is none over its images.
    needs: { wholeBatch: true, loss: gamma > 0 },
    taps: (pair) => stageTaps(pair, 'fgfi', {}),
    objective(pair) {
      const levels = levelPairs(pair, 'fgfi').map(({ channels: [from, to], originals }, l) => ({
        r: adaptation(from, to),
        originals,
        anchors: { stride: stride * 2 ** l, shapes: anchorShapes(scale * stride * 2 ** l, ratios) },
      }));
      return {
        parts: new nn.ModuleList(levels.map(({ r }) => r)),
        losses(seen) {
          const truth = output(seen.student.outputs, 'truth');
          const imitated = levels.map(({ r, originals, anchors }) => {
            const [F_s, F_t] = originals(seen);
            const I = maskOf(truth, F_s, anchors, psi);
            return { squares: r.forward(F_s).sub(F_t).square().mul(I).sum(), count: I.sum() };
          });
          const total = (of: (level: (typeof imitated)[number]) => Tensor): Tensor =>
            imitated.map(of).reduce((sum, level) => sum.add(level));
          // Of images without objects there is nothing to imitate.
          const N_p = total(({ count }) => count).clamp(1);
          const L_im = total(({ squares }) => squares).div(N_p.mul(2));
          return { ...taskLoss(gamma, seen), fgfi: L_im.mul(lambda) };
        },
      };
    },
  }),
);

export type FGFIOptions = OptionsOf<typeof fgfi>;
