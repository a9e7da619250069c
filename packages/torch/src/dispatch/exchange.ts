/**
 * The exchange buffer: operator arguments and results as plain numbers in memory that JavaScript and the addon share, so that a call
 * costs one crossing. The other side is native/exchange.h: change both together.
 */
import { TorchError } from './errors.ts';
import { native } from './native.ts';

const Tag = {
  Missing: 0,
  None: 1,
  Bool: 2,
  Number: 3,
  BigInt: 4,
  Handle: 5,
  String: 6,
  List: 7,
  Numbers: 8,
  Complex: 9,
  Argument: 10,
  Unsigned: 11,
} as const;

const scopeSlot = 0;
const countSlot = 1;
const firstSlot = 2;

/** A complex number, as an argument or a result. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

/** A number as an operator takes it. */
export type Scalar = number | boolean | bigint;

/** Something that lives in the addon. */
export interface Handled {
  readonly handle: number;
}

/** A generator of random numbers in the addon. */
export interface Seeded extends Handled {
  manualSeed(seed: number | bigint): unknown;
}

/** What an operator takes: `undefined` stands for the schema's default, `null` for none. */
export type Argument =
  | undefined
  | null
  | boolean
  | number
  | bigint
  | string
  | Complex
  | Handled
  | Float64Array
  | readonly Argument[];

/** Arguments by name, in camelCase: `{ keepdim: true }`. */
export interface Named {
  readonly [name: string]: Argument;
}

/** What a call gives: arguments in the order of the schema, and last, where there is one, the object of those by name. */
export type Given = Argument | Named;

let floats = new Float64Array(native.exchange(1024, 0));
let bigints = new BigInt64Array(floats.buffer);
let at = firstSlot;

function adopt(buffer: ArrayBuffer): void {
  floats = new Float64Array(buffer);
  bigints = new BigInt64Array(buffer);
}

function room(slots: number): void {
  if (at + slots > floats.length) adopt(native.exchange(at + slots, at));
}

/** Tells the addon whether a scope is open. */
export function markScope(open: boolean): void {
  floats[scopeSlot] = open ? 1 : 0;
}

function put(tag: number, value: number): void {
  floats[at++] = tag;
  floats[at++] = value;
}

function putList(values: readonly Argument[] | Float64Array): void {
  room(2 + 3 * values.length);
  if (values instanceof Float64Array || values.every((value) => typeof value === 'number')) {
    put(Tag.Numbers, values.length);
    for (const value of values) floats[at++] = value;
    return;
  }
  put(Tag.List, values.length);
  for (const value of values) encode(value);
}

function encode(value: Argument): void {
  room(3);
  switch (typeof value) {
    case 'number':
      return put(Tag.Number, value);
    case 'undefined':
      floats[at++] = Tag.Missing;
      return;
    case 'boolean':
      return put(Tag.Bool, value ? 1 : 0);
    case 'bigint':
      if (BigInt.asIntN(64, value) === value) floats[at++] = Tag.BigInt;
      else if (BigInt.asUintN(64, value) === value) floats[at++] = Tag.Unsigned;
      else throw new TorchError(`${value} does not fit 64 bits`);
      bigints[at++] = value;
      return;
    case 'string': {
      const bytes = Buffer.from(value);
      room(2 + bytes.length);
      put(Tag.String, bytes.length);
      for (const byte of bytes) floats[at++] = byte;
      return;
    }
    case 'object':
      if (value === null) {
        floats[at++] = Tag.None;
        return;
      }
      if ('handle' in value) {
        if (typeof value.handle !== 'number')
          throw new TorchError('this is not a tensor: a handle is a number');
        return put(Tag.Handle, value.handle);
      }
      if (Array.isArray(value) || value instanceof Float64Array) return putList(value);
      if ('re' in value && typeof value.re === 'number' && typeof value.im === 'number') {
        put(Tag.Complex, value.re);
        floats[at++] = value.im;
        return;
      }
  }
  throw new TorchError(`a value of the type ${typeof value} cannot be an argument of an operator`);
}

function next(): number {
  const value = floats[at++];
  if (value === undefined) throw new RangeError('the exchange buffer ended early');
  return value;
}

/** A result: `wrap` makes an object of a tensor's handle. */
function decode<Wrapped>(args: readonly Argument[], wrap: (handle: number) => Wrapped): unknown {
  const tag = next();
  switch (tag) {
    case Tag.Handle:
      return wrap(next());
    case Tag.Argument:
      return args[next()];
    case Tag.Number:
      return next();
    case Tag.None:
      return null;
    case Tag.Bool:
      return next() !== 0;
    case Tag.BigInt:
      return bigints[at++];
    case Tag.Unsigned:
      return BigInt.asUintN(64, bigints[at++] ?? 0n);
    case Tag.Complex: {
      const re = next();
      return { re, im: next() };
    }
    case Tag.String: {
      const length = next();
      const bytes = Uint8Array.from(floats.subarray(at, at + length));
      at += length;
      return Buffer.from(bytes).toString();
    }
    case Tag.List: {
      const length = next();
      const values: unknown[] = [];
      for (let i = 0; i < length; i++) values.push(decode(args, wrap));
      return values;
    }
  }
  throw new RangeError(`the exchange buffer has the unknown tag ${tag}`);
}

/** Calls an operator: no result is `undefined`, one is itself, several are an array. */
export function exchange<Wrapped>(
  operator: number,
  args: readonly Argument[],
  wrap: (handle: number) => Wrapped,
): unknown {
  at = firstSlot;
  for (let i = 0; i < args.length; i++) encode(args[i]);
  floats[countSlot] = args.length;
  try {
    const moved = native.call(operator);
    if (moved !== undefined) adopt(moved);
  } catch (error) {
    // It may have failed after the buffer had moved.
    adopt(native.exchange(0, 0));
    throw error;
  }
  const count = floats[countSlot] ?? 0;
  at = firstSlot;
  if (count === 1) return decode(args, wrap);
  if (count === 0) return undefined;
  const results: unknown[] = [];
  for (let i = 0; i < count; i++) results.push(decode(args, wrap));
  return results;
}

/** What the addon's describe() says of a tensor. */
export interface Description {
  dtype: number;
  deviceType: number;
  deviceIndex: number;
  requiresGrad: boolean;
  isLeaf: boolean;
  strided: boolean;
  storageOffset: number;
  shape: number[];
  strides: number[];
}

export function describe(handle: number): Description {
  const moved = native.describe(handle);
  if (moved !== undefined) adopt(moved);
  at = firstSlot;
  const description: Description = {
    dtype: next(),
    deviceType: next(),
    deviceIndex: next(),
    requiresGrad: next() !== 0,
    isLeaf: next() !== 0,
    strided: next() !== 0,
    storageOffset: next(),
    shape: [],
    strides: [],
  };
  const rank = next();
  for (let i = 0; i < rank; i++) description.shape.push(next());
  if (description.strided) for (let i = 0; i < rank; i++) description.strides.push(next());
  return description;
}

/** Frees handles; those already freed are passed over. */
export function free(handles: readonly number[]): void {
  if (handles.length === 0) return;
  at = firstSlot;
  room(handles.length);
  for (const handle of handles) floats[at++] = handle;
  floats[countSlot] = handles.length;
  native.free();
}
