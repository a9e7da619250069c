/**
 * A network that teaches itself, for teachers that are made here: Zbontar, Jing, Misra, LeCun & Deny, "Barlow Twins: Self-Supervised Learning via
 * Redundancy Reduction" (ICML 2021, equations 1 and 2):
 *
 *     L    = β · ( Σ_i (1 − C_ii)² + λ · Σ_{i ≠ j} C_ij² )
 *     C_ij = mean_b ẑ^A_b,i · ẑ^B_b,j,   z = g(f)
 *
 * f^A, f^B [B, d] are the vectors before the classifier for two draws of the same images, z [B, D] what the projector g makes of them, and ẑ the same
 * with mean 0 and variance 1 over the batch (ε = 1e-5). g is three linear layers without biases, the first two followed by batch norm and ReLU, and sees each draw by
 * itself; the network sees both as one batch of 2B, so that its batch norms are over both, where the paper shows it one after the other. No teacher, and no labels.
 */
import { functional, nn, type Tensor } from '@retort/torch';
import { z } from 'zod';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { pathOption } from './features/paths.ts';
import { ownTaps, ownVectors } from './features/vectors.ts';

const options = z.strictObject({
  student: pathOption('student', 'the vector before its classifier'),
  dimension: z
    .number()
    .int()
    .min(2)
    .default(1024)
    .describe(
      'D, the width of all three layers of g; 8192 in the paper, for ResNet-50 and batches of 2048, and less for what a CPU trains',
    ),
  lambda: z
    .number()
    .positive()
    .default(0.0051)
    .describe('λ; 0.0051 in the released code, 0.005 in the paper'),
  beta: z
    .number()
    .positive()
    .default(1)
    .describe('β; 1 in the paper, whose optimizer (LARS) knows no scale of the loss'),
});

/** Numbers of mean 0 and variance 1 in each column of [B, D]. */
const normalised = (z: Tensor): Tensor => functional.batch_norm(z, { training: true });

/** Two draws of an image alike, and no two numbers of them; see the head of the file. @throws RangeError @example barlowTwins({ dimension: 512 }) */
export const barlowTwins = defineMethod(
  {
    name: 'barlow-twins',
    source: 'Zbontar et al. 2021, "Barlow Twins: Self-Supervised Learning via Redundancy Reduction"',
    options,
    teacher: false,
  },
  ({ dimension, lambda, beta, ...path }) => ({
    needs: { wholeBatch: true },
    turns: 2,
    upright: true,
    taps: (pair) => ownTaps(pair, 'barlow-twins', path),
    objective(pair) {
      const vectors = ownVectors(pair, 'barlow-twins', path);
      const linear = (width: number) => new nn.Linear(width, dimension, { bias: false });
      const normed = () => [new nn.BatchNorm1d(dimension), new nn.ReLU()];
      const projector = new nn.Sequential(
        ...[linear(vectors.size), ...normed(), linear(dimension), ...normed(), linear(dimension)],
      );
      return {
        parts: new nn.ModuleDict({ projector }),
        losses(seen) {
          const f = vectors.of(seen);
          const count = f.size(0) / 2;
          const draw = (which: 0 | 1) => normalised(projector.forward(f.narrow(0, which * count, count)));
          const c = draw(0).t().mm(draw(1)).div(count);
          const own = c.diagonal();
          const others = c.square().sum().sub(own.square().sum());
          return {
            invariance: own.sub(1).square().sum().mul(beta),
            redundancy: others.mul(lambda * beta),
          };
        },
      };
    },
  }),
);

export type BarlowTwinsOptions = OptionsOf<typeof barlowTwins>;
