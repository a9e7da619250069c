/** The samples of a tar, as WebDataset has them: files that follow one another under one name up to its first dot. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { makeFolder } from '../../../runs/write/make-folder.ts';
import { notAFile } from '../../../system/regular-file.ts';
import { systemCause } from '../../../system/system-errors.ts';
import { cut, oneLine } from '../../../words/shown.ts';
import { DataError } from '../../dataset.ts';
import { interned } from '../classed.ts';
import { dataCache } from '../locate.ts';
import { chunk, eachMember, type Forward, type Member } from './members.ts';

/** Its samples, in columns: a tuple of each would take the memory of a million several times. */
const columns = z.object({
  /** Of the images' files. */
  names: z.array(z.string()),
  /** Where they begin, in bytes. */
  offsets: z.array(z.number()),
  sizes: z.array(z.number()),
  /** CRC-32 of the images. */
  sums: z.array(z.number()),
  /** As they are written; null where there is none. */
  labels: z.array(z.string().nullable()),
});

type Columns = z.output<typeof columns>;

/** What is known of a tar. */
export interface Shard extends Pick<Columns, 'names' | 'labels'> {
  readonly file: string;
  readonly offsets: Float64Array;
  readonly sizes: Float64Array;
  readonly sums: Uint32Array;
}

/** Where labels are read: not at all, or in JSON under a key. */
export interface LabelsAt {
  readonly none: boolean;
  readonly key: string | null;
}

const images = ['jpg', 'jpeg', 'png', 'webp', 'gif'];
const texts = ['cls', 'json', 'txt'];
const keys = ['label', 'class', 'cls', 'target'];

/** As WebDataset parts a name: at the first dot behind the last slash; null for what it leaves out. @example partsOf('a/1.seg.png') // ['a/1', 'seg.png'] */
function partsOf(name: string): readonly [key: string, ending: string] | null {
  const [, key, ending] = /^((?:.*\/|)[^./]+)\.([^/]*)$/s.exec(name.replace(/^\.\//, '')) ?? [];
  return key === undefined || ending === undefined ? null : [key, ending.toLowerCase()];
}

const where = (file: string, { name, offset }: Member): string =>
  `${file}: ${oneLine(name)} at byte ${offset.toLocaleString('en-US')}`;

async function checksum(forward: Forward, { offset, size }: Member): Promise<number> {
  let sum = 0;
  for (let done = 0; done < size; done += chunk)
    sum = crc32(await forward.read(offset + done, Math.min(chunk, size - done)), sum);
  return sum;
}

async function textOf(file: string, forward: Forward, member: Member): Promise<string> {
  if (member.size > chunk)
    throw new DataError(
      `${where(file, member)}: it has more than ${chunk.toLocaleString('en-US')} bytes, and is no label`,
    );
  return (await forward.read(member.offset, member.size)).toString('utf8').trim();
}

/** The label that JSON says; null where it says none. @throws DataError for what is no JSON, or no label */
function labelIn(whose: string, text: string, key: string | null): string | null {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (error) {
    throw new DataError(`${whose}: this is not JSON: ${oneLine(cut(text))}`, { cause: error });
  }
  const isMap = typeof found === 'object' && found !== null && !Array.isArray(found);
  const map = isMap ? (found as Readonly<Record<string, unknown>>) : null;
  const named = map ? (key === null ? keys : [key]).find((one) => Object.hasOwn(map, one)) : undefined;
  const label = map ? (named === undefined ? null : map[named]) : found;
  if (label === null || typeof label === 'number' || typeof label === 'string')
    return label === null ? null : String(label);
  throw new DataError(
    `${whose}: a label is the name or the number of a class, and this is ${cut(JSON.stringify(label))}`,
  );
}

/** Files of one sample. */
interface Group {
  readonly key: string;
  image: (Member & { readonly crc: number }) | null;
  first: Member;
  readonly texts: Map<string, string>;
}

class Indexer {
  readonly #file: string;
  readonly #labels: LabelsAt;
  readonly #seen = new Set<string>();
  #group: Group | null = null;
  readonly columns: Columns = { names: [], offsets: [], sizes: [], sums: [], labels: [] };

  constructor(file: string, labels: LabelsAt) {
    this.#file = file;
    this.#labels = labels;
  }

  /** Which of its files says the label: `.cls`, then `.json`, then `.txt`. */
  #label({ first, texts }: Group): string | null {
    if (this.#labels.none) return null;
    const json = texts.get('json');
    const asked = this.#labels.key;
    const ofJson =
      json === undefined ? null : labelIn(`${where(this.#file, first)}, in its .json`, json, asked);
    const label = asked === null ? (texts.get('cls') ?? ofJson ?? texts.get('txt') ?? null) : ofJson;
    if (label === '') throw new DataError(`${where(this.#file, first)}: the label of this sample is empty`);
    return label;
  }

  /** Ends the sample that the last files were of. */
  end(): void {
    const group = this.#group;
    this.#group = null;
    if (!group) return;
    const { image, first } = group;
    if (!image)
      throw new DataError(
        `${where(this.#file, first)}: this sample has no image (${images.map((one) => `.${one}`).join(', ')})`,
      );
    const { names, offsets, sizes, sums, labels } = this.columns;
    names.push(image.name);
    offsets.push(image.offset);
    sizes.push(image.size);
    sums.push(image.crc);
    labels.push(this.#label(group));
  }

  async add(member: Member, forward: Forward): Promise<void> {
    const parts = partsOf(member.name);
    if (!parts) return;
    const [key, ending] = parts;
    if (this.#group?.key !== key) {
      this.end();
      if (this.#seen.has(key))
        throw new DataError(
          `${where(this.#file, member)}: other files of the sample ${key} lie before, and not beside it`,
        );
      this.#seen.add(key);
      this.#group = { key, image: null, first: member, texts: new Map() };
    }
    const group = this.#group;
    if (images.includes(ending)) {
      if (group.image)
        throw new DataError(
          `${where(this.#file, member)}: this sample has two images, the other is ${group.image.name}`,
        );
      group.image = { ...member, crc: await checksum(forward, member) };
    } else if (texts.includes(ending) && !this.#labels.none) {
      if (group.texts.has(ending))
        throw new DataError(`${where(this.#file, member)}: this sample has two files .${ending}`);
      group.texts.set(ending, await textOf(this.#file, forward, member));
    }
  }
}

/** Grows when an index is made otherwise. */
const format = 1;

const kept = z.object({ known: z.string(), columns, sum: z.number() });

const sumOf = (found: Columns): number => crc32(JSON.stringify(found));

/** The samples that were written down; null where there are none, or of another content of the tar. */
function readIndex(record: string, known: string): Columns | null {
  try {
    const found = kept.parse(JSON.parse(fs.readFileSync(record, 'utf8')));
    return found.known === known && found.sum === sumOf(found.columns) ? found.columns : null;
  } catch {
    return null;
  }
}

function writeIndex(record: string, known: string, found: Columns): void {
  const aside = `${record}.${process.pid}.tmp`;
  try {
    makeFolder(path.dirname(record));
    try {
      fs.writeFileSync(aside, JSON.stringify({ known, columns: found, sum: sumOf(found) }));
      fs.renameSync(aside, record);
    } finally {
      fs.rmSync(aside, { force: true });
    }
  } catch (error) {
    // It is read again.
    if (!systemCause(error)) throw error;
  }
}

function shardOf(file: string, { names, offsets, sizes, sums, labels }: Columns): Shard {
  return {
    ...{ file, names, labels: interned(labels) },
    offsets: Float64Array.from(offsets),
    sizes: Float64Array.from(sizes),
    sums: Uint32Array.from(sums),
  };
}

/**
 * The samples of a tar. They are kept in the cache folder, and read again where the tar is of another size or time.
 *
 * @throws DataError with the byte, for what is no whole tar, a sample without an image or with two, and a label that is none
 * @example (await indexShard('00000.tar', { none: false, key: null })).names.length // 10000
 */
export async function indexShard(file: string, labels: LabelsAt): Promise<Shard> {
  const wrong = notAFile(file);
  if (wrong !== null) throw new DataError(`${file} cannot be read: ${wrong}`);
  const { size, mtimeMs, ctimeMs } = fs.statSync(file);
  const known = JSON.stringify({ format, size, mtimeMs, ctimeMs });
  const name = createHash('sha256')
    .update(JSON.stringify([fs.realpathSync(file), labels]))
    .digest('hex');
  const record = path.join(dataCache(), 'tars', `${name}.json`);
  const found = readIndex(record, known);
  if (found) return shardOf(file, found);
  const indexer = new Indexer(file, labels);
  await eachMember(file, (member, forward) => indexer.add(member, forward));
  indexer.end();
  writeIndex(record, known, indexer.columns);
  return shardOf(file, indexer.columns);
}
