/**
 * Activation boundaries: Heo, Lee, Yun & Choi, "Knowledge Transfer via Distillation of Activation Boundaries Formed by Hidden Neurons"
 * (AAAI 2019), with the weights of the CRD benchmark (Tian et al. 2020):
 *
 *     L       = γ · CE(z_s, y) + β · Σ_k 2^(k − n) / B · Σ ρ( c_k(F_s,k), F_t,k )
 *     ρ(s, t) = (s + m)² where t ≤ 0 and s > −m;  (s − m)² where t > 0 and s ≤ m;  0 elsewhere
 *
 * F_s,k [B, C_s, H_s, W_s] and F_t,k [B, C_t, H_t, W_t] are the n stages of both networks before their last ReLU, ρ is summed over all
 * neurons: it asks for the sign of the teacher's, with the margin m. The connector c is nothing where both shapes are the same, else a
 * convolution and batch norm, trained with the student.
 *
 * It is the first stage of a recipe, 30 epochs in the benchmark, without labels; the next starts from where it ends, with the labels in the
 * benchmark's script, or by `kd`. Of a wide ResNet the last stage ends behind its last batch norm, which is trained here with the rest; the
 * released pre-training leaves it as it was made.
 */
import { nn, type Tensor } from '@retort/torch';
import { z } from 'zod';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { resize } from './features/resize.ts';
import { beforeRelu, type MapShape, stagePairs, stagesOption, stageTaps } from './features/stages.ts';
import { gammaOption, taskLoss } from './task-loss.ts';

const where = beforeRelu('ab');
const places = 'all stages of its anatomy before their last ReLU';

const options = z.strictObject({
  student: stagesOption('student', places),
  teacher: stagesOption('teacher', places),
  margin: z.number().positive().default(1).describe('m; 1 in the released code'),
  beta: z
    .number()
    .positive()
    .default(0.003)
    .describe('β; 1 in the CRD benchmark, of losses that its code multiplies by 3 / 1000'),
  gamma: gammaOption(0, 'the first stage of the CRD benchmark has none'),
});

function connector(from: MapShape, to: MapShape): nn.Layer {
  if (from.every((size, i) => size === to[i])) return new nn.Identity();
  return new nn.Sequential(resize('ab', from, to), new nn.BatchNorm2d(to[0]));
}

/** Σ ρ of two maps of one shape. */
function boundaries(s: Tensor, t: Tensor, margin: number): Tensor {
  const off = s.gt(-margin).logical_and(t.le(0));
  const on = s.le(margin).logical_and(t.gt(0));
  return s.add(margin).square().mul(off).add(s.sub(margin).square().mul(on)).sum();
}

/** Which neurons the teacher's images turn on; see the head of the file. @throws RangeError @example ab({ margin: 1 }) */
export const ab = defineMethod(
  {
    name: 'ab',
    source:
      'Heo et al. 2019, "Knowledge Transfer via Distillation of Activation Boundaries Formed by Hidden Neurons"',
    options,
  },
  ({ margin, beta, gamma, ...paths }) => ({
    needs: { loss: gamma > 0 },
    taps: (pair) => stageTaps(pair, 'ab', paths, where),
    objective(pair) {
      const stages = stagePairs(pair, 'ab', paths, where);
      const connectors = stages.map(({ shapes }) => connector(...shapes));
      return {
        parts: new nn.ModuleList(connectors),
        losses(seen) {
          const losses = stages.map(({ originals }, i) => {
            const [F_s, F_t] = originals(seen);
            const connected = connectors[i]?.forward(F_s) ?? F_s;
            return boundaries(connected, F_t, margin).mul(2 ** (i + 1 - stages.length) / F_s.size(0));
          });
          return { ...taskLoss(gamma, seen), ab: losses.reduce((sum, loss) => sum.add(loss)).mul(beta) };
        },
      };
    },
  }),
);

export type ABOptions = OptionsOf<typeof ab>;
