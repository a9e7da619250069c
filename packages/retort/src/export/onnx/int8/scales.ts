/** Whole numbers for real ones: real = scale · (whole - zero), by onnxruntime's formulas. */
import type { Range } from './range.ts';

/** Of a value: whole numbers from 0 to 255. */
export interface Scale {
  readonly scale: number;
  readonly zero: number;
}

/** The least number of float32 that is not subnormal. */
const tiny = 2 ** -126;

/** To the nearest whole number; of two that are as near, to the even one. */
export function nearest(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** The range is widened to have zero, which is then a whole number exactly. Of nothing but zeros the scale is 1. */
export function scaleOf(range: Range): Scale {
  const least = Math.min(range.least, 0);
  const most = Math.max(range.most, 0);
  const scale = (most - least) / 255;
  if (scale < tiny) return { scale: 1, zero: 0 };
  return { scale: Math.fround(scale), zero: nearest(-least / scale) };
}

/** Weights in whole numbers, with a scale for each channel. */
export interface QuantisedWeights {
  readonly wholes: Int8Array<ArrayBuffer>;
  readonly scales: Float32Array<ArrayBuffer>;
}

/** Where the channels of weights lie. */
export interface Channels {
  readonly count: number;
  /** How far elements of two channels that follow one another are apart. */
  readonly stride: number;
}

export function channelsOf(shape: readonly number[], axis: number): Channels {
  const stride = shape.slice(axis + 1).reduce((all, size) => all * size, 1);
  return { count: shape[axis] ?? 1, stride };
}

const channelOf = (i: number, { count, stride }: Channels): number => Math.floor(i / stride) % count;

/**
 * A scale for each channel, around zero: from -127 to 127, or of 7 bits from -64 to 64.
 *
 * @param least  scales that must not be gone under, where a bias needs them
 */
export function quantiseWeights(
  weights: Float32Array,
  channels: Channels,
  reduceRange: boolean,
  least: Float64Array | null,
): QuantisedWeights {
  const largest = new Float64Array(channels.count);
  weights.forEach((weight, i) => {
    const channel = channelOf(i, channels);
    largest[channel] = Math.max(largest[channel] ?? 0, Math.abs(weight));
  });
  const steps = reduceRange ? 64 : 127;
  const scales = Float32Array.from(largest, (size, channel) => {
    const scale = size / steps;
    return Math.max(scale < tiny ? 1 : Math.fround(scale), least?.[channel] ?? 0);
  });
  const wholes = Int8Array.from(weights, (weight, i) =>
    Math.max(-128, Math.min(127, nearest(Math.fround(weight / (scales[channelOf(i, channels)] ?? 1))))),
  );
  return { wholes, scales };
}

const mostBias = 2 ** 31 - 1;

/** The least scales of weights for which a bias fits into 32 bits. @param input  the scale of what the weights are multiplied with */
export const leastScales = (bias: Float32Array, input: number): Float64Array =>
  Float64Array.from(bias, (each) => (1.0001 * Math.abs(each)) / mostBias / input);

/** A bias in the scale of the products that it is added to. */
export function quantiseBias(
  bias: Float32Array,
  input: number,
  weights: Float32Array,
): { readonly wholes: Int32Array<ArrayBuffer>; readonly scales: Float32Array<ArrayBuffer> } {
  const scales = weights.map((scale) => input * scale);
  const wholes = Int32Array.from(bias, (each, i) =>
    Math.max(-mostBias - 1, Math.min(mostBias, nearest(each / (scales[i] ?? 1)))),
  );
  return { wholes, scales };
}
