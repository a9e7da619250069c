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
import { defineMethod, type OptionsOf } from './define-method.ts';
import { attentionInBoth, attentionScores, refuseUndivided } from './features/attention.ts';
import { meanOfTokens, type TokenPair, tokensOfBoth } from './features/tokens.ts';
import type { Anatomies, Seen, Taps, Whose } from './method.ts';
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
    const lastIn = (pair: Anatomies, whose: Whose, role: Role): string =>
      attentionInBoth(pair, 'minilm')[whose][role].at(-1) ?? '';
    const taps = (pair: Anatomies): Taps => ({
      student: roles.map((role) => lastIn(pair, 'student', role)),
      teacher: roles.map((role) => lastIn(pair, 'teacher', role)),
    });
    return {
      needs: { loss: gamma > 0 },
      taps,
      objective(pair) {
        const { heads } = attentionInBoth(pair, 'minilm').student;
        for (const whose of ['student', 'teacher'] as const)
          for (const path of taps(pair)[whose]) refuseUndivided('minilm', pair[whose], path, heads);
        const scores = ({ features }: Seen[Whose], whose: Whose, of: Role, to: Role): Tensor =>
          attentionScores(
            feature(features, lastIn(pair, whose, of)),
            feature(features, lastIn(pair, whose, to)),
            heads,
          );
        return {
          losses(seen) {
            const [role = 'values'] = roles;
            const mask = tokensOfBoth('minilm', seen, [
              feature(seen.student.features, lastIn(pair, 'student', role)),
              feature(seen.teacher.features, lastIn(pair, 'teacher', role)),
            ]);
            const compared = (of: Role, to: Role): Tensor =>
              divergenceOfRows(
                [scores(seen.student, 'student', of, to), scores(seen.teacher, 'teacher', of, to)],
                mask,
              );
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
