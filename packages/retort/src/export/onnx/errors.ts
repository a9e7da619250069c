/** A network that cannot be written as an ONNX file, or whose file does not answer as it does; the message is one sentence. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
}
