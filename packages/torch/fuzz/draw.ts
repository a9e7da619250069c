/** Random calls of the generated surface: mostly plausible, so that they reach the kernels, and often hostile. */
import { type Argument, aten, type DType, Generator, Tensor, tensor } from '@retort/torch';
import { native } from '../src/dispatch/native.ts';
import { Operator } from '../src/dispatch/operator.ts';
import type { Parameter, Schema, SchemaType } from '../src/dispatch/schema.ts';
import { isMethod, isPublic } from '../src/operators/surface.ts';

/** mulberry32: a small generator is enough here, and a call is its seed. */
export function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Call {
  readonly schema: Schema;
  readonly args: readonly Argument[];
  run(): unknown;
}

const shapes: readonly (readonly number[])[] = [
  [], [], [0], [1], [3], [5], [2, 3], [3, 3], [3, 3], [1, 1], [0, 3], [2, 0, 3], [2, 3, 4], [3, 4, 4], [1, 3, 1], [2, 3, 4, 5], [2, 4, 6, 6],
  [1, 1, 1, 1], [2, 3, 3, 4, 4], [1, 2, 1, 2, 1, 2], [64],
]; // biome-ignore format: a list of shapes
const floats: readonly DType[] = ['float32', 'float32', 'float32', 'float64', 'float16', 'bfloat16'];
const dtypes: readonly DType[] = [
  'int64', 'int64', 'int32', 'bool', 'uint8', 'int8', 'int16', 'complex64', 'complex128', 'uint16', 'uint64', 'float8_e4m3fn', 'complex32',
]; // biome-ignore format: a list of dtypes
const integers = [
  0,
  1,
  2,
  3,
  -1,
  -2,
  4,
  5,
  7,
  64,
  -3,
  1000,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 53 - 1,
  2n ** 63n - 1n,
  -(2n ** 63n),
];
const reals = [
  0,
  1,
  -1,
  0.5,
  2,
  1e-8,
  1e30,
  -1e300,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
];
const strings = [
  'mean', 'sum', 'none', 'ij', 'xy', 'floor', 'trunc', 'reflect', 'constant', 'same', 'valid', 'add', 'prod', 'amax', 'linear', 'nuc', 'fro',
  'L', 'U', 'reduced', 'complete', 'ii->i', 'ij,jk', 'i,', '...', 'tanh', 'left', '', 'ü', 'x'.repeat(1000),
]; // biome-ignore format: a list of strings

export class Drawer {
  readonly #random: () => number;
  /** How often a value is hostile: of another type, huge, freed. */
  readonly #hostility: number;
  readonly #tensors: Tensor[] = [];

  constructor(seed: number) {
    this.#random = randomFrom(seed);
    this.#hostility = this.#random() < 0.5 ? 0 : 0.3;
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  #of<Item>(items: readonly Item[]): Item {
    return items[this.#below(items.length)] as Item;
  }

  #values(count: number, integral: boolean): number[] {
    const hostile = this.#chance(this.#hostility);
    return Array.from({ length: count }, () => {
      if (hostile && this.#chance(0.3)) return Number(this.#of<number | bigint>(integral ? integers : reals));
      return integral ? this.#below(4) : this.#random() * 4 - 2;
    });
  }

  #tensor(): Tensor {
    // Two operands of one shape are what most operators want.
    const earlier = this.#tensors.length ? this.#of(this.#tensors) : undefined;
    if (earlier && this.#chance(0.15)) return earlier;
    const shape = earlier && this.#chance(0.5) ? earlier.shape : this.#of(shapes);
    const dtype =
      earlier && this.#chance(0.4) ? earlier.dtype : this.#of(this.#chance(0.65) ? floats : dtypes);
    if (this.#chance(this.#hostility * 0.2)) return aten.empty(shape, { dtype, device: 'meta' });
    const count = shape.reduce((product, size) => product * size, 1);
    const integral = !dtype.includes('float') && !dtype.startsWith('complex');
    let drawn = tensor(this.#values(count, integral), { dtype: 'float64', shape: [...shape] }).to(dtype);
    if (shape.length > 1 && this.#chance(0.2)) drawn = drawn.transpose(0, shape.length - 1);
    if (shape.length === 4 && this.#chance(0.2)) drawn = drawn.contiguous({ memoryFormat: 'channels_last' });
    if (shape.length && this.#chance(0.1)) drawn = drawn.expand([2, ...drawn.shape]);
    if (dtype.startsWith('float') && !dtype.includes('8') && this.#chance(0.3)) {
      drawn = drawn.detach();
      drawn.requiresGrad = true;
    }
    return drawn;
  }

  #one(base: string): Argument {
    if (this.#chance(this.#hostility * 0.15))
      return this.#of<Argument>([null, 'nonsense', 1.5, true, [], [1, 'a'], { re: 1, im: 2 }, -1]);
    switch (base) {
      case 'Tensor': {
        const drawn = this.#tensor();
        this.#tensors.push(drawn);
        return drawn;
      }
      case 'int':
        return this.#chance(this.#hostility)
          ? this.#of(integers)
          : this.#below(5) - (this.#chance(0.3) ? 2 : 0);
      case 'float':
        return this.#chance(this.#hostility) ? this.#of(reals) : this.#random();
      case 'bool':
        return this.#chance(0.5);
      case 'Scalar':
        return this.#of<Argument>([
          this.#random() * 3,
          this.#below(4),
          this.#of(reals),
          this.#of(integers),
          true,
          { re: 0.5, im: -1 },
        ]);
      case 'ScalarType':
        return this.#of(this.#chance(0.7) ? floats : dtypes);
      case 'Device':
        return this.#of(
          this.#chance(1 - this.#hostility) ? ['cpu'] : ['meta', 'cuda', 'cuda:99', 'mars', ''],
        );
      case 'Layout':
        return this.#of(
          this.#chance(1 - this.#hostility)
            ? ['strided']
            : ['sparse_coo', 'sparse_csr', 'jagged', '_mkldnn', 'x'],
        );
      case 'MemoryFormat':
        return this.#of(['contiguous_format', 'preserve_format', 'channels_last', 'channels_last_3d']);
      case 'Generator':
        return new Generator(this.#below(9));
      default:
        return this.#of(strings);
    }
  }

  #value({ type, name }: Parameter): Argument {
    if (type.optional && this.#chance(0.4)) return null;
    if (!type.list || (type.broadcast && this.#chance(0.3)))
      return name === 'reduction' ? this.#below(3) : this.#one(type.base);
    return this.#list(type);
  }

  #list({ base, broadcast, elementOptional }: SchemaType): Argument {
    const length = broadcast && this.#chance(0.9) ? broadcast : this.#below(5);
    return Array.from({ length }, () => (elementOptional && this.#chance(0.3) ? null : this.#one(base)));
  }

  /** A call of an operator: what its schema asks for, in order and by name. */
  call(schema: Schema): Call {
    const values = schema.parameters.map((parameter) =>
      parameter.default !== undefined && this.#chance(0.5) ? undefined : this.#value(parameter),
    );
    if (this.#chance(this.#hostility * 0.1) && values[0] instanceof Tensor) values[0].dispose();
    const positional = values.filter((_, i) => !schema.parameters[i]?.keywordOnly);
    const named = Object.fromEntries(
      schema.parameters.flatMap(({ keywordOnly, name }, i) =>
        keywordOnly && values[i] !== undefined ? [[name, values[i]]] : [],
      ),
    );
    const given = Object.keys(named).length ? [...positional, named] : positional;
    const short = schema.name.slice('aten::'.length);
    const [self, ...rest] = given;
    const method = isMethod(schema);
    return {
      schema,
      args: values,
      run: () =>
        Reflect.apply(
          Reflect.get(method ? Tensor.prototype : aten, short),
          method ? self : aten,
          method ? rest : given,
        ),
    };
  }
}

/** The schemas of the surface, in a fixed order. */
export function surface(): Schema[] {
  return native
    .operators()
    .filter(([name]) => name.startsWith('aten::'))
    .map(([name, overload]) => new Operator(overload ? `${name}.${overload}` : name).schema)
    .filter(isPublic)
    .sort((a, b) => (a.text < b.text ? -1 : 1));
}

/** Call number `i` of a seed: the operators take turns, so that every one is called equally often. */
export function draw(schemas: readonly Schema[], seed: number, i: number): Call {
  const schema = schemas[i % schemas.length];
  if (!schema) throw new RangeError('there are no operators');
  return new Drawer(seed * 1_000_003 + i).call(schema);
}
