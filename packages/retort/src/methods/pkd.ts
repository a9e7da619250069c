/**
 * Patient knowledge distillation: Sun, Cheng, Gan & Liu, "Patient Knowledge Distillation for BERT Model Compression" (EMNLP 2019),
 * equations 5 to 8, with a mean in place of the sum over a vector's elements and layers, as the released code has it:
 *
 *     L    = γ · CE(z_s, y) + α · T² · KL( softmax(z_t / T) ‖ softmax(z_s / T) ) + β · L_PT
 *     L_PT = mean_{b, m, d} ( h_s,m / ‖h_s,m‖₂ − h_t,I(m) / ‖h_t,I(m)‖₂ )²
 *
 * h_s,m and h_t,n [B, D] are what layers m and n say of the first token of each text, [CLS], z_s and z_t [B, C] the logits. The student's last
 * layer is left to the logits: m = 1 … M − 1 learn from I(m) = m · N / M (`skip`) or from the last before the teacher's last, I(m) = N − M + m (`last`).
 * In the paper γ = 1 − α. D must be the same; of a regression the logits are compared by their squared difference.
 */
import { aten, functional, type Tensor } from '@retort/torch';
import { z } from 'zod';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { evenLayers } from './features/layers.ts';
import { stagesOption } from './features/stages.ts';
import type { Anatomies, Pair, Side, Taps } from './method.ts';
import { anatomy, feature, logits } from './seen.ts';
import { softened } from './softened.ts';
import { gammaOption, taskLoss } from './task-loss.ts';
import { temperatureOption } from './temperature.ts';

const options = z.strictObject({
  strategy: z
    .enum(['skip', 'last'])
    .default('skip')
    .describe(
      "Which of the teacher's layers are learned: every so many, or the last; PKD-Skip is the better in the paper",
    ),
  student: stagesOption('student', 'all stages of its anatomy but the last'),
  teacher: stagesOption('teacher', 'those that `strategy` chooses'),
  normalise: z
    .boolean()
    .default(true)
    .describe(
      'Whether vectors are of length 1 where they are compared; true in the paper, both in the released script',
    ),
  beta: z.number().positive().default(100).describe('β; 10, 100, 500 and 1000 are tried in the paper'),
  temperature: temperatureOption(10, 'T; 5, 10 and 20 are tried in the paper'),
  alpha: z
    .number()
    .nonnegative()
    .default(0.5)
    .describe("α, the weight of the teacher's logits; 0.2, 0.5 and 0.7 are tried in the paper"),
  gamma: gammaOption(0.5, '1 − α in the paper'),
});

type Options = z.output<typeof options>;

/** The layers that are compared, as many of each. @throws RangeError where they are not */
function layersOf(
  pair: Anatomies,
  { strategy, ...given }: Pick<Options, 'strategy' | 'student' | 'teacher'>,
): Taps {
  const student = given.student ?? anatomy(pair, 'student', 'pkd').stages.slice(0, -1);
  const cure = 'name the paths of as many in `student` and `teacher`';
  const chosen = (): readonly string[] => {
    const { stages } = anatomy(pair, 'teacher', 'pkd');
    const [M, N] = [student.length + 1, stages.length];
    if (strategy === 'skip')
      return evenLayers('pkd', M, N, cure)
        .slice(0, -1)
        .map((n) => stages[n - 1] ?? '');
    if (N < M) throw new RangeError(`pkd: the teacher has ${N} layers, and the student ${M}: ${cure}`);
    return stages.slice(N - M, N - 1);
  };
  const teacher = given.teacher ?? chosen();
  if (student.length === 0)
    throw new RangeError('pkd compares the layers before the last, and the student has none: learn by kd');
  if (student.length !== teacher.length)
    throw new RangeError(
      `pkd compares layers one to one, and there are ${student.length} of the student (${student.join(', ')}) and ${teacher.length} of the teacher (${teacher.join(', ')}): ${cure}`,
    );
  return { student, teacher };
}

/** @throws RangeError for layers that give no tokens, or vectors of another width */
function refuseUnlike(pair: Pair, paths: Taps): void {
  for (const [i, path] of paths.student.entries()) {
    const other = paths.teacher[i] ?? '';
    const [own, theirs] = [pair.student.shape(path), pair.teacher.shape(other)];
    const shown = (shape: readonly number[]) => `[${shape.join(', ')}]`;
    if (own.length !== 2 || theirs.length !== 2)
      throw new RangeError(
        `pkd compares the first of tokens [L, D]: '${path}' of the student gives ${shown(own)}, '${other}' of the teacher ${shown(theirs)}`,
      );
    if (own[1] !== theirs[1])
      throw new RangeError(
        `pkd compares vectors of one width: '${path}' of the student has ${own[1]} numbers, '${other}' of the teacher ${theirs[1]}. Choose networks of like width, or tinybert, which has a projector, or minilm`,
      );
  }
}

/** What layers say of the first token: [B, layers, D]. */
const firstTokens = ({ features }: Side, paths: readonly string[]): Tensor =>
  aten.stack(
    paths.map((path) => feature(features, path).select(1, 0)),
    1,
  );

/** The first token of the teacher's layers; see the head of the file. @throws RangeError @example pkd({ strategy: 'last', beta: 500 }) */
export const pkd = defineMethod(
  {
    name: 'pkd',
    source: 'Sun et al. 2019, "Patient Knowledge Distillation for BERT Model Compression"',
    options,
  },
  ({ normalise, beta, temperature, alpha, gamma, ...given }) => ({
    needs: { outputs: alpha > 0 ? ['logits'] : [], loss: gamma > 0 },
    taps: (pair) => layersOf(pair, given),
    objective(pair) {
      const paths = layersOf(pair, given);
      refuseUnlike(pair, paths);
      return {
        losses(seen) {
          const vectors = (side: Side, of: readonly string[]): Tensor => {
            const h = firstTokens(side, of);
            return normalise ? functional.normalize(h, { dim: 2 }) : h;
          };
          const [h_s, h_t] = [vectors(seen.student, paths.student), vectors(seen.teacher, paths.teacher)];
          const terms = taskLoss(gamma, seen);
          if (alpha > 0)
            terms.kd = softened(
              logits(seen.student),
              logits(seen.teacher),
              temperature,
              pair.eachByItself,
            ).mul(alpha);
          terms.pkd = functional.mse_loss(h_s, h_t).mul(beta);
          return terms;
        },
      };
    },
  }),
);

export type PKDOptions = OptionsOf<typeof pkd>;
