/**
 * Python's pickle format, as far as it describes data: numbers, strings, lists, tuples, dictionaries, sets. What would run code is
 * refused by name, except the few constructors that the caller defines.
 */
import { TorchError } from '../errors.ts';
import { opcodes } from './opcodes.ts';
import { type Budget, Dictionary, finish, Global, type Unpickled } from './pickled.ts';
import { quoted } from './quoted.ts';
import type { Source } from './source.ts';

/** How a pickle is read. */
export interface UnpickleOptions {
  /** What is known by `module.name`; any other name is refused. */
  readonly globals: ReadonlyMap<string, Unpickled>;
  /** Resolves a persistent id: for torch, a storage. */
  readonly persistentLoad: (id: Unpickled) => Unpickled;
  readonly budget: Budget;
}

class Mark {}
const mark = new Mark();

// What values take in V8, roughly.
const costs = {
  opcode: 8,
  memo: 40,
  number: 16,
  text: 32,
  tuple: 64,
  container: 160,
  set: 300,
  bytes: 300,
  item: 64,
};

class Unpickler {
  readonly #source: Source;
  readonly #options: UnpickleOptions;
  readonly #stack: (Unpickled | Mark)[] = [];
  readonly #memo = new Map<number, Unpickled>();

  constructor(source: Source, options: UnpickleOptions) {
    this.#source = source;
    this.#options = options;
  }

  load(): Unpickled {
    while (true) {
      const opcode = this.#source.byte();
      if (opcode === opcodes.STOP) return finish(this.#pop());
      this.#options.budget.spend(costs.opcode);
      this.#run(opcode);
    }
  }

  #push(value: Unpickled | Mark, cost = 0): void {
    if (cost > 0) this.#options.budget.spend(cost);
    this.#stack.push(value);
  }

  #top(): Unpickled {
    const value = this.#stack.at(-1);
    if (value === undefined || value instanceof Mark)
      throw new TorchError('the pickle takes more from its stack than is there');
    return value;
  }

  #pop(): Unpickled {
    const value = this.#top();
    this.#stack.pop();
    return value;
  }

  #popMark(): Unpickled[] {
    const start = this.#stack.lastIndexOf(mark);
    if (start < 0) throw new TorchError('the pickle has no mark where it needs one');
    const items: Unpickled[] = [];
    for (const item of this.#stack.splice(start)) if (!(item instanceof Mark)) items.push(item);
    this.#options.budget.spend(costs.opcode * items.length);
    return items;
  }

  #text(length: number): void {
    this.#options.budget.spend(costs.text + 2 * length);
    this.#stack.push(this.#source.text(length));
  }

  #bytes(length: number): void {
    this.#options.budget.spend(costs.bytes + length);
    this.#stack.push(new Uint8Array(this.#source.bytes(length)));
  }

  #tuple(length: number): void {
    const items: Unpickled[] = [];
    for (let i = 0; i < length; i++) items.unshift(this.#pop());
    this.#push(items, costs.tuple);
  }

  /** A two's complement number, least significant byte first. */
  #long(length: number): void {
    if (length > 64) throw new TorchError('the pickle has an integer of over 512 bits');
    let value = 0n;
    for (const byte of this.#source.bytes(length).toReversed()) value = (value << 8n) | BigInt(byte);
    this.#integer(BigInt.asIntN(8 * length, value));
  }

  /** A number in decimal digits. */
  #decimal(text: string): void {
    if (!/^-?\d{1,155}$/.test(text))
      throw new TorchError(`the pickle has ${quoted(text)} in place of a number`);
    this.#integer(BigInt(text));
  }

  #integer(value: bigint): void {
    const number = Number(value);
    this.#push(Number.isSafeInteger(number) ? number : value, costs.number);
  }

  #remember(index: number): void {
    this.#options.budget.spend(costs.memo);
    this.#memo.set(index, this.#top());
  }

  #recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw new TorchError('the pickle recalls what it never remembered');
    this.#stack.push(value);
  }

  #global(module: Unpickled, name: Unpickled): void {
    if (typeof module !== 'string' || typeof name !== 'string')
      throw new TorchError('the pickle names something by what is no text');
    const known = this.#options.globals.get(`${module}.${name}`);
    if (known === undefined) {
      const shown = quoted(`${module}.${name}`).slice(1, -1);
      throw new TorchError(
        `it names ${shown}, which is no tensor and no plain container: refused, since loading it could run code`,
      );
    }
    this.#stack.push(known);
  }

  #setItems(items: Unpickled[]): void {
    const target = this.#top();
    if (!(target instanceof Dictionary) || items.length % 2)
      throw new TorchError('the pickle sets items on what is no dictionary');
    this.#options.budget.spend(costs.item * items.length);
    for (const item of items) target.items.push(item);
  }

  #append(items: Unpickled[]): void {
    const target = this.#top();
    if (!Array.isArray(target)) throw new TorchError('the pickle appends to what is no list');
    for (const item of items) target.push(item);
  }

  #addItems(items: Unpickled[]): void {
    const target = this.#top();
    if (!(target instanceof Set)) throw new TorchError('the pickle adds to what is no set');
    this.#options.budget.spend(costs.item * items.length);
    for (const item of items) target.add(item);
  }

  #reduce(): void {
    const args = this.#pop();
    const callable = this.#pop();
    if (!(callable instanceof Global) || !callable.call || !Array.isArray(args)) {
      const name = callable instanceof Global ? callable.name : `a ${typeof callable}`;
      throw new TorchError(`the pickle calls ${name}, which is not callable here`);
    }
    this.#push(callable.call(args, this.#options.budget));
  }

  /** `BUILD` gives an object its attributes. Those of an OrderedDict (`_metadata` of a state dict) are dropped. */
  #build(): void {
    this.#pop();
    if (!(this.#top() instanceof Dictionary))
      throw new TorchError('the pickle sets attributes of what is no plain container');
  }

  #run(opcode: number): void {
    const source = this.#source;
    switch (opcode) {
      case opcodes.PROTO: {
        const protocol = source.byte();
        if (protocol > 5) throw new TorchError(`pickle protocol ${protocol} is unknown`);
        return;
      }
      case opcodes.FRAME:
        // How far a reader may read ahead, which says nothing here.
        source.bytes(8);
        return;

      case opcodes.MARK:
        return this.#push(mark);
      case opcodes.POP:
        if (this.#stack.pop() === undefined)
          throw new TorchError('the pickle takes more from its stack than is there');
        return;
      case opcodes.POP_MARK:
        return void this.#popMark();
      case opcodes.DUP:
        return this.#push(this.#top());

      case opcodes.NONE:
        return this.#push(null);
      case opcodes.NEWTRUE:
        return this.#push(true);
      case opcodes.NEWFALSE:
        return this.#push(false);
      case opcodes.BININT1:
        return this.#push(source.byte());
      case opcodes.BININT2:
        return this.#push(source.uint16());
      case opcodes.BININT:
        return this.#push(source.int32());
      case opcodes.LONG1:
        return this.#long(source.byte());
      case opcodes.LONG4:
        return this.#long(source.uint32());
      case opcodes.INT: {
        const text = source.line();
        if (text === '00' || text === '01') return this.#push(text === '01');
        return this.#decimal(text);
      }
      case opcodes.LONG:
        return this.#decimal(source.line().replace(/L$/, ''));
      case opcodes.BINFLOAT:
        return this.#push(source.float64(), costs.number);

      case opcodes.BINUNICODE:
      case opcodes.BINSTRING:
        return this.#text(source.uint32());
      case opcodes.SHORT_BINUNICODE:
      case opcodes.SHORT_BINSTRING:
        return this.#text(source.byte());
      case opcodes.BINUNICODE8:
        return this.#text(source.uint64());
      case opcodes.SHORT_BINBYTES:
        return this.#bytes(source.byte());
      case opcodes.BINBYTES:
        return this.#bytes(source.uint32());
      case opcodes.BINBYTES8:
      case opcodes.BYTEARRAY8:
        return this.#bytes(source.uint64());

      case opcodes.EMPTY_TUPLE:
        return this.#tuple(0);
      case opcodes.TUPLE1:
        return this.#tuple(1);
      case opcodes.TUPLE2:
        return this.#tuple(2);
      case opcodes.TUPLE3:
        return this.#tuple(3);
      case opcodes.TUPLE:
        return this.#push(this.#popMark(), costs.tuple);
      case opcodes.EMPTY_LIST:
        return this.#push([], costs.container);
      case opcodes.LIST:
        return this.#push(this.#popMark(), costs.container);
      case opcodes.APPEND: {
        const item = this.#pop();
        return this.#append([item]);
      }
      case opcodes.APPENDS:
        return this.#append(this.#popMark());
      case opcodes.EMPTY_DICT:
        return this.#push(new Dictionary(), costs.container);
      case opcodes.DICT: {
        const items = this.#popMark();
        this.#push(new Dictionary(), costs.container);
        return this.#setItems(items);
      }
      case opcodes.SETITEM: {
        const value = this.#pop();
        return this.#setItems([this.#pop(), value]);
      }
      case opcodes.SETITEMS:
        return this.#setItems(this.#popMark());
      case opcodes.EMPTY_SET:
        return this.#push(new Set(), costs.set);
      case opcodes.ADDITEMS:
        return this.#addItems(this.#popMark());
      case opcodes.FROZENSET: {
        const items = this.#popMark();
        this.#push(new Set(), costs.set);
        return this.#addItems(items);
      }

      case opcodes.BINPUT:
        return this.#remember(source.byte());
      case opcodes.LONG_BINPUT:
        return this.#remember(source.uint32());
      case opcodes.MEMOIZE:
        return this.#remember(this.#memo.size);
      case opcodes.BINGET:
        return this.#recall(source.byte());
      case opcodes.LONG_BINGET:
        return this.#recall(source.uint32());

      case opcodes.GLOBAL: {
        const module = source.line();
        return this.#global(module, source.line());
      }
      case opcodes.STACK_GLOBAL: {
        const name = this.#pop();
        return this.#global(this.#pop(), name);
      }
      case opcodes.REDUCE:
      case opcodes.NEWOBJ:
        return this.#reduce();
      case opcodes.BUILD:
        return this.#build();
      case opcodes.BINPERSID:
        return this.#push(this.#options.persistentLoad(this.#pop()));
      default:
        throw new TorchError(
          `the pickle has the opcode 0x${opcode.toString(16).padStart(2, '0')}, which no tensor file needs`,
        );
    }
  }
}

/**
 * Reads one pickle; the source stands behind it then.
 *
 * @throws TorchError if it is damaged, or names anything that is not among the globals
 */
export function unpickle(source: Source, options: UnpickleOptions): Unpickled {
  return new Unpickler(source, options).load();
}
