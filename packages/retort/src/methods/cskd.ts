/**
 * Cosine-similarity distillation with cosine-similarity weighted temperature: Ham, Kim, Lee, Lee & Kim, "Cosine Similarity Knowledge
 * Distillation for Individual Class Information Transfer" (arXiv 2311.14307):
 *
 *     L      = γ · CE(z_s, y) + L_CS(T) + L_CSWT
 *     L_CS   = a · T² · ( 1 − mean_j cos( p_s[:, j], p_t[:, j] ) ),            p = softmax(z / T)
 *     T_i    = T_min + (T_max − T_min) · (c_max − c_i) / (c_max − c_min),      c_i = cos( softmax(z_s)[i, :], softmax(z_t)[i, :] )
 *     cos    = |Σ_k a_k b_k| / ( ‖a‖₂ ‖b‖₂ + ε )
 *     L_CSWT = a · (mean_i T_i)² · ( 1 − mean_j cos( p̃_s[:, j], p̃_t[:, j] ) ), p̃[i, :] = softmax(z[i, :] / T_i)
 *
 * z_s, z_t [B, C] are the logits, p[:, j] [B] the predictions of class j over the batch, c_i without a gradient. The sample on which both
 * agree most gets T_min, that on which they agree least T_max; where all agree alike, T_min. The loss depends on the size of the batch, 64 in
 * the published settings.
 */
import { noGrad, type Tensor } from '@retort/torch';
import { z } from 'zod';
import { parseOptions } from '../words/parse-options.ts';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { logits } from './seen.ts';
import { gammaOption, taskLoss } from './task-loss.ts';
import { temperatureOption } from './temperature.ts';

const source = 'the released configurations';

const options = z
  .strictObject({
    temperature: temperatureOption(4, `T, of the fixed term; 4 in ${source}`),
    lowTemperature: temperatureOption(2, `T_min; 2 in ${source}`),
    highTemperature: temperatureOption(6, `T_max; 6 in ${source}`),
    alpha: z.number().positive().default(2).describe('a, of both terms; 2 in the released code'),
    eps: z.number().nonnegative().default(1e-8).describe('ε, of the cosines; 1e-8 in the released code'),
    fixed: z.boolean().default(true).describe('Whether L_CS is learned'),
    weighted: z.boolean().default(true).describe('Whether L_CSWT is learned'),
    gamma: gammaOption(1, `1 in ${source}`),
  })
  .refine(({ lowTemperature, highTemperature }) => lowTemperature <= highTemperature, {
    error: 'lowTemperature must not be above highTemperature',
    path: ['lowTemperature'],
  })
  .refine(({ fixed, weighted }) => fixed || weighted, { error: 'fixed and weighted must not both be false' });

/** Of the rows of two matrices [N, M]: [N]. */
const cosines = (a: Tensor, b: Tensor, eps: number): Tensor =>
  a
    .mul(b)
    .sum([1])
    .abs()
    .div(
      a
        .norm(2, [1])
        .mul(b.norm(2, [1]))
        .add(eps),
    );

/** 1 − the mean cosine of the classes' predictions over the batch, at a temperature for all or of each sample [B, 1]. */
function distance(student: Tensor, teacher: Tensor, temperature: number | Tensor, eps: number): Tensor {
  const columns = (z: Tensor) => z.div(temperature).softmax(1).t();
  return cosines(columns(student), columns(teacher), eps).mean().neg().add(1);
}

/** T_i [B], without a graph. */
function temperatures(
  student: Tensor,
  teacher: Tensor,
  { low, high, eps }: { readonly low: number; readonly high: number; readonly eps: number },
): Tensor {
  return noGrad(() => {
    const agreement = cosines(student.softmax(1), teacher.softmax(1), eps);
    const [least, most] = [agreement.min(), agreement.max()];
    const range = most.sub(least);
    return range.item() > 0
      ? most
          .sub(agreement)
          .div(range)
          .mul(high - low)
          .add(low)
      : agreement.mul(0).add(low);
  });
}

/** The temperature of each sample of a batch. */
export interface SampleTemperatures {
  /** T_min and T_max. */
  readonly least: number;
  readonly most: number;
  /** T_i [B] of the logits [B, C] of student and teacher. */
  of(student: Tensor, teacher: Tensor): Tensor;
}

/**
 * How samples get their temperatures.
 *
 * @param given  the method's options
 * @returns null where these learn none (`weighted: false`)
 * @throws RangeError for options that are none
 */
export function sampleTemperatures(given: unknown): SampleTemperatures | null {
  const { lowTemperature: low, highTemperature: high, eps, weighted } = parseOptions('cskd', options, given);
  if (!weighted) return null;
  return {
    least: low,
    most: high,
    of: (student, teacher) => temperatures(student, teacher, { low, high, eps }),
  };
}

/** Cosines of classes' predictions, at a fixed and at a weighted temperature; see the head of the file. @throws RangeError @example cskd() */
export const cskd = defineMethod(
  {
    name: 'cskd',
    source:
      'Ham et al. 2023, "Cosine Similarity Knowledge Distillation for Individual Class Information Transfer"',
    options,
  },
  ({ temperature, lowTemperature: low, highTemperature: high, alpha, eps, fixed, weighted, gamma }) => ({
    needs: { wholeBatch: true, outputs: ['logits'], predictions: true, loss: gamma > 0 },
    losses(seen) {
      const [z_s, z_t] = [logits(seen.student), logits(seen.teacher)];
      const terms = taskLoss(gamma, seen);
      if (fixed) terms.cskd = distance(z_s, z_t, temperature, eps).mul(alpha * temperature ** 2);
      if (weighted) {
        const each = temperatures(z_s, z_t, { low, high, eps });
        const scale = each.mean().square().mul(alpha);
        terms.cswt = distance(z_s, z_t, each.unsqueeze(1), eps).mul(scale);
      }
      return terms;
    },
  }),
);

export type CSKDOptions = OptionsOf<typeof cskd>;
