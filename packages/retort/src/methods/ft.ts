/**
 * Factor transfer: Kim, Park & Kwak, "Paraphrasing Complex Network: Network Compression via Factor Transfer" (NeurIPS 2018), of the last
 * stage as the CRD benchmark trains it (Tian et al. 2020), in two stages of a recipe. First the paraphraser learns to say the teacher's
 * features with fewer channels, 30 epochs in the benchmark, in which the student learns nothing (but its batch norms' running statistics move;
 * `phase: paraphraser`):
 *
 *     L   = mean( (d(p(F_t)) − F_t)² )
 *
 * Then the student learns what it says (`phase: transfer`):
 *
 *     L   = γ · CE(z_s, y) + β · mean |Q_s − Q_t|^q,   Q = v / ‖v‖₂,   v_s[h, w] = mean_c (t(F_s)[c, h, w])^p,   v_t = the same of p(F_t)
 *
 * F_s [B, C_s, H, W] and F_t [B, C_t, H, W] are feature maps, Q [B, H · W] vectors. The paraphraser p, its decoder d and the translator t are
 * three 3x3 convolutions each with leaky ReLUs; the factors of p and t have k · C_t channels. The translator, with batch norms, is trained
 * with the student, the paraphraser stays as the first stage left it. The larger of two factors is averaged to the size of the smaller.
 */
import { functional, nn, noGrad, type Tensor } from '@retort/torch';
import { z } from 'zod';
import { defineMethod, type OptionsOf } from './define-method.ts';
import { pathOption } from './features/paths.ts';
import { alike, stagePairs, stageTaps } from './features/stages.ts';
import { gammaOption, taskLoss } from './task-loss.ts';

const options = z.strictObject({
  phase: z
    .enum(['paraphraser', 'transfer'])
    .default('transfer')
    .describe('Who learns: the paraphraser in the first stage, the student in the next'),
  student: pathOption('student', 'its last stage'),
  teacher: pathOption('teacher', 'its last stage'),
  rate: z
    .number()
    .positive()
    .default(0.5)
    .describe("k, the factor's share of the teacher's channels; 0.5 in the CRD benchmark"),
  factorPower: z.number().int().min(1).default(2).describe('p; 2 in the CRD benchmark'),
  power: z.number().min(1).default(1).describe('q; 1 in the CRD benchmark'),
  beta: z.number().positive().default(200).describe('β; 200 in the CRD benchmark'),
  gamma: gammaOption(1, '1 in the CRD benchmark; the paraphraser needs none'),
});

/** The slope of the leaky ReLUs in the released code. */
const slope = 0.1;

/** Three 3x3 convolutions, [B, from, H, W] → [B, to, H, W]. */
function encoder(from: number, to: number, norm: boolean): nn.Sequential {
  const layers = [from, to, to].flatMap((outChannels, i) => [
    new nn.Conv2d(i === 2 ? to : from, outChannels, 3, { padding: 1 }),
    ...(norm ? [new nn.BatchNorm2d(outChannels)] : []),
    new nn.LeakyReLU(slope),
  ]);
  return new nn.Sequential(...layers);
}

/** Back to the teacher's channels. */
function decoder(from: number, to: number): nn.Sequential {
  const layers = [from, to, to].flatMap((outChannels, i) => [
    new nn.ConvTranspose2d(i === 2 ? to : from, outChannels, 3, { padding: 1 }),
    new nn.LeakyReLU(slope),
  ]);
  return new nn.Sequential(...layers);
}

/** Q: [B, C, H, W] → rows [B, H · W] of length 1. */
const factor = (map: Tensor, power: number): Tensor =>
  functional.normalize(map.pow(power).mean([1]).flatten(1));

/** What a paraphraser says of the teacher's last stage; see the head of the file. @throws RangeError @example ft({ phase: 'paraphraser' }) */
export const ft = defineMethod(
  {
    name: 'ft',
    source: 'Kim et al. 2018, "Paraphrasing Complex Network: Network Compression via Factor Transfer"',
    options,
  },
  ({ phase, rate, factorPower, power, beta, gamma, student, teacher }) => {
    const paths = { student: student ? [student] : undefined, teacher: teacher ? [teacher] : undefined };
    const where = ({ stages }: { readonly stages: readonly string[] }) => stages.slice(-1);
    return {
      needs: { loss: phase === 'transfer' && gamma > 0 },
      phase,
      follows: phase === 'transfer' ? 'paraphraser' : undefined,
      taps: (pair) => stageTaps(pair, 'ft', paths, where),
      objective(pair) {
        const [stage] = stagePairs(pair, 'ft', paths, where);
        if (!stage) throw new RangeError('ft looks at the last stage, and the networks have none');
        const [C_s, C_t] = stage.channels;
        const channels = Math.floor(C_t * rate);
        if (channels < 1)
          throw new RangeError(
            `ft: ${rate} of the teacher's ${C_t} channels is less than one: choose a larger rate`,
          );
        // The same parts in both phases, so that the second stage finds those of the first.
        const paraphraser = encoder(C_t, channels, false);
        const back = decoder(channels, C_t);
        const translator = encoder(C_s, channels, true);
        return {
          parts: new nn.ModuleDict({ paraphraser, decoder: back, translator }),
          losses(seen) {
            const [F_s, F_t] = stage.originals(seen);
            if (phase === 'paraphraser')
              return { paraphraser: functional.mse_loss(back.forward(paraphraser.forward(F_t)), F_t) };
            const theirs = noGrad(() => paraphraser.forward(F_t));
            const [f_s, f_t] = alike(translator.forward(F_s), theirs);
            const deviation = factor(f_s, factorPower).sub(factor(f_t, factorPower));
            return { ...taskLoss(gamma, seen), ft: deviation.abs().pow(power).mean().mul(beta) };
          },
        };
      },
    };
  },
);

export type FTOptions = OptionsOf<typeof ft>;
