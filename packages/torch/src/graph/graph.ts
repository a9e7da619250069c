/** What a forward computes, as a list of operator calls: each names the values it takes and those it makes. */

import type { Device } from '../device.ts';
import type { Argument, Complex } from '../dispatch/exchange.ts';
import type { Callable } from '../dispatch/recording.ts';
import type { DType } from '../dtype.ts';
import type { Tensor } from '../tensor.ts';

/** Memory that values have in common: a tensor's and that of its views. */
export class Storage {
  /** Whether its elements depend on the model's input. */
  varies = false;
  /** How many values lie in it. */
  values = 0;
  /** It is the input's, or a parameter's: others see what is written there. */
  foreign = false;
  /** Something writes into it, so that what a read gives depends on when it is done. */
  written = false;
}

/** What is known of a value beforehand. */
export interface Form {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly dtype: DType;
  readonly device: Device;
}

/** A tensor of the forward, which differs with each input, or a constant. */
export class Value {
  readonly form: Form;
  readonly storage: Storage;
  /** Its elements, where they are the same for every input. */
  constant: Tensor | null = null;
  /** The path of the parameter or buffer that it is, where it is one. */
  name: string | null = null;

  constructor(form: Form, storage: Storage) {
    this.form = form;
    this.storage = storage;
    storage.values++;
  }
}

/** An argument of a call. */
export type Operand =
  | undefined
  | null
  | boolean
  | number
  | bigint
  | string
  | Complex
  | Float64Array
  | Value
  | readonly Operand[];

export interface Node {
  readonly operator: Callable;
  readonly args: readonly Operand[];
  /** The tensors that it answers, in order. */
  readonly results: readonly (Value | null)[];
  /** The values that it changes in place. */
  readonly writes: readonly Value[];
  /** The path of the module whose forward calls it, where that was followed; empty for the model itself. */
  readonly path?: string;
  /** A call that does the same in place, if what it changes is needed by nothing else. */
  readonly inPlace?: {
    readonly operator: Callable;
    readonly args: readonly Operand[];
    readonly changes: Value;
  };
}

export interface Graph {
  /** What the forward was called with, in order. */
  readonly inputs: readonly Value[];
  readonly nodes: readonly Node[];
  readonly outputs: readonly Value[];
}

/** The form of a tensor. */
export function formOf(tensor: Tensor): Form {
  const { shape, dtype, device } = tensor;
  return { shape, strides: tensor.stride(), dtype, device };
}

/** A constant of the graph. */
export function constantOf(tensor: Tensor): Value {
  const value = new Value(formOf(tensor), new Storage());
  value.constant = tensor;
  return value;
}

/** A value like another, in memory of its own. */
export function valueLike(form: Form): Value {
  const storage = new Storage();
  storage.varies = true;
  return new Value(form, storage);
}

/** All values among operands. */
export function* valuesOf(operands: readonly Operand[]): Generator<Value> {
  for (const operand of operands) {
    if (operand instanceof Value) yield operand;
    else if (Array.isArray(operand)) yield* valuesOf(operand);
  }
}

/** Operands with their values exchanged. */
export function withValues<Put extends Argument | Operand>(
  operands: readonly Operand[],
  put: (value: Value) => Put,
): (Exclude<Operand, Value | readonly Operand[]> | Put | readonly unknown[])[] {
  return operands.map((operand) => {
    if (operand instanceof Value) return put(operand);
    return isList(operand) ? withValues(operand, put) : operand;
  });
}

export const isList = (operand: Operand): operand is readonly Operand[] => Array.isArray(operand);

export const isContiguous = ({ shape, strides }: Form): boolean => {
  let expected = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    const size = shape[i] ?? 0;
    if (size !== 1 && strides[i] !== expected) return false;
    expected *= size;
  }
  return true;
};
