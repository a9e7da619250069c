/** Files that are no weights, or hide them: archives, compressed ones, pages, pointers. */
import zlib from 'node:zlib';
import type { Case } from './case.ts';
import { dict, pickle, raw, storage, tensor, zipFile } from './pickle.ts';
import { archive } from './zip.ts';

const weights = zipFile(pickle(dict('w', tensor(storage('0', 2), 0, [2], [1]))), { 0: Buffer.alloc(8) });

/** A member of a tar archive, with whatever its header says. */
function member(name: string, size: string, data = 0, kind = '0', folder = ''): Buffer {
  const header = Buffer.alloc(512 + 512 * Math.ceil(data / 512));
  header.write(name, 0, 'latin1');
  header.write(size, 124, 'latin1');
  header.write(kind, 156);
  header.write('ustar', 257);
  header.write(folder, 345, 'latin1');
  return header;
}

const loads: Readonly<Record<string, () => Buffer>> = {
  'weights in gzip': () => zlib.gzipSync(weights),
  'weights in two parts of gzip': () =>
    Buffer.concat([zlib.gzipSync(weights.subarray(0, 99)), zlib.gzipSync(weights.subarray(99))]),
};

const refused: Readonly<Record<string, () => Buffer>> = {
  'a bomb in gzip': () => zlib.gzipSync(Buffer.alloc(100e6)),
  'a bomb of weights in gzip': () => zlib.gzipSync(Buffer.concat([weights, Buffer.alloc(50e6)])),
  'gzip in gzip': () => zlib.gzipSync(zlib.gzipSync(weights)),
  'a tar archive in gzip': () => zlib.gzipSync(member('a.pth', '00000000000')),
  'gzip of nothing': () => zlib.gzipSync(Buffer.alloc(0)),
  'half of a gzip file': () => zlib.gzipSync(weights).subarray(0, 100),
  'the head of a gzip file': () => raw('\x1f\x8b'),
  'gzip with another checksum': () => {
    const bytes = zlib.gzipSync(weights);
    bytes.writeUInt32LE(1, bytes.length - 8);
    return bytes;
  },
  'a tar archive of names that climb and shout': () =>
    Buffer.concat([
      member('../../etc/passwd', '00000000000'),
      member('\x1b[31m\n`rm -rf`', '00000000000', 0, '0', '/'),
      member('a'.repeat(100), '00000000000', 0, '0', 'b'.repeat(155)),
    ]),
  'a tar archive of a size that is none': () => member('a', 'all of it'),
  'a tar archive of 8 GB': () => member('a', '77777777777'),
  'a tar archive of a size in bytes': () => member('a', '\x80\xff\xff\xff\xff\xff\xff\xff'),
  'a tar archive without members': () => member('', '', 0, '5'),
  'a tar archive of thousands': () => Buffer.concat(Array(5000).fill(member('a', '00000000000'))),
  'a page of a long title': () => raw(`<!DOCTYPE html><title>${'a'.repeat(1e5)}</title>`),
  'a page of a title that shouts': () => raw('  <HTML><title>\x1b[31m\n"</title>'),
  'a page without an end': () => raw(`<html>${'<title'.repeat(1e5)}`),
  'a pointer to much': () => raw(`version https://git-lfs.github.com/spec/v1\nsize ${'9'.repeat(1e4)}\n`),
  spaces: () => Buffer.alloc(1e6, ' '),
  'a TorchScript archive': () =>
    archive([
      { name: 'a/data.pkl', data: raw('N.') },
      { name: 'a/constants.pkl', data: raw('N.') },
    ]),
  'an archive of NumPy': () => archive([{ name: 'w.npy', data: raw('\x93NUMPY') }]),
  'an archive of thousands': () =>
    archive(Array.from({ length: 5000 }, (_, i) => ({ name: `${i}/${'a'.repeat(50)}`, data: raw('') }))),
};

export function otherCases(): Case[] {
  const cases =
    (outcome: 'loads' | 'refused') =>
    ([name, make]: [string, () => Buffer]): Case => ({ name, format: 'weights', make, outcome });
  return [...Object.entries(loads).map(cases('loads')), ...Object.entries(refused).map(cases('refused'))];
}
