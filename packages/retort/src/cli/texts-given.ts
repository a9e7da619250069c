/** Texts as a command line gives them: as arguments, or in a file. */
import { isUtf8 } from 'node:buffer';
import fs from 'node:fs';
import { readTable } from '../data/formats/texts/rows.ts';
import { areTextsAt, DataError } from '../data/index.ts';
import { readText } from '../system/text-file.ts';
import { quoted } from '../words/listed.ts';
import { cut, oneLine } from '../words/shown.ts';
import { UsageError } from './load.ts';

/** Of one or two each. */
export interface Texts {
  readonly texts: readonly string[];
  /** The second ones; null where each is alone. */
  readonly pairs: readonly string[] | null;
}

/** Whether a text is the name of a file; of a long one the system would say that it is no name. */
const isFile = (text: string): boolean => fs.existsSync(text) && fs.statSync(text).isFile();

/** Bytes of a file of texts. */
const most = 1 << 30;

/**
 * Arguments as texts, two by two where they are pairs.
 *
 * @param warn  told of one that is the name of a file
 * @throws UsageError where one has no second
 */
export function textsGiven(given: readonly string[], arePairs: boolean, warn: (line: string) => void): Texts {
  const file = given.find(isFile);
  if (file !== undefined)
    warn(`${oneLine(file)} is a file, and is taken as a text: --file reads texts of one`);
  if (!arePairs) return { texts: given, pairs: null };
  if (given.length % 2 === 1)
    throw new UsageError(
      `--pairs takes texts two by two, and there ${given.length === 1 ? 'is 1' : `are ${given.length}`}`,
    );
  return {
    texts: given.filter((_, i) => i % 2 === 0),
    pairs: given.filter((_, i) => i % 2 === 1),
  };
}

/** What is written to standard input. */
async function standardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > most) throw new DataError(`standard input has more than ${most.toLocaleString('en')} bytes`);
  }
  const bytes = Buffer.concat(chunks);
  if (!isUtf8(bytes)) throw new DataError('standard input is no UTF-8');
  return bytes.toString('utf8');
}

/** The texts of a table, found as those of data are. @throws DataError with file and line */
function textsOfTable(file: string, arePairs: boolean, warn: (line: string) => void): Texts {
  const { fields, rows } = readTable(file, {});
  if (arePairs && fields.length === 1)
    throw new DataError(`${file}: --pairs takes two texts a line, and the table has ${quoted(fields)} alone`);
  warn(`${file} is read as a table, its texts in ${quoted(fields)}`);
  const [texts, pairs] = [0, 1].map((place) => rows.map((row) => row.texts[place] ?? ''));
  return { texts: texts ?? [], pairs: fields.length === 2 ? (pairs ?? []) : null };
}

/**
 * The lines of a file as texts; where they are pairs, each has two with a tab between them. Of a table with a column that is called as texts are, the texts
 * are those.
 *
 * @param file  `-` for standard input
 * @param warn  told of a table, and of what is called like one and has no such column
 * @throws DataError with file and line
 */
export async function textsIn(file: string, arePairs: boolean, warn: (line: string) => void): Promise<Texts> {
  if (isFile(file) && areTextsAt(file)) return textsOfTable(file, arePairs, warn);
  if (isFile(file) && /\.(csv|jsonl)$/i.test(file))
    warn(`${file} has no column that is called as texts are (text, sentence, …): each line is a text, whole`);
  const where = file === '-' ? 'standard input' : file;
  const read = file === '-' ? { text: await standardInput() } : readText(file, most);
  if ('wrong' in read)
    throw new DataError(
      `${where}${read.line === undefined ? '' : `, line ${read.line}`}: it cannot be read: ${read.wrong}`,
    );
  const lines = read.text.replace(/^\ufeff/, '').split(/\r?\n/);
  // What ends the last line begins no other.
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) throw new DataError(`${where} has no texts`);
  if (!arePairs) return { texts: lines, pairs: null };
  const parted = lines.map((line, i) => {
    const [first = '', second, ...more] = line.split('\t');
    if (second !== undefined && more.length === 0) return [first, second] as const;
    throw new DataError(
      `${where}, line ${i + 1}: there ${more.length > 0 ? `are ${more.length + 1} tabs` : 'is no tab'} in '${oneLine(cut(line))}', and a pair is two texts with one tab between them`,
    );
  });
  return { texts: parted.map(([first]) => first), pairs: parted.map(([, second]) => second) };
}
