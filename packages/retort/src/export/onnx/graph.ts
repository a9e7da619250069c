/** A graph of ONNX: immutable nodes, each with the names of the values that it takes and makes. */
import type { Size } from './sizes.ts';

/** The kinds of elements that a file here has. */
export type ElementType = 'float32' | 'float16' | 'float64' | 'int64' | 'int32' | 'uint8' | 'int8' | 'bool';

/** A constant within the file. */
export interface Initialiser {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** In row-major order, little-endian. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What a node is told besides its inputs. */
export type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly text: string }
  | { readonly ints: readonly number[] };

export type Attributes = Readonly<Record<string, Attribute>>;

export interface OnnxOperation {
  readonly operator: string;
  readonly name: string;
  /** Names of values; an empty one stands for an input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** A value that passes in or out of the graph. */
export interface Port {
  readonly name: string;
  readonly type: ElementType;
  readonly sizes: readonly Size[];
}

export interface OnnxGraph {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly nodes: readonly OnnxOperation[];
  readonly initialisers: readonly Initialiser[];
  /** The kinds of elements of values within it. */
  readonly types: ReadonlyMap<string, ElementType>;
  /** The names of nodes that compute in float32 in files of float16, too, as boxes of a thousand pixels are; none where it is left out. */
  readonly exact?: ReadonlySet<string>;
}

export const int = (value: number): Attribute => ({ int: value });
export const float = (value: number): Attribute => ({ float: value });
export const text = (value: string): Attribute => ({ text: value });
export const ints = (values: readonly number[]): Attribute => ({ ints: values });
