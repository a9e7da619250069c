/**
 * How a network wants its images, as its preprocessor_config.json says it to transformers' image processors. All of them resize, crop from the
 * centre, rescale and normalise, in that order; they differ in what their sizes mean.
 */
import { z } from 'zod';
import type { Rendering } from '../../data/index.ts';
import { checked, readObject } from './json.ts';

const pixels = z.number().int().min(1);
const size = z.union([
  pixels,
  z.strictObject({ height: pixels, width: pixels }),
  z.strictObject({ shortest_edge: pixels, longest_edge: pixels.optional() }),
]);
const perChannel = z.union([z.number(), z.array(z.number()).min(1)]);

const processor = z.object({
  image_processor_type: z.string().nullish(),
  feature_extractor_type: z.string().nullish(),
  do_resize: z.boolean().nullish(),
  size: size.nullish(),
  resample: z.number().int().nullish(),
  do_center_crop: z.boolean().nullish(),
  crop_size: size.nullish(),
  crop_pct: z.number().positive().nullish(),
  do_rescale: z.boolean().nullish(),
  rescale_factor: z.number().positive().nullish(),
  do_normalize: z.boolean().nullish(),
  image_mean: perChannel.nullish(),
  image_std: perChannel.nullish(),
  do_flip_channel_order: z.boolean().nullish(),
  do_pad: z.boolean().nullish(),
});

type Processor = z.output<typeof processor>;

/** How images are wanted, and in what that is not just what the processor does; null where it cannot be said at all. */
export interface WantedInput {
  readonly input: Rendering | null;
  readonly remarks: readonly string[];
}

/** What makes an input that cannot be said. */
class Inexpressible extends Error {}

/** By Pillow's numbers. */
const interpolations: ReadonlyMap<number, Rendering['interpolation']> = new Map([
  [2, 'bilinear'],
  [3, 'bicubic'],
]);

const otherInterpolations = ['nearest', 'Lanczos', '', '', 'box', 'Hamming'];

/** The side of a square. */
function square(given: z.output<typeof size>, what: string): number {
  if (typeof given === 'number') return given;
  if ('shortest_edge' in given && given.longest_edge !== undefined)
    throw new Inexpressible(`${what} has a longest_edge`);
  if ('shortest_edge' in given) return given.shortest_edge;
  if (given.height !== given.width)
    throw new Inexpressible(`${what} is ${given.height}x${given.width}, no square`);
  return given.height;
}

/** Below it, `ConvNextImageProcessor` resizes to more than it crops. */
const convNextCrops = 384;

/** Sizes: what the shorter side is resized to, where it is, and the side of what is cropped. */
function sizes(config: Processor, remark: (text: string) => void): Pick<Rendering, 'size' | 'resize'> {
  const { do_resize: resizes, size: given, crop_size: crop, crop_pct: share } = config;
  const name = config.image_processor_type ?? config.feature_extractor_type ?? '';
  const crops =
    config.do_center_crop ?? (crop !== undefined && crop !== null && /DeiT|MobileNetV2/.test(name));
  if (resizes === false) {
    if (crops) throw new Inexpressible('images are cropped without being resized');
    return {};
  }
  if (given === undefined || given === null) throw new Inexpressible('it resizes, and says no size');
  const side = square(given, 'size');
  if (name.startsWith('ConvNext')) {
    if (side >= convNextCrops) return { size: side };
    return { resize: Math.floor(side / (share ?? 224 / 256)), size: side };
  }
  const keepsShape = typeof given === 'object' && 'shortest_edge' in given;
  if (!crops) {
    if (!keepsShape) return { size: side };
    remark(`images that are no squares keep their shape there, and are cropped from the centre here`);
    return { resize: side, size: side };
  }
  const cropped = square(crop ?? given, 'crop_size');
  if (cropped > side) throw new Inexpressible(`crop_size ${cropped} is larger than size ${side}`);
  if (!keepsShape)
    remark(
      `images that are no squares are made ones there, and keep their shape here, before they are cropped`,
    );
  return { resize: side, size: cropped };
}

/** Of pixels in [0, 1], whatever the processor makes of them first. @param count  of channels, for numbers that are of all */
function normalisation(config: Processor, count: number): Pick<Rendering, 'mean' | 'std'> {
  const { do_rescale: rescales, rescale_factor: factor, image_mean: mean, image_std: std } = config;
  const white = rescales === false ? 255 : 255 * (factor ?? 1 / 255);
  // 255 / 255 in floating point.
  const most = Math.abs(white - 1) < 1e-6 ? 1 : white;
  const each = (value: number) => Array.from({ length: count }, () => value);
  if (config.do_normalize === false) return { mean: each(0), std: each(1 / most) };
  if (mean === undefined || mean === null || std === undefined || std === null)
    throw new Inexpressible('it normalises, and says no image_mean and image_std');
  const channels = (values: number | number[]) =>
    (typeof values === 'number' ? each(values) : values).map((value) => value / most);
  return { mean: channels(mean), std: channels(std) };
}

function interpolation(
  resample: number | null | undefined,
  remark: (text: string) => void,
): Rendering['interpolation'] {
  const known = interpolations.get(resample ?? 2);
  if (known) return known;
  remark(`images are resized ${otherInterpolations[resample ?? 2] ?? resample} there, and bicubic here`);
  return 'bicubic';
}

/**
 * How images are wanted, by a processor's config.
 *
 * @param from  where it is from, for messages
 * @param channels  that the network takes
 * @throws HuggingFaceError for what no processor of transformers reads
 * @example wantedInput({ size: 224, resample: 3, image_mean: [.5, .5, .5], image_std: [.5, .5, .5] }, 'preprocessor_config.json')
 */
export function wantedInput(config: unknown, from: string, channels = 3): WantedInput {
  const checkedConfig = checked(processor, config, from);
  const remarks: string[] = [];
  const remark = (text: string) => remarks.push(`${from}: ${text}`);
  try {
    if (checkedConfig.do_flip_channel_order)
      throw new Inexpressible('channels are turned to BGR (do_flip_channel_order)');
    if (checkedConfig.do_pad) throw new Inexpressible('images are padded (do_pad)');
    const sized = sizes(checkedConfig, remark);
    const input = {
      ...sized,
      ...(sized.size === undefined ? {} : { interpolation: interpolation(checkedConfig.resample, remark) }),
      ...normalisation(checkedConfig, channels),
    };
    return { input, remarks };
  } catch (error) {
    if (!(error instanceof Inexpressible)) throw error;
    return {
      input: null,
      remarks: [
        `${from}: ${error.message}, which is not done here: images are as the data has them, unless the recipe says otherwise (\`input\`)`,
      ],
    };
  }
}

/** As `wantedInput`, of a file. */
export const readInput = (file: string, channels?: number): WantedInput =>
  wantedInput(readObject(file), file, channels);
