/**
 * Self-supervised distillation: Fang, Wang, Wang, Zhang, Yang & Liu, "SEED: Self-supervised Distillation for Visual Representation" (ICLR 2021):
 *
 *     L   = β · mean_i − Σ_j p_t[i, j] · log p_s[i, j] + γ · CE(z_s, y)
 *     p_t = softmax_j( z_t,i · d_j / τ_t ),   p_s = softmax_j( z_s,i · d_j / τ_s ),   d = [ z_t,i, D ]
 *     z_t = f_t / ‖f_t‖₂,   z_s = g(f_s) / ‖g(f_s)‖₂
 *
 * f_s [B, d_s] and f_t [B, d_t] are the vectors before the classifier of a network, D [K, d_t] the last K unit vectors of the teacher, to which the image's own comes first; g is an MLP
 * that is trained with the student. After a batch its z_t take the places of the oldest in D, which begins at random, as in the released code. It has
 * no momentum encoder, and needs no labels.
 */
import { aten, functional, nn, randn, type Tensor } from '@retort/torch';
import { z } from 'zod';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { projector, projectorOption } from './features/projection.ts';
import { Queue } from './features/queue.ts';
import { vectorOptions, vectorsOf, vectorTaps } from './features/vectors.ts';
import { gammaOption, taskLoss } from './task-loss.ts';
import { temperatureOption } from './temperature.ts';

const options = z.strictObject({
  ...vectorOptions,
  queue: z
    .number()
    .int()
    .min(1)
    .default(65536)
    .describe(
      'K; 65536 in the paper and the released code. As many as there are training samples, where these are fewer',
    ),
  temperature: temperatureOption(
    0.2,
    "τ_s; 0.2 in the released code's script and command (0.07, MoCo v1's, in its builder)",
  ),
  teacherTemperature: temperatureOption(
    0.01,
    "τ_t; 0.01, as the paper has it (from memory); the released script's default is 1e-4, nearly the image itself alone",
  ),
  projector: projectorOption('mlp, as in the released code'),
  beta: z.number().positive().default(1).describe('β; 1 in the paper'),
  gamma: gammaOption(0, '0, as it needs no labels'),
});

/** How alike an image is to those of a queue, to the teacher; see the head of the file. @throws RangeError @example seed({ queue: 4096 }) */
export const seed = defineMethod(
  {
    name: 'seed',
    source: 'Fang et al. 2021, "SEED: Self-supervised Distillation for Visual Representation"',
    options,
  },
  ({ queue: most, temperature, teacherTemperature, projector: kind = 'mlp', beta, gamma, ...paths }) => ({
    needs: { wholeBatch: true, loss: gamma > 0 },
    taps: (pair) => vectorTaps(pair, 'seed', paths),
    objective(pair) {
      const vectors = vectorsOf(pair, 'seed', paths);
      const [, d_t] = vectors.sizes;
      const g = projector('seed', vectors.sizes, kind);
      const queue = new Queue(functional.normalize(randn([Math.min(most, pair.samples), d_t])));
      return {
        parts: new nn.ModuleDict<nn.Module>({ projector: g, queue }),
        losses(seen) {
          const [f_s, f_t] = vectors.of(seen);
          const z_t = functional.normalize(f_t);
          const z_s = functional.normalize(g.forward(f_s));
          const similarities = (z: Tensor) => aten.cat([z.mul(z_t).sum([1], true), queue.forward(z)], 1);
          const p_t = similarities(z_t).div(teacherTemperature).softmax(1);
          const log_p_s = similarities(z_s).div(temperature).log_softmax(1);
          queue.push(z_t);
          const entropy = p_t.mul(log_p_s).sum([1]).mean().neg();
          return { ...taskLoss(gamma, seen), seed: entropy.mul(beta) };
        },
      };
    },
  }),
);

export type SEEDOptions = OptionsOf<typeof seed>;
