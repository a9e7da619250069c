/** For tests: students of images that are exported into a folder that is removed after the tests of a file. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { parse } from 'yaml';
import { type ExportFolderOptions, exportFolder } from '../src/export/folder/index.ts';
import { livelyStudent } from './students.ts';

export const scratch: string = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-export-'));
after(() => fs.rmSync(scratch, { recursive: true }));
export const place = (name: string): string => path.join(scratch, name);
export const read = (folder: string, file: string): string =>
  fs.readFileSync(path.join(folder, file), 'utf8');
export const readJson = (folder: string, file: string) => JSON.parse(read(folder, file));

export const labels: readonly string[] = ['cat', 'dog', 'a "quoted" one', 'é'];

/** A folder of float32 alone. */
export function optionsOf(
  name: string,
  [channels, height, width]: readonly [number, number, number],
  given: Partial<ExportFolderOptions> = {},
): ExportFolderOptions {
  const each = (value: number) => Array.from({ length: channels }, () => value);
  return {
    ...{ name, channels, classes: labels.length, labels, size: [height, width], precisions: ['fp32'] },
    rendering: { size: undefined, interpolation: 'bilinear', mean: each(0.5), std: each(0.25) },
    ...given,
  };
}

/** Exports a student by its name. */
export async function made(
  name: string,
  images: readonly [number, number, number],
  folder: string,
  given: Partial<ExportFolderOptions> = {},
) {
  const model = livelyStudent(name, images, labels.length);
  const exported = await exportFolder(model, place(folder), optionsOf(name, images, given));
  return { model, ...exported };
}

/** The front matter of a card, and what stands below it. */
export function cardIn(folder: string): { readonly front: Record<string, unknown>; readonly text: string } {
  const [, front = '', text = ''] = /^---\n(.*?)\n---\n(.*)$/s.exec(read(folder, 'README.md')) ?? [];
  return { front: parse(front), text };
}
