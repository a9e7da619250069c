/** What a method's loss is made of: the tensors that it looks at, its terms and its parts, with their shapes and dtypes; its options. */
import {
  arange,
  cat,
  full,
  Generator,
  randint,
  randn,
  scope,
  type Tensor,
  withGenerator,
} from '@retort/torch';
import { z } from 'zod';
import { type MethodDefinition, methodNamed, type Taps } from '../methods/index.ts';
import { computeLoss, type LossInput, methodOf, setUpLoss, twoHeads } from './compute.ts';

/** An option of a method. */
export interface OptionDescription {
  /** What it is where nothing is said of it, or what was said; null where it is left out. */
  readonly value: unknown;
  /** All that it may be, where these are names. */
  readonly choices: readonly string[] | null;
  readonly description: string;
}

export interface LossDescription {
  readonly method: string;
  /** The paper. */
  readonly source: string;
  /** Names of the terms. */
  readonly terms: readonly string[];
  /** Shapes of the tensors that it reads, by name. */
  readonly tensors: Readonly<Record<string, readonly number[]>>;
  /** Shapes of its state dict, by key under `parts.`. */
  readonly parts: Readonly<Record<string, readonly number[]>>;
  /** Of all these tensors, by the names that they have in a file: `parts.KEY` those of its parts. */
  readonly dtypes: Readonly<Record<string, string>>;
  /** Its options, by name. */
  readonly options: Readonly<Record<string, OptionDescription>>;
}

/** Sizes of what stands for networks: three stages, each of half the size and twice the width, or tokens of one width. */
const [batch, images, classes, width, size, length] = [8, 32, 10, 8, 16, 6];

/** Of a detector: proposals and objects of an image. */
const [proposals, objects] = [7, 3];

const attention = (role: string) => [1, 2, 3].map((layer) => `${role}${layer}`);

const anatomy = {
  stem: 'stem',
  stages: ['stage1', 'stage2', 'stage3'],
  preActivations: ['pre1', 'pre2', 'pre3'],
  penultimate: 'penultimate',
  classifier: ['fc'],
  attention: {
    heads: 1,
    queries: attention('queries'),
    keys: attention('keys'),
    values: attention('values'),
  },
};

/** What stands for networks: of images with feature maps or of texts with tokens, the teacher's so wide. */
interface Example {
  readonly ofTexts: boolean;
  readonly teacherWidth: number;
}

/** What stands for a detector's answers: of each image so many proposals, the last of them none, and boxes of 8 to 40 pixels. */
function exampleDetection(): Record<string, Tensor> {
  const shown = randint(0, classes + 1, [batch, proposals - 1]);
  const corners = randint(0, 24, [batch, objects, 2]).to('float32');
  const sides = randint(8, 41, [batch, objects, 2]).to('float32');
  return {
    'student.classLogits': randn([batch, proposals, classes + 1]),
    'student.proposalClasses': cat([shown, full([batch, 1], -1, { dtype: 'int64' })], 1),
    'teacher.classLogits': randn([batch, proposals, classes + 1]),
    'student.truth': cat([corners, corners.add(sides)], 2),
  };
}

/** The first that fits a method: some compare networks of like width only, some tokens only. */
const examples: readonly Example[] = [false, true].flatMap((ofTexts) =>
  [2 * width, width].map((teacherWidth) => ({ ofTexts, teacherWidth })),
);

/** Texts of several lengths. */
const exampleMask = (): Tensor =>
  arange(0, length)
    .unsqueeze(0)
    .lt(
      arange(0, batch)
        .remainder(length - 1)
        .add(2)
        .unsqueeze(1),
    );

/** Tensors as {@link computeLoss} names them, for as many turns as a method asks for. */
function exampleTensors(
  turns: number,
  taps: Taps,
  { ofTexts, teacherWidth }: Example,
): Record<string, Tensor> {
  const shape = (path: string, channels: number): number[] => {
    const stage = Number(/^(?:stage|pre)(\d)$/.exec(path)?.[1] ?? 1) - 1;
    if (twoHeads.some((head) => head === path)) return [classes];
    if (path === 'penultimate') return [4 * channels];
    if (ofTexts) return [length, channels];
    return [channels * 2 ** stage, size / 2 ** stage, size / 2 ** stage];
  };
  const features = (whose: 'student' | 'teacher', channels: number) =>
    [...new Set([...anatomy.stages, ...taps[whose]])].map((path) => [
      `${whose}.feature.${path}`,
      randn([turns * batch, ...shape(path, channels)]),
    ]);
  const [all, ids] = [randint(0, classes, [images]), randint(0, images, [batch])];
  return {
    'student.logits': randn([batch, classes]),
    'teacher.logits': randn([batch, classes]),
    labels: all.index_select(0, ids),
    ids,
    'dataset.labels': all,
    ...(ofTexts && { mask: exampleMask() }),
    ...(ofTexts ? {} : exampleDetection()),
    ...Object.fromEntries([...features('student', width), ...features('teacher', teacherWidth)]),
  };
}

/**
 * Tensors of made-up networks that a method's loss can be computed of, its parts among them.
 *
 * @throws RangeError where the method does not exist, or options do not fit it
 * @example computeLoss('srd', { tensors: exampleInput('srd') }).terms
 */
export function exampleInput(
  name: string,
  { options = {}, headsApart, seed = 0 }: Pick<LossInput, 'options' | 'headsApart' | 'seed'> = {},
): Readonly<Record<string, Tensor>> {
  return scope(() => {
    const { turns = 1, taps } = methodOf(name, { options, headsApart });
    const own = headsApart ? { ...anatomy, classifier: twoHeads } : anatomy;
    const found = taps?.({ student: { anatomy: own }, teacher: { anatomy } }) ?? { student: [], teacher: [] };
    using generator = new Generator(BigInt(seed));
    const refused: RangeError[] = [];
    for (const example of examples) {
      try {
        const tensors = withGenerator(generator, () => exampleTensors(turns, found, example));
        return { ...tensors, ...partsOf(name, { options, headsApart, seed, tensors }) };
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        refused.push(error);
      }
    }
    throw refused[0];
  });
}

/** The state dict of a method's parts as they begin, as {@link computeLoss} names it. */
function partsOf(name: string, input: LossInput): Record<string, Tensor> {
  const parts = setUpLoss(name, input).objective.parts?.stateDict() ?? {};
  return Object.fromEntries(Object.entries(parts).map(([key, tensor]) => [`parts.${key}`, tensor]));
}

const optionSchema = z.looseObject({
  properties: z
    .record(
      z.string(),
      z.looseObject({
        default: z.unknown().optional(),
        enum: z.array(z.string()).optional(),
        description: z.string().default(''),
      }),
    )
    .default({}),
});

/** A method's options, read off their schema; some have defaults by what others are. */
function optionsOf({ options, fill }: MethodDefinition, given: object): Record<string, OptionDescription> {
  const { properties } = optionSchema.parse(z.toJSONSchema(options, { io: 'input' }));
  const filled: Readonly<Record<string, unknown>> = { ...fill?.({ ...given }), ...given };
  return Object.fromEntries(
    Object.entries(properties).map(([name, { default: otherwise, enum: choices = null, description }]) => [
      name,
      { value: filled[name] ?? otherwise ?? null, choices, description },
    ]),
  );
}

/**
 * Terms, tensors, parts and options of a method, for the shapes of its input or, where there is none, for examples.
 *
 * @throws RangeError where the method does not exist, or options or tensors do not fit it
 * @example describeLoss('srd', { tensors: {} }).parts // { 'projector.weight': [64, 32], 'projector.bias': [64] }
 */
export function describeLoss(name: string, input: LossInput): LossDescription {
  return scope(() => {
    const isGiven = Object.keys(input.tensors).length > 0;
    const tensors = isGiven ? { ...input.tensors, ...partsOf(name, input) } : exampleInput(name, input);
    const { terms, looked } = computeLoss(name, { ...input, tensors });
    const shapes = (isWanted: (of: string) => boolean, prefix = '') =>
      Object.fromEntries(
        Object.entries(tensors).flatMap(([of, { shape }]) =>
          isWanted(of) ? [[of.slice(prefix.length), shape]] : [],
        ),
      );
    const isRead = (of: string): boolean => looked.includes(of) || of.startsWith('parts.');
    return {
      method: name,
      source: methodNamed(name).source,
      terms: Object.keys(terms),
      tensors: shapes((of) => looked.includes(of)),
      parts: shapes((of) => of.startsWith('parts.'), 'parts.'),
      dtypes: Object.fromEntries(
        Object.entries(tensors).flatMap(([of, { dtype }]) => (isRead(of) ? [[of, dtype]] : [])),
      ),
      options: optionsOf(methodNamed(name), input.options ?? {}),
    };
  });
}
