/** What it takes to have a kind of network of transformers as one of ours: its config, and where its keys go. */
import { aten, type nn, type Tensor } from '@retort/torch';
import { z } from 'zod';
import type { Classifier } from '../anatomy.ts';
import type { ModelOptions } from '../options.ts';
import type { Takes, TakesTexts } from '../takes.ts';
import { checked } from './json.ts';

/** A network as its config describes it. */
export interface Described {
  /** The config with its defaults filled in, but for classes: what the network can be made from again. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What it is called with. */
  readonly takes: Takes;
  /** What it would do in training that ours does not, in sentences. */
  readonly remarks: readonly string[];
  /** Makes it with fresh weights. */
  create(options: ModelOptions): Classifier;
}

/** One of transformers' model types. */
export interface Family {
  readonly kind: Takes['kind'];
  /** The classes of transformers that are its classifiers, the usual one first. */
  readonly architectures: readonly string[];
  /** Those that have no classifier, and weights for all but a new one. */
  readonly bases: readonly string[];
  /** Where keys of transformers go, in its older and its newer style; the first that matches counts. */
  readonly keys: readonly Renaming[];
  /** Keys of ours as those of transformers 4, which later ones read, too; the first that matches counts. */
  readonly names: readonly Naming[];
  /** What its config says of a network of ours; null for one of another kind. */
  express(model: nn.Layer): Expressed | null;
  /** @param from  where the config is from, for messages. @throws HuggingFaceError for what is wrong, or not computed here */
  describe(config: unknown, architecture: string, from: string): Described;
}

/**
 * A key of transformers as one of ours, as `String.replace` has them, or null for what ours computes itself or has no use for; `part` of several that
 * are stacked, as query, key and value.
 */
export interface Renaming {
  readonly from: RegExp;
  readonly to: string | ((key: string, ...groups: string[]) => string) | null;
  readonly part?: number;
}

/** A key of ours as one of transformers, as `String.replace` has them; as several where it is cut into as many along its first dimension. */
export interface Naming {
  readonly from: RegExp;
  readonly to: string | ((key: string, ...groups: string[]) => string) | readonly string[];
}

/** What a network of ours is to transformers. */
export interface Expressed {
  readonly architecture: string;
  /** Of a config, without classes. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A number of pixels, or a list of two that are the same. */
export const side = (otherwise: number) =>
  z
    .union([z.number().int().min(1), z.array(z.number().int().min(1)).length(2)])
    .default(otherwise)
    .refine((given) => typeof given === 'number' || given[0] === given[1], {
      error: ({ input }) => `must be a square, is ${JSON.stringify(input)}`,
    })
    .transform((given) => (typeof given === 'number' ? given : (given[0] ?? otherwise)));

export const whole = z.number().int().min(1);

export const count = (otherwise: number) => whole.default(otherwise);

export const epsilon = (otherwise: number) => z.number().positive().default(otherwise);

export const probability = z.number().min(0).max(1);

export const chance = probability.default(0);

/** A setting of which just these are computed here, the first of them where it is left out. */
export const computed = <Value extends string | number | boolean>(usual: Value, ...others: Value[]) =>
  z
    .unknown()
    .default(usual)
    .refine((given): given is Value => [usual, ...others].some((value) => value === given), {
      error: ({ input }) =>
        `is ${JSON.stringify(input)}, which is not computed here: it must be ${[usual, ...others].map((value) => JSON.stringify(value)).join(' or ')}`,
    });

/** A family, by the schema of its config. */
interface Definition<Schema extends z.ZodObject> {
  readonly architectures: readonly string[];
  readonly config: Schema;
  readonly keys: readonly Renaming[];
  readonly names: readonly Naming[];
  express(model: nn.Layer): Expressed | null;
  remarks?(config: z.output<Schema>): readonly string[];
  create(config: z.output<Schema>, options: ModelOptions, architecture: string): Classifier;
}

function define<Schema extends z.ZodObject, Kind extends Takes['kind']>(
  kind: Kind,
  bases: readonly string[],
  family: Definition<Schema>,
  takes: (config: z.output<Schema>) => Extract<Takes, { readonly kind: Kind }>,
  optionsOf: (config: z.output<Schema>) => Omit<ModelOptions, 'classes'>,
): Family {
  const { architectures, keys, names } = family;
  return {
    ...{ kind, architectures, bases, keys, names },
    express: (model) => family.express(model),
    describe(given, architecture, from) {
      const config = checked(family.config, given, from);
      return {
        settings: config,
        takes: takes(config),
        remarks: family.remarks?.(config) ?? [],
        create: ({ classes }) => family.create(config, { classes, ...optionsOf(config) }, architecture),
      };
    },
  };
}

/** Defines a family of images by the schema of its config. */
export const defineFamily = <Schema extends z.ZodObject>(
  family: Definition<Schema> & {
    channels(config: z.output<Schema>): number;
    imageSize(config: z.output<Schema>): number | null;
  },
): Family =>
  define(
    'images',
    [],
    family,
    (config) => ({
      kind: 'images',
      channels: family.channels(config),
      imageSize: family.imageSize(config),
    }),
    (config) => ({ channels: family.channels(config) }),
  );

/** Defines a family of texts by the schema of its config. */
export const defineTextFamily = <Schema extends z.ZodObject>(
  family: Definition<Schema> & {
    readonly bases: readonly string[];
    takes(config: z.output<Schema>): TakesTexts;
  },
): Family => define('texts', family.bases, family, family.takes, () => ({}));

/**
 * Weights of transformers by our keys.
 *
 * @returns  `left` are keys that go nowhere
 */
export function renamed(
  weights: Readonly<nn.StateDict>,
  keys: readonly Renaming[],
): { readonly state: nn.StateDict; readonly left: readonly string[] } {
  const parts = new Map<string, Tensor[]>();
  const left: string[] = [];
  for (const [key, tensor] of Object.entries(weights)) {
    const renaming = keys.find(({ from }) => from.test(key));
    if (!renaming) {
      left.push(key);
      continue;
    }
    const { from, to, part = 0 } = renaming;
    if (to === null) continue;
    // One of the two ways in which `replace` may be called.
    const own = typeof to === 'string' ? key.replace(from, to) : key.replace(from, to);
    const stack = parts.get(own) ?? [];
    stack[part] = tensor;
    parts.set(own, stack);
  }
  const state = Array.from(parts, ([own, stack]): [string, Tensor] => {
    const [only] = stack;
    return [own, stack.length === 1 && only ? only : aten.cat(stack, 0)];
  });
  return { state: Object.fromEntries(state), left };
}

/** A state dict of ours by transformers' keys. @throws RangeError for a key that has none there */
export function named(state: Readonly<nn.StateDict>, names: readonly Naming[]): nn.StateDict {
  return Object.fromEntries(
    Object.entries(state).flatMap(([key, tensor]): [string, Tensor][] => {
      const naming = names.find(({ from }) => from.test(key));
      if (!naming) throw new RangeError(`'${key}' has no name in transformers`);
      const { from, to } = naming;
      if (typeof to === 'string') return [[key.replace(from, to), tensor]];
      if (typeof to === 'function') return [[key.replace(from, to), tensor]];
      return tensor.chunk(to.length, 0).map((part, i) => [key.replace(from, to[i] ?? ''), part]);
    }),
  );
}
