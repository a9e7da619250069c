/**
 * The elements of the lists at the top of a JSON file, one after another. COCO's annotations have 450 MB, of which JavaScript's own objects would take several
 * times as many; here no more than one element is text at a time.
 */
import fs from 'node:fs';
import { systemCause } from '../../../system/system-errors.ts';
import { oneLine } from '../../../words/shown.ts';
import { DataError } from '../../dataset.ts';
import type { Report } from '../download.ts';

/** Bytes that are read at a time. */
const chunk = 1 << 23;

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [opensList, closesList, opensObject, closesObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/** By byte, 1 for those that open or close something, a text among them. */
const marks = new Uint8Array(256);
for (const byte of [quote, opensList, closesList, opensObject, closesObject]) marks[byte] = 1;

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Told of an element of a list, and which it is. */
export type OnElement = (element: unknown, place: number) => void;

/** Follows the bytes of a file, and gives away what stands in the lists that are asked for. */
export class Elements {
  readonly #file: string;
  readonly #wanted: Readonly<Record<string, OnElement>>;
  readonly found = new Set<string>();
  /** How many lists and objects are open. */
  #depth = 0;
  #isInText = false;
  #isEscaped = false;
  /** At the top, the last text before a colon, which is a key. */
  #key = '';
  #list: { readonly name: string; readonly tell: OnElement; count: number } | null = null;
  #isAfterComma = false;
  #isOver = false;
  /** Where in the chunk what is kept begins: an element, or a text at the top; -1 where nothing is. */
  #from = -1;
  /** What is kept of chunks before. */
  #before: Buffer[] = [];

  constructor(file: string, wanted: Readonly<Record<string, OnElement>>) {
    this.#file = file;
    this.#wanted = wanted;
  }

  #wrong(what: string): DataError {
    return new DataError(`${this.#file}: ${what}`);
  }

  #taken(bytes: Buffer, to: number): string {
    const last = bytes.subarray(Math.max(0, this.#from), to);
    const text =
      this.#before.length > 0
        ? Buffer.concat([...this.#before, last]).toString('utf8')
        : last.toString('utf8');
    this.#before = [];
    this.#from = -1;
    return text;
  }

  #parsed(text: string, what: string): unknown {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw this.#wrong(
        `${what} is not JSON: ${oneLine(error instanceof Error ? error.message : String(error))}`,
      );
    }
  }

  #tell(bytes: Buffer, to: number): void {
    const list = this.#list;
    if (!list || this.#from < 0) return;
    const place = list.count++;
    list.tell(this.#parsed(this.#taken(bytes, to), `${list.name}[${place}]`), place);
  }

  #open(byte: number): void {
    if (this.#depth === 0 && byte !== opensObject)
      throw this.#wrong(
        'this is no object of JSON, as { "images": [], "annotations": [], "categories": [] }',
      );
    this.#depth++;
    if (this.#depth !== 2 || byte !== opensList) return;
    const name = this.#key;
    const tell = Object.hasOwn(this.#wanted, name) ? this.#wanted[name] : undefined;
    if (!tell) return;
    if (this.found.has(name)) throw this.#wrong(`it has ${name} twice`);
    this.found.add(name);
    this.#list = { name, tell, count: 0 };
    this.#isAfterComma = false;
  }

  #close(bytes: Buffer, at: number): void {
    if (this.#depth === 2 && this.#list) {
      this.#tell(bytes, at);
      this.#list = null;
    }
    this.#depth--;
    this.#isOver = this.#depth === 0;
  }

  /** @param isFirst  whether the file begins with it */
  read(bytes: Buffer, isFirst: boolean): void {
    const { length } = bytes;
    let at = isFirst && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    if (this.#before.length > 0) this.#from = 0;
    while (at < length) {
      at = this.#isInText ? this.#readText(bytes, at) : this.#skipPlain(bytes, at);
      if (at < length && !this.#isInText) this.#readByte(bytes, at++);
    }
    if (this.#from < 0) return;
    // The chunk's memory is written over by the next.
    this.#before.push(Buffer.from(bytes.subarray(this.#from)));
    this.#from = -1;
  }

  /** Reads on to behind a text's end. */
  #readText(bytes: Buffer, from: number): number {
    const { length } = bytes;
    let at = from;
    let isEscaped = this.#isEscaped;
    for (; at < length; at++) {
      const byte = bytes[at];
      if (isEscaped) isEscaped = false;
      else if (byte === backslash) isEscaped = true;
      else if (byte === quote) {
        this.#isEscaped = false;
        this.#isInText = false;
        if (this.#depth === 1) this.#key = String(this.#parsed(this.#taken(bytes, at + 1), 'a key'));
        return at + 1;
      }
    }
    this.#isEscaped = isEscaped;
    return at;
  }

  /** Reads over what within an element, or in what nobody asked for, neither opens nor closes anything. */
  #skipPlain(bytes: Buffer, from: number): number {
    if (this.#depth < 2 || (this.#depth === 2 && this.#list !== null)) return from;
    const { length } = bytes;
    let at = from;
    while (at < length && marks[bytes[at] as number] === 0) at++;
    return at;
  }

  /** Reads a byte that is in no text. */
  #readByte(bytes: Buffer, at: number): void {
    const byte = bytes[at] as number;
    if (isSpace(byte)) return;
    if (this.#isOver) throw this.#wrong('something follows the object that it is');
    const isBetween = this.#depth === 2 && this.#list !== null;
    if (isBetween && byte === comma) {
      if (this.#from < 0) throw this.#wrong(`${this.#list?.name} has a comma too many`);
      this.#tell(bytes, at);
      this.#isAfterComma = true;
      return;
    }
    if (isBetween && byte === closesList && this.#isAfterComma && this.#from < 0)
      throw this.#wrong(`${this.#list?.name} has a comma too many`);
    if (this.#from < 0 && (isBetween ? byte !== closesList : this.#depth === 1 && byte === quote)) {
      this.#from = at;
      this.#isAfterComma = false;
    }
    if (byte === quote) this.#isInText = true;
    else if (byte === opensObject || byte === opensList) this.#open(byte);
    else if (byte === closesObject || byte === closesList) this.#close(bytes, at);
    else if (this.#depth === 0) throw this.#wrong('this is no JSON');
  }

  end(): void {
    if (!this.#isOver) throw this.#wrong('it is cut off: its end is missing');
  }
}

/**
 * Reads a file whose top is an object with lists.
 *
 * @param wanted  what is told of the elements of each list, by its key; other keys are passed over
 * @returns the keys of those lists that there are
 * @throws DataError with the file, where it cannot be read, is no JSON, is cut off, or has a list twice
 * @example readElements('instances_val2017.json', { images: (image) => images.push(image) })
 */
export function readElements(
  file: string,
  wanted: Readonly<Record<string, OnElement>>,
  report: Report = () => {},
): ReadonlySet<string> {
  const elements = new Elements(file, wanted);
  let handle: number | null = null;
  try {
    handle = fs.openSync(file, 'r');
    const { size } = fs.fstatSync(handle);
    const bytes = Buffer.alloc(Math.min(chunk, Math.max(1, size)));
    for (let done = 0; ; ) {
      const count = fs.readSync(handle, bytes, 0, bytes.length, null);
      if (count === 0) break;
      elements.read(bytes.subarray(0, count), done === 0);
      done += count;
      report(`Reading ${file}`, done, size);
    }
  } catch (error) {
    const cause = error instanceof DataError ? null : systemCause(error);
    if (cause === null) throw error;
    throw new DataError(`${file} cannot be read: ${cause}`, { cause: error });
  } finally {
    if (handle !== null) fs.closeSync(handle);
  }
  elements.end();
  return elements.found;
}
