/** Ways in which what lies on a disk may be damaged, and how it is put back. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** Something that is done to a file or folder. */
export interface Damage {
  readonly name: string;
  /** Whether the file stays the same one (its other names change with it), and is written to as it is. */
  readonly isInPlace: boolean;
  /** @param bystander  a file that is none of the run's */
  readonly apply: (place: string, bystander: string) => void;
}

const overwrite = (place: string, change: (bytes: Buffer) => Uint8Array): void =>
  fs.writeFileSync(place, change(fs.readFileSync(place)));

/** A file with another byte, counted from the start as a share of its length. */
const flipped =
  (share: number) =>
  (bytes: Buffer): Buffer => {
    const at = Math.min(bytes.length - 1, Math.floor(share * bytes.length));
    if (at >= 0) bytes[at] = (bytes[at] ?? 0) ^ 1;
    return bytes;
  };

const inPlace = (name: string, change: (bytes: Buffer) => Uint8Array): Damage => ({
  name,
  isInPlace: true,
  apply: (place) => overwrite(place, change),
});

const instead = (name: string, make: (place: string, bystander: string) => void): Damage => ({
  name,
  isInPlace: false,
  apply: (place, bystander) => {
    fs.rmSync(place, { recursive: true });
    make(place, bystander);
  },
});

/** Of what is in the place of files and of folders. */
const replacements: readonly Damage[] = [
  instead('deleted', () => {}),
  instead('a link to nowhere', (place) => fs.symlinkSync('nowhere', place)),
  instead('a link to itself', (place) => fs.symlinkSync(path.basename(place), place)),
  instead('a loop of links', (place) => {
    fs.symlinkSync(`${path.basename(place)}.back`, place);
    fs.symlinkSync(path.basename(place), `${place}.back`);
  }),
  instead('a link to another file', (place, bystander) => fs.symlinkSync(bystander, place)),
  instead('a pipe', (place) => execFileSync('mkfifo', [place])),
  {
    name: 'a link to where it was moved',
    isInPlace: false,
    apply: (place) => {
      fs.renameSync(place, `${place}.moved`);
      fs.symlinkSync(`${path.basename(place)}.moved`, place);
    },
  },
];

export const fileDamages: readonly Damage[] = [
  ...replacements,
  instead('a folder', (place) => fs.mkdirSync(path.join(place, 'inner'), { recursive: true })),
  instead('a link to a device', (place) => fs.symlinkSync('/dev/zero', place)),
  inPlace('empty', () => Buffer.alloc(0)),
  inPlace('half of it', (bytes) => bytes.subarray(0, bytes.length >> 1)),
  inPlace('one byte less', (bytes) => bytes.subarray(0, -1)),
  inPlace('a line more', (bytes) => Buffer.concat([bytes, Buffer.from('{"epoch":9}\n')])),
  inPlace('zeros', (bytes) => Buffer.alloc(bytes.length)),
  inPlace('its first byte flipped', flipped(0)),
  inPlace('a byte at a quarter flipped', flipped(0.25)),
  inPlace('a byte in its middle flipped', flipped(0.5)),
  inPlace('its last byte flipped', flipped(1)),
];

export const folderDamages: readonly Damage[] = [
  ...replacements,
  instead('a file', (place) => fs.writeFileSync(place, 'not a folder')),
  instead('an empty folder', (place) => fs.mkdirSync(place)),
];

/** Puts back what was damaged, as it is in the whole one. */
export function putBack({ isInPlace }: Damage, place: string, whole: string): void {
  if (isInPlace && fs.statSync(place, { throwIfNoEntry: false })?.isFile())
    return fs.writeFileSync(place, fs.readFileSync(whole));
  for (const end of ['', '.back', '.moved']) fs.rmSync(`${place}${end}`, { recursive: true, force: true });
  fs.mkdirSync(path.dirname(place), { recursive: true });
  execFileSync('cp', ['-a', whole, place]);
}
