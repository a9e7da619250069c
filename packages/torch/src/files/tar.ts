/** The names in a tar archive, whose contents are not read. */
import type { OpenFile } from './open-file.ts';

const block = 512;

/** More are not looked at. */
const maxMembers = 1000;

const field = (header: Buffer, begin: number, length: number): string =>
  header.toString('utf8', begin, begin + length).replace(/\0.*$/s, '');

/** Names of the files, and whether these are all. */
export function tarMembers(file: OpenFile): { names: string[]; isWhole: boolean } {
  const names: string[] = [];
  let at = 0;
  for (let i = 0; i < maxMembers; i++) {
    if (at + block > file.size) return { names, isWhole: true };
    const header = file.bytes(at, block);
    if (header[0] === 0) return { names, isWhole: true };
    const size = /^ *([0-7]{1,11})[ \0]?/.exec(field(header, 124, 12))?.[1];
    // Sizes above 8 GB are written otherwise: what follows is not looked for.
    if (size === undefined) return { names, isWhole: false };
    const kind = String.fromCharCode(header[156] ?? 0);
    const folder = field(header, 345, 155);
    if (kind === '0' || kind === '\0') names.push(`${folder ? `${folder}/` : ''}${field(header, 0, 100)}`);
    at += block * (1 + Math.ceil(Number.parseInt(size, 8) / block));
  }
  return { names, isWhole: false };
}
