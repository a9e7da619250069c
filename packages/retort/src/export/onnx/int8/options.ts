/** What a graph in int8 is made with. */
import type { Tensor } from '@retort/torch';
import type { Inputs } from '../../../data/index.ts';
import { ExportError } from '../errors.ts';
import type { Shown } from '../shown/index.ts';

/** How the range of each value within the network is found on images or texts. */
export const calibrations = ['min-max', 'percentile', 'entropy'] as const;

/**
 * `min-max`: from the least to the greatest. `percentile`: up to the absolute value that 99.99 % are under, so that few large ones do not make the
 * steps coarse for all. `entropy`: as far as what is within, in steps, tells most of how values are distributed (Kullback-Leibler).
 */
export type Calibration = (typeof calibrations)[number];

export interface Int8Options {
  /**
   * Real images as the network takes them, float32 [N, C, H, W], in batches; some hundred are enough. They are looked at once, one batch after the
   * other, and stay whose they are.
   */
  readonly images?: Iterable<Tensor> | AsyncIterable<Tensor>;
  /** Real texts, of a network that takes texts: `tokens` int64 [N, L], `mask` bool [N, L] and `types` int64 [N, L] where there are some, in batches likewise. */
  readonly texts?: Iterable<Inputs> | AsyncIterable<Inputs>;
  /** `min-max` where it is left out. */
  readonly calibration?: Calibration;
  /** Of `percentile`, in percent: 99.99 where it is left out. */
  readonly percentile?: number;
  /** Layers that stay in float32: the first or the last with weights, on which accuracy often hangs; with the first, tables of embeddings. */
  readonly keep?: { readonly first?: boolean; readonly last?: boolean };
  /**
   * Weights of 7 bits instead of 8. Processors without VNNI add products of two bytes in 16 bits, which 8 bits overflow; with VNNI, and on ARM, it costs
   * accuracy and gains nothing.
   */
  readonly reduceRange?: boolean;
}

export const usualPercentile = 99.99;

/** @throws ExportError for what is none */
export function checkInt8(options: Int8Options | undefined, kind: Shown['kind']): Int8Options {
  if (!options?.[kind])
    throw new ExportError(
      `a graph in int8 is made with real ${kind}: pass int8: { ${kind} }, some hundred in batches as the network takes them`,
    );
  const { calibration = 'min-max', percentile } = options;
  if (!calibrations.includes(calibration))
    throw new ExportError(`int8.calibration: ${calibrations.join(', ')}, not '${String(calibration)}'`);
  if (percentile === undefined) return options;
  if (calibration !== 'percentile')
    throw new ExportError(`int8.percentile is for calibration 'percentile', and this is '${calibration}'`);
  if (!(percentile > 50 && percentile <= 100))
    throw new ExportError(`int8.percentile: from 50 to 100 percent, not ${String(percentile)}`);
  return options;
}
