/**
 * Python's pickle format, as far as it describes data: numbers, strings, lists, tuples, dictionaries, sets. What would run code is
 * refused by name, except the few constructors that the caller defines.
 */
import { TorchError } from '../errors.ts';

/** A value from a pickle. Dictionaries with string keys become objects without a prototype, others Maps; tuples become arrays. */
export type Unpickled =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Unpickled[]
  | Set<Unpickled>
  | Map<Unpickled, Unpickled>
  | { [key: string]: Unpickled }
  | Global
  | object;

/** A named class or function. Being named is harmless; only those with a `call` can be called. */
export class Global {
  readonly name: string;
  readonly call: ((args: Unpickled[]) => Unpickled) | undefined;
  constructor(name: string, call?: (args: Unpickled[]) => Unpickled) {
    this.name = name;
    this.call = call;
  }
}

export interface UnpickleOptions {
  /** The constructors that are known, by `module.name`; any other is refused. */
  readonly globals: ReadonlyMap<string, Global>;
  /** Resolves a persistent id: for torch, a storage. */
  readonly persistentLoad: (id: Unpickled) => Unpickled;
}

/** A dictionary under construction; finished ones become objects or Maps. */
class Dictionary {
  readonly entries = new Map<Unpickled, Unpickled>();
}

class Mark {}
const mark = new Mark();

const maxItems = 10_000_000;
const maxDepth = 200;

class Unpickler {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #options: UnpickleOptions;
  readonly #stack: (Unpickled | Mark)[] = [];
  readonly #memo = new Map<number, Unpickled>();
  #at = 0;

  constructor(bytes: Uint8Array, options: UnpickleOptions) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#options = options;
  }

  load(): Unpickled {
    while (true) {
      const opcode = this.#byte();
      if (opcode === 0x2e) return finish(this.#pop(), 0, new Map());
      this.#run(opcode);
      if (this.#stack.length > maxItems) throw new TorchError('the pickle has too many items');
    }
  }

  #take(length: number): Uint8Array {
    if (!(length >= 0) || this.#at + length > this.#bytes.length)
      throw new TorchError('the pickle ended early');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #byte(): number {
    return this.#take(1)[0] ?? 0;
  }

  #uint32(): number {
    this.#take(4);
    return this.#view.getUint32(this.#at - 4, true);
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw new TorchError('the pickle ended early');
    const text = Buffer.from(this.#take(end - this.#at)).toString();
    this.#at++;
    return text;
  }

  #text(length: number): string {
    return Buffer.from(this.#take(length)).toString();
  }

  #long(length: number): number | bigint {
    if (length > 64) throw new TorchError('the pickle has an integer of over 512 bits');
    let value = 0n;
    for (const byte of this.#take(length).toReversed()) value = (value << 8n) | BigInt(byte);
    if (length > 0) value = BigInt.asIntN(8 * length, value);
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }

  #pop(): Unpickled {
    const value = this.#stack.pop();
    if (value === undefined || value instanceof Mark)
      throw new TorchError('the pickle takes more from its stack than is there');
    return value;
  }

  #top(): Unpickled {
    const value = this.#stack.at(-1);
    if (value === undefined || value instanceof Mark)
      throw new TorchError('the pickle takes more from its stack than is there');
    return value;
  }

  #popMark(): Unpickled[] {
    const start = this.#stack.lastIndexOf(mark);
    if (start < 0) throw new TorchError('the pickle has no mark where it needs one');
    const items = this.#stack.splice(start).slice(1);
    return items as Unpickled[];
  }

  #remember(index: number): void {
    this.#memo.set(index, this.#top());
  }

  #recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw new TorchError('the pickle recalls what it never remembered');
    this.#stack.push(value);
  }

  #global(module: string, name: string): Global {
    const known = this.#options.globals.get(`${module}.${name}`);
    if (!known) {
      throw new TorchError(
        `it names ${module}.${name}, which is no tensor and no plain container: refused, since loading it could run code`,
      );
    }
    return known;
  }

  #set(items: Unpickled[]): void {
    const target = this.#top();
    if (!(target instanceof Dictionary) || items.length % 2)
      throw new TorchError('the pickle sets items on what is no dictionary');
    for (let i = 0; i < items.length; i += 2) target.entries.set(items[i] ?? null, items[i + 1] ?? null);
  }

  #append(items: Unpickled[]): void {
    const target = this.#top();
    if (!Array.isArray(target)) throw new TorchError('the pickle appends to what is no list');
    for (const item of items) target.push(item);
  }

  #reduce(): void {
    const args = this.#pop();
    const callable = this.#pop();
    if (!(callable instanceof Global) || !callable.call || !Array.isArray(args)) {
      const name = callable instanceof Global ? callable.name : typeof callable;
      throw new TorchError(`the pickle calls ${name}, which is not callable here`);
    }
    this.#stack.push(callable.call(args));
  }

  /** `BUILD` gives an object its attributes. Those of an OrderedDict (`_metadata` of a state dict) are dropped. */
  #build(): void {
    this.#pop();
    if (!(this.#top() instanceof Dictionary))
      throw new TorchError('the pickle sets attributes of what is no plain container');
  }

  #run(opcode: number): void {
    const stack = this.#stack;
    switch (String.fromCharCode(opcode)) {
      case '\x80': {
        const protocol = this.#byte();
        if (protocol > 5) throw new TorchError(`pickle protocol ${protocol} is unknown`);
        return;
      }
      case '\x95':
        this.#take(8);
        return;
      case '(':
        stack.push(mark);
        return;
      case '0':
        stack.pop();
        return;
      case 'N':
        stack.push(null);
        return;
      case '\x88':
        stack.push(true);
        return;
      case '\x89':
        stack.push(false);
        return;
      case 'K':
        stack.push(this.#byte());
        return;
      case 'M':
        this.#take(2);
        stack.push(this.#view.getUint16(this.#at - 2, true));
        return;
      case 'J':
        stack.push(this.#uint32() | 0);
        return;
      case '\x8a':
        stack.push(this.#long(this.#byte()));
        return;
      case '\x8b':
        stack.push(this.#long(this.#uint32()));
        return;
      case 'G':
        this.#take(8);
        stack.push(this.#view.getFloat64(this.#at - 8, false));
        return;
      case 'X':
        stack.push(this.#text(this.#uint32()));
        return;
      case '\x8c':
        stack.push(this.#text(this.#byte()));
        return;
      case 'U':
        stack.push(this.#text(this.#byte()));
        return;
      case 'T':
        stack.push(this.#text(this.#uint32()));
        return;
      case 'C':
        stack.push(this.#take(this.#byte()).slice());
        return;
      case 'B':
        stack.push(this.#take(this.#uint32()).slice());
        return;
      case ')':
      case ']':
        stack.push([]);
        return;
      case '}':
        stack.push(new Dictionary());
        return;
      case '\x8f':
        stack.push(new Set());
        return;
      case '\x85':
        stack.push([this.#pop()]);
        return;
      case '\x86': {
        const second = this.#pop();
        stack.push([this.#pop(), second]);
        return;
      }
      case '\x87': {
        const third = this.#pop();
        const second = this.#pop();
        stack.push([this.#pop(), second, third]);
        return;
      }
      case 't':
      case 'l':
        stack.push(this.#popMark());
        return;
      case 'd': {
        const items = this.#popMark();
        stack.push(new Dictionary());
        this.#set(items);
        return;
      }
      case 'a': {
        const item = this.#pop();
        this.#append([item]);
        return;
      }
      case 'e':
        this.#append(this.#popMark());
        return;
      case 's': {
        const value = this.#pop();
        this.#set([this.#pop(), value]);
        return;
      }
      case 'u':
        this.#set(this.#popMark());
        return;
      case '\x90': {
        const items = this.#popMark();
        const target = this.#top();
        if (!(target instanceof Set)) throw new TorchError('the pickle adds to what is no set');
        for (const item of items) target.add(item);
        return;
      }
      case 'q':
        this.#remember(this.#byte());
        return;
      case 'r':
        this.#remember(this.#uint32());
        return;
      case '\x94':
        this.#remember(this.#memo.size);
        return;
      case 'h':
        this.#recall(this.#byte());
        return;
      case 'j':
        this.#recall(this.#uint32());
        return;
      case 'c': {
        const module = this.#line();
        stack.push(this.#global(module, this.#line()));
        return;
      }
      case '\x93': {
        const name = String(this.#pop());
        stack.push(this.#global(String(this.#pop()), name));
        return;
      }
      case 'R':
      case '\x81':
        this.#reduce();
        return;
      case 'b':
        this.#build();
        return;
      case 'Q':
        stack.push(this.#options.persistentLoad(this.#pop()));
        return;
      default:
        throw new TorchError(
          `the pickle has the opcode 0x${opcode.toString(16)}, which no tensor file needs`,
        );
    }
  }
}

/** Turns finished dictionaries into objects or Maps, all the way down; what is shared or refers to itself stays so. */
function finish(value: Unpickled, depth: number, done: Map<object, Unpickled>): Unpickled {
  if (depth > maxDepth) throw new TorchError('the pickle is nested too deeply');
  if (typeof value !== 'object' || value === null) return value;
  const before = done.get(value);
  if (before !== undefined) return before;
  if (Array.isArray(value)) {
    done.set(value, value);
    value.forEach((item, i) => {
      value[i] = finish(item, depth + 1, done);
    });
    return value;
  }
  if (!(value instanceof Dictionary)) return value;
  const keys = [...value.entries.keys()];
  if (keys.every((key) => typeof key === 'string')) {
    const object: { [key: string]: Unpickled } = Object.create(null);
    done.set(value, object);
    for (const [key, item] of value.entries) object[String(key)] = finish(item, depth + 1, done);
    return object;
  }
  const map = new Map<Unpickled, Unpickled>();
  done.set(value, map);
  for (const [key, item] of value.entries) map.set(key, finish(item, depth + 1, done));
  return map;
}

/** `collections.OrderedDict`, which is a dictionary here. */
export const orderedDict = new Global('collections.OrderedDict', (args) => {
  if (args.length) throw new TorchError('the pickle makes an OrderedDict of arguments, which torch does not');
  return new Dictionary();
});

/**
 * Reads one pickle.
 *
 * @throws TorchError if it is damaged, or names anything that is not among the globals
 */
export function unpickle(bytes: Uint8Array, options: UnpickleOptions): Unpickled {
  return new Unpickler(bytes, options).load();
}
