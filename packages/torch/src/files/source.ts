/** Bytes that are read in order, once. */
import { isUtf8 } from 'node:buffer';
import { TorchError } from '../dispatch/errors.ts';
import type { OpenFile } from './open-file.ts';

const windowSize = 64 << 10;

/** Names and numbers that are written as a line are far shorter. */
const maxLine = 1024;

/** A range of an open file, or a buffer, of which only a window is in memory. */
export class Source {
  #window: Buffer = Buffer.alloc(0);
  #at = 0;
  readonly #file: Pick<OpenFile, 'bytes'>;
  /** Where the window ends in the file. */
  #next: number;
  readonly #end: number;

  constructor(file: Pick<OpenFile, 'bytes'>, begin: number, end: number) {
    this.#file = file;
    this.#next = begin;
    this.#end = end;
  }

  static of(bytes: Buffer): Source {
    return new Source({ bytes: (at, length) => bytes.subarray(at, at + length) }, 0, bytes.length);
  }

  /** The position of the next byte in the file. */
  get position(): number {
    return this.#next - (this.#window.length - this.#at);
  }

  /** Throws unless there are so many bytes more. */
  expect(length: number): void {
    if (this.position + length > this.#end) throw new TorchError('the pickle ended early');
  }

  /** Makes `length` bytes lie in the window, and passes over them; answers where they begin. */
  #pass(length: number): number {
    if (this.#at + length > this.#window.length) {
      const { position } = this;
      this.expect(length);
      const size = Math.min(Math.max(length, windowSize), this.#end - position);
      this.#window = this.#file.bytes(position, size);
      this.#next = position + size;
      this.#at = 0;
    }
    this.#at += length;
    return this.#at - length;
  }

  byte(): number {
    const at = this.#pass(1);
    return this.#window[at] ?? 0;
  }

  /** Valid until the next read. */
  bytes(length: number): Buffer {
    const at = this.#pass(length);
    return this.#window.subarray(at, at + length);
  }

  text(length: number): string {
    const at = this.#pass(length);
    const text = this.#window.toString('utf8', at, at + length);
    // Only what was no UTF-8 comes out with a replacement character that was not there.
    if (text.includes('\ufffd') && !isUtf8(this.#window.subarray(at, at + length)))
      throw new TorchError('the pickle has text that is not UTF-8');
    return text;
  }

  /** Up to the end of the line, without it. */
  line(): string {
    let text = '';
    for (let byte = this.byte(); byte !== 0x0a; byte = this.byte()) {
      text += String.fromCharCode(byte);
      if (text.length > maxLine) throw new TorchError('the pickle has a line that does not end');
    }
    return text;
  }

  /** A signed number of up to six bytes. */
  int(length: number): number {
    const at = this.#pass(length);
    return this.#window.readIntLE(at, length);
  }

  uint16(): number {
    const at = this.#pass(2);
    return this.#window.readUInt16LE(at);
  }

  uint32(): number {
    const at = this.#pass(4);
    return this.#window.readUInt32LE(at);
  }

  /** Beyond 2^53 it is rounded. */
  uint64(): number {
    const at = this.#pass(8);
    return Number(this.#window.readBigUInt64LE(at));
  }

  /** The most significant byte first. */
  float64(): number {
    const at = this.#pass(8);
    return this.#window.readDoubleBE(at);
  }
}
