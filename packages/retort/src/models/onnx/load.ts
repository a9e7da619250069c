/** Networks of ONNX files, loaded. */
import path from 'node:path';
import type { ModelOptions } from '../options.ts';
import { saidOf } from './beside.ts';
import { chooseInput, chooseOutput, type Layout } from './choose.ts';
import { readOnnx } from './file.ts';
import { OnnxNetwork } from './network.ts';

export interface LoadOnnxOptions {
  /** Which of its values is logits; found where it is left out. */
  readonly output?: string | null | undefined;
  /** The order of dimensions of its input, where its shape does not show it. */
  readonly layout?: Layout | undefined;
  /** Told of what was taken where it was not plain. */
  readonly onWarning?: ((text: string) => void) | undefined;
}

/** A network of an ONNX file, with what the file says of it. */
export interface LoadedOnnx {
  readonly name: string;
  readonly model: OnnxNetwork;
  /** `classes`, `labels` and `input` where they are known, and what else the file says. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The network of an ONNX file, for images of as many channels as `options` say.
 *
 * @throws OnnxError with a sentence for a file that is damaged or misses its data, that takes other images, whose logits are not plain, or that
 *   onnxruntime is missing for or refuses
 * @example const { model } = await loadOnnx('teacher.onnx', { classes: 100 });
 */
export async function loadOnnx(
  file: string,
  { classes, channels }: ModelOptions,
  { output = null, layout, onWarning = () => {} }: LoadOnnxOptions = {},
): Promise<LoadedOnnx> {
  const from = await readOnnx(file);
  const input = chooseInput(from, channels, layout);
  const logits = chooseOutput(from, output, classes);
  const model = new OnnxNetwork(from, { input, output: logits.name });
  if (logits.remark !== null) onWarning(logits.remark);
  return { name: path.basename(file), model, metadata: saidOf(from, input, logits.classes, onWarning) };
}
