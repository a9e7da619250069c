/** One call of the network as those who lower it see it: its arguments by name, and what they add to the graph. */
import { scope, type Tensor } from '@retort/torch';
import { isConstant, type Node, Value } from '@retort/torch/graph';
import { type Builder, elementType } from './builder.ts';
import { ExportError } from './errors.ts';
import { callText, type Followed, type Given } from './follow.ts';
import { type Attributes, type ElementType, int, text } from './graph.ts';
import type { Shown } from './shown/index.ts';
import { type Dimension, isFixed, isSame, type Size, Varying } from './sizes.ts';

/** A default as schemas spell it. */
function spelt(value: string | undefined): Given {
  if (value === undefined || value === 'None') return null;
  if (value === 'True' || value === 'False') return value === 'True';
  if (value.startsWith('[')) return value.slice(1, -1).split(',').filter(Boolean).map(Number);
  if (/^["']/.test(value)) return value.slice(1, -1);
  return Number.isNaN(Number(value)) ? value : Number(value);
}

/** From narrow to wide. */
const widths: readonly ElementType[] = [
  'bool',
  'uint8',
  'int8',
  'int32',
  'int64',
  'float16',
  'float32',
  'float64',
];

/** Truths, whole numbers, and others. */
const kindOf = (type: ElementType): number => (type === 'bool' ? 0 : type.startsWith('float') ? 2 : 1);

/** A value of the graph, and how large it is. */
interface Sized {
  readonly name: string;
  readonly sizes: readonly Size[];
}

/** What a call is lowered with. */
interface Around {
  readonly followed: Followed;
  readonly builder: Builder;
  readonly names: ReadonlyMap<Value, string>;
  readonly shown: Pick<Shown, 'varying'>;
}

/** @throws ExportError of every method, with operator and module path, for what cannot be exported */
export class Call {
  readonly path: string;
  readonly #node: Node;
  readonly #args: readonly Given[];
  readonly #followed: Followed;
  readonly #builder: Builder;
  readonly #names: ReadonlyMap<Value, string>;
  readonly #shown: Pick<Shown, 'varying'>;

  constructor(node: Node, { followed, builder, names, shown }: Around) {
    this.path = node.path ?? '';
    this.#node = node;
    this.#args = followed.argsOf(node);
    this.#followed = followed;
    this.#builder = builder;
    this.#names = names;
    this.#shown = shown;
  }

  get operator(): string {
    return this.#node.operator.name;
  }

  /** @throws ExportError, always */
  refuse(why: string): never {
    throw new ExportError(`${callText(this.#node)} cannot be exported: ${why}`);
  }

  /** An argument, or its default. */
  given(name: string): Given {
    const { parameters } = this.#node.operator.schema;
    const index = parameters.findIndex((parameter) => parameter.name === name);
    if (index < 0) return this.refuse(`it has no argument '${name}'`);
    const given = this.#args[index];
    return given === undefined ? spelt(parameters[index]?.default) : given;
  }

  has(name: string): boolean {
    return this.given(name) !== null;
  }

  #refuseVarying(name: string): never {
    return this.refuse(`its '${name}' depends on ${this.#shown.varying}, and must be the same for any`);
  }

  number(name: string): number {
    const given = this.given(name);
    if (typeof given === 'number') return given;
    if (typeof given === 'bigint' || typeof given === 'boolean') return Number(given);
    if (given instanceof Varying) this.#refuseVarying(name);
    return this.refuse(`its '${name}' must be a number`);
  }

  flag(name: string): boolean {
    return this.given(name) === true;
  }

  text(name: string): string {
    const given = this.given(name);
    return typeof given === 'string' ? given : this.refuse(`its '${name}' must be a text`);
  }

  /** A list of sizes; a single number stands for as many as the schema says. */
  sizes(name: string): readonly Size[] {
    const given = this.given(name);
    const { parameters } = this.#node.operator.schema;
    const { broadcast = 1 } = parameters.find((parameter) => parameter.name === name)?.type ?? {};
    if (typeof given === 'number' || given instanceof Varying)
      return Array.from({ length: Math.max(broadcast, 1) }, () => given);
    if (!Array.isArray(given)) return this.refuse(`its '${name}' must be a list of numbers`);
    return given.map((item) =>
      typeof item === 'number' || item instanceof Varying
        ? item
        : typeof item === 'bigint' || typeof item === 'boolean'
          ? Number(item)
          : this.refuse(`its '${name}' must be a list of numbers`),
    );
  }

  numbers(name: string): readonly number[] {
    return this.sizes(name).map((size) => (isFixed(size) ? size : this.#refuseVarying(name)));
  }

  /** A dimension of a tensor, counted from the first. */
  dim(name: string, rank: number): number {
    const dim = this.number(name);
    return dim < 0 ? dim + rank : dim;
  }

  value(name: string): Value {
    const given = this.given(name);
    return given instanceof Value ? given : this.refuse(`its '${name}' must be a tensor`);
  }

  asValue(given: Given): Value {
    return given instanceof Value ? given : this.refuse('it takes a tensor where none is given');
  }

  values(name: string): readonly Value[] {
    const given = this.given(name);
    if (!Array.isArray(given)) return this.refuse(`its '${name}' must be tensors`);
    return given.map((item) => (item instanceof Value ? item : this.refuse(`its '${name}' must be tensors`)));
  }

  sizesOf(value: Value | string): readonly Size[] {
    return this.#followed.sizesOf(typeof value === 'string' ? this.value(value) : value);
  }

  /** The sizes of the first result. */
  get made(): readonly Size[] {
    return this.sizesOf(this.result);
  }

  get result(): Value {
    const [result] = this.#node.results;
    return result ?? this.refuse('it makes no tensor');
  }

  get results(): readonly (Value | null)[] {
    return this.#node.results;
  }

  /** The type of the first result. */
  get type(): ElementType {
    return elementType(this.result.form.dtype);
  }

  /** The tensor of an argument that is the same for every input; null where it is none. */
  constantOf(name: string): Tensor | null {
    const given = this.given(name);
    return given instanceof Value && isConstant(given) ? given.constant : null;
  }

  /** The name of a value of the graph. */
  named(value: Value): string {
    const known = this.#names.get(value);
    if (known !== undefined) return known;
    if (isConstant(value) && value.constant) return this.#builder.constant(value, value.constant, this.path);
    const maker = this.#followed.graph.nodes.find(({ results }) => results.includes(value));
    if (maker)
      return this.refuse(
        `it takes a result of ${maker.operator.name} beyond those that ONNX has (its number ${maker.results.indexOf(value) + 1})`,
      );
    return this.refuse(
      `it takes a tensor that depends on ${this.#shown.varying}, and that no operator of the forward made: make it with one of the engine, as zeros()`,
    );
  }

  /** An argument as a value of the graph. */
  input(name: string): string {
    return this.named(this.value(name));
  }

  /** An argument with other sizes; a constant is kept with them. */
  inputAs(name: string, sizes: readonly number[]): string {
    const constant = this.constantOf(name);
    if (!constant) return this.reshaped(this.input(name), this.sizesOf(name), sizes);
    return this.derived(this.value(name), `of ${sizes}`, () => constant.reshape(sizes));
  }

  /** An argument as a value, of the type of the result: of tensors of several types PyTorch computes in the widest. */
  operand(name: string, type: ElementType = this.type): string {
    const given = this.given(name);
    if (!(given instanceof Value)) return this.scalar(this.number(name), type);
    return this.valueAs(given, type);
  }

  /** A value in a type. */
  valueAs(value: Value, type: ElementType): string {
    const own = elementType(value.form.dtype);
    if (own === type) return this.named(value);
    // A constant scalar is one of that type.
    if (isConstant(value) && value.constant && value.form.shape.length === 0)
      return this.scalar(Number(value.constant.item()), type);
    return this.cast(this.named(value), type);
  }

  /** The type in which PyTorch compares two arguments: a number alone widens whole numbers only where it is none of them. */
  promoted(names: readonly string[]): ElementType {
    let found: ElementType = 'bool';
    const widen = (type: ElementType, always: boolean): void => {
      const [now, then] = [found, type].map((each) => widths.indexOf(each));
      if (always ? (then ?? 0) > (now ?? 0) : kindOf(type) > kindOf(found)) found = type;
    };
    const given = names.map((name) => this.given(name));
    for (const item of given)
      if (item instanceof Value) widen(elementType(item.form.dtype), item.form.shape.length > 0);
    for (const item of given)
      if (typeof item === 'number') widen(Number.isInteger(item) ? 'int64' : 'float32', false);
    return found;
  }

  cast(value: string, type: ElementType): string {
    return this.#builder.types.get(value) === type ? value : this.add('Cast', [value], { to: text(type) });
  }

  typeOf(value: string): ElementType {
    return this.#builder.types.get(value) ?? 'float32';
  }

  /** What the network is called with, of whose sizes what varies can be told. */
  get #inputs(): readonly Sized[] {
    return this.#followed.graph.inputs.map((input) => ({
      name: this.#names.get(input) ?? '',
      sizes: this.sizesOf(input),
    }));
  }

  /** What a constant is in another form, kept once. */
  derived(value: Value, form: string, make: () => Tensor): string {
    return this.#builder.derived(value, form, () =>
      scope(() => this.#builder.tensor(make(), this.#wanted(value))),
    );
  }

  #wanted({ name }: Value): string {
    return name ?? (this.path === '' ? 'constant' : `${this.path}/constant`);
  }

  /** A node that makes one value. */
  add(operator: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const [name = ''] = this.addAll(operator, inputs, attributes, 1);
    return name;
  }

  addAll(
    operator: string,
    inputs: readonly string[],
    attributes: Attributes,
    outputs: number,
  ): readonly string[] {
    // Inputs that are left out at the end are not named at all.
    const last = inputs.findLastIndex((input) => input !== '');
    return this.#builder.add(operator, inputs.slice(0, last + 1), attributes, this.path, outputs);
  }

  /** A number as a constant, of the type of the result. */
  scalar(value: number, type: ElementType = this.type): string {
    return this.#builder.numbers(value, type);
  }

  /** Whole numbers as a constant, as sizes and dimensions are. */
  int64(values: readonly number[]): string {
    return this.#builder.numbers(values, 'int64');
  }

  /** Numbers as a constant, as thresholds and factors of sizes are. */
  float32(values: readonly number[]): string {
    return this.#builder.numbers(values, 'float32');
  }

  /** A tensor of one's own as a constant. */
  tensor(tensor: Tensor, name: string): string {
    return this.#builder.tensor(tensor, name);
  }

  /** The value with the dimensions in another order. */
  transposed(value: string, order: readonly number[]): string {
    if (order.every((dim, i) => dim === i)) return value;
    return this.add('Transpose', [value], { perm: { ints: order } });
  }

  /** Sizes as a value: a constant, or computed from values whose sizes are known, such as what the network is called with. */
  shape(sizes: readonly Size[], ...from: readonly Sized[]): string {
    if (sizes.every(isFixed)) return this.int64(sizes.filter(isFixed));
    const all = [...from, ...this.#inputs];
    const parts = sizes.map((size) => (isFixed(size) ? this.int64([size]) : this.#read(size, all)));
    return parts.length === 1 ? (parts[0] ?? '') : this.add('Concat', parts, { axis: int(0) });
  }

  /** A size as it is found in one of some values, or of what is found there. */
  #read(size: Varying, from: readonly Sized[]): string {
    const exact = this.#found(from, (other) => isSame(size, other));
    if (exact) return exact.value;
    const parts = size.over.map((dimension) => this.#single(dimension, from));
    const whole = size.times === 1 ? parts : [...parts, this.int64([size.times])];
    return whole.reduce((one, other) => this.add('Mul', [one, other]));
  }

  /** The batch, or the length, once. */
  #single(dimension: Dimension, from: readonly Sized[]): string {
    const found = this.#found(from, (other) => other instanceof Varying && `${other.over}` === dimension);
    if (!found)
      return this.refuse(`${this.#shown.varying}, which it needs, cannot be told from what it takes`);
    const { value, size } = found;
    return size.times === 1 ? value : this.add('Div', [value, this.int64([size.times])]);
  }

  #found(
    from: readonly Sized[],
    isWanted: (size: Size) => boolean,
  ): { readonly value: string; readonly size: Varying } | null {
    for (const { name, sizes } of from) {
      const at = sizes.findIndex(isWanted);
      const size = sizes[at];
      if (size instanceof Varying)
        return { size, value: this.add('Shape', [name], { start: int(at), end: int(at + 1) }) };
    }
    return null;
  }

  /** The value with other sizes of as many elements. */
  reshaped(value: string, from: readonly Size[], to: readonly Size[]): string {
    if (from.length === to.length && from.every((size, i) => isSame(size, to[i]))) return value;
    // 0 is "as it was", and -1 "what is left".
    const isOpen = (size: Size, i: number): boolean => !isFixed(size) && !isSame(size, from[i]);
    const open = to.findLastIndex(isOpen);
    const written = to.map((size, i) =>
      isFixed(size) ? size : !isOpen(size, i) ? 0 : i === open ? -1 : size,
    );
    if (to.some((size) => size === 0)) this.refuse('a tensor without elements is reshaped');
    const shape = this.shape(written, { name: value, sizes: from });
    return this.add('Reshape', [value, shape]);
  }
}
