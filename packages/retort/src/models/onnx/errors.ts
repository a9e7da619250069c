/** An ONNX file that cannot be a network here, or cannot be run; the message is one sentence with the cure. */
export class OnnxError extends Error {
  override readonly name = 'OnnxError';
}
