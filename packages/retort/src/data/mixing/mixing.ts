/**
 * Images of a batch mixed with one another, as timm's `FastCollateMixup` does: by Mixup (Zhang et al. 2018, "mixup: Beyond empirical risk
 * minimization") or CutMix (Yun et al. 2019, "CutMix: Regularization strategy to train strong classifiers with localizable features"):
 *
 *     Mixup    x_i ← round( λ · x_i + (1 − λ) · x_j )
 *     CutMix   x_i ← x_j in a box of (1 − λ) of the area, cut off at the border; λ ← the share of x_i that is left
 *     both     y_i ← λ · y_i + (1 − λ) · y_j,    λ ~ Beta(α, α),   j = B − 1 − i
 *
 * x [B, H, W, C] are the bytes of images after their transforms, y what the task makes of their targets. The partner is the image at the same
 * place from the end, so the one in the middle of an odd number stays as it is (timm refuses such batches). All transforms come before, random
 * erasing too, which timm does afterwards. Boxes are those of timm 1; of timm 0.6 one whose side is odd is a pixel smaller.
 */
import { z } from 'zod';
import { parseOptions } from '../../words/parse-options.ts';
import { draw } from '../philox.ts';
import { uniforms } from '../transforms/chance.ts';
import { beta } from './beta.ts';

const alpha = (what: string) => z.number().min(0).default(0).describe(`${what}; without it where it is 0`);
const probability = z.number().min(0).max(1);

/** What a recipe can say of it. */
export const mixingOptions = z
  .strictObject({
    mixup: alpha('α of Mixup, 0.8 in DeiT'),
    cutmix: alpha('α of CutMix, 1 in DeiT'),
    prob: probability.default(1).describe('Of so many batches (or images, or pairs: see `mode`), by chance'),
    switchProb: probability.default(0.5).describe('How many of them by CutMix, where both are on'),
    mode: z
      .enum(['batch', 'pair', 'elem'])
      .default('batch')
      .describe('Whether one λ is drawn for a batch, for each pair of partners or for each image'),
  })
  .refine(({ mixup, cutmix }) => mixup > 0 || cutmix > 0, {
    error: 'mixup or cutmix must be above 0: they are what images are mixed by',
  });

/** How one image is mixed with its partner. */
export interface DrawnMix {
  /** λ before the box of CutMix is cut off: 1 leaves the image as it is. */
  readonly share: number;
  /** Where in the image the middle of CutMix's box is, in [0, 1) of its height and width; null for Mixup. */
  readonly box: { readonly y: number; readonly x: number } | null;
}

/** Which batch it is. */
export interface BatchKey {
  readonly seed: number;
  readonly epoch: number;
  /** In its epoch, from 0. */
  readonly batch: number;
}

export interface Mixing {
  /** As `run.json` has them. */
  readonly options: z.output<typeof mixingOptions>;
  /** Of each image of a batch of so many; a pure function of the key and the image's place. */
  draw(key: BatchKey, count: number): DrawnMix[];
}

const unmixed: DrawnMix = { share: 1, box: null };

/** Mixing of the images of a batch; see the head of the file. @throws RangeError @example mixing({ mixup: 0.8, cutmix: 1 }) */
export function mixing(given: z.input<typeof mixingOptions>): Mixing {
  const options = parseOptions('mixing', mixingOptions, given);
  const { mixup, cutmix, prob, switchProb, mode } = options;

  /** @param place  which of a batch's draws */
  function one({ seed, epoch, batch }: BatchKey, place: number): DrawnMix {
    const next = uniforms({
      words: (number = 0) => draw({ seed, epoch, sample: batch, view: place, purpose: 'mixing', number }),
    });
    if (next() >= prob) return unmixed;
    const isCut = cutmix > 0 && (mixup === 0 || next() < switchProb);
    const share = beta(next, isCut ? cutmix : mixup);
    return { share, box: isCut ? { y: next(), x: next() } : null };
  }

  const drawnBy = {
    batch(key: BatchKey, count: number) {
      const drawn = one(key, 0);
      return Array.from({ length: count }, () => drawn);
    },
    pair(key: BatchKey, count: number) {
      const half = Array.from({ length: Math.ceil(count / 2) }, (_, i) => one(key, i));
      return [...half, ...half.slice(0, Math.floor(count / 2)).reverse()];
    },
    elem: (key: BatchKey, count: number) => Array.from({ length: count }, (_, i) => one(key, i)),
  };

  return { options, draw: drawnBy[mode] };
}
