/** Networks as a recipe names them. */
import fs from 'node:fs';
import { z } from 'zod';
import {
  defaultMaxLength,
  leastLength,
  mostSide,
  type NormalisationName,
  normalisations,
  type Rendering,
} from '../data/index.ts';
import { isHubName } from '../hub/index.ts';
import {
  type ClassMapping,
  detectorOptions,
  isOnnxFile,
  type Layout,
  models,
  type NetworkSpec,
  networkText,
  normKinds,
  parseNetwork,
} from '../models/index.ts';
import { problemsOf } from '../words/problems.ts';
import { unknown } from '../words/unknown.ts';

/** A mean or deviations: numbers, or a name that stands for both. */
const normalised = z.union([
  z.array(z.number()).min(1),
  z.enum(Object.keys(normalisations) as [NormalisationName, ...NormalisationName[]]),
]);

/** How a network wants its images or its texts, as its weights say it. */
const said = z.strictObject({
  size: z
    .number()
    .int()
    .min(1)
    .max(mostSide)
    .optional()
    .describe('The side of the images that it sees, in pixels'),
  resize: z
    .number()
    .int()
    .min(1)
    .max(mostSide)
    .optional()
    .describe('The shorter side is resized to so many pixels, and `size` of them cropped from the centre'),
  interpolation: z
    .enum(['bilinear', 'bicubic'])
    .optional()
    .describe('Of resizing, antialiased; bilinear where nothing says it'),
  shortest: z
    .number()
    .int()
    .min(1)
    .max(mostSide)
    .optional()
    .describe(
      'Of images with boxes, which are seen whole: the shorter side in pixels, unless the longer would pass `longest`; 800 where nothing says it',
    ),
  longest: z
    .number()
    .int()
    .min(1)
    .max(mostSide)
    .optional()
    .describe('Of images with boxes: pixels of the longer side at most; 1333 where nothing says it'),
  pad: z
    .number()
    .int()
    .min(1)
    .max(mostSide)
    .optional()
    .describe(
      'Of images with boxes: batches are padded with zeros to a multiple of so many pixels; 32 where nothing says it',
    ),
  dialect: z
    .enum(['torchvision', 'detectron2'])
    .optional()
    .describe(
      'Of images with boxes: resized as numbers, not antialiased, to sizes that are cut off (torchvision), or as bytes by Pillow, antialiased, to sizes that are rounded (detectron2); torchvision where nothing says it',
    ),
  order: z
    .enum(['rgb', 'bgr'])
    .optional()
    .describe(
      'Of images with boxes: the order of the colours; numbers of mean and std are in it too; rgb where nothing says it',
    ),
  mean: normalised
    .optional()
    .describe(
      "Per channel, of pixels in [0, 1], or a name for mean and std; the data's where nothing says it",
    ),
  std: normalised
    .optional()
    .describe("Per channel, of pixels in [0, 1]; the named mean's or the data's where nothing says it"),
  tokenizer: z.looseObject({ fingerprint: z.string() }).optional(),
  maxLength: z
    .number()
    .int()
    .min(leastLength)
    .optional()
    .describe(
      `Of texts: how many tokens of a sample it sees at most, special ones among them; ${defaultMaxLength} where nothing says it`,
    ),
  padding: z
    .enum(['longest', 'max'])
    .optional()
    .describe(
      'Of texts: whether a batch is as long as its longest sample, or always `maxLength`; longest where nothing says it',
    ),
});

/** What weights say of it: a tokenizer by what it contains. */
export type SaidInput = Omit<Rendering, 'tokenizer'> & {
  readonly tokenizer?: { readonly fingerprint: string } | undefined;
};

/** The same as a recipe has it. */
const input = said.extend({
  tokenizer: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Of texts: a folder with a tokenizer.json, a vocab.txt, or a vocab.json and merges.txt, or one of these files; what lies beside the weights where nothing says it, and for a teacher or a student of fresh weights the other's",
    ),
  layout: z
    .enum(['NCHW', 'NHWC'])
    .optional()
    .describe('Of an ONNX file: the order of dimensions, where its shape does not show it'),
});

/**
 * How a network wants its images, as its weights say it: those of a run whose recipe had an `input` do.
 *
 * @throws RangeError where the file says what is none
 */
export function inputSaid({ input: text }: Readonly<Record<string, string>>): SaidInput | undefined {
  if (text === undefined) return undefined;
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    given = null;
  }
  const { success, data } = said.safeParse(given);
  if (!success)
    throw new RangeError('the weights say how they want what they see (`input`) in a way that is none');
  return data;
}

/** A class of the network, by number or name; null where none stands for the data's. */
const counterpart = z.union([z.number().int().min(0), z.string(), z.null()]);

const written = z.looseObject({
  name: z
    .string()
    .min(1)
    .optional()
    .describe('A model, or one of your own as `./net.ts#create`; the weights say it where it is left out'),
  weights: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A file, a run folder, a model folder of transformers or hf:OWNER/NAME of one on the hub; fresh ones where it is left out',
    ),
  key: z.string().min(1).optional().describe('Which weights in the file'),
  classes: z
    .union([
      z.number().int().min(0).describe('How many numbers it answers; 0 for those before its classifier'),
      z
        .enum(['names', 'wnids'])
        .describe("The data's classes are found among its own by name, or as ImageNet's"),
      z.array(counterpart).min(1).describe("Its class for each of the data's, in their order"),
      z.record(z.string(), counterpart).describe("Its class for each of the data's, by name"),
    ])
    .optional()
    .describe(
      "How many numbers it answers, as many as the data needs where it is left out; or which of its classes stand for the data's: the others are left out, and those of the data that it has not are masked",
    ),
  newHead: z
    .boolean()
    .optional()
    .describe(
      "Whether its classifier begins anew, for the data's classes, and that of the weights is left aside",
    ),
  dropPath: z
    .number()
    .min(0)
    .lt(1)
    .optional()
    .describe(
      'Stochastic depth: how often the last block is left out in training, those before it less, linearly; what the model itself has where it is left out',
    ),
  zeroInitLast: z
    .boolean()
    .optional()
    .describe(
      "Whether the last batch norm of each residual block begins with weights of 0, as in timm's ResNets; false where it is left out, as in torchvision's",
    ),
  batchNorm: z
    .enum(normKinds)
    .optional()
    .describe(
      "The norms of a detector's backbone: batch norm that stays as the weights have it (`frozen`), that is trained, or group norm; frozen where it begins with weights, and trained where with fresh ones",
    ),
  trainableLayers: z
    .number()
    .int()
    .min(0)
    .max(5)
    .optional()
    .describe(
      "How many of the five layers of a detector's backbone are trained, counted from the last; 3 where it begins with weights (5 of a MobileNetV2 in detectron2's dialect), and all where with fresh ones",
    ),
  samples: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe("How many proposals of an image a detector's heads learn from; 512 where it is left out"),
  strideFirst: z
    .boolean()
    .optional()
    .describe(
      "Whether bottlenecks of a detector's ResNet have their stride in the first convolution, as detectron2's own weights want it; true in its dialect and false in torchvision's, where it is left out",
    ),
  input: z
    .union([z.literal('student'), input])
    .optional()
    .describe(
      'How it wants its images or its texts; what is left out is as its weights say it, or else as the data has it. `student` shows a teacher the same pixels as the student, as code does that renders images once, however it was trained itself',
    ),
});

export type WrittenNetwork = string | z.output<typeof written>;

/** What some of the models are made with. */
const madeWith: readonly string[] = ['dropPath', 'zeroInitLast', ...detectorOptions];

const own = new Set(Object.keys(written.shape).filter((key) => !madeWith.includes(key)));

/** Which of its classes stand for the data's; undefined where it tells apart the same. */
export function mappingOf(network: WrittenNetwork): ClassMapping | undefined {
  const classes = typeof network === 'string' ? undefined : network.classes;
  return typeof classes === 'number' ? undefined : classes;
}

/** How a network wants what it sees, as a recipe has it in keys. */
function inputWritten(network: WrittenNetwork): z.output<typeof input> | undefined {
  const given = typeof network === 'string' ? undefined : network.input;
  return given === 'student' ? undefined : given;
}

/** Whether a recipe shows it what the student is shown. */
export const seesAsStudent = (network: WrittenNetwork): boolean =>
  typeof network !== 'string' && network.input === 'student';

/** Whether a recipe says of which size its images are. */
export const saysSize = (network: WrittenNetwork): boolean => sizeWritten(network) !== undefined;

/** That size. */
export const sizeWritten = (network: WrittenNetwork): number | undefined => inputWritten(network)?.size;

/** The place of its tokenizer, as a recipe has it. */
export const tokenizerWritten = (network: WrittenNetwork): string | undefined =>
  inputWritten(network)?.tokenizer;

/** The same with its tokenizer elsewhere. */
export const withTokenizer = (network: WrittenNetwork, tokenizer: string): WrittenNetwork =>
  typeof network === 'string' ? network : { ...network, input: { ...inputWritten(network), tokenizer } };

/**
 * How a network wants its images: as a recipe says it, and in what that leaves out as its weights do. A `size` stands with its own `resize`,
 * and the name of a mean with its own deviations.
 *
 * @param said  of its weights; undefined where they say nothing
 * @returns undefined where nobody says anything
 */
export function inputOf(network: WrittenNetwork, said: SaidInput | undefined): WantedInput | undefined {
  const given = inputWritten(network);
  if (!given) return said;
  const { layout: _, ...written } = given;
  const { resize, std, ...rest } = said ?? {};
  const wanted = {
    ...rest,
    ...(resize === undefined || written.size !== undefined ? {} : { resize }),
    ...(std === undefined || typeof written.mean === 'string' ? {} : { std }),
    ...written,
  };
  return Object.keys(wanted).length > 0 ? wanted : undefined;
}

/** The same with a tokenizer by its place, or by what it contains. */
export type WantedInput = Omit<Rendering, 'tokenizer'> & {
  readonly tokenizer?: string | NonNullable<SaidInput['tokenizer']> | undefined;
};

/** Whether a recipe says how a network's images are normalised. */
export const meanWritten = (network: WrittenNetwork): boolean => inputWritten(network)?.mean !== undefined;

/** The order of dimensions that a recipe says of an ONNX file's input. */
export const layoutWritten = (network: WrittenNetwork): Layout | undefined => inputWritten(network)?.layout;

/** What a network is made with beside: of one's own whatever it takes. */
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

/** What looks like the name of a model, and no file. */
const isName = (text: string): boolean => /^[\w-]+$/.test(text);

function onnxComplaint(file: string, network: WrittenNetwork, isStudent: boolean): string | null {
  const { source } = specOf(network);
  if (isStudent)
    return `is the ONNX file ${file}, of which nothing can be trained: it can be a teacher, or be judged by \`retort eval\``;
  if (typeof network !== 'string' && network.newHead)
    return 'is an ONNX file, of which nothing can be trained, and so no new head: leave out newHead';
  if (source !== null)
    return `is an ONNX file, which is a network itself: leave out ${networkText({ source, file: null, key: null })} before ${file}`;
  return null;
}

function complaint(network: WrittenNetwork, mayBeFresh: boolean): string | null {
  if (mayBeFresh && seesAsStudent(network))
    return 'is the student itself, and `input: student` is of a teacher: say here how the student wants its images';
  const { source, file } = specOf(network);
  const known = Object.keys(models);
  if (typeof network !== 'string' && network.name !== undefined) {
    const named = parseNetwork(network.name);
    if (named.file !== null && (named.source !== null || isHubName(named.file)))
      return `'${network.name}' names weights too: write them as weights: ${networkText({ ...named, source: null })}`;
    if (named.source === null) return unknown('model', network.name, known);
  }
  if (source === null && file === null) return 'needs a name, or weights that say which model they are for';
  if (typeof network === 'string' && source === null && file !== null && mayBeFresh && isName(file))
    return fs.existsSync(file)
      ? `there is no model '${file}'; the weights of the file or run folder are ./${file}`
      : unknown('model', file, known);
  if (file !== null && isOnnxFile(file)) return onnxComplaint(file, network, mayBeFresh);
  if (layoutWritten(network) !== undefined) return "'input.layout' is of ONNX files, and this is none";
  if (source === null && file !== null && /\.[mc]?[jt]s$/.test(file))
    return `${file} is code, of which an export makes the network: write ${file}#NAME`;
  if (typeof source === 'string' && !Object.hasOwn(models, source)) return unknown('model', source, known);
  if (typeof source === 'string' && file === null && !mayBeFresh)
    return `has no weights: write ${source}:FILE, with a file of weights or a run folder`;
  if (typeof network !== 'string' && file === null) {
    if (network.newHead) return 'has no weights, so that all of it begins anew: leave out newHead';
    if (mappingOf(network)) return "has no weights, so that its classes are the data's: leave out classes";
  }
  if (typeof network !== 'string' && network.newHead && network.classes !== undefined)
    return "has a new head, whose classes are the data's: leave out classes";
  const surplus = Object.keys(optionsOfNetwork(network)).find((key) => !madeWith.includes(key));
  if (surplus !== undefined && typeof source !== 'object')
    return `'${surplus}' is none of its keys: only networks of your own take others than ${[...own, ...madeWith].join(', ')}`;
  return null;
}

/** `SOURCE[:FILE[#KEY]]`, or the same in keys. @param mayBeFresh  whether it may begin with fresh weights, as a student */
export const network = (mayBeFresh: boolean, description: string) =>
  z
    .union([z.string().min(1), written])
    .refine((given) => complaint(given, mayBeFresh) === null, {
      error: ({ input: given }) => complaint(given as WrittenNetwork, mayBeFresh) ?? '',
    })
    .describe(description);

/**
 * A network as somebody wrote it elsewhere, with its defaults.
 *
 * @param mayBeFresh  whether it may be without weights
 * @throws RangeError with what is wrong
 * @example checkedNetwork({ weights: 'teacher.pth', classes: 'wnids' })
 */
export function checkedNetwork(given: unknown, mayBeFresh = false): WrittenNetwork {
  const schema = network(mayBeFresh, '');
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new RangeError(
    problemsOf(parsed.error.issues, schema, given)
      .map(({ at, sentence }) => [at.join('.'), sentence].filter(Boolean).join(': '))
      .join('; '),
  );
}
