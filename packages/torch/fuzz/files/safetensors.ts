/** safetensors files that lie. */
import type { Case } from './case.ts';
import { uint64 } from './pickle.ts';
import type { Draws } from './random.ts';

function file(header: string | Buffer, data: number | Buffer = 0, length?: bigint): Buffer {
  const bytes = Buffer.isBuffer(header) ? header : Buffer.from(header);
  const rest = typeof data === 'number' ? Buffer.alloc(data, 1) : data;
  return Buffer.concat([uint64(length ?? BigInt(bytes.length)), bytes, rest]);
}

const entry = (shape: unknown, begin: unknown, end: unknown, dtype: unknown = 'F32') =>
  JSON.stringify({ dtype, shape, data_offsets: [begin, end] });
const of = (...members: string[]): string => `{${members.join(',')}}`;
const a = `"a":${entry([2], 0, 8)}`;

/** A header of 90 MB, of one unit again and again. */
const huge = (begin: string, unit: string, end = ''): Buffer => {
  const header = Buffer.alloc(90e6, unit);
  header.write(begin);
  header.write(end, header.length - end.length);
  return file(header);
};

const refused: Readonly<Record<string, () => Buffer>> = {
  nothing: () => Buffer.alloc(0),
  'seven bytes': () => Buffer.alloc(7),
  'no header': () => file(''),
  'a header of 2^64 bytes': () => file(of(a), 8, -1n),
  'a header of 2^53 bytes': () => file(of(a), 8, 2n ** 53n),
  'a header longer than the file': () => file(of(a), 8, 1000n),
  'a header of over 100 MB': () => file(Buffer.alloc(100_000_001, '{')),
  'a header that is too short': () => file(of(a), 8, 20n),
  'a header of another kind': () => file('[]'),
  'a header that begins with a space': () => file(` ${of(a)}`, 8),
  'a byte order mark': () => file(`\ufeff${of(a)}`, 8),
  'what is no UTF-8': () => file(Buffer.from('{"\xff":{}}', 'latin1')),
  'a comment': () => file(`{/**/${a}}`, 8),
  'a trailing comma': () => file(`{${a},}`, 8),
  'a text that does not end': () => file('{"a'),
  'a text with a control character': () => file(of(a.replace('a', '\n')), 8),
  'text after the header': () => file(`${of(a)}{}`, 8),
  'a NUL after the header': () => file(`${of(a)}\0`, 8),
  'two entries of one name': () => file(of(a, `"a":${entry([1], 8, 12)}`), 12),
  'two entries of one name, one escaped': () => file(of(a, `"\\u0061":${entry([1], 8, 12)}`), 12),
  'two entries that are the same': () => file(of(a, a), 8),
  'a dtype twice': () => file('{"a":{"dtype":"F64","dtype":"F32","shape":[2],"data_offsets":[0,8]}}', 8),
  'metadata twice': () => file(of('"__metadata__":{}', '"__metadata__":{}')),
  'metadata that is no text': () => file(of('"__metadata__":{"a":1}')),
  'metadata that is a list': () => file(of('"__metadata__":[]')),
  'metadata that is null': () => file(of('"__metadata__":null')),
  'entries that overlap': () => file(of(a, `"b":${entry([2], 4, 12)}`), 12),
  'one entry upon another': () => file(of(a, `"b":${entry([2], 0, 8)}`), 8),
  'a hole': () => file(of(a, `"b":${entry([2], 12, 20)}`), 20),
  'a hole at the start': () => file(of(`"a":${entry([2], 4, 12)}`), 12),
  'a hole at the end': () => file(of(a), 9),
  'offsets beyond the file': () => file(of(`"a":${entry([2], 8, 16)}`), 8),
  'offsets the wrong way round': () => file(of(`"a":${entry([0], 8, 0)}`), 8),
  'negative offsets': () => file(of(`"a":${entry([2], -8, 0)}`), 8),
  'offsets of text': () => file(of(`"a":${entry([2], '0', '8')}`), 8),
  'offsets that are fractions': () => file(of(`"a":${entry([2], 0.5, 8.5)}`), 9),
  'offsets with an exponent': () => file('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8e0]}}', 8),
  'offsets of 2^53': () => file(of(`"a":${entry([2], 2 ** 53, 2 ** 53 + 8)}`), 8),
  'three offsets': () => file('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}', 8),
  'one offset': () => file('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}', 8),
  'no offsets': () => file('{"a":{"dtype":"F32","shape":[2]}}', 8),
  'no shape': () => file('{"a":{"dtype":"F32","data_offsets":[0,8]}}', 8),
  'no dtype': () => file('{"a":{"shape":[2],"data_offsets":[0,8]}}', 8),
  'an entry that is null': () => file('{"a":null}'),
  'a shape that is null': () => file(of(`"a":${entry(null, 0, 8)}`), 8),
  'a negative shape': () => file(of(`"a":${entry([-2], 0, 8)}`), 8),
  'two negative sizes': () => file(of(`"a":${entry([-2, -1], 0, 8)}`), 8),
  'a leading zero': () => file('{"a":{"dtype":"F32","shape":[02],"data_offsets":[0,8]}}', 8),
  'a shape within a shape': () => file(of(`"a":${entry([[2]], 0, 8)}`), 8),
  'a shape that overflows': () => file(of(`"a":${entry([2 ** 32, 2 ** 32, 2], 0, 8)}`), 8),
  'a shape that overflows, but for a zero': () => file(of(`"a":${entry([2 ** 40, 2 ** 40, 0], 0, 0)}`)),
  'a shape of 65 dimensions': () => file(of(`"a":${entry(Array(65).fill(1), 0, 4)}`), 4),
  'an unknown dtype': () => file(of(`"a":${entry([2], 0, 8, 'F33')}`), 8),
  'a dtype of half a byte': () => file(of(`"a":${entry([16], 0, 8, 'F4')}`), 8),
  'a dtype that is a number': () => file(of(`"a":${entry([2], 0, 8, 32)}`), 8),
  'a dtype by a name of JavaScript': () => file(of(`"a":${entry([2], 0, 8, '__proto__')}`), 8),
  'nesting a hundred thousand deep': () => file(`{"a":{"b":${'['.repeat(1e5)}`),
  'objects a hundred thousand deep': () => file(`{"a":${'{"b":'.repeat(1e5)}`),
  'a hundred thousand unknown values': () => file(`{"a":{"b":[${'1,'.repeat(1e5)}1]}}`),

  '90 MB of brackets': () => huge('{"a":{"b":', '['),
  '90 MB of a shape': () => huge('{"a":{"dtype":"F32","shape":[', '1,'),
  '90 MB of one name': () => huge('{"', 'a', '"}'),
  '90 MB of quotes': () => huge('{"', '\\"'),
  '90 MB of backslashes': () => huge('{"', '\\'),
  '90 MB of spaces': () => huge('{', ' '),
  '90 MB of one word': () => huge('{"a":{"b":', '1'),
  '90 MB of an unknown list': () => huge('{"a":{"b":[', '1,'),
  'more tensors than any model has': () => {
    const names = Array.from({ length: 132_000 }, (_, i) => `"${i}":${entry([0], 0, 0)}`);
    return file(`{${names.join(',')}}`);
  },
};

const loads: Readonly<Record<string, () => Buffer>> = {
  'as it should be': () => file(of(a), 8),
  'no tensors': () => file('{}'),
  'spaces at the end': () => file(`${of(a)}    `, 8),
  'unaligned tensors': () => file(`${of(`"b":${entry([1], 0, 1, 'U8')}`, `"a":${entry([2], 1, 9)}`)} `, 9),
  'empty tensors in between': () => file(of(`"b":${entry([0], 0, 0)}`, a, `"c":${entry([3, 0], 8, 8)}`), 8),
  'fields of others': () =>
    file('{"a":{"x":[{"y":"]"},null,-1e3],"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', 8),
  'names of JavaScript': () =>
    file(of(`"__proto__":${entry([2], 0, 8)}`, `"constructor":${entry([0], 8, 8)}`), 8),
  'bools that are neither': () => file(of(`"a":${entry([3], 0, 3, 'BOOL')}`), Buffer.from([0, 7, 255])),
};

export function safetensorsCases(): Case[] {
  const cases =
    (outcome: 'loads' | 'refused') =>
    ([name, make]: [string, () => Buffer]): Case => ({
      name: `a safetensors file: ${name}`,
      format: 'safetensors',
      make,
      outcome,
    });
  return [...Object.entries(loads).map(cases('loads')), ...Object.entries(refused).map(cases('refused'))];
}

/** A file of two tensors, described at random. */
export function randomHeader(draws: Draws, name: string): Case {
  const nasty = (): unknown =>
    draws.from([0, 1, 2, 4, 8, 16, -1, 0.5, 2 ** 31, 2 ** 32, 2 ** 53, 1e300, null, true, '8', [], {}, [2]]);
  const some = (usual: unknown): unknown => (draws.below(4) ? usual : nasty());
  const begin = draws.from([0, 0, 4]);
  const members = [
    `"a":${entry(some([some(2), some(1)]), some(0), some(8), some('F32'))}`,
    `${draws.from(['"b"', '"b"', '"a"', '"__metadata__"', '"__proto__"', '"\\ud800"'])}:${entry([some(begin)], some(8), some(8 + 2 * begin), draws.from(['F16', 'BF16', 'I16', 'F8_E4M3', 'X']))}`,
  ];
  const text = of(...(draws.below(2) ? members : members.reverse()));
  const length = draws.below(8) ? undefined : BigInt(text.length + draws.from([-2, -1, 1, 7]));
  return { name, format: 'safetensors', make: () => file(text, 8 + 2 * begin, length), outcome: 'either' };
}
