/**
 * Dual-level distillation: Ding, Yang, Hu, Krovi & Luo, "Dual-Level Knowledge Distillation via Knowledge Alignment and Correlation" (TNNLS
 * 2024; arXiv 2012.00573), with the category term of the released code:
 *
 *     L       = γ · CE(z_s, y) + λ_a · L_align + λ_c · L_corr + λ_s · L_sup
 *     L_align = 2 − 2 · mean_i cos( g(f_s,i), f_t,i )                                            over all 4N turns
 *     L_corr  = mean_a KL( softmax_n( cos(f_t,a, f_t,n) / τ ) ‖ softmax_n( cos(h(f_s,a), h(f_s,n)) / τ ) )
 *     L_sup   = SupCon of e_s(f_s) and e_t(f_t), 8N unit vectors, at temperature τ_s (Khosla et al. 2020, equation 2)
 *
 * f_s [4N, d_s], f_t [4N, d_t] are the penultimate features of N images in four turns, each a quarter further; a runs over the 3N
 * turned ones, n over the N upright ones. g and h are MLPs (linear, batch norm, ReLU, linear) with hidden sizes 16 · d_t (`hidden`) and d_s, e_s and e_t
 * linear embeddings; all are trained with the student. Self-supervised teachers need no labels: `supervised: false` leaves out CE and L_sup.
 */
import { aten, functional, nn, type Tensor } from '@retort/torch';
import { z } from 'zod';
import { divergence } from '../tensors/divergence.ts';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { vectorOptions, vectorsOf, vectorTaps } from './features/vectors.ts';
import { labels } from './seen.ts';
import { gammaOption, taskLoss } from './task-loss.ts';
import { temperatureOption } from './temperature.ts';

const weight = (value: number, name: string, source: string) =>
  z.number().nonnegative().default(value).describe(`${name}; ${source}`);

const options = z
  .strictObject({
    ...vectorOptions,
    align: weight(20, 'λ_a', '20 on CIFAR-100, 10 on ImageNet'),
    correlation: weight(50, 'λ_c', '50 on CIFAR-100, 20 on ImageNet'),
    category: weight(1, 'λ_s', '1 on CIFAR-100, 0.5 on ImageNet'),
    temperature: temperatureOption(0.5, 'τ; 0.5 in the released code'),
    categoryTemperature: temperatureOption(0.07, 'τ_s; 0.07 in the released code'),
    embedding: z
      .number()
      .int()
      .min(1)
      .default(128)
      .describe('The size of e_s and e_t; 128 in the released code'),
    hidden: z.number().int().min(1).default(16).describe("g's hidden size, in d_t; 16 in the released code"),
    supervised: z.boolean().default(true).describe('Whether labels are looked at'),
    gamma: gammaOption(1, '1 in the released code'),
  })
  .refine(
    ({ align, correlation, category, gamma, supervised }) =>
      [align, correlation, ...(supervised ? [category, gamma] : [])].some((weight) => weight !== 0),
    { error: 'align, correlation and, with labels, category and gamma must not all be 0' },
  );

const mlp = (from: number, hidden: number, to: number): nn.Sequential =>
  new nn.Sequential(
    new nn.Linear(from, hidden),
    new nn.BatchNorm1d(hidden),
    new nn.ReLU(),
    new nn.Linear(hidden, to),
  );

/** Cosines of each turned image with each upright one: [4N, D] → [3N, N]. */
function relations(features: Tensor): Tensor {
  const count = features.size(0) / 4;
  const rows = functional.normalize(features);
  return rows.narrow(0, count, 3 * count).mm(rows.narrow(0, 0, count).t());
}

/** Supervised contrast of unit vectors [M, D] with labels [M]: each pulls those of its class out of all others. */
function supCon(rows: Tensor, labels: Tensor, temperature: number): Tensor {
  const logits = rows.mm(rows.t()).div(temperature);
  const others = aten.eye(rows.size(0)).eq(0).to(logits.dtype);
  const positives = labels.unsqueeze(0).eq(labels.unsqueeze(1)).to(logits.dtype).mul(others);
  const among = logits.add(others.sub(1).mul(1e30)).logsumexp([1], true);
  const likelihood = logits
    .sub(among)
    .mul(positives)
    .sum([1])
    .div(positives.sum([1]));
  return likelihood.mean().neg();
}

/** Alignment and correlation of images in four turns; see the head of the file. @throws RangeError @example dlkd({ supervised: false }) */
export const dlkd = defineMethod(
  {
    name: 'dlkd',
    source: 'Ding et al. 2024, "Dual-Level Knowledge Distillation via Knowledge Alignment and Correlation"',
    options,
  },
  ({ align, correlation, category, temperature, categoryTemperature, ...rest }) => {
    const { embedding, hidden, supervised, gamma, ...paths } = rest;
    const contrasts = supervised && category > 0;
    return {
      needs: {
        wholeBatch: true,
        targets: contrasts ? ['labels'] : [],
        loss: supervised && gamma > 0,
        featuresAlone: 'supervised: false',
      },
      turns: 4,
      taps: (pair) => vectorTaps(pair, 'dlkd', paths),
      objective(pair) {
        const vectors = vectorsOf(pair, 'dlkd', paths);
        const [d_s, d_t] = vectors.sizes;
        const parts = {
          align: mlp(d_s, hidden * d_t, d_t),
          correlation: mlp(d_s, d_s, d_s),
          ...(contrasts
            ? { embed_s: new nn.Linear(d_s, embedding), embed_t: new nn.Linear(d_t, embedding) }
            : {}),
        };
        return {
          parts: new nn.ModuleDict<nn.Module>(parts),
          losses(seen) {
            const [f_s, f_t] = vectors.of(seen);
            const terms = taskLoss(supervised ? gamma : 0, seen);
            if (align > 0) {
              const cosine = functional.cosine_similarity(parts.align.forward(f_s), f_t).mean();
              terms.align = cosine.mul(-2).add(2).mul(align);
            }
            if (correlation > 0) {
              const own = relations(parts.correlation.forward(f_s)).div(temperature);
              terms.correlation = divergence(own, relations(f_t).div(temperature)).mul(correlation);
            }
            if (parts.embed_s && parts.embed_t) {
              const both = aten.cat([parts.embed_s.forward(f_s), parts.embed_t.forward(f_t)], 0);
              const rows = functional.normalize(both);
              terms.category = supCon(rows, labels(seen).repeat([8]), categoryTemperature).mul(category);
            }
            return terms;
          },
        };
      },
    };
  },
);

export type DLKDOptions = OptionsOf<typeof dlkd>;
