/**
 * TinyBERT: Jiao, Yin, Shang, Jiang, Chen, Li, Wang & Liu, "TinyBERT: Distilling BERT for Natural Language Understanding" (Findings of EMNLP
 * 2020), equations 7 to 11, with the one linear map of the released code:
 *
 *     L      = γ · CE(z_s, y) + w_embd · L_embd + w_hidn · Σ_m L_hidn,m + w_attn · Σ_m L_attn,m + w_pred · L_pred
 *     L_embd = MSE( W E_s + b, E_t )
 *     L_hidn = MSE( W H_s,m + b, H_t,g(m) )
 *     L_attn = 1 / h Σ_i MSE( A_s,m,i, A_t,g(m),i ),     A = Q Kᵀ / √d_h
 *     L_pred = − Σ_c softmax(z_t / T)_c · log softmax(z_s / T)_c
 *
 * E and H [B, L, D] are the embeddings and what the layers give, A [B, h, L, L] is the attention before its softmax, of h heads; W [D_t, D_s] and b
 * are trained with the student; the student's layer m = 1 … M learns from the teacher's g(m) = m · N / M. Padding counts nothing: MSE is the mean
 * over a text's own tokens, or pairs of them, and then over the batch. The released code averages over padding too (the scores of which it
 * makes 0), and L_pred over the classes. Heads must be as many, and both networks be shown the same tokens.
 *
 * The paper distils layers first (`prediction: 0`), and what is predicted in a stage of its own (`embedding: 0, hidden: 0, attention: 0`). Of a
 * regression the logits are compared by their squared difference; where a sample may be of several classes, L_pred is the binary cross entropy of each, the mean
 * over samples and classes.
 */
import { functional, nn, type Tensor } from '@retort/torch';
import { z } from 'zod';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { attentionInBoth, attentionScores, refuseUndivided } from './features/attention.ts';
import { evenLayers } from './features/layers.ts';
import { meanOfPairs, meanOfTokens, type TokenPair, tokensOfBoth } from './features/tokens.ts';
import type { Anatomies, Pair, Seen, Taps } from './method.ts';
import { anatomy, feature, logits } from './seen.ts';
import { gammaOption, taskLoss } from './task-loss.ts';
import { temperatureOption } from './temperature.ts';

const weight = (name: string) => z.number().nonnegative().default(1).describe(`${name}; 1 in the paper`);

const options = z
  .strictObject({
    embedding: weight('w_embd, of the embeddings'),
    hidden: weight('w_hidn, of what the layers give'),
    attention: weight('w_attn, of the attention before its softmax'),
    prediction: weight('w_pred, of the logits'),
    layers: z
      .array(z.number().int().min(1))
      .min(1)
      .optional()
      .describe(
        "g: from which of the teacher's layers, from 1, each of the student's learns; m · N / M where it is left out",
      ),
    temperature: temperatureOption(1, 'T; 1 in the paper'),
    gamma: gammaOption(0, '0 in the paper: it learns from the teacher alone'),
  })
  .refine(
    ({ embedding, hidden, attention, prediction }) =>
      [embedding, hidden, attention, prediction].some((w) => w > 0),
    {
      error: 'embedding, hidden, attention and prediction must not all be 0',
    },
  );

type Options = z.output<typeof options>;

/** Paths of both networks that are compared one to one. */
type PathPairs = readonly (readonly [student: string, teacher: string])[];

interface Compared {
  readonly embedding: PathPairs;
  readonly hidden: PathPairs;
  readonly queries: PathPairs;
  readonly keys: PathPairs;
}

/** Paths of the student's layers with those of the teacher's that they learn from. @throws RangeError where that cannot be */
function paired(own: readonly string[], theirs: readonly string[], layers: Options['layers']): PathPairs {
  const cure = 'say which in `layers`, one for each of the student';
  const chosen = layers ?? evenLayers('tinybert', own.length, theirs.length, cure);
  if (chosen.length !== own.length)
    throw new RangeError(
      `tinybert: layers has ${chosen.length} numbers, and the student ${own.length} layers: one is needed for each`,
    );
  return own.map((path, m) => {
    const layer = chosen[m] ?? 0;
    const other = theirs[layer - 1];
    if (other !== undefined) return [path, other];
    throw new RangeError(`tinybert: layers names layer ${layer}, and the teacher has ${theirs.length}`);
  });
}

function comparedIn(pair: Anatomies, { embedding, hidden, attention, layers }: Options): Compared {
  const of = (whose: 'student' | 'teacher') => anatomy(pair, whose, 'tinybert');
  const heads = attention > 0 ? attentionInBoth(pair, 'tinybert') : null;
  const between = (role: 'queries' | 'keys'): PathPairs =>
    heads ? paired(heads.student[role], heads.teacher[role], layers) : [];
  return {
    embedding: embedding > 0 ? [[of('student').stem, of('teacher').stem]] : [],
    hidden: hidden > 0 ? paired(of('student').stages, of('teacher').stages, layers) : [],
    queries: between('queries'),
    keys: between('keys'),
  };
}

function tapsOf({ embedding, hidden, queries, keys }: Compared): Taps {
  const all = [...embedding, ...hidden, ...queries, ...keys];
  return { student: all.map(([own]) => own), teacher: all.map(([, theirs]) => theirs) };
}

/** D_s and D_t. @throws RangeError for what is no tokens, or of several widths */
function widthsOf(pair: Pair, paths: PathPairs): readonly [student: number, teacher: number] {
  const widths = (['student', 'teacher'] as const).map((whose, i) => {
    const found = new Set<number>();
    for (const both of paths) {
      const shape = pair[whose].shape(both[i] ?? '');
      if (shape.length !== 2)
        throw new RangeError(
          `tinybert compares tokens [L, D], and '${both[i]}' of the ${whose} gives [${shape.join(', ')}]`,
        );
      found.add(shape[1] ?? 0);
    }
    if (found.size > 1)
      throw new RangeError(
        `tinybert has one linear map for the embeddings and all layers, and those of the ${whose} are of several widths (${[...found].join(', ')}): set embedding: 0, or choose another network`,
      );
    return [...found][0] ?? 0;
  });
  return [widths[0] ?? 0, widths[1] ?? 0];
}

const sum = (terms: readonly Tensor[]): Tensor => terms.reduce((total, term) => total.add(term));

/** MSE of tokens [B, L, D]. */
const distance = ([own, theirs]: TokenPair, mask: Tensor | null): Tensor =>
  meanOfTokens(own.sub(theirs).square().mean([2]), mask);

/** L_pred of logits [B, C]; a class that the teacher masks (−∞) counts 0, also where the student masks it. */
function prediction(z_s: Tensor, z_t: Tensor, temperature: number, eachByItself = false): Tensor {
  if (!eachByItself && z_s.size(1) === 1) return functional.mse_loss(z_s, z_t);
  const isMasked = z_t.isneginf();
  const [own, theirs] = [z_s.div(temperature), z_t.div(temperature)];
  if (eachByItself)
    return functional
      .binary_cross_entropy_with_logits(own.masked_fill(isMasked, 0), theirs.sigmoid(), { reduction: 'none' })
      .masked_fill(isMasked, 0)
      .mean();
  return theirs.softmax(1).mul(own.log_softmax(1).masked_fill(isMasked, 0)).sum([1]).mean().neg();
}

/** Embeddings, layers, attention and logits of the teacher; see the head of the file. @throws RangeError @example tinybert({ prediction: 0 }) */
export const tinybert = defineMethod(
  {
    name: 'tinybert',
    source: 'Jiao et al. 2020, "TinyBERT: Distilling BERT for Natural Language Understanding"',
    options,
  },
  (given) => {
    const { embedding, hidden, attention, prediction: w_pred, temperature, gamma } = given;
    return {
      needs: { outputs: w_pred > 0 ? ['logits'] : [], loss: gamma > 0 },
      taps: (pair) => tapsOf(comparedIn(pair, given)),
      objective(pair) {
        const paths = comparedIn(pair, given);
        const mapped = [...paths.embedding, ...paths.hidden];
        const map = mapped.length ? new nn.Linear(...widthsOf(pair, mapped)) : null;
        const heads = attention > 0 ? attentionInBoth(pair, 'tinybert').student.heads : 1;
        for (const [own, theirs] of [...paths.queries, ...paths.keys]) {
          refuseUndivided('tinybert', pair.student, own, heads);
          refuseUndivided('tinybert', pair.teacher, theirs, heads);
        }
        const tokens = ({ student, teacher }: Seen, [own, theirs]: PathPairs[number]): TokenPair => [
          feature(student.features, own),
          feature(teacher.features, theirs),
        ];
        return {
          ...(map && { parts: new nn.ModuleDict({ map }) }),
          losses(seen) {
            const [first] = [...mapped, ...paths.queries];
            const mask = first ? tokensOfBoth('tinybert', seen, tokens(seen, first)) : null;
            const distances = (of: PathPairs): Tensor =>
              sum(
                of.map((both) => {
                  const [own, theirs] = tokens(seen, both);
                  return distance([map?.forward(own) ?? own, theirs], mask);
                }),
              );
            const terms = taskLoss(gamma, seen);
            if (embedding > 0) terms.embedding = distances(paths.embedding).mul(embedding);
            if (hidden > 0) terms.hidden = distances(paths.hidden).mul(hidden);
            if (attention > 0) {
              const layers = paths.queries.map((queries, m) => {
                const [Q_s, Q_t] = tokens(seen, queries);
                const [K_s, K_t] = tokens(seen, paths.keys[m] ?? queries);
                const [A_s, A_t] = [attentionScores(Q_s, K_s, heads), attentionScores(Q_t, K_t, heads)];
                return meanOfPairs(A_s.sub(A_t).square().mean([1]), mask);
              });
              terms.attention = sum(layers).mul(attention);
            }
            if (w_pred > 0)
              terms.prediction = prediction(
                logits(seen.student),
                logits(seen.teacher),
                temperature,
                pair.eachByItself,
              ).mul(w_pred);
            return terms;
          },
        };
      },
    };
  },
);

export type TinyBERTOptions = OptionsOf<typeof tinybert>;
