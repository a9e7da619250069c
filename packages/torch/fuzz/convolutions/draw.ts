/** Convolutions of small and odd shapes. */
import { randomFrom } from '../draw.ts';
import type { Convolution } from './case.ts';
import { found } from './found.ts';

/** Convolution `number` of a seed; the first of each are those that were found wrong. */
export function drawConvolution(seed: number, number: number): Convolution {
  const known = found[number];
  if (known) return known;
  const random = randomFrom(seed * 1_000_003 + number);
  const chance = (share: number): boolean => random() < share;
  const from = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1));

  const rank = chance(0.75) ? 2 : chance(0.5) ? 1 : 3;
  /** One number for all dimensions, or one for each. */
  const sizes = (draw: () => number): number[] => {
    const one = draw();
    const equal = chance(0.7);
    return Array.from({ length: rank }, () => (equal ? one : draw()));
  };
  const transposed = chance(0.25);
  const kernel = sizes(() => (chance(0.4) ? 1 : from(1, rank === 3 ? 3 : 7)));
  const stride = sizes(() => from(1, 3));
  const dilation = sizes(() => (chance(0.7) ? 1 : from(2, 3)));
  // No more than leaves a result.
  const padding = kernel.map((k) => (chance(0.5) ? 0 : from(0, (transposed ? k - 1 : k) >> 1)));
  const extent = kernel.map((k, i) => (k - 1) * (dilation[i] ?? 1) + 1);
  const spatial = extent.map((covered, i) => {
    const least = Math.max(covered - 2 * (padding[i] ?? 0), 1);
    return chance(0.2) ? least : Math.max(least, from(1, rank === 3 ? 7 : 17));
  });

  const channels = (): number => (chance(0.85) ? from(1, 9) : from(10, 40));
  const grouped = chance(0.3);
  const groups = grouped ? channels() : 1;
  const multiples = (): number => (grouped ? (chance(0.6) ? 1 : from(2, 5)) : channels());
  const [inputs, outputs] = [groups * multiples(), groups * multiples()];

  const batch = chance(0.8) ? from(1, 4) : from(5, 20);
  return {
    dtype: chance(0.85) ? 'float32' : 'bfloat16',
    threads: chance(0.75) ? 2 : 1,
    channelsLast: { input: chance(0.5), weight: chance(0.5), gradient: chance(0.5) },
    input: [batch, inputs, ...spatial],
    weight: transposed ? [inputs, outputs / groups, ...kernel] : [outputs, inputs / groups, ...kernel],
    bias: chance(0.5),
    stride,
    padding,
    dilation,
    transposed,
    outputPadding: stride.map((step) => (transposed && step > 1 && chance(0.3) ? from(1, step - 1) : 0)),
    groups,
  };
}
