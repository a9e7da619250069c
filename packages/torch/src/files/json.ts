/**
 * JSON, a value at a time from its bytes: it builds only what the caller asks for, and takes no object with two equal keys. JSON.parse
 * would keep the last of these, and take as much memory as a hostile text wants.
 */
import { isUtf8 } from 'node:buffer';
import { TorchError } from '../dispatch/errors.ts';
import { quoted } from '../dispatch/quoted.ts';

const maxDepth = 32;
const maxKeys = 1 << 17;
/** Of all strings together. */
const maxText = 16 << 20;
/** That the caller does not want. */
const maxSkipped = 1 << 16;

const code = (character: string): number => character.charCodeAt(0);
const quote = code('"');
const backslash = code('\\');
const zero = code('0');

export class Json {
  readonly #bytes: Buffer;
  #at = 0;
  #text = 0;
  #skipped = 0;

  constructor(bytes: Buffer) {
    if (!isUtf8(bytes)) throw new TorchError('its header is not UTF-8');
    this.#bytes = bytes;
  }

  fail(what: string): never {
    throw new TorchError(`its header, at byte ${this.#at}: ${what}`);
  }

  /** The next byte that is no white space; -1 at the end. */
  peek(): number {
    const bytes = this.#bytes;
    let at = this.#at;
    while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
    this.#at = at;
    return bytes[at] ?? -1;
  }

  #accept(character: string): boolean {
    if (this.peek() !== code(character)) return false;
    this.#at++;
    return true;
  }

  #expect(character: string): void {
    if (!this.#accept(character)) this.fail(`${character} is expected`);
  }

  /** Calls `visit` with each key of an object; it reads the value. */
  members(visit: (key: string) => void): void {
    this.#expect('{');
    if (this.#accept('}')) return;
    const seen = new Set<string>();
    do {
      const key = this.string();
      if (seen.has(key)) this.fail(`the key ${quoted(key)} comes a second time`);
      if (seen.add(key).size > maxKeys) this.fail(`an object has more than ${maxKeys} keys`);
      this.#expect(':');
      visit(key);
    } while (this.#accept(','));
    this.#expect('}');
  }

  /** Calls `visit` for each item of an array; it reads the item. */
  items(visit: () => void): void {
    this.#expect('[');
    if (this.#accept(']')) return;
    do visit();
    while (this.#accept(','));
    this.#expect(']');
  }

  string(): string {
    this.#expect('"');
    const start = this.#at;
    const bytes = this.#bytes;
    const most = Math.min(bytes.length, start + maxText - this.#text);
    let end = start;
    while (end < most && bytes[end] !== quote) end += bytes[end] === backslash ? 2 : 1;
    if (end >= bytes.length) this.fail('a string does not end');
    if (end >= most) this.fail(`its strings have more than ${maxText} bytes`);
    this.#text += end - start;
    try {
      const text: unknown = JSON.parse(this.#bytes.toString('utf8', start - 1, end + 1));
      this.#at = end + 1;
      return String(text);
    } catch {
      return this.fail('a string is not as JSON writes them');
    }
  }

  /** A whole number, not negative. */
  count(): number {
    this.peek();
    const start = this.#at;
    let value = 0;
    for (let digit = 0; ; this.#at++) {
      digit = (this.#bytes[this.#at] ?? 0) - zero;
      if (digit < 0 || digit > 9 || value > Number.MAX_SAFE_INTEGER) break;
      value = 10 * value + digit;
    }
    const length = this.#at - start;
    if (length === 0 || !Number.isSafeInteger(value) || (length > 1 && this.#bytes[start] === zero))
      this.fail('a whole number that is not negative is expected');
    return value;
  }

  counts(most: number): number[] {
    const values: number[] = [];
    this.items(() => {
      if (values.length === most) this.fail(`more than ${most} numbers`);
      values.push(this.count());
    });
    // Grown arrays have room to grow further.
    return values.slice();
  }

  /** Passes over a value of any kind. */
  skip(depth = 0): void {
    if (depth > maxDepth) this.fail('nested too deeply');
    if (++this.#skipped > maxSkipped) this.fail('too many values that no tensor needs');
    const first = this.peek();
    if (first === quote) this.string();
    else if (first === code('{')) this.members(() => this.skip(depth + 1));
    else if (first === code('[')) this.items(() => this.skip(depth + 1));
    else this.#word();
  }

  /** true, false, null or a number. */
  #word(): void {
    const start = this.#at;
    while (/[-+.\w]/.test(String.fromCharCode(this.#bytes[this.#at] ?? 0)) && this.#at - start < 64)
      this.#at++;
    try {
      JSON.parse(this.#bytes.toString('latin1', start, this.#at));
    } catch {
      this.fail('this is not a value of JSON');
    }
  }
}
