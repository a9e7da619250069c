/**
 * Variational information distillation: Ahn, Hu, Damianou, Lawrence & Dai, "Variational Information Distillation for Knowledge Transfer"
 * (CVPR 2019), as the CRD benchmark trains it (Tian et al. 2020): a Gaussian of the teacher's features, whose mean a regressor
 * reads from the student's:
 *
 *     L = γ · CE(z_s, y) + β · Σ_k mean( ½ · ( (μ_k(F_s,k) − F_t,k)² / σ²_k + log σ²_k ) ),   σ²_k = log(1 + exp(α_k)) + ε
 *
 * F_s [B, C_s, H, W] and F_t [B, C_t, H, W] are feature maps of a stage k, μ three 1x1 convolutions with ReLUs between them, α [C_t] a scale of
 * each channel; both are trained with the student. The larger of two maps is averaged to the size of the smaller; tokens lie on a square grid.
 */
import { full, nn, scope, type Tensor } from '@retort/torch';
import { z } from 'zod';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { stageOptions, stagePairs, stageTaps } from './features/stages.ts';
import { gammaOption, taskLoss } from './task-loss.ts';

/** ε, the least variance; of the authors' code. */
const eps = 1e-5;

const options = z.strictObject({
  ...stageOptions,
  variance: z.number().gt(eps).default(5).describe("σ² at the beginning; 5 in the authors' code"),
  beta: z.number().positive().default(1).describe('β; 1 in the CRD benchmark'),
  gamma: gammaOption(1, '1 in the CRD benchmark'),
});

/** A Gaussian of the teacher's map, given the student's. */
class Regressor extends nn.Module {
  readonly mean: nn.Sequential;
  readonly scale: nn.Parameter;

  constructor(from: number, to: number, variance: number) {
    super();
    const conv1x1 = (inChannels: number) => new nn.Conv2d(inChannels, to, 1, { bias: false });
    this.mean = new nn.Sequential(conv1x1(from), new nn.ReLU(), conv1x1(to), new nn.ReLU(), conv1x1(to));
    this.scale = new nn.Parameter(full([to, 1, 1], Math.log(Math.expm1(variance - eps))));
  }

  /** The negative logarithm of its density at the teacher's map, without the constant. */
  forward(student: Tensor, teacher: Tensor): Tensor {
    return scope(() => {
      const variance = this.scale.softplus().add(eps);
      const error = this.mean.forward(student).sub(teacher).square();
      return error.div(variance).add(variance.log()).mean().div(2);
    });
  }
}

/** What the student's stages tell of the teacher's; see the head of the file. @throws RangeError @example vid({ beta: 1 }) */
export const vid = defineMethod(
  {
    name: 'vid',
    source: 'Ahn et al. 2019, "Variational Information Distillation for Knowledge Transfer"',
    options,
  },
  ({ variance, beta, gamma, ...paths }) => ({
    needs: { loss: gamma > 0 },
    taps: (pair) => stageTaps(pair, 'vid', paths),
    objective(pair) {
      const stages = stagePairs(pair, 'vid', paths).map(({ channels: [C_s, C_t], maps }) => ({
        regressor: new Regressor(C_s, C_t, variance),
        maps,
      }));
      return {
        parts: new nn.ModuleList(stages.map(({ regressor }) => regressor)),
        losses(seen) {
          const losses = stages.map(({ regressor, maps }) => regressor.forward(...maps(seen)));
          return { ...taskLoss(gamma, seen), vid: losses.reduce((sum, loss) => sum.add(loss)).mul(beta) };
        },
      };
    },
  }),
);

export type VIDOptions = OptionsOf<typeof vid>;
