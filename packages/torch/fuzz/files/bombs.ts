/** Pickles that ask for more memory, time or stack than they are worth, and tensors that are not where they say. */
import type { Case } from './case.ts';
import {
  call,
  dict,
  global,
  legacyFile,
  list,
  pickle,
  push,
  raw,
  sequence,
  storage,
  tensor,
  uint64,
  type Value,
  zipFile,
} from './pickle.ts';
import type { Draws } from './random.ts';

const repeated = (text: string, times: number): Buffer => raw(text.repeat(times));

/** Each of a hundred values holds the one before twice. */
const laughs = (write: (before: string) => string): Buffer => {
  const levels = Array.from(
    { length: 100 },
    (_, i) => `${write(`h${String.fromCharCode(i)}`)}q${String.fromCharCode(i + 1)}`,
  );
  return raw(`]q\x00${levels.join('')}`);
};
const laughingTuple = laughs((before) => `${before}${before}\x86`);

const floats = global('torch', 'FloatStorage');
const one = storage('0', 1);
const encode = sequence(
  global('_codecs', 'encode'),
  'q\x00',
  push('a'.repeat(1e6)),
  push('latin1'),
  raw('\x86q\x01'),
);

const object = (...args: Value[]): Buffer => call(global('a', 'B'), ...args);
const reconstruct = global('numpy.core.multiarray', '_reconstruct');
const float64 = call(global('numpy', 'dtype'), 'f8', false, true);

/** An array of NumPy as its pickle describes it. */
const array = (shape: Value, data: Value, dtype: Value = float64, isFortran: Value = false): Buffer =>
  sequence(call(reconstruct, null, [0], 'b'), push([1, shape, dtype, isFortran, data]), 'b');

/** Small files. */
const small: Readonly<Record<string, Value>> = {
  'lists that laugh': laughs((before) => `](${before}${before}e`),
  'tuples that laugh': laughingTuple,
  'a set in itself': raw('\x8fq\x00h\x00(h\x00\x900'),
  'dictionaries that laugh': laughs((before) => `}(K\x01${before}K\x02${before}u`),
  'an object that laughs': object(laughingTuple),
  'an object in itself': raw('ca\nB\n)Rq\x00h\x00b'),
  'an object with items, elements, attributes': sequence(object(), raw('(K\x01K\x02u(K\x01e}b')),
  'an object called': call(object(), 1),
  'an array of NumPy of no numbers': array(
    [2],
    push(['a', 'b']),
    call(global('numpy', 'dtype'), 'O8', false, true),
  ),
  'an array of NumPy never built': call(reconstruct, null, [0], 'b'),
  'a scalar of NumPy of another length': call(global('numpy.core.multiarray', 'scalar'), float64, 'abc'),
  'a scalar of NumPy of no dtype': call(global('numpy.core.multiarray', 'scalar'), laughingTuple, 'abc'),
  'a defaultdict of code': call(global('collections', 'defaultdict'), global('os', 'system')),
  'a Counter of text': call(global('collections', 'Counter'), 'abc'),
  'a tensor of a class of its own': call(
    global('torch._tensor', '_rebuild_from_type_v2'),
    global('os', 'system'),
    global('a', 'B'),
    ['true'],
    null,
  ),
  'a tensor of a class, of itself': sequence(
    ...[global('torch._tensor', '_rebuild_from_type_v2'), 'q\x00]q\x01(h\x00', global('a', 'B'), 'h\x01Ne0'],
    'h\x00(h\x00ca\nB\nh\x01NtR',
  ),
  'a module as a persistent id': sequence(push(['module', global('os', 'system'), null, null]), 'Q)R'),
};
const smallAndRefused: Readonly<Record<string, Value>> = {
  'a name that laughs': sequence(push('os'), laughingTuple, raw('\x93')),
  'a module that laughs': sequence(laughingTuple, push('system'), raw('\x93')),
  'a persistent id that laughs': sequence(laughingTuple, 'Q'),
  'a storage whose key laughs': storage(laughingTuple, 1),
  'a storage whose count laughs': storage('0', laughingTuple),
  'a storage whose part laughs': storage('0', 1, floats, laughingTuple),
  'a shape that laughs': tensor(one, 0, laughingTuple, laughingTuple),
  'a device that laughs': call(global('torch', 'device'), laughingTuple),
  'an encoding that laughs': call(global('_codecs', 'encode'), 'a', laughingTuple),
  'a call of what laughs': sequence(laughingTuple, ')R'),
  'attributes of what laughs': sequence(laughingTuple, '}b'),
  'an OrderedDict of what laughs': call(global('collections', 'OrderedDict'), laughingTuple),
  'lists a hundred thousand deep': sequence(repeated(']', 1e5), repeated('a', 99_999)),
  'tuples a hundred thousand deep': sequence('N', repeated('\x85', 1e5)),
  'dictionaries a hundred thousand deep': sequence(repeated('}K\x01', 1e5), 'N', repeated('s', 1e5)),
  'objects a hundred thousand deep': sequence('N', repeated('\x85q\x00ca\nB\nh\x00R', 1e5)),
  'attributes a hundred thousand deep': sequence(repeated('ca\nB\n)R', 1e5), 'N', repeated('b', 1e5)),
  'a name of 2,000 letters': global('a'.repeat(1000), 'b'.repeat(1000)),
  'an OrderedDict of laughing pairs': call(
    global('collections', 'OrderedDict'),
    list(['a', 1], laughingTuple, ['b', 2, 3]),
  ),
  'an array of NumPy of 2^60 numbers': array([2 ** 30, 2 ** 30], 'abc'),
  'an array of NumPy of half its numbers': array([2], 'abcdefgh'),
  'an array of NumPy of a hundred dimensions': array(Array(100).fill(1), 'abcdefgh'),
  'a complex number of what laughs': call(global('builtins', 'complex'), laughingTuple),
  'a bytearray of what laughs': call(global('builtins', 'bytearray'), laughingTuple),
  marks: repeated('(', 1e5),
  'a text of 4 GB': raw('X\xff\xff\xff\xffabc'),
  'a text of 2^63 bytes': sequence(raw('\x8d'), uint64(2n ** 63n), 'abc'),
  'bytes of 4 GB': raw('B\xff\xff\xff\xffabc'),
  'bytes of 2^64 bytes': sequence(raw('\x8e'), uint64(-1n), 'abc'),
  'a bytearray of 2^40 bytes': sequence(raw('\x96'), uint64(2n ** 40n), 'abc'),
  'a buffer out of band': raw('\x97'),
  'an integer of 2 GB': raw('\x8b\xff\xff\xff\x7f1'),
  'an integer of -1 bytes': raw('\x8b\xff\xff\xff\xff1'),
  'an integer of a thousand bytes': sequence(raw('\x8b\xe8\x03\x00\x00'), repeated('\x7f', 1000)),
  'an integer of a million digits': sequence('I', repeated('9', 1e6), '\n'),
  'a line without an end': sequence('c', repeated('a', 1e5)),
  'a memo at 2^32': raw('Nr\xff\xff\xff\xff'),
  'a protocol of 255': raw('\x80\xff'),
  'an extension': raw('\x82\x01'),
};

/** Large ones, of megabytes: the more they are, the more would come of them. */
const large: Readonly<Record<string, () => Value>> = {
  'a million dictionaries': () => repeated('}', 1e6),
  'two million lists of one': () => repeated(']Na', 2e6),
  'two million tuples in each other': () => sequence('N', repeated('\x85', 2e6)),
  'three million integers': () =>
    sequence(']', repeated(`(${`\x8a\x06${'\x7f'.repeat(6)}`.repeat(1000)}e`, 3000)),
  'two million floats': () =>
    sequence(']', repeated(`(${'G?\xf0\x01\x02\x03\x04\x05\x06'.repeat(1000)}e`, 2000)),
  'two million texts': () => sequence(']', repeated(`(${'U\x01a'.repeat(1000)}e`, 2000)),
  'ten million opcodes': () => sequence(repeated('N0', 7e6), 'N'),
  'three million marks': () => sequence(repeated('(1', 3e6), 'N'),
  'a million memos': () =>
    sequence(']', repeated(`(${'NNNNNNNNNN'.repeat(100)}e\x94`, 10), repeated('\x94', 5e6)),
  'a megabyte encoded a thousand times': () => sequence(encode, repeated('h\x00h\x01R', 1000), 'l'),
  'a set of much, a thousand times': () =>
    sequence(
      global('__builtin__', 'set'),
      'q\x00](',
      repeated('K\x01', 2e5),
      'e\x85q\x01',
      repeated('h\x00h\x01R', 1000),
    ),
  'a million objects': () => repeated('ca\nB\n)R', 1e6),
  'an array of NumPy of a megabyte, a thousand times': () =>
    sequence(
      ...[
        reconstruct,
        'q\x00',
        push([null, [0], 'b']),
        'q\x01',
        push([1, [125_000], float64, false, 'a'.repeat(1e6)]),
      ],
      ...['q\x02](', repeated('h\x00h\x01Rh\x02b', 1000), 'e'],
    ),
  'a Counter of much, a thousand times': () =>
    sequence(
      ...[global('collections', 'Counter'), 'q\x00}(', repeated('J\x01\x02\x03\x04K\x01', 1e5), 'u\x85q\x01'],
      repeated('h\x00h\x01R', 1000),
    ),
  'half a million tensors': () =>
    sequence(
      ...[tensor(one, 0, [1], [1]), '0', one, 'q\x00', global('torch._utils', '_rebuild_tensor'), 'q\x01'],
      ...[raw('(h\x00K\x00K\x01\x85K\x01\x85tq\x02'), repeated('h\x01h\x02R', 5e5)],
    ),
};

/** Tensors and storages described wrongly. */
const misplaced: Readonly<Record<string, Value>> = {
  'a tensor beyond its storage': tensor(one, 1, [1], [1]),
  'a tensor before its storage': tensor(one, -1, [1], [1]),
  'negative strides': tensor(one, 0, [2], [-1]),
  'a negative size': tensor(one, 0, [-1], [1]),
  'sizes that overflow': tensor(one, 0, [2 ** 40, 2 ** 40], [0, 0]),
  'sizes that overflow, but for a zero': tensor(one, 0, [2 ** 40, 2 ** 40, 0], [0, 0, 0]),
  'strides that overflow': tensor(one, 0, [2, 2], [2 ** 52, 2 ** 52]),
  'integers that do not fit': tensor(one, 2n ** 64n, [2n ** 64n + 1n], [1]),
  fractions: tensor(one, 0, [0.5], [1]),
  'a thousand dimensions': tensor(one, 0, Array(1000).fill(1), Array(1000).fill(1)),
  'fewer strides than sizes': tensor(one, 0, [1, 1], [1]),
  'a tensor of a tensor': tensor(tensor(one, 0, [1], [1]), 0, [1], [1]),
  'a tensor of text': tensor('0', 0, [1], [1]),
  'a parameter of text': call(global('torch._utils', '_rebuild_parameter'), 'a', true, null),
  'a storage of 2^60 elements': tensor(storage('0', 2n ** 60n), 0, [1], [1]),
  'a storage larger than the file': tensor(storage('0', 1e9), 0, [1], [1]),
  'a storage of -1 elements': tensor(storage('0', -1), 0, [1], [1]),
  'a storage that is not there': tensor(storage('7', 1), 0, [1], [1]),
  'a storage with a path for a key': tensor(storage('../data.pkl', 1), 0, [1], [1]),
  'a storage of no type': tensor(storage('0', 1, 'FloatStorage'), 0, [1], [1]),
  'a storage of two types': list(one, storage('0', 1, global('torch', 'IntStorage'))),
  'a storage of two lengths': list(one, storage('0', 0)),
  'an untyped storage for a typed tensor': tensor(
    storage('0', 4, global('torch.storage', 'UntypedStorage')),
    0,
    [1],
    [1],
  ),
  'a storage as a module': sequence(push(['module', global('torch', 'FloatStorage'), null, null]), 'Q'),
};

const data = { 0: Buffer.alloc(4) };

export function bombCases(): Case[] {
  const cases: Case[] = [];
  const addZip = (name: string, outcome: Case['outcome'], object: () => Value): void => {
    const make = () => zipFile(pickle(object()), data);
    cases.push({ name: `${name}, zip`, format: 'pth', make, outcome });
  };
  const add = (name: string, outcome: Case['outcome'], object: () => Value, withData: boolean): void => {
    addZip(name, outcome, object);
    // Every storage of a legacy file must be referred to.
    const make = () => legacyFile(pickle(object()), withData ? data : {});
    cases.push({ name: `${name}, legacy`, format: 'pth', make, outcome });
  };
  for (const [name, object] of Object.entries(small)) add(name, 'loads', () => object, false);
  for (const [name, object] of Object.entries(smallAndRefused)) add(name, 'refused', () => object, true);
  for (const [name, object] of Object.entries(large)) addZip(name, 'refused', object);
  for (const [name, object] of Object.entries(misplaced)) add(name, 'refused', () => object, true);
  return cases;
}

const nasty: readonly Value[] = [0, 1, 2, 3, 7, -1, 2 ** 31, 2 ** 32 + 1, 2 ** 53 - 1, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 100n, 0.5]; // biome-ignore format: a list of numbers
const others: readonly Value[] = [null, true, 'x', '', [], [1], laughingTuple, global('torch', 'FloatStorage'), global('torch', 'bool')]; // biome-ignore format: a list of values

const layouts: readonly (readonly [shape: Value, strides: Value])[] = [
  [[], []],
  [[2], [1]],
  [
    [2, 1],
    [1, 7],
  ],
  [
    [1000, 2],
    [0, 1],
  ],
  [
    [0, 3],
    [3, 1],
  ],
  [
    [1, 1, 1],
    [2 ** 40, 2 ** 40, 2 ** 40],
  ],
  [[3], [1]],
  [
    [2, 2],
    [2, 1],
  ],
];

/** A file of one tensor, described at random. */
export function randomTensor(draws: Draws, name: string): Case {
  // Half of them have one thing wrong at most, so that they come as far as libtorch.
  const plausible = draws.below(2) === 0;
  const usual = (): boolean => draws.below(plausible ? 12 : 2) > 0;
  const number = (): Value => (draws.below(8) ? draws.from(nasty) : draws.from(others));
  const numbers = (): Value =>
    draws.below(8) ? Array.from({ length: draws.below(4) }, number) : draws.from(others);
  const [shape, strides] = draws.from(layouts);
  const type = draws.from([
    'FloatStorage',
    'IntStorage',
    'BoolStorage',
    'ComplexFloatStorage',
    'UntypedStorage',
  ]);
  const module = type === 'UntypedStorage' ? 'torch.storage' : draws.from(['torch', 'torch.cuda']);
  const right =
    type === 'ComplexFloatStorage' ? 2 : type === 'FloatStorage' || type === 'IntStorage' ? 4 : 16;
  const count = usual() ? right : number();
  const part = usual() ? null : draws.below(2) ? ['9', number(), number()] : number();
  const from = storage('0', count, global(module, type), part);
  const args: Value[] = [
    ...[from, usual() ? 0 : number(), usual() ? shape : numbers(), usual() ? strides : numbers()],
    ...[false, null],
  ];
  const dtype = global('torch', draws.from(['float8_e5m2', 'uint16', 'bool', 'complex128', 'float32']));
  const metadata = dict('conj', draws.from([true, false]), 'neg', draws.from([true, 1]));
  const version = type === 'UntypedStorage' && usual() ? 2 : draws.below(2);
  const object = [
    call(global('torch._utils', '_rebuild_tensor'), ...args.slice(0, 4)),
    call(global('torch._utils', '_rebuild_tensor_v2'), ...args, metadata),
    call(global('torch._utils', '_rebuild_tensor_v3'), ...args, dtype),
  ];
  const bytes = { 0: Buffer.alloc(16, draws.below(256)) };
  const wrap = draws.from([zipFile, legacyFile]);
  return { name, format: 'pth', make: () => wrap(pickle(object[version] ?? null), bytes), outcome: 'either' };
}
