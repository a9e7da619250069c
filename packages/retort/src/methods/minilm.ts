/**
 * MiniLM: Wang, Wei, Dong, Bao, Yang & Zhou, "MiniLM: Deep Self-Attention Distillation for Task-Agnostic Compression of Pre-Trained
 * Transformers" (NeurIPS 2020), equations 6 to 9: the self-attention of the last layer:
 *
 *     L    = γ · CE(z_s, y) + w_AT · L_AT + w_VR · L_VR
 *     L_AT = mean_b 1 / (A_h · |x_b|) Σ_{a, t} KL( A_t[a, t, :] ‖ A_s[a, t, :] ),     A = softmax( Q Kᵀ / √d_h )
 *     L_VR = the same of the values' relations,                                      R = softmax( V Vᵀ / √d_h )
 *
 * Q, K, V [B, L, D] are queries, keys and values of the last layer, divided into A_h heads of d_h = D / A_h numbers: A and R [B, A_h, L, L]. |x_b| is how many
 * tokens the text has: padding is neither asked for nor attended to. D may differ between the networks, A_h may not, and both must be
 * shown the same tokens.
 */
import type { Tensor } from '@retort/torch';
import { z } from 'zod';
import type { Attention } from '../models/index.ts';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { attentionInBoth, attentionScores, refuseUndivided } from './features/attention.ts';
import { meanOfTokens, type TokenPair, tokensOfBoth } from './features/tokens.ts';
import type { Anatomies, Taps, Whose } from './method.ts';
import { feature } from './seen.ts';
import { gammaOption, taskLoss } from './task-loss.ts';

const weight = (name: string) => z.number().nonnegative().default(1).describe(`${name}; 1 in the paper`);

const options = z
  .strictObject({
    attention: weight('w_AT, of the attention distributions'),
    values: weight("w_VR, of the values' relations"),
    gamma: gammaOption(0, '0 in the paper, which distils before there is a task'),
  })
  .refine(({ attention, values }) => attention !== 0 || values !== 0, {
    error: 'attention and values must not both be 0',
  });

/** Logits of a padding token, whose share is 0: none that a network gives is near it. */
const excluded = -1e30;

/** log softmax of scores [B, A_h, L, L] over the tokens that are no padding. */
function logShares(scores: Tensor, mask: Tensor | null): Tensor {
  const among = mask ? scores.masked_fill(mask.logical_not().unsqueeze(1).unsqueeze(1), excluded) : scores;
  return among.log_softmax(3);
}

/** Σ_j of each head and token, averaged over heads and tokens. */
function divergenceOfRows([own, theirs]: TokenPair, mask: Tensor | null): Tensor {
  const [log_s, log_t] = [logShares(own, mask), logShares(theirs, mask)];
  const rows = log_t.exp().mul(log_t.sub(log_s)).sum([3]);
  return meanOfTokens(rows.mean([1]), mask);
}

type Role = 'queries' | 'keys' | 'values';

/** Where the last layers have their queries, keys and values. */
function lastLayers(pair: Anatomies): Readonly<Record<Whose, Readonly<Record<Role, string>>>> {
  const both = attentionInBoth(pair, 'minilm');
  const last = ({ queries, keys, values }: Attention) => ({
    queries: queries.at(-1) ?? '',
    keys: keys.at(-1) ?? '',
    values: values.at(-1) ?? '',
  });
  return { student: last(both.student), teacher: last(both.teacher) };
}

/** The self-attention of the teacher's last layer; see the head of the file. @throws RangeError @example minilm({ values: 0 }) */
export const minilm = defineMethod(
  {
    name: 'minilm',
    source:
      'Wang et al. 2020, "MiniLM: Deep Self-Attention Distillation for Task-Agnostic Compression of Pre-Trained Transformers"',
    options,
  },
  ({ attention: w_AT, values: w_VR, gamma }) => {
    const roles: readonly Role[] = [
      ...(w_AT > 0 ? (['queries', 'keys'] as const) : []),
      ...(w_VR > 0 ? (['values'] as const) : []),
    ];
    const taps = (pair: Anatomies): Taps => {
      const { student, teacher } = lastLayers(pair);
      return { student: roles.map((role) => student[role]), teacher: roles.map((role) => teacher[role]) };
    };
    return {
      needs: { loss: gamma > 0 },
      taps,
      objective(pair) {
        const { heads } = attentionInBoth(pair, 'minilm').student;
        for (const whose of ['student', 'teacher'] as const)
          for (const path of taps(pair)[whose]) refuseUndivided('minilm', pair[whose], path, heads);
        const last = lastLayers(pair);
        return {
          losses(seen) {
            const said = (whose: Whose, role: Role): Tensor =>
              feature(seen[whose].features, last[whose][role]);
            const [role = 'values'] = roles;
            const mask = tokensOfBoth('minilm', seen, [said('student', role), said('teacher', role)]);
            const compared = (of: Role, to: Role): Tensor => {
              const scores = (whose: Whose) => attentionScores(said(whose, of), said(whose, to), heads);
              return divergenceOfRows([scores('student'), scores('teacher')], mask);
            };
            const terms = taskLoss(gamma, seen);
            if (w_AT > 0) terms.attention = compared('queries', 'keys').mul(w_AT);
            if (w_VR > 0) terms.values = compared('values', 'values').mul(w_VR);
            return terms;
          },
        };
      },
    };
  },
);

export type MiniLMOptions = OptionsOf<typeof minilm>;
