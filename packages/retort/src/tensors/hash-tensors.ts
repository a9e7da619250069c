/** Tensors by what they hold. */
import { createHash } from 'node:crypto';
import type { Tensor } from '@retort/torch';

/** SHA-256 of names, dtypes, shapes and elements, whatever the memory format and the device. */
export function hashTensors(tensors: Readonly<Record<string, Tensor>>): string {
  const hash = createHash('sha256');
  for (const [name, tensor] of Object.entries(tensors)) {
    hash.update(JSON.stringify([name, tensor.dtype, tensor.shape]));
    const values = tensor.toTypedArray();
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest('hex');
}
