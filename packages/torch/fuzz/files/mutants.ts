/** Sound files with damage at random. */
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import type { Case } from './case.ts';
import { dict, pickle, storage, tensor, zipFile } from './pickle.ts';
import type { Draws } from './random.ts';

const folder = path.join(import.meta.dirname, '../../reference');

interface Good {
  readonly name: string;
  readonly format: Case['format'];
  readonly bytes: Buffer;
}

export const goodFiles: readonly Good[] = [
  ...['files/zip.pth', 'saved.pth', 'files/legacy.pth', 'files/protocol-4.pth', 'files/parts.pth'].map(
    (name): Good => ({ name, format: 'pth', bytes: fs.readFileSync(path.join(folder, name)) }),
  ),
  {
    name: 'files.safetensors',
    format: 'safetensors',
    bytes: fs.readFileSync(path.join(folder, 'files.safetensors')),
  },
  {
    name: 'parallel.pth.gz',
    format: 'weights',
    bytes: zlib.gzipSync(
      zipFile(pickle(dict('module.w', tensor(storage('0', 2), 0, [2], [1]))), { 0: Buffer.alloc(8) }),
    ),
  },
];

type Damage = (bytes: Buffer, draws: Draws) => Buffer;

const spliced = (bytes: Buffer, at: number, removed: number, added: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)]);

const damages: Readonly<Record<string, Damage>> = {
  'bits flipped': (bytes, draws) => {
    for (let i = draws.below(8); i >= 0; i--) {
      const at = draws.below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << draws.below(8));
    }
    return bytes;
  },
  'bytes replaced': (bytes, draws) => {
    for (let i = draws.below(4); i >= 0; i--) bytes[draws.below(bytes.length)] = draws.below(256);
    return bytes;
  },
  // Within a pickle, where an opcode becomes another.
  'an opcode replaced': (bytes, draws) => {
    const opcodes =
      '()]}NRQbcdeghijlopqrstu0129\x80\x81\x82\x85\x86\x87\x88\x8a\x8b\x8c\x8d\x90\x91\x93\x94\x95';
    bytes[draws.below(Math.min(bytes.length, 2500))] = opcodes.charCodeAt(draws.below(opcodes.length));
    return bytes;
  },
  'a number replaced': (bytes, draws) => {
    const number = draws.from([0n, 1n, -1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 53n, 2n ** 62n, 2n ** 63n]);
    bytes.writeBigUInt64LE(BigInt.asUintN(64, number), draws.below(bytes.length - 8));
    return bytes;
  },
  'a stretch blanked': (bytes, draws) => {
    const at = draws.below(bytes.length);
    return bytes.fill(
      draws.from([0, 0x20, 0x28, 0x5d, 0xff]),
      at,
      Math.min(at + 1 + draws.below(64), bytes.length),
    );
  },
  'a stretch removed': (bytes, draws) =>
    spliced(bytes, draws.below(bytes.length), 1 + draws.below(64), Buffer.alloc(0)),
  'a stretch doubled': (bytes, draws) => {
    const at = draws.below(bytes.length);
    return spliced(bytes, at, 0, bytes.subarray(at, at + 1 + draws.below(256)));
  },
  'a stretch moved': (bytes, draws) => {
    const [from, to, length] = [draws.below(bytes.length), draws.below(bytes.length), 1 + draws.below(64)];
    const part = Buffer.from(bytes.subarray(from, from + length));
    return spliced(spliced(bytes, from, length, Buffer.alloc(0)), to, 0, part);
  },
  'a stretch of another file': (bytes, draws) => {
    const other = draws.from(goodFiles).bytes;
    const at = draws.below(other.length);
    return spliced(
      bytes,
      draws.below(bytes.length),
      draws.below(64),
      other.subarray(at, at + draws.below(256)),
    );
  },
};

export function mutant(draws: Draws): Case {
  const good = draws.from(goodFiles);
  // A quarter is cut off somewhere, which no reader may miss.
  if (draws.below(4) === 0) {
    const length = draws.below(good.bytes.length);
    const make = () => good.bytes.subarray(0, length);
    return { name: `${good.name} cut at ${length}`, format: good.format, make, outcome: 'refused' };
  }
  const [name, damage] = draws.from(Object.entries(damages));
  const damaged = damage(Buffer.from(good.bytes), draws);
  return { name: `${good.name}, ${name}`, format: good.format, make: () => damaged, outcome: 'either' };
}
