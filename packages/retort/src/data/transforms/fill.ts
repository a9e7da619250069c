/** The colour of what comes into an image from outside of it. */
import { z } from 'zod';
import { type NormalisationName, normalisations } from '../normalisation.ts';

const byte = z.number().int().min(0).max(255);

const names = Object.keys(normalisations) as [NormalisationName, ...NormalisationName[]];

/** A byte for all channels, one for each, or the mean of a normalisation by name. */
export const fillOption = z.union([byte, z.array(byte).min(1), z.enum(names)]);

/**
 * One byte a channel; a mean by name is of red, green and blue, and of images in greys the mean of the three.
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
  const bytes =
    typeof given === 'string' ? normalisations[given].mean.map((mean) => Math.round(255 * mean)) : given;
  if (bytes.length === channels) return bytes;
  if (typeof given === 'string' && channels === 1)
    return [Math.round(bytes.reduce((sum, byte) => sum + byte, 0) / bytes.length)];
  throw new RangeError(
    `${name}: fill has ${bytes.length} numbers, and images have ${channels} channels: it must be one for each, or one for all`,
  );
}
