/** What the process that times networks is told, and what it answers. */

/** Which onnxruntime: Node's, or the browser's of WebAssembly. */
export type RuntimeKind = 'node' | 'wasm';

/** A network in an ONNX file, and what it is called with. */
export interface Timed {
  readonly file: string;
  /** Files beside it that hold weights. */
  readonly external: readonly string[];
  readonly inputs: readonly TimedInput[];
}

/** One of the values that it is called with. */
export interface TimedInput {
  readonly name: string;
  readonly dtype: 'float16' | 'float32' | 'float64' | 'int64';
  /** Of what it is called with once, and of a batch: dimensions. */
  readonly single: readonly number[];
  readonly batch: readonly number[];
  /** Of int64: numbers from this one on to before the other. */
  readonly range?: readonly [from: number, below: number];
}

export interface Timing {
  readonly kind: RuntimeKind;
  /** The file of the runtime that is imported. */
  readonly entry: string;
  readonly threads: number;
  readonly networks: readonly Timed[];
  readonly rounds: number;
  /** Of `single`, of each network in each round; `batch` comes once. */
  readonly runs: number;
}

/** How long one network took, in milliseconds. */
export interface Times {
  /** Of each round, of each run. */
  readonly single: readonly (readonly number[])[];
  /** Of each round. */
  readonly batch: readonly number[];
}

/** Rounds that are done; what each network took, or why it was not run; or why nothing was. */
export type Told =
  | { readonly round: number }
  | { readonly wrong: string }
  | { readonly times: readonly (Times | { readonly wrong: string })[] };
