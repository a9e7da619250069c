/**
 * Contrastive representation distillation: Tian, Krishnan & Isola, "Contrastive Representation Distillation" (ICLR 2020), with a memory of
 * all training images, as the released code has it:
 *
 *     L        = γ · CE(z_s, y) + β · ( C(e_s, M_t) + C(e_t, M_s) ),   e = g(v) / ‖g(v)‖₂
 *     C(e, M)  = − mean_b [ log h(x_0) + Σ_{k = 1}^K log(1 − h(x_k)) ],   h(x) = x / (x + K / N + ε)
 *     x_k      = exp( e_b · M[i_k] / τ ) / Z
 *
 * v_s [B, d_s] and v_t [B, d_t] are the penultimate features, g linear embeddings of both that are trained with the student, M_s and M_t
 * [N, d] what they said of each of the N training images. Of an image b, i_0 is the image itself and i_1 … i_K are of other classes than its own, also where
 * it is mixed with another, as in OFA-KD's comparison; 1 − h is
 * computed as (K / N) / (x + K / N + ε). Of `instances` all other images are negatives, and no labels are needed. Z is N times the mean of exp(…) in the first batch. After each batch M[i_0] becomes
 * (m · M[i_0] + (1 − m) · e_b), scaled to length 1. Memories and Z are buffers of the parts: checkpoints keep them.
 */
import { arange, full, functional, nn, noGrad, rand, scope, type Tensor } from '@retort/torch';
import { z } from 'zod';
import { defineMethod, type OptionsOf } from '../define-method.ts';
import { vectorOptions, vectorsOf, vectorTaps } from '../features/vectors.ts';
import { gammaOption, taskLoss } from '../task-loss.ts';
import { temperatureOption } from '../temperature.ts';
import { ContrastSamples } from './contrast-samples.ts';

const options = z.strictObject({
  ...vectorOptions,
  dimension: z.number().int().min(1).default(128).describe('d; 128 in the paper'),
  negatives: z
    .number()
    .int()
    .min(1)
    .default(16384)
    .describe('K; 16384 in the paper. Where there are less, some come twice'),
  positives: z
    .enum(['exact', 'relax'])
    .default('exact')
    .describe("i_0: the image itself, or any of its class; `exact` in the released code's scripts"),
  contrast: z
    .enum(['classes', 'instances'])
    .default('classes')
    .describe(
      'Which images the negatives are of: those of other classes, as in the paper, or all others, which needs no labels',
    ),
  temperature: temperatureOption(0.07, 'τ; 0.07 in the released code'),
  momentum: z.number().min(0).lt(1).default(0.5).describe('m; 0.5 in the released code'),
  beta: z.number().positive().default(0.8).describe('β; 0.8 in the paper'),
  gamma: gammaOption(1, '1 in the paper'),
});

/** ε, of the released code. */
const eps = 1e-7;

/** What a network said of all images, [N, d]. */
class Memory extends nn.Module {
  readonly rows: nn.Buffer;
  /** Z, of the scores against these rows; below 0 before the first batch. */
  readonly normaliser: nn.Buffer;

  constructor(size: number, dimension: number) {
    super();
    const bound = Math.sqrt(3 / dimension);
    this.rows = new nn.Buffer(
      rand([size, dimension])
        .mul(2 * bound)
        .sub(bound),
    );
    this.normaliser = new nn.Buffer(full([], -1));
  }

  /** C, of embeddings [B, d] against the rows of `index` [B, 1 + K]. */
  forward(embeddings: Tensor, index: Tensor, temperature: number): Tensor {
    return scope(() => {
      // With all rows, then chosen: that is a tenth of the work of gathering K rows for each image. Of a copy, as they change before backward.
      const scores = embeddings.mm(this.rows.clone().t()).gather(1, index).div(temperature).exp();
      const [N, K] = [this.rows.size(0), index.size(1) - 1];
      if (this.normaliser.item() < 0) noGrad(() => this.normaliser.copy_(scores.mean().mul(N)));
      const x = scores.div(this.normaliser.item());
      const total = x.add(K / N + eps);
      const positive = x
        .narrow(1, 0, 1)
        .div(total.narrow(1, 0, 1))
        .log();
      const negative = total
        .narrow(1, 1, K)
        .reciprocal()
        .mul(K / N)
        .log();
      return positive.sum().add(negative.sum()).div(-embeddings.size(0));
    });
  }

  /** Moves the rows of `ids` [B] towards embeddings [B, d]. */
  update(ids: Tensor, embeddings: Tensor, momentum: number): void {
    noGrad(() =>
      scope(() => {
        const rows = this.rows.index_select(0, ids).mul(momentum);
        this.rows.index_copy_(0, ids, functional.normalize(rows.add(embeddings.mul(1 - momentum))));
      }),
    );
  }
}

/** Contrast with a memory of all images; see the head of the file. @throws RangeError @example crd({ negatives: 4096 }) */
export const crd = defineMethod(
  {
    name: 'crd',
    source: 'Tian, Krishnan & Isola 2020, "Contrastive Representation Distillation"',
    options,
  },
  ({ dimension, negatives, positives, contrast, temperature, momentum, beta, gamma, ...paths }) => ({
    needs: {
      wholeBatch: true,
      targets: contrast === 'classes' ? ['labels'] : [],
      softLabels: true,
      loss: gamma > 0,
    },
    taps: (pair) => vectorTaps(pair, 'crd', paths),
    objective(pair) {
      const vectors = vectorsOf(pair, 'crd', paths);
      const classes = contrast === 'instances' ? null : pair.labels;
      // Of instances each image is the only one of its kind.
      const kinds = classes ?? arange(0, pair.samples, 1, { dtype: 'int64' });
      const samples = new ContrastSamples('crd', kinds, { negatives, positives });
      const [d_s, d_t] = vectors.sizes;
      const embed_s = new nn.Linear(d_s, dimension);
      const embed_t = new nn.Linear(d_t, dimension);
      const memory_s = new Memory(samples.size, dimension);
      const memory_t = new Memory(samples.size, dimension);
      return {
        parts: new nn.ModuleDict<nn.Module>({ embed_s, embed_t, memory_s, memory_t }),
        losses(seen) {
          const { ids } = seen;
          const [v_s, v_t] = vectors.of(seen);
          const e_s = functional.normalize(embed_s.forward(v_s));
          const e_t = functional.normalize(embed_t.forward(v_t));
          const own = classes
            ? (seen.targets.labels ?? classes.index_select(0, ids.to(classes.device)))
            : ids;
          const index = samples.draw(own, ids).to(ids.device);
          const loss = memory_t
            .forward(e_s, index, temperature)
            .add(memory_s.forward(e_t, index, temperature));
          memory_s.update(ids, e_s, momentum);
          memory_t.update(ids, e_t, momentum);
          return { ...taskLoss(gamma, seen), crd: loss.mul(beta) };
        },
      };
    },
  }),
);

export type CRDOptions = OptionsOf<typeof crd>;
