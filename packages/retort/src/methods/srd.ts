/**
 * The simple recipe of Miles & Mikolajczyk, "Understanding the Role of the Projector in Knowledge Distillation" (AAAI 2024): a linear
 * projector, batch norm without affine parameters of both features, the logarithm of a sum:
 *
 *     L = γ · CE(z_s, y) + β · D(f_s, f_t) + κ · KL( softmax(z_t) ‖ softmax(z_s) ),   f_s = BN(W v_s + b),  f_t = BN(v_t)
 *
 *     residual:      D = log( Σ_{b, d} |f_s − f_t|^p + ε )           (ImageNet, ResNet34 → ResNet18)
 *     correlation:   D = log( Σ_d |c_d − 1|^p + ε ),  c_d = mean_b f_s[b, d] f_t[b, d]      (DeiT, of which `student: norm` are the patches'
 *                    tokens, and `headsApart: true` takes CE of the class token's head, with soft labels of mixed images, and KL of the other's)
 *
 * v_s [B, d_s] and v_t [B, d_t] are pooled features (feature maps and tokens are averaged), W [d_t, d_s] is trained with the student, BN
 * normalises over the batch; KL is averaged over the batch. One image by itself is its own mean and has no distance: D = 0. A feature that is
 * the same in the whole batch, as of a channel that a ReLU has shut, is normalised to 0, and correlates with nothing.
 *
 * With `levels` v_s and v_t are the levels of two detectors' feature pyramids, p2 … p6 [B, C, H, W], each place a row of its own: W_l is a 1x1 convolution of
 * each level, BN normalises over images and places, and D is summed over the levels; logits have no term. The paper has numbers on COCO, and neither it
 * nor its code says where the loss is: this is chosen.
 */
import { functional, nn, type Tensor } from '@retort/torch';
import { z } from 'zod';
import { divergence } from '../tensors/divergence.ts';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { levelPairs, levelsAlone, levelsOption } from './features/levels.ts';
import { stageTaps } from './features/stages.ts';
import { vectorOptions, vectorsOf, vectorTaps } from './features/vectors.ts';
import type { Objective, Pair } from './method.ts';
import { logits } from './seen.ts';
import { gammaOption, taskLoss } from './task-loss.ts';

/** The published settings of both forms. */
const forms = {
  residual: { beta: 2, normEps: 1e-4, logEps: 0 },
  correlation: { beta: 1, normEps: 0, logEps: 1e-5 },
} as const;

const options = z
  .strictObject({
    form: z
      .enum(['residual', 'correlation'])
      .default('residual')
      .describe(
        'What the power is taken of: residuals (ImageNet recipe) or the diagonal of the cross-correlation (DeiT recipe)',
      ),
    ...vectorOptions,
    levels: levelsOption('each by a 1x1 convolution, place by place, in the place of vectors'),
    power: z.number().positive().default(4).describe('p; 4 in all released code'),
    beta: z.number().positive().optional().describe('β; 2 for residuals, 1 for correlation'),
    kappa: z
      .number()
      .nonnegative()
      .optional()
      .describe('κ, of the logits; 1 in both recipes, and 0 of levels, which have none'),
    normEps: z
      .number()
      .nonnegative()
      .optional()
      .describe('Of the batch norms; 1e-4 for residuals, 0 for correlation'),
    logEps: z.number().nonnegative().optional().describe('ε; 0 for residuals, 1e-5 for correlation'),
    gamma: gammaOption(1, '1 in both recipes'),
  })
  .refine(({ levels, student, teacher }) => !levels || (student ?? teacher) === undefined, levelsAlone)
  .refine(({ levels, kappa = 0 }) => !levels || kappa === 0, {
    error:
      'of levels there are no logits: leave kappa out, or have kd learn what is said of proposals beside it (methods: [{ name: srd, levels: true }, { name: kd, proposals: true, gamma: 0 }])',
  });

/** In place of an eps of 0: no variance notices it but that of what does not vary at all, which would make 0 / 0 of it. */
const least = 1e-30;

/** [B, D], normalised over the batch; [B, C, H, W] over the batch and all places. */
const normalised = (features: Tensor, eps: number): Tensor =>
  functional.batch_norm(features, { training: true, eps: Math.max(eps, least) });

/** A linear projector and a soft maximum of residuals; see the head of the file. @throws RangeError @example srd({ beta: 2 }) */
export const srd = defineMethod(
  {
    name: 'srd',
    source: 'Miles & Mikolajczyk 2024, "Understanding the Role of the Projector in Knowledge Distillation"',
    options,
    fill: ({ form, levels }) => ({ ...forms[form], kappa: levels ? 0 : 1 }),
  },
  ({ form, power, gamma, levels = false, kappa = levels ? 0 : 1, ...rest }) => {
    const published = forms[form];
    const { beta = published.beta, normEps = published.normEps, logEps = published.logEps, ...paths } = rest;

    /** D of projected and teacher's vectors [B, d_t], or maps [B, C, H, W]. */
    function distance(own: Tensor, theirs: Tensor): Tensor {
      // All but the channels.
      const over = own.shape.flatMap((_, i) => (i === 1 ? [] : [i]));
      if (own.numel() === own.size(1)) return own.sum().mul(0);
      const f_s = normalised(own, normEps);
      const f_t = normalised(theirs, normEps);
      const deviation = form === 'residual' ? f_s.sub(f_t) : f_s.mul(f_t).mean(over).sub(1);
      const sum = deviation.abs().pow(power).sum();
      return sum.add(logEps).log();
    }

    function ofVectors(pair: Pair): Objective {
      const vectors = vectorsOf(pair, 'srd', paths);
      const [d_s, d_t] = vectors.sizes;
      const projector = new nn.Linear(d_s, d_t);
      return {
        parts: new nn.ModuleDict({ projector }),
        losses(seen) {
          const [v_s, v_t] = vectors.of(seen);
          const terms = taskLoss(gamma, seen);
          terms.srd = distance(projector.forward(v_s), v_t).mul(beta);
          if (kappa > 0) terms.kd = divergence(logits(seen.student), logits(seen.teacher)).mul(kappa);
          return terms;
        },
      };
    }

    function ofLevels(pair: Pair): Objective {
      const projected = levelPairs(pair, 'srd').map(({ channels: [own, theirs], originals }) => ({
        projector: new nn.Conv2d(own, theirs, 1),
        originals,
      }));
      const projectors = new nn.ModuleList(projected.map(({ projector }) => projector));
      return {
        parts: new nn.ModuleDict({ projectors }),
        losses(seen) {
          const distances = projected.map(({ projector, originals }) => {
            const [v_s, v_t] = originals(seen);
            return distance(projector.forward(v_s), v_t);
          });
          const sum = distances.reduce((total, level) => total.add(level));
          return { ...taskLoss(gamma, seen), srd: sum.mul(beta) };
        },
      };
    }

    return {
      needs: {
        wholeBatch: true,
        outputs: kappa > 0 ? ['logits'] : [],
        predictions: kappa > 0,
        loss: gamma > 0,
        featuresAlone: 'gamma: 0, kappa: 0',
      },
      taps: (pair) => (levels ? stageTaps(pair, 'srd', {}) : vectorTaps(pair, 'srd', paths)),
      objective: levels ? ofLevels : ofVectors,
    };
  },
);

export type SRDOptions = OptionsOf<typeof srd>;
