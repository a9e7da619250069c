/** For tests: tables of texts, in a folder that is removed after the tests of a file. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { type TextOptions, texts } from '../src/data/index.ts';

export const scratch: string = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-texts-'));
after(() => fs.rmSync(scratch, { recursive: true }));

let made = 0;

/** A folder of files; a place in it where one file is given. */
export function place(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = path.join(scratch, String(made++));
  fs.mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), content);
  const [only, ...more] = Object.keys(files);
  return only && more.length === 0 && !only.startsWith('train.') ? path.join(folder, only) : folder;
}

/** What was warned of when tables were last read. */
export const warnings: string[] = [];

/** Reads them as data. */
export const read = (files: Readonly<Record<string, string | Buffer>>, options: TextOptions = {}) => {
  warnings.length = 0;
  return texts(place(files), options, undefined, (text) => warnings.push(text));
};
