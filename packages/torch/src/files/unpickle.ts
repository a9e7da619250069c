/**
 * Python's pickle format, as far as it describes data: numbers, strings, lists, tuples, dictionaries, sets, and the few constructors that
 * the caller defines. An object of any other class, which would run code, becomes a placeholder with its name and what it was to be given.
 */
import { isUtf8 } from 'node:buffer';
import { TorchError } from '../dispatch/errors.ts';
import { quoted } from '../dispatch/quoted.ts';
import { Tensor } from '../tensor.ts';
import { opcodes } from './opcodes.ts';
import {
  type Budget,
  Dictionary,
  finish,
  Global,
  Placeholder,
  Unfinished,
  type Unpickled,
} from './pickled.ts';
import type { Source } from './source.ts';

/** How a pickle is read. */
export interface UnpickleOptions {
  /** What is known by `module.name`; any other name makes placeholders. */
  readonly globals: ReadonlyMap<string, Unpickled>;
  /** Resolves a persistent id: for torch, a storage. */
  readonly persistentLoad: (id: Unpickled) => Unpickled;
  readonly budget: Budget;
}

class Mark {}
const mark = new Mark();

/** Python writes the items of a list or dictionary by the thousand, so only long tuples are ever there whole. */
const maxStack = 1 << 20;

/** Of a class or function, with its module. */
const maxName = 1024;

// What values take in V8, and what reading them takes in time, roughly.
const costs = {
  opcode: 8,
  moved: 24,
  memo: 16,
  number: 24,
  bigint: 240,
  text: 32,
  tuple: 64,
  container: 160,
  set: 300,
  bytes: 300,
  placeholder: 300,
  item: 64,
};

class Unpickler {
  readonly #source: Source;
  readonly #options: UnpickleOptions;
  readonly #stack: (Unpickled | Mark)[] = [];
  readonly #memo: Unpickled[] = [];

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
    if (this.#stack.push(value) > maxStack) throw new TorchError('the pickle has too many values at once');
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
    this.#options.budget.spend(costs.moved * (1 + items.length));
    return items;
  }

  #text(length: number): void {
    this.#source.expect(length);
    this.#options.budget.spend(costs.text + 2 * length);
    this.#push(this.#source.text(length));
  }

  /** Python 2 wrote bytes as it wrote text. */
  #textOrBytes(length: number): void {
    this.#source.expect(length);
    this.#options.budget.spend(costs.bytes + 2 * length);
    const bytes = this.#source.bytes(length);
    this.#push(isUtf8(bytes) ? bytes.toString() : new Uint8Array(bytes));
  }

  #bytes(length: number): void {
    this.#source.expect(length);
    this.#options.budget.spend(costs.bytes + length);
    this.#push(new Uint8Array(this.#source.bytes(length)));
  }

  /** A two's complement number, least significant byte first. */
  #long(length: number): void {
    if (length > 64) throw new TorchError('the pickle has an integer of over 512 bits');
    if (length === 0) return this.#push(0);
    if (length <= 6) return this.#push(this.#source.int(length), costs.number);
    const digits = Buffer.from(this.#source.bytes(length)).reverse().toString('hex');
    this.#integer(BigInt.asIntN(8 * length, BigInt(`0x${digits}`)));
  }

  /** A number in decimal digits. */
  #decimal(text: string): void {
    if (!/^-?\d{1,155}$/.test(text))
      throw new TorchError(`the pickle has ${quoted(text)} in place of a number`);
    this.#integer(BigInt(text));
  }

  #integer(value: bigint): void {
    const number = Number(value);
    this.#push(Number.isSafeInteger(number) ? number : value, costs.bigint);
  }

  #remember(index: number): void {
    this.#options.budget.spend(costs.memo);
    // Python numbers them from 0, Python 2 from 1.
    if (index > this.#memo.length + 1) throw new TorchError('the pickle remembers values out of order');
    this.#memo[index] = this.#top();
  }

  #recall(index: number): void {
    const value = this.#memo[index];
    if (value === undefined) throw new TorchError('the pickle recalls what it never remembered');
    this.#push(value);
  }

  #global(module: Unpickled, name: Unpickled): void {
    if (typeof module !== 'string' || typeof name !== 'string')
      throw new TorchError('the pickle names something by a value that is not text');
    const full = `${module}.${name}`;
    const known = this.#options.globals.get(full);
    if (known !== undefined) return this.#push(known);
    if (full.length > maxName) throw new TorchError(`the pickle has a name of ${full.length} characters`);
    this.#push(new Global(full), costs.placeholder);
  }

  #setItems(items: Unpickled[]): void {
    const target = this.#top();
    if (!(target instanceof Dictionary || target instanceof Placeholder) || items.length % 2)
      throw new TorchError('the pickle sets items on a value that is not a dictionary');
    this.#options.budget.spend(costs.item * items.length);
    const dictionary = target instanceof Dictionary ? target : new Dictionary();
    for (const item of items) dictionary.items.push(item);
    if (target instanceof Placeholder) this.#give(target, dictionary);
  }

  #append(items: Unpickled[]): void {
    const target = this.#top();
    if (target instanceof Placeholder) return this.#give(target, items);
    if (!Array.isArray(target)) throw new TorchError('the pickle appends to a value that is not a list');
    for (const item of items) target.push(item);
  }

  #addItems(items: Unpickled[]): void {
    const target = this.#top();
    if (target instanceof Placeholder) return this.#give(target, items);
    if (!(target instanceof Set)) throw new TorchError('the pickle adds to a value that is not a set');
    this.#options.budget.spend(costs.item * items.length);
    for (const item of items) target.add(item);
  }

  #give(target: Placeholder, state: Unpickled): void {
    this.#options.budget.spend(costs.container);
    target.state.push(state);
  }

  #call(callable: Unpickled, args: Unpickled): void {
    if (!(callable instanceof Global || callable instanceof Placeholder) || !Array.isArray(args))
      throw new TorchError(`the pickle calls a ${typeof callable}, which is not callable`);
    if (callable instanceof Global && callable.call)
      return this.#push(callable.call(args, this.#options.budget));
    // Old versions of pickle make every object by a function of Python's whose first argument is the class.
    const [first] = args;
    const isMaker = /^copy_?reg\.(_reconstructor|__newobj__|__newobj_ex__)$/.test(callable.name);
    const { name } = isMaker && first instanceof Global ? first : callable;
    this.#push(new Placeholder(name, args), costs.placeholder);
  }

  #reduce(): void {
    const args = this.#pop();
    this.#call(this.#pop(), args);
  }

  /** `BUILD` gives an object its attributes; those of a tensor are left. */
  #build(): void {
    const state = this.#pop();
    const target = this.#top();
    if (target instanceof Dictionary) target.attributes = state;
    else if (target instanceof Placeholder) this.#give(target, state);
    else if (target instanceof Unfinished) target.build(state, this.#options.budget);
    else if (!(target instanceof Tensor))
      throw new TorchError('the pickle sets attributes on a value that cannot have any');
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
        return this.#push(source.int(4), costs.number);
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
        return this.#text(source.uint32());
      case opcodes.SHORT_BINUNICODE:
        return this.#text(source.byte());
      case opcodes.BINSTRING:
        return this.#textOrBytes(source.uint32());
      case opcodes.SHORT_BINSTRING:
        return this.#textOrBytes(source.byte());
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
        return this.#push([], costs.tuple);
      case opcodes.TUPLE1:
        return this.#push([this.#pop()], costs.tuple);
      case opcodes.TUPLE2: {
        const second = this.#pop();
        return this.#push([this.#pop(), second], costs.tuple);
      }
      case opcodes.TUPLE3: {
        const third = this.#pop();
        const second = this.#pop();
        return this.#push([this.#pop(), second, third], costs.tuple);
      }
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
        return this.#remember(this.#memo.length);
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
      case opcodes.NEWOBJ_EX: {
        const named = this.#pop();
        const args = this.#pop();
        return this.#call(this.#pop(), [args, named]);
      }
      case opcodes.OBJ: {
        const [callable = null, ...args] = this.#popMark();
        return this.#call(callable, args);
      }
      case opcodes.INST: {
        const module = source.line();
        const name = source.line();
        const args = this.#popMark();
        this.#global(module, name);
        return this.#call(this.#pop(), args);
      }
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
 * @throws TorchError if it is damaged
 */
export function unpickle(source: Source, options: UnpickleOptions): Unpickled {
  return new Unpickler(source, options).load();
}
