/**
 * Alignment of embeddings by their cosines, without labels, as distillation from self-supervised teachers mostly has it (the alignment term of
 * DLKD, Ding et al. 2024, is of this form, by an MLP and of four turns):
 *
 *     L = β · mean_i ( 1 − cos( g(f_s,i), f_t,i ) ) + γ · CE(z_s, y)
 *
 * f_s [B, d_s] and f_t [B, d_t] are the vectors before the classifier of a network; g brings the student's into the teacher's space and is trained with the student.
 * 2 − 2 cos is the squared distance of the unit vectors. CSKD, by which logits are compared, is another method.
 */
import { functional, nn } from '@retort/torch';
import { z } from 'zod';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { projector, projectorOption, whereNeeded } from './features/projection.ts';
import { vectorOptions, vectorsOf, vectorTaps } from './features/vectors.ts';
import { gammaOption, taskLoss } from './task-loss.ts';

const options = z.strictObject({
  ...vectorOptions,
  projector: projectorOption('linear where they are of other lengths, else as they are'),
  beta: z.number().positive().default(1).describe('β; 1 where it is the only term'),
  gamma: gammaOption(0, '0, as it needs no labels'),
});

/** Embeddings alike by their cosines; see the head of the file. @throws RangeError @example cosine({ projector: 'mlp' }) */
export const cosine = defineMethod(
  {
    name: 'cosine',
    source: 'Cosine alignment of embeddings, as in Ding et al. 2024 (its alignment term, without turns)',
    options,
  },
  ({ projector: kind, beta, gamma, ...paths }) => ({
    needs: { loss: gamma > 0 },
    taps: (pair) => vectorTaps(pair, 'cosine', paths),
    objective(pair) {
      const vectors = vectorsOf(pair, 'cosine', paths);
      const g = projector('cosine', vectors.sizes, kind ?? whereNeeded(vectors.sizes));
      return {
        parts: new nn.ModuleDict<nn.Layer>({ projector: g }),
        losses(seen) {
          const [f_s, f_t] = vectors.of(seen);
          const apart = functional.cosine_similarity(g.forward(f_s), f_t).mean().neg().add(1);
          return { ...taskLoss(gamma, seen), cosine: apart.mul(beta) };
        },
      };
    },
  }),
);

export type CosineOptions = OptionsOf<typeof cosine>;
