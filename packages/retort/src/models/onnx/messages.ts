/** What passes between a session and the thread that onnxruntime works on. */

/** A tensor on its way: its bytes belong to whoever has them. */
export interface PassedTensor {
  /** As onnxruntime calls it, e.g. `float32`. */
  readonly type: string;
  readonly dims: readonly number[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** How a session is made. */
export interface SessionSettings {
  readonly threads: number;
  /** Where files lie that hold weights. */
  readonly folder: string;
}

export type Request =
  | {
      readonly do: 'open';
      readonly session: number;
      readonly model: Uint8Array<ArrayBuffer>;
      readonly settings: SessionSettings;
    }
  | {
      readonly do: 'run';
      readonly session: number;
      readonly feeds: Readonly<Record<string, PassedTensor>>;
      readonly wanted: readonly string[];
    }
  | { readonly do: 'close'; readonly session: number };

export type Answer =
  | { readonly tensors: Readonly<Record<string, PassedTensor>> }
  | { readonly wrong: string };

/** Takes the place of the number of answers once the thread has ended. */
export const ended = -1;

/** What the thread is started with. */
export interface Started {
  /** The file of onnxruntime-node that is imported. */
  readonly entry: string;
  /** How many answers were given, or `ended`. */
  readonly answers: Int32Array<SharedArrayBuffer>;
}
