/** Zip archives that lie. */
import type { Case } from './case.ts';
import { dict, pickle, raw, storage, tensor } from './pickle.ts';
import type { Draws } from './random.ts';
import { archive, wideExtra, type ZipEnd, type ZipEntry } from './zip.ts';

const object: ZipEntry = {
  name: 'a/data.pkl',
  data: pickle(dict('x', tensor(storage('0', 4), 0, [4], [1]), 'y', tensor(storage('1', 4), 0, [4], [1]))),
};
const order: ZipEntry = { name: 'a/byteorder', data: raw('little') };
const x: ZipEntry = { name: 'a/data/0', data: Buffer.alloc(16, 1) };
const y: ZipEntry = { name: 'a/data/1', data: Buffer.alloc(16, 2) };
const sound = [object, order, x, y];

/** Between the start of the archive and the header of `y`. */
const startOf = (entries: readonly ZipEntry[]): number =>
  entries.reduce((sum, { name, data }) => sum + 30 + name.length + data.length, 0);
const startOfX = startOf([object, order]);

const max32 = 0xffffffff;
const bomb = Buffer.alloc(50e6);

interface Trick {
  readonly entries?: readonly ZipEntry[];
  readonly end?: ZipEnd;
  readonly loads?: true;
}

const tricks: Readonly<Record<string, () => Trick>> = {
  'as it should be': () => ({ loads: true }),
  'with the records of zip64': () => ({ end: { wide: {} }, loads: true }),
  'with all sizes in zip64': () => ({
    entries: [...sound.slice(0, 3), { ...y, size: max32, stored: max32, extra: wideExtra(16n, 16n) }],
    end: { wide: {}, count: 0xffff, length: max32, position: max32 },
    loads: true,
  }),
  'with a comment': () => ({ end: { comment: raw('PK\x05\x06 hello') }, loads: true }),
  'with sizes that follow the data': () => ({
    entries: [object, order, { ...x, flags: 8, localSize: 0 }, { ...y, flags: 8, localSize: max32 }],
    loads: true,
  }),
  'with a compressed entry that nothing refers to': () => ({
    entries: [...sound, { name: 'a/data/2', data: bomb, deflated: true }],
    loads: true,
  }),

  'a compressed storage': () => ({ entries: [object, order, x, { ...y, deflated: true }] }),
  'a bomb for a storage': () => ({ entries: [object, order, x, { ...y, data: bomb, deflated: true }] }),
  'a bomb for the pickle': () => ({ entries: [{ ...object, data: bomb, deflated: true }, order, x, y] }),
  'a bomb that says it is stored': () => ({
    entries: [object, order, x, { ...y, data: bomb, deflated: true, method: 0 }],
  }),
  'a method that does not exist': () => ({ entries: [object, order, x, { ...y, method: 99 }] }),
  'an encrypted entry': () => ({ entries: [object, order, x, { ...y, flags: 1 }] }),
  'a strongly encrypted entry': () => ({ entries: [object, order, x, { ...y, flags: 0x41 }] }),
  'an entry encrypted in its own header only': () => ({
    entries: [object, order, x, { ...y, localFlags: 1 }],
  }),
  'two pickles': () => ({ entries: [...sound, { ...object, name: 'b/data.pkl' }] }),
  'two entries of one name': () => ({ entries: [...sound, y] }),
  'no pickle': () => ({ entries: [order, x, y] }),
  'a missing storage': () => ({ entries: [object, order, x] }),
  'nothing at all': () => ({ entries: [] }),
  'a storage too short': () => ({ entries: [object, order, x, { ...y, data: Buffer.alloc(15) }] }),
  'a storage too long': () => ({ entries: [object, order, x, { ...y, data: Buffer.alloc(17) }] }),
  'an absolute name': () => ({ entries: [...sound, { ...x, name: '/etc/passwd' }] }),
  'a name that climbs': () => ({ entries: [...sound, { ...x, name: 'a/../../x' }] }),
  'a name with a backslash': () => ({ entries: [...sound, { ...x, name: 'a\\x' }] }),
  'a name with a NUL': () => ({ entries: [...sound, { ...x, name: 'a/data/0\0' }] }),
  'an empty name': () => ({ entries: [...sound, { ...x, name: '' }] }),
  'entries that overlap': () => ({ entries: [object, order, x, { ...y, start: startOfX }] }),
  'an entry within another': () => ({
    entries: [
      object,
      order,
      { ...x, data: Buffer.concat([Buffer.alloc(64), archive([y])]) },
      { ...y, start: startOfX + 100 },
    ],
  }),
  'a start beyond the end': () => ({ entries: [object, order, x, { ...y, start: 1e6 }] }),
  'a start in zip64 that is not there': () => ({ entries: [object, order, x, { ...y, start: max32 }] }),
  'a start in zip64 of 2^63': () => ({
    entries: [object, order, x, { ...y, start: max32, extra: wideExtra(2n ** 63n) }],
  }),
  'sizes in zip64 of 2^64': () => ({
    entries: [object, order, x, { ...y, size: max32, stored: max32, extra: wideExtra(-1n, -1n) }],
  }),
  'a size larger than what is stored': () => ({ entries: [object, order, x, { ...y, size: 1e6 }] }),
  'sizes larger than the file': () => ({ entries: [object, order, x, { ...y, size: 1e6, stored: 1e6 }] }),
  'a size of its own': () => ({ entries: [object, order, x, { ...y, localSize: 4 }] }),
  'a name of its own': () => ({ entries: [object, order, x, { ...y, localName: 'a/data/9' }] }),
  'a long name of its own': () => ({ entries: [object, order, x, { ...y, localName: 'a'.repeat(60_000) }] }),
  'a method of its own': () => ({ entries: [object, order, x, { ...y, localMethod: 8 }] }),
  'no header of its own': () => ({ entries: [object, order, x, { ...y, localSignature: 0x04034b51 }] }),
  'the other byte order': () => ({ entries: [object, { ...order, data: raw('big') }, x, y] }),
  'a byte order of megabytes': () => ({
    entries: [object, { ...order, data: Buffer.alloc(5e6, 'a') }, x, y],
  }),
  'more entries than there are': () => ({ end: { count: 5 } }),
  'fewer entries than there are': () => ({ end: { count: 3 } }),
  'a directory of 4 GB': () => ({ end: { length: max32 - 1 } }),
  'a directory before the file': () => ({ end: { position: 0 } }),
  'a directory beyond the file': () => ({ end: { position: max32 - 1 } }),
  'a second disk': () => ({ end: { disk: 1 } }),
  'a zip64 directory elsewhere': () => ({ end: { wide: { position: 0n } } }),
  'a zip64 directory of 2^64 bytes': () => ({ end: { wide: { length: -1n }, length: max32 } }),
  'zip64 entries by the quintillion': () => ({ end: { wide: { count: 2n ** 62n }, count: 0xffff } }),
  'two counts': () => ({ end: { wide: { count: 3n } } }),
  'a zip64 end in the middle': () => ({ end: { wide: { end: 100n } } }),
  'something before': () => ({ end: { before: raw('PK\x03\x04 and more') } }),
  'something after': () => ({ end: { after: raw('and more') } }),
  'ten thousand entries': () => ({
    entries: Array.from({ length: 1e4 }, (_, i) => ({ name: `a/data/${i}`, data: Buffer.alloc(0) })),
    end: { wide: {}, count: 0xffff },
  }),
};

export function zipCases(): Case[] {
  return Object.entries(tricks).map(([name, trick]) => {
    const { loads } = trick();
    const make = () => {
      const { entries = sound, end } = trick();
      return archive(entries, end);
    };
    return { name: `a zip archive: ${name}`, format: 'pth', make, outcome: loads ? 'loads' : 'refused' };
  });
}

const fields = [
  'flags',
  'method',
  'size',
  'stored',
  'start',
  'localSize',
  'localMethod',
  'localFlags',
  'localSignature',
] as const;
const ends = ['count', 'length', 'position', 'disk'] as const;

/** An archive with one to three fields that say anything. */
export function randomZip(draws: Draws, name: string): Case {
  const nasty = (): number =>
    draws.from([
      0,
      1,
      8,
      15,
      17,
      100,
      0x800,
      0x8000,
      0xffff,
      0x7fffffff,
      max32 - 1,
      max32,
      draws.below(1000),
    ]);
  const entries: ZipEntry[] = [...sound];
  const end: { -readonly [Key in keyof ZipEnd]: ZipEnd[Key] } = draws.below(2) ? { wide: {} } : {};
  for (let i = draws.below(3); i >= 0; i--) {
    const which = draws.below(entries.length);
    const entry = entries[which] ?? object;
    if (draws.below(3)) entries[which] = { ...entry, [draws.from(fields)]: nasty() };
    else if (draws.below(2))
      entries[which] = { ...entry, extra: wideExtra(BigInt(nasty()), BigInt(nasty())) };
    else end[draws.from(ends)] = nasty();
  }
  return { name, format: 'pth', make: () => archive(entries, end), outcome: 'either' };
}
