/** What a detector computes between its layers, written in ONNX's operators: each method adds a node and answers the name of its value. */
import type { Tensor } from '@retort/torch';
import type { Builder } from '../builder.ts';
import { type Attributes, type ElementType, int, ints, text } from '../graph.ts';

export class Formulas {
  /** The names of all nodes that were added: they compute in float32 in files of float16, too. */
  readonly exact = new Set<string>();
  readonly #builder: Builder;
  readonly #at: string;

  /** @param at  what nodes are named after */
  constructor(builder: Builder, at: string) {
    this.#builder = builder;
    this.#at = at;
  }

  all(operator: string, inputs: readonly string[], attributes: Attributes, outputs: number): string[] {
    const names = this.#builder.add(operator, inputs, attributes, this.#at, outputs);
    this.exact.add(names[0] ?? '');
    return names;
  }

  node(operator: string, inputs: readonly string[], attributes: Attributes = {}, type?: ElementType): string {
    const [name = ''] = this.all(operator, inputs, attributes, 1);
    if (type) this.#builder.types.set(name, type);
    return name;
  }

  /** A number of float32. */
  number(value: number): string {
    return this.#builder.numbers(value, 'float32');
  }

  /** Numbers of float32, in a list. */
  list(values: readonly number[]): string {
    return this.#builder.numbers(values, 'float32');
  }

  /** Whole numbers: a scalar where one is given, a list otherwise. */
  whole(values: number | readonly number[]): string {
    return this.#builder.numbers(values, 'int64');
  }

  tensor(tensor: Tensor, name: string): string {
    return this.#builder.tensor(tensor, `${this.#at}/${name}`);
  }

  add = (a: string, b: string): string => this.node('Add', [a, b]);
  sub = (a: string, b: string): string => this.node('Sub', [a, b]);
  mul = (a: string, b: string): string => this.node('Mul', [a, b]);
  div = (a: string, b: string): string => this.node('Div', [a, b]);
  min = (a: string, b: string): string => this.node('Min', [a, b]);
  max = (a: string, b: string): string => this.node('Max', [a, b]);
  and = (a: string, b: string): string => this.node('And', [a, b]);

  /** Rows of the first dimension, or those of another. */
  gather(from: string, indices: string, axis = 0): string {
    return this.node('Gather', [from, indices], { axis: int(axis) });
  }

  concat(parts: readonly string[], axis: number): string {
    return parts.length === 1 ? (parts[0] ?? '') : this.node('Concat', parts, { axis: int(axis) });
  }

  /** Where a size is -1 it is what is left, where it is 0 as it was. */
  reshape(value: string, sizes: readonly number[]): string {
    return this.node('Reshape', [value, this.whole(sizes)]);
  }

  transpose(value: string, order: readonly number[]): string {
    return this.node('Transpose', [value], { perm: ints(order) });
  }

  /** From one place to before another, of a dimension. */
  slice(value: string, axis: number, from: number, to: number): string {
    return this.node('Slice', [value, this.whole([from]), this.whole([to]), this.whole([axis])]);
  }

  /** One size of a value: int64 [1]. */
  size(value: string, dim: number): string {
    return this.node('Shape', [value], { start: int(dim), end: int(dim + 1) });
  }

  cast(value: string, to: ElementType): string {
    return this.node('Cast', [value], { to: text(to) });
  }

  /** The four numbers of boxes [*, 4], each [*, 1]. */
  corners(boxes: string): readonly [string, string, string, string] {
    const [a = '', b = '', c = '', d = ''] = this.all('Split', [boxes], { axis: int(-1) }, 4);
    return [a, b, c, d];
  }

  /** The largest numbers of a list, or the smallest, at most so many, in their order: they and their places. */
  best(
    values: string,
    most: number | null,
    largest = true,
  ): { readonly values: string; readonly places: string } {
    const all = this.size(values, 0);
    const count = most === null ? all : this.min(all, this.whole([most]));
    const [found = '', places = ''] = this.all(
      ...(['TopK', [values, count]] as const),
      { axis: int(0), largest: int(largest ? 1 : 0), sorted: int(1) },
      2,
    );
    this.#builder.types.set(places, 'int64');
    return { values: found, places };
  }
}
