/** A file as the readers see it. */
import fs from 'node:fs';
import { empty } from '../create.ts';
import { TorchError } from '../dispatch/errors.ts';
import { guard, native } from '../dispatch/native.ts';
import { Tensor } from '../tensor.ts';

/** An open regular file: its bytes, its bytes as tensors. */
export class OpenFile {
  readonly size: number;
  readonly #descriptor: number;

  constructor(descriptor: number) {
    const status = fs.fstatSync(descriptor);
    if (!status.isFile()) throw new TorchError('it is not a regular file');
    this.size = status.size;
    this.#descriptor = descriptor;
  }

  bytes(position: number, length: number): Buffer {
    this.#check(position, length);
    const bytes = Buffer.allocUnsafe(length);
    for (let done = 0; done < length; ) {
      const count = fs.readSync(this.#descriptor, bytes, done, length - done, position + done);
      if (count === 0) throw new TorchError('the file ended early');
      done += count;
    }
    return bytes;
  }

  /** A copy of some bytes: uint8 [length], in memory of libtorch. */
  read(position: number, length: number): Tensor {
    this.#check(position, length);
    return this.fill(empty([length], { dtype: 'uint8' }), position);
  }

  /** Reads as many bytes into a contiguous tensor as it takes. */
  fill(tensor: Tensor, position: number): Tensor {
    guard('reading', () => native.readFile(this.#descriptor, position, tensor.handle));
    return tensor;
  }

  /** All bytes without reading them: uint8 [size] that shares a private mapping, which ends with the last tensor on it. */
  map(): Tensor {
    return new Tensor(guard('mapping', () => native.mapFile(this.#descriptor)));
  }

  #check(position: number, length: number): void {
    if (!(position >= 0 && length >= 0 && position + length <= this.size))
      throw new TorchError(`the file ended early: it has ${this.size} bytes, not ${position + length}`);
  }
}

/**
 * Opens a file while `body` reads it.
 *
 * @param wrong what to say of a file that `body` fails on, e.g. `is not a sound safetensors file`
 * @param named how messages name the file
 * @throws TorchError that names the file and what is wrong with it; the system's own error where it cannot be read
 */
export function withFile<Result>(
  path: string,
  wrong: string,
  body: (file: OpenFile) => Result,
  named = path,
): Result {
  // A named pipe would wait for its writer; opened this way it is seen to be no file.
  const descriptor = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
  try {
    return body(new OpenFile(descriptor));
  } catch (error) {
    if (!(error instanceof TorchError)) throw error;
    throw new TorchError(`${named} ${wrong}: ${error.message}`, undefined, { cause: error });
  } finally {
    fs.closeSync(descriptor);
  }
}
