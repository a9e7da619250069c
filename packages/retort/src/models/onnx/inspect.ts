/** What an ONNX file is, for someone who got it from elsewhere. It needs no onnxruntime. */
import { type OnnxValue, readOnnx } from './file.ts';

/** What an ONNX file holds. */
export interface OnnxInspection {
  readonly file: string;
  readonly format: 'ONNX';
  readonly metadata: Readonly<Record<string, string>>;
  readonly producer: string;
  readonly irVersion: number;
  /** Versions of the operators, by their domain; the empty one is ONNX's own. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** How many numbers its weights have. */
  readonly parameters: number;
  /** Files beside it that hold weights. */
  readonly external: readonly string[];
  /** Values that may be tapped by their names, in order, each with the operator that computes it. */
  readonly values: readonly { readonly name: string; readonly operator: string }[];
}

/**
 * Says what an ONNX file is, as `retort inspect` does.
 *
 * @throws OnnxError where it is none, or is damaged, or files that hold its weights are missing
 * @example (await inspectOnnx('teacher.onnx')).values.map(({ name }) => name)
 */
export async function inspectOnnx(file: string): Promise<OnnxInspection> {
  const { metadata, producer, irVersion, opsets, inputs, outputs, parameters, external, nodes } =
    await readOnnx(file);
  return {
    file,
    format: 'ONNX',
    metadata,
    producer,
    irVersion,
    opsets,
    inputs,
    outputs,
    parameters,
    external,
    values: Array.from(nodes, ([name, { operator }]) => ({ name, operator })),
  };
}
