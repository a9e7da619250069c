/**
 * The first stage of Annealing-KD: Jafari, Rezagholizadeh, Sharma & Ghodsi, "Annealing Knowledge Distillation" (EACL 2021), equations
 * 3 to 5: regression on the teacher's logits, which grow from small to whole:
 *
 *     L = γ · CE(z_s, y) + mean( (z_s − Φ(T) · z_t)² ),   Φ(T) = 1 − (T − 1) / τ_max,   T falling from τ_max to 1
 *
 * z_s, z_t [B, C] are the logits; the mean is over batch and classes, as in the released code. T falls by one every ⌊E / τ_max⌋ of the
 * stage's E epochs, and stays at 1 (the released code would let Φ exceed 1); in a stage of fewer than τ_max epochs it falls in
 * larger steps. The second stage is cross entropy from the best weights of this one (`start: best`), without a teacher.
 */
import { functional } from '@retort/torch';
import { z } from 'zod';
import { refuseMasked } from '../tensors/divergence.ts';
import { parseOptions } from '../words/parse-options.ts';
import { defineMethod, type OptionsOf } from './define-method.ts';
import type { Progress } from './method.ts';
import { logits } from './seen.ts';
import { gammaOption, taskLoss } from './task-loss.ts';

const options = z.strictObject({
  tauMax: z.number().int().min(1).default(10).describe('τ_max; 10 on CIFAR, 7 on GLUE'),
  gamma: gammaOption(0, '0 in the paper: the first stage sees no labels'),
});

/** Φ in an epoch of the stage. @example annealingFactor({ epoch: 1, epochs: 100 }, 10) // 0.1 */
function annealingFactor({ epoch, epochs }: Progress, tauMax: number): number {
  const each = Math.floor(epochs / tauMax);
  const steps = each > 0 ? 1 + Math.floor((epoch - 1) / each) : Math.ceil((epoch * tauMax) / epochs);
  return Math.min(steps, tauMax) / tauMax;
}

/** What an epoch multiplies the teacher's logits by. */
export interface Annealed {
  /** Φ(T). */
  readonly factor: number;
  /** T, from near τ_max down to 1. */
  readonly temperature: number;
}

/**
 * Φ and T in each epoch of a stage.
 *
 * @param given  the method's options
 * @throws RangeError for options that are none
 * @example annealedOver({ tauMax: 2 }, 2) // [{ factor: 0.5, temperature: 2 }, { factor: 1, temperature: 1 }]
 */
export function annealedOver(given: unknown, epochs: number): Annealed[] {
  const { tauMax } = parseOptions('annealing', options, given);
  return Array.from({ length: epochs }, (_, i) => {
    const factor = annealingFactor({ epoch: i + 1, epochs }, tauMax);
    return { factor, temperature: 1 + (1 - factor) * tauMax };
  });
}

/** Regression on annealed logits; see the head of the file. @throws RangeError @example annealing({ tauMax: 10 }) */
export const annealing = defineMethod(
  {
    name: 'annealing',
    source: 'Jafari et al. 2021, "Annealing Knowledge Distillation", stage I',
    options,
  },
  ({ tauMax, gamma }) => ({
    needs: { outputs: ['logits'], loss: gamma > 0 },
    losses(seen) {
      const [z_s, z_t] = [logits(seen.student), logits(seen.teacher)];
      refuseMasked('annealing', 'compares logits by their squared differences', z_t);
      const target = z_t.mul(annealingFactor(seen.progress, tauMax));
      return { ...taskLoss(gamma, seen), annealing: functional.mse_loss(z_s, target) };
    },
  }),
);

export type AnnealingOptions = OptionsOf<typeof annealing>;
