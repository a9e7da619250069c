/** What comes out of a pickle, and what it may cost. */
import { TorchError } from '../dispatch/errors.ts';
import { keepVersions } from '../nn/state-dict.ts';

/**
 * A value from a pickle. Dictionaries with string keys become objects without a prototype, others Maps; tuples become arrays,
 * complex numbers `{ re, im }`, arrays of NumPy tensors, objects of classes that are not known here `Placeholder`s.
 */
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
  | Placeholder
  | object;

/**
 * An object of a class that is not known here, or the class or function itself: its name, and what the file says of it. Nothing of the
 * class was run.
 *
 * @example const { args } = await loadPth('timm.pth.tar'); // Placeholder { name: 'argparse.Namespace', args: [], state: [{ lr: 0.1 }] }
 */
export class Placeholder {
  /** Module and name, e.g. `argparse.Namespace`. */
  readonly name: string;
  /** What its constructor would be called with. */
  readonly args: Unpickled[];
  /** What it would be given afterwards, in the order of the file: attributes, items. */
  readonly state: Unpickled[] = [];

  constructor(name: string, args: Unpickled[] = []) {
    this.name = name;
    this.args = args;
  }
}

/** Why a tensor is not read, by its kind; and what would be. */
const kinds = {
  quantized: 'is quantized, which is not read here: save its `dequantize()`',
  sparse: 'is sparse, which is not read here: save its `to_dense()`',
  meta: 'was saved from the device meta, so it has a shape but no values: save it from a model that has its weights',
  subclass:
    'is of a subclass of torch.Tensor, which is not read here: save the plain tensor that it stands for',
} as const;

/**
 * A tensor of a kind that is not read (quantized, sparse, meta, of a subclass): a placeholder, so that the weights beside it are.
 *
 * @example if (value instanceof UnreadTensor) console.log(`it ${value.why}`);
 */
export class UnreadTensor extends Placeholder {
  readonly kind: keyof typeof kinds;

  constructor(name: string, kind: keyof typeof kinds, args: Unpickled[] = []) {
    super(name, args);
    this.kind = kind;
  }

  /** What it is and what to do, as the end of a sentence that begins with its name. */
  get why(): string {
    return kinds[this.kind];
  }
}

/** A named class or function. Being named is harmless; only those with a `call` can be called, others make placeholders. */
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
  #left: number;

  /** @param contents  bytes of arrays that lie in the pickle itself, which are read and then copied; those of PyTorch's tensors lie elsewhere */
  constructor(contents = 0) {
    this.#left = (96 << 20) + 6 * contents;
  }

  spend(bytes: number): void {
    this.#left -= bytes;
    if (!(this.#left >= 0)) throw new TorchError('the pickle has too many values, or too large ones');
  }
}

/** What becomes another value when the pickle has ended. */
export abstract class Unfinished {
  abstract finish(): Unpickled;

  /** Takes the attributes that the pickle gives it. */
  build(_state: Unpickled, _budget: Budget): void {
    throw new TorchError('the pickle sets attributes on a value that cannot have any');
  }
}

/** A dictionary under construction, keys and values in turn; finished ones become objects or Maps. */
export class Dictionary {
  readonly items: Unpickled[] = [];
  /** Those of an OrderedDict: `_metadata` of a state dict. */
  attributes: Unpickled = null;

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
  if (value instanceof Global) {
    const named = new Placeholder(value.name);
    done.set(value, named);
    return named;
  }
  if (value instanceof Placeholder) {
    done.set(value, value);
    finish(value.args, depth + 1, done);
    finish(value.state, depth + 1, done);
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

/** What `_metadata`, an attribute of PyTorch's state dicts, says of each module: { version }, by path. */
function versionsIn(attributes: Unpickled): ReadonlyMap<string, number> | undefined {
  const metadata = attributes instanceof Dictionary ? attributes.get('_metadata') : undefined;
  if (!(metadata instanceof Dictionary)) return undefined;
  const versions = new Map<string, number>();
  for (let i = 0; i < metadata.items.length; i += 2) {
    const [path, about] = [metadata.items[i], metadata.items[i + 1]];
    const version = about instanceof Dictionary ? about.get('version') : undefined;
    if (typeof path === 'string' && typeof version === 'number') versions.set(path, version);
  }
  return versions;
}

function finishDictionary(dictionary: Dictionary, depth: number, done: Map<object, Unpickled>): Unpickled {
  const { items } = dictionary;
  if (items.every((key, i) => i % 2 || typeof key === 'string')) {
    const object: { [key: string]: Unpickled } = Object.create(null);
    done.set(dictionary, object);
    for (let i = 0; i < items.length; i += 2)
      object[String(items[i])] = finish(items[i + 1] ?? null, depth + 1, done);
    keepVersions(object, versionsIn(dictionary.attributes));
    return object;
  }
  const map = new Map<Unpickled, Unpickled>();
  done.set(dictionary, map);
  for (let i = 0; i < items.length; i += 2)
    map.set(finish(items[i] ?? null, depth + 1, done), finish(items[i + 1] ?? null, depth + 1, done));
  return map;
}
