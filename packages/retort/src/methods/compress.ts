/**
 * Compressed representations: Abbasi Koohpayegani, Tejankar & Pirsiavash, "CompRess: Self-Supervised Learning by Compressing Representations"
 * (NeurIPS 2020):
 *
 *     L   = β · mean_i KL( p_t[i, :] ‖ p_s[i, :] ) + γ · CE(z_s, y)
 *     p_t = softmax_j( z_t,i · A_t[j] / τ ),   p_s = softmax_j( z_s,i · A_s[j] / τ )
 *
 * z_t = f_t / ‖f_t‖₂ and z_s = g(f_s) / ‖g(f_s)‖₂ are unit vectors [B, D] of teacher and student before their classifiers, A_t and A_s [K, D] anchor points: what
 * each network said of the same images before. Of two queues (`2q`) each network is compared with its own past, so that g is nothing and widths
 * may differ; of one (`1q`) both are compared with the teacher's, and g is linear where widths differ. After a batch its vectors take the places of the oldest; anchors begin
 * uniform in ±√(3 / D), as in the released code. That code fills A_s by a student's moving average; here it is the student itself, as in its
 * `train_student_without_momentum.py`. No labels are needed.
 */
import { functional, nn, rand, type Tensor } from '@retort/torch';
import { z } from 'zod';
import { divergence } from '../tensors/divergence.ts';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { projector, projectorOption, whereNeeded } from './features/projection.ts';
import { Queue } from './features/queue.ts';
import { vectorOptions, vectorsOf, vectorTaps } from './features/vectors.ts';
import { gammaOption, taskLoss } from './task-loss.ts';
import { temperatureOption } from './temperature.ts';

const options = z.strictObject({
  ...vectorOptions,
  queues: z
    .enum(['1q', '2q'])
    .default('2q')
    .describe("Whether the student is compared with the teacher's anchor points (1q) or with its own (2q)"),
  queue: z
    .number()
    .int()
    .min(1)
    .default(128000)
    .describe('K; 128000 in the released code. As many as there are training samples, where these are fewer'),
  temperature: temperatureOption(0.04, 'τ; 0.04 in the paper and the released code'),
  projector: projectorOption('of 1q linear where they are of other lengths, else as they are; 2q has none'),
  beta: z.number().positive().default(1).describe('β; 1 in the paper'),
  gamma: gammaOption(0, '0, as it needs no labels'),
});

/** K anchor points [K, D] at random. */
function anchors(count: number, width: number): Queue {
  const bound = Math.sqrt(3 / width);
  return new Queue(
    rand([count, width])
      .mul(2 * bound)
      .sub(bound),
  );
}

/** How alike an image is to anchor points; see the head of the file. @throws RangeError @example compress({ queues: '1q', queue: 4096 }) */
export const compress = defineMethod(
  {
    name: 'compress',
    source:
      'Koohpayegani, Tejankar & Pirsiavash 2020, "CompRess: Self-Supervised Learning by Compressing Representations"',
    options: options.refine(({ queues, projector: kind }) => queues === '1q' || kind === undefined, {
      error: 'projector is of one queue (`queues: 1q`): of two each network is compared with its own past',
    }),
  },
  ({ queues, queue: most, temperature, projector: kind, beta, gamma, ...paths }) => ({
    needs: { wholeBatch: true, loss: gamma > 0 },
    taps: (pair) => vectorTaps(pair, 'compress', paths),
    objective(pair) {
      const vectors = vectorsOf(pair, 'compress', paths);
      const { sizes } = vectors;
      const count = Math.min(most, pair.samples);
      const isOne = queues === '1q';
      const g = isOne ? projector('compress', sizes, kind ?? whereNeeded(sizes)) : new nn.Identity();
      const queue_t = anchors(count, sizes[1]);
      const queue_s = isOne ? queue_t : anchors(count, sizes[0]);
      return {
        parts: new nn.ModuleDict<nn.Module>({ projector: g, queue_t, ...(isOne ? {} : { queue_s }) }),
        losses(seen) {
          const [f_s, f_t] = vectors.of(seen);
          const z_s = functional.normalize(g.forward(f_s));
          const z_t = functional.normalize(f_t);
          const similarities = (queue: Queue, z: Tensor) => queue.forward(z).div(temperature);
          const apart = divergence(similarities(queue_s, z_s), similarities(queue_t, z_t));
          queue_t.push(z_t);
          if (!isOne) queue_s.push(z_s);
          return { ...taskLoss(gamma, seen), compress: apart.mul(beta) };
        },
      };
    },
  }),
);

export type CompRessOptions = OptionsOf<typeof compress>;
