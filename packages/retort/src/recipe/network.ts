/** Networks as a recipe names them. */
import { z } from 'zod';
import { models, type NetworkSpec, networkText, parseNetwork } from '../models/index.ts';
import { unknown } from '../unknown.ts';

const numbers = z.array(z.number()).min(1);

/** How a network wants its images. */
const input = z.strictObject({
  size: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('The side to which images are resized, in pixels; as they are where it is left out'),
  interpolation: z.enum(['bilinear', 'bicubic']).default('bilinear').describe('Of resizing, antialiased'),
  mean: numbers.optional().describe("Per channel, of pixels in [0, 1]; the data's where it is left out"),
  std: numbers.optional().describe("Per channel, of pixels in [0, 1]; the data's where it is left out"),
});

const written = z.looseObject({
  name: z
    .string()
    .min(1)
    .optional()
    .describe('A model, or one of your own as `./net.ts#create`; the weights say it where it is left out'),
  weights: z.string().min(1).optional().describe('A file or a run folder; fresh ones where it is left out'),
  key: z.string().min(1).optional().describe('Which weights in the file'),
  classes: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('How many numbers it answers; as many as the data needs where it is left out'),
  input: input.optional().describe('How it wants its images; as the data has them where it is left out'),
});

export type WrittenNetwork = string | z.output<typeof written>;

const own = new Set(Object.keys(written.shape));

/** What a network of one's own takes beside. */
export const optionsOfNetwork = (network: WrittenNetwork): Readonly<Record<string, unknown>> =>
  typeof network === 'string'
    ? {}
    : Object.fromEntries(Object.entries(network).filter(([key]) => !own.has(key)));

/** What is named, whichever way it is written. */
export function specOf(network: WrittenNetwork): NetworkSpec {
  if (typeof network === 'string') return parseNetwork(network);
  const { name, weights = null, key = null } = network;
  return { source: name === undefined ? null : parseNetwork(name).source, file: weights, key };
}

/** The same network with its parts elsewhere. */
export function withSpec(network: WrittenNetwork, spec: NetworkSpec): WrittenNetwork {
  if (typeof network === 'string') return networkText(spec);
  const { name: _, weights: __, key: ___, ...rest } = network;
  return {
    ...(spec.source === null ? {} : { name: networkText({ source: spec.source, file: null, key: null }) }),
    ...(spec.file === null ? {} : { weights: spec.file }),
    ...(spec.key === null ? {} : { key: spec.key }),
    ...rest,
  };
}

/** In a line. */
export const shownNetwork = (network: WrittenNetwork): string => networkText(specOf(network));

function complaint(network: WrittenNetwork, mustLearn: boolean): string | null {
  const { source, file } = specOf(network);
  if (source === null && file === null) return 'needs a name, or weights that say which model they are for';
  if (mustLearn && file === null && typeof source === 'string' && Object.hasOwn(models, source)) return null;
  if (typeof source === 'string' && !Object.hasOwn(models, source))
    return unknown('model', source, Object.keys(models));
  const [surplus] = Object.keys(optionsOfNetwork(network));
  if (surplus !== undefined && typeof source !== 'object')
    return `'${surplus}' is none of its keys: only networks of your own take others than ${[...own].join(', ')}`;
  return null;
}

/** `SOURCE[:FILE[#KEY]]`, or the same in keys. @param mustLearn  whether its weights may be fresh */
export const network = (mustLearn: boolean, description: string) =>
  z
    .union([z.string().min(1), written])
    .refine((given) => complaint(given, mustLearn) === null, {
      error: ({ input: given }) => complaint(given as WrittenNetwork, mustLearn) ?? '',
    })
    .describe(description);
