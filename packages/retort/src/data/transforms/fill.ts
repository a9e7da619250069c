/** The colour of what comes into an image from outside of it. */
import { z } from 'zod';
import { unknown } from '../../words/unknown.ts';
import { type NormalisationName, normalisations } from '../normalisation.ts';

const byte = z.number().int().min(0).max(255);

const names = Object.keys(normalisations) as [NormalisationName, ...NormalisationName[]];

const named = z.enum(names, {
  error: ({ input }) => unknown('normalisation', String(input), names),
});

const shares = z.array(z.number().min(0).max(1)).min(1);

/** A normalisation by its name, or by its numbers. */
export const normalisationOption = z.union([named, z.strictObject({ mean: shares, std: shares })]);

/** A byte for all channels, one for each, or the mean of a normalisation by name. */
export const fillOption = z.union([byte, z.array(byte).min(1), named]);

/**
 * As many numbers as there are channels; what a name stands for is of red, green and blue, and of images in greys the mean of the three.
 *
 * @throws RangeError for a list of another length
 */
function forChannels(
  what: string,
  values: readonly number[],
  channels: number,
  isNamed: boolean,
): readonly number[] {
  if (values.length === channels) return values;
  if (isNamed && channels === 1) return [values.reduce((sum, value) => sum + value, 0) / values.length];
  throw new RangeError(
    `${what} has ${values.length} numbers, and images have ${channels === 1 ? 'one channel' : `${channels} channels`}: it must be one for each`,
  );
}

/**
 * The colour as a byte a channel.
 *
 * @param name  of the transform, as messages have it
 * @throws RangeError for a list of another length
 * @example fillOf('rand-augment', 'imagenet', 3) // [124, 116, 104]
 */
export function fillOf(
  name: string,
  given: z.output<typeof fillOption>,
  channels: number,
): readonly number[] {
  if (typeof given === 'number') return Array.from({ length: channels }, () => given);
  const isNamed = typeof given === 'string';
  const bytes = isNamed ? normalisations[given].mean.map((mean) => 255 * mean) : given;
  return forChannels(`${name}: fill`, bytes, channels, isNamed).map(Math.round);
}

/**
 * Mean and deviation, a number a channel.
 *
 * @param name  of the transform, as messages have it
 * @throws RangeError for a list of another length
 * @example perChannel('random-erasing', 'inception', 3) // [[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]]
 */
export function perChannel(
  name: string,
  given: z.output<typeof normalisationOption>,
  channels: number,
): readonly [mean: readonly number[], std: readonly number[]] {
  const isNamed = typeof given === 'string';
  const { mean, std } = isNamed ? normalisations[given] : given;
  return [
    forChannels(`${name}: mean`, mean, channels, isNamed),
    forChannels(`${name}: std`, std, channels, isNamed),
  ];
}
