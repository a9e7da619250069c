/** What comes out of a pickle, and what it may cost. */
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
  readonly call: ((args: Unpickled[], budget: Budget) => Unpickled) | undefined;
  constructor(name: string, call?: (args: Unpickled[], budget: Budget) => Unpickled) {
    this.name = name;
    this.call = call;
  }
}

/**
 * What the values of one file may take in memory besides the elements of tensors. A pickle of a few bytes can ask for gigabytes, so each
 * opcode is charged with about what it takes. A state dict takes about 3.3 kB for each of its tensors, so 30,000 of them are read.
 */
export class Budget {
  #left = 96 << 20;

  spend(bytes: number): void {
    this.#left -= bytes;
    if (!(this.#left >= 0)) throw new TorchError('the pickle has too many values, or too large ones');
  }
}

/** What becomes another value when the pickle has ended. */
export abstract class Unfinished {
  abstract finish(): Unpickled;
}

/** A dictionary under construction, keys and values in turn; finished ones become objects or Maps. */
export class Dictionary {
  readonly items: Unpickled[] = [];

  get(key: string): Unpickled | undefined {
    for (let i = this.items.length - 2; i >= 0; i -= 2) if (this.items[i] === key) return this.items[i + 1];
    return undefined;
  }
}

const maxDepth = 200;

/** Turns finished dictionaries into objects or Maps, all the way down; what is shared or refers to itself stays so. */
export function finish(value: Unpickled, depth = 0, done = new Map<object, Unpickled>()): Unpickled {
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
  if (value instanceof Unfinished) {
    const finished = value.finish();
    done.set(value, finished);
    return finished;
  }
  if (value instanceof Set) {
    done.set(value, value);
    const items = [...value];
    value.clear();
    for (const item of items) value.add(finish(item, depth + 1, done));
    return value;
  }
  return value instanceof Dictionary ? finishDictionary(value, depth, done) : value;
}

function finishDictionary(dictionary: Dictionary, depth: number, done: Map<object, Unpickled>): Unpickled {
  const { items } = dictionary;
  if (items.every((key, i) => i % 2 || typeof key === 'string')) {
    const object: { [key: string]: Unpickled } = Object.create(null);
    done.set(dictionary, object);
    for (let i = 0; i < items.length; i += 2)
      object[String(items[i])] = finish(items[i + 1] ?? null, depth + 1, done);
    return object;
  }
  const map = new Map<Unpickled, Unpickled>();
  done.set(dictionary, map);
  for (let i = 0; i < items.length; i += 2)
    map.set(finish(items[i] ?? null, depth + 1, done), finish(items[i + 1] ?? null, depth + 1, done));
  return map;
}
