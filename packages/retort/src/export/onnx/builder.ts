/** Puts an ONNX graph together: gives values names that say where they come from, and keeps each constant once. */
import type { DType, Tensor } from '@retort/torch';
import type { Value } from '@retort/torch/graph';
import { ExportError } from './errors.ts';
import type { Attributes, ElementType, Initialiser, OnnxOperation } from './graph.ts';

const elementTypes: Partial<Record<DType, ElementType>> = {
  float32: 'float32',
  float16: 'float16',
  float64: 'float64',
  int64: 'int64',
  int32: 'int32',
  uint8: 'uint8',
  int8: 'int8',
  bool: 'bool',
};

/** ONNX's name of a dtype. @throws ExportError where it has none here */
export function elementType(dtype: DType): ElementType {
  const found = elementTypes[dtype];
  if (found) return found;
  throw new ExportError(
    `a tensor of the network is ${dtype}, and what is exported computes in float32: call model.to({ dtype: 'float32' })`,
  );
}

const whole = /^(Shape|ArgMax|ArgMin|NonMaxSuppression)$/;
const truths = /^(Equal|Greater|GreaterOrEqual|Less|LessOrEqual|Not|And|Or|Xor|IsNaN|IsInf)$/;

export class Builder {
  readonly nodes: OnnxOperation[] = [];
  readonly initialisers: Initialiser[] = [];
  readonly types = new Map<string, ElementType>();
  readonly #constants = new Map<Value, Map<string, string>>();
  readonly #numbers = new Map<string, string>();
  readonly #taken = new Set<string>();

  /** A name that no other value has. */
  unique(wanted: string): string {
    let name = wanted;
    for (let i = 1; this.#taken.has(name); i++) name = `${wanted}_${i}`;
    this.#taken.add(name);
    return name;
  }

  /**
   * A node; answers the names of what it makes.
   *
   * @param at  the path of the module that it computes for
   */
  add(
    operator: string,
    inputs: readonly string[],
    attributes: Attributes,
    at: string,
    outputs = 1,
  ): string[] {
    const name = this.unique(at === '' ? operator : `${at}/${operator}`);
    const names = Array.from({ length: outputs }, (_, i) => (i === 0 ? name : this.unique(`${name}:${i}`)));
    this.nodes.push({ operator, name, inputs, outputs: names, attributes });
    const type = this.#typeOf(operator, inputs, attributes);
    names.forEach((made, i) => {
      this.types.set(made, operator === 'TopK' && i === 1 ? 'int64' : type);
    });
    return names;
  }

  #typeOf(operator: string, inputs: readonly string[], { to }: Attributes): ElementType {
    if (whole.test(operator)) return 'int64';
    if (truths.test(operator)) return 'bool';
    if (operator === 'Cast' && to && 'text' in to) return to.text as ElementType;
    return this.types.get(inputs[operator === 'Where' ? 1 : 0] ?? '') ?? 'float32';
  }

  initialiser(initialiser: Initialiser): string {
    this.initialisers.push(initialiser);
    this.types.set(initialiser.name, initialiser.type);
    return initialiser.name;
  }

  /** A tensor as a constant, under the name that is wanted or one like it. */
  tensor(tensor: Tensor, wanted: string): string {
    const type = elementType(tensor.dtype);
    const { buffer, byteOffset, byteLength } = tensor.contiguous().toTypedArray();
    const bytes = new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
    return this.initialiser({ name: this.unique(wanted), type, shape: tensor.shape, bytes });
  }

  /** A constant of the network in one of its forms, which is made once. */
  derived(value: Value, form: string, make: () => string): string {
    const forms = this.#constants.get(value) ?? new Map<string, string>();
    this.#constants.set(value, forms);
    const name = forms.get(form) ?? make();
    forms.set(form, name);
    return name;
  }

  /** A constant of the network; a parameter has its path as name. */
  constant(value: Value, tensor: Tensor, at: string): string {
    const wanted = value.name ?? (at === '' ? 'constant' : `${at}/constant`);
    return this.derived(value, 'as it is', () => this.tensor(tensor, wanted));
  }

  /** Numbers as a constant: a scalar where one is given, a list otherwise. */
  numbers(values: number | readonly number[], type: ElementType): string {
    const key = `${type}/${Array.isArray(values) ? `[${values.join(',')}]` : String(values)}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const list = typeof values === 'number' ? [values] : values;
    const name = this.initialiser({
      name: this.unique(key),
      type,
      shape: typeof values === 'number' ? [] : [list.length],
      bytes: bytesOf(list, type),
    });
    this.#numbers.set(key, name);
    return name;
  }
}

/** Numbers as a type has them in memory. */
export function bytesOf(values: readonly number[], type: ElementType): Uint8Array<ArrayBuffer> {
  const whole = (): bigint[] => values.map((value) => BigInt(Math.trunc(value)));
  const arrays = {
    float32: () => new Float32Array(values),
    float16: () => new Float16Array(values),
    float64: () => new Float64Array(values),
    int64: () => new BigInt64Array(whole()),
    int32: () => new Int32Array(values),
    uint8: () => new Uint8Array(values),
    int8: () => new Int8Array(values),
    bool: () => new Uint8Array(values.map((value) => (value === 0 ? 0 : 1))),
  };
  return new Uint8Array(arrays[type]().buffer as ArrayBuffer);
}
