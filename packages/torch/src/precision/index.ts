/** In which precision to compute: what `auto` means on this machine is measured. */
import { capabilities } from '../context.ts';
import { thisMachine } from '../machine.ts';
import { fileOf, timesOf } from './kept.ts';
import { gainOf, type Measured, type Times } from './times.ts';

export type { Times } from './times.ts';

/** In which precision to compute; see `resolvePrecision()`. */
export type Precision = 'auto' | 'fp32' | 'bf16';

/** What was measured, and what `auto` is for it. */
export interface MeasuredPrecision {
  /** Milliseconds, forward and backward, of a convolution of 16 images (32 channels of 16 x 16). */
  readonly convolution: Times;
  /** Milliseconds, forward and backward, of a product of two matrices of 256 x 256. Both are smaller where bf16 is emulated. */
  readonly product: Times;
  /** How many times as fast as fp32 bf16 is, in the one of both where it gains least. */
  readonly gain: number;
  readonly precision: 'fp32' | 'bf16';
  /** False where the machine was too busy for times that can be trusted: they are not kept, and the choice is fp32. */
  readonly steady: boolean;
}

/** From here on bf16 is worth its fewer digits, and noise does not flip the choice. */
const worthwhile = 1.2;

/** @internal What is chosen for what was measured: fp32 where that cannot be trusted. */
export function choose({ times, steady }: Measured): MeasuredPrecision {
  const gain = gainOf(times);
  return { ...times, gain, precision: steady && gain >= worthwhile ? 'bf16' : 'fp32', steady };
}

/** Of this process, by file: `auto` is the same for all that it trains. */
const measured = new Map<string, Measured>();

/**
 * Times a small convolution and a small product in fp32 and in bf16, forward and backward, and says what `auto` is for that: bf16 from 1.2
 * times the speed of fp32 on, in the one of both where it gains least. It takes half a second, once a machine: the times are kept in the
 * cache folder, by processor, libtorch and threads.
 *
 * @example const { convolution, gain, precision } = autoPrecision();
 */
export function autoPrecision(): MeasuredPrecision {
  const machine = thisMachine();
  const file = fileOf(machine);
  const known = measured.get(file) ?? timesOf(machine, file);
  measured.set(file, known);
  return choose(known);
}

/**
 * Whether the processor has instructions for products of bf16 matrices. Without them bf16 is emulated, and a hundred times slower; with them
 * it may be faster than fp32 or slower (see `autoPrecision()`).
 *
 * @example hasNativeBf16() // false on a processor with AVX2 only
 */
export function hasNativeBf16(): boolean {
  const { avx512_bf16, amx_bf16 } = capabilities();
  return avx512_bf16 === true || amx_bf16 === true;
}

/**
 * What a precision means on this processor: `auto` is the faster one of fp32 and bf16, as `autoPrecision()` measured it. Asking for bf16
 * where it is emulated is granted with a warning.
 *
 * @example resolvePrecision('auto') // 'fp32' on a processor with AVX2 only
 */
export function resolvePrecision(precision: Precision): 'fp32' | 'bf16' {
  if (precision === 'auto') return autoPrecision().precision;
  if (precision === 'bf16' && !hasNativeBf16()) {
    process.emitWarning(
      'bf16 was asked for, but this processor has no bf16 matrix instructions (avx512_bf16, amx_bf16): it may be 100 times slower than fp32',
      { type: 'PrecisionWarning' },
    );
  }
  return precision;
}
