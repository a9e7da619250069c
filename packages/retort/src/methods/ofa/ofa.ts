/**
 * OFA-KD, from any architecture to any other: Hao, Guo, Han, Tang, Hu, Wang & Xu, "One-for-All: Bridge the Gap Between Heterogeneous
 * Architectures in Knowledge Distillation" (NeurIPS 2023), as the released code has it (`distillers/ofa.py`; the paper's equation is said to leave
 * the other classes' p_i without the exponent):
 *
 *     L     = w_gt · CE(z_s, y) + w_kd · l(z_s; γ) + w_ofa · Σ_k l( exit_k(F_k); γ_k )
 *     l(z)  = − mean_b Σ_i [ (p_i + 1_i)^γ − 1_i ] · log softmax(z / T)_i,     p = softmax(z_t / T)
 *
 * z_s, z_t [B, C] are the logits, 1 [C] is 1 for the image's class (of a mixed image, that with the larger share), F_k what the student's k-th stage gives: a feature map [B, C, H, W] or
 * tokens [B, L, D]. Branches turn it into logits [B, classes], are trained with the student and dropped when it is done; nothing of the
 * teacher but its logits is learned. γ ≥ 1 raises the share of the image's class.
 */
import { functional, nn, type Tensor } from '@retort/torch';
import { z } from 'zod';
import { largestClass } from '../../tasks/index.ts';
import { defineMethod, type OptionsOf } from '../define-method.ts';
import { penultimatePaths } from '../features/paths.ts';
import type { Anatomies } from '../method.ts';
import { anatomy, feature, logits, prefixTokens } from '../seen.ts';
import { taskLoss } from '../task-loss.ts';
import { temperatureOption } from '../temperature.ts';
import { makeExit } from './exits.ts';

const weight = (name: string, source: string) =>
  z.number().nonnegative().default(1).describe(`${name}; ${source}`);
const exponent = z.number().min(1);

const options = z
  .strictObject({
    stages: z
      .array(z.string())
      .min(1)
      .optional()
      .describe("The paths of the student's stages; all of its anatomy where it is left out"),
    gamma: z
      .union([exponent, z.array(exponent).min(2)])
      .default(1)
      .describe('γ, one for all or one a stage and one for the logits; 1 on CIFAR-100, 1 to 1.5 on ImageNet'),
    temperature: temperatureOption(1, 'T; 1 in the released configurations'),
    grid: z
      .number()
      .int()
      .min(1)
      .default(7)
      .describe(
        "The side of the grid to which exits merge tokens at most, or that of the student's smallest stage where that is less; 7, of ImageNet's last stages, as released",
      ),
    classToken: z
      .enum(['read', 'dropped'])
      .default('read')
      .describe(
        "Of a student that has one: `read` keeps it aside while exits merge patches, and reads it, as the released code means it (with timm up to 0.5.4; it fails with the 0.6.5 that it asks for); `dropped` leaves it out and reads the mean of the patches, its author's cure (issue 38 of OFAKD)",
      ),
    heads: z
      .number()
      .int()
      .min(1)
      .default(4)
      .describe("Of the exits' transformer blocks over tokens; 4 as released"),
    labels: weight('w_gt', '1 in the released configurations'),
    logits: weight('w_kd', '1 in the released configurations'),
    exits: z
      .union([z.number().nonnegative(), z.array(z.number().nonnegative()).min(1)])
      .default(1)
      .describe(
        'w_ofa, one for all or one a stage; 1, or 0.1 for ResNet18 and MobileNetV2 students on CIFAR-100',
      ),
  })
  .refine(({ labels, logits, exits }) => [labels, logits, exits].flat().some((weight) => weight !== 0), {
    error: 'labels, logits and exits must not all be 0',
  });

/** l of the logits of a head [B, C], with the teacher's [B, C] and the classes [B]. */
function ofaLoss(head: Tensor, teacher: Tensor, classes: Tensor, gamma: number, temperature: number): Tensor {
  const target = functional.one_hot(classes, head.size(1)).to(head.dtype);
  const share = teacher.div(temperature).softmax(1).add(target).pow(gamma).sub(target);
  return share.mul(head.div(temperature).log_softmax(1)).sum([1]).mean().neg();
}

/** One for all, or one for each; @throws RangeError where their number is another */
function each(what: string, given: number | readonly number[], count: number): number[] {
  const list = typeof given === 'number' ? Array.from({ length: count }, () => given) : [...given];
  if (list.length !== count)
    throw new RangeError(
      `ofa: ${what} has ${list.length} numbers, and ${count} are needed: one for each stage${what === 'gamma' ? ' and one for the logits' : ''}`,
    );
  return list;
}

/** The side of the smallest grid of patches among stages of these shapes: a student that merges tokens itself ends with it. */
const smallestGrid = (shapes: readonly (readonly number[])[], prefix: number): number =>
  Math.min(
    ...shapes.flatMap(([tokens = 0, ...more]) => (more.length === 1 ? [Math.sqrt(tokens - prefix)] : [])),
  );

/**
 * Which of the network's stages each path is, from 1, and how many there are: the deeper, the shallower its exit. Paths that the network
 * does not call stages are counted in their order.
 */
function placesOf(
  paths: readonly string[],
  stages: readonly string[],
): (i: number) => { stage: number; stages: number } {
  const twice = paths.find((path, i) => paths.indexOf(path) !== i);
  if (twice !== undefined) throw new RangeError(`ofa: stages names '${twice}' twice`);
  const all = paths.every((path) => stages.includes(path)) ? stages : paths;
  return (i) => ({ stage: all.indexOf(paths[i] ?? '') + 1, stages: all.length });
}

/** Exits after the student's stages, which learn the teacher's logits; see the head of the file. @throws RangeError @example ofa({ gamma: 1.4 }) */
export const ofa = defineMethod(
  {
    name: 'ofa',
    source:
      'Hao et al. 2023, "One-for-All: Bridge the Gap Between Heterogeneous Architectures in Knowledge Distillation"',
    options,
  },
  ({
    stages: paths,
    gamma,
    temperature,
    grid,
    heads,
    classToken,
    labels: w_gt,
    logits: w_kd,
    exits: w_ofa,
  }) => {
    const stagesOf = (pair: Anatomies): readonly string[] => paths ?? anatomy(pair, 'student', 'ofa').stages;
    const ends = (pair: Anatomies) => penultimatePaths(pair, 'ofa');
    const distils = [w_kd, w_ofa].flat().some((weight) => weight > 0);
    return {
      // Exits have as many classes as the student's logits, also where none of them learns.
      needs: {
        outputs: ['logits'],
        predictions: true,
        targets: distils ? ['labels'] : [],
        softLabels: true,
        loss: w_gt > 0,
      },
      taps: (pair) => ({
        student: [...stagesOf(pair), ends(pair).student],
        teacher: [ends(pair).teacher],
      }),
      objective(pair) {
        const stages = stagesOf(pair);
        if (pair.student.ofTexts)
          throw new RangeError(
            "ofa reads logits from feature maps, and from tokens of an image's patches, and the student is shown texts: learn from texts by kd, or by pkd, minilm or tinybert",
          );
        const gammas = each('gamma', gamma, stages.length + 1);
        const weights = each('exits', w_ofa, stages.length);
        const [studentWidth = 0] = pair.student.shape(ends(pair).student);
        const [teacherWidth = 0] = pair.teacher.shape(ends(pair).teacher);
        const places = placesOf(stages, pair.student.anatomy?.stages ?? []);
        const shapes = stages.map((path) => pair.student.shape(path));
        const branches = shapes.map((shape, i) =>
          makeExit({
            ...places(i),
            shape,
            studentWidth,
            teacherWidth,
            classes: pair.classes,
            prefixTokens: prefixTokens(pair.student),
            classToken,
            grid: Math.min(grid, smallestGrid(shapes, prefixTokens(pair.student))),
            heads,
          }),
        );
        return {
          parts: new nn.ModuleDict(Object.fromEntries(branches.map((branch, i) => [`exit${i + 1}`, branch]))),
          losses(seen) {
            const terms = taskLoss(w_gt, seen);
            const loss = (head: Tensor, exponent = 1): Tensor =>
              ofaLoss(head, logits(seen.teacher), largestClass(seen.targets), exponent, temperature);
            if (w_kd > 0) terms.kd = loss(logits(seen.student), gammas.at(-1)).mul(w_kd);
            for (const [i, path] of stages.entries()) {
              const [branch, share = 0] = [branches[i], weights[i]];
              if (!branch || share === 0) continue;
              const head = branch.forward(feature(seen.student.features, path));
              terms[`exit${i + 1}`] = loss(head, gammas[i]).mul(share);
            }
            return terms;
          },
        };
      },
    };
  },
);

export type OFAOptions = OptionsOf<typeof ofa>;
