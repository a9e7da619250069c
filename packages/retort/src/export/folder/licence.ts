/** The licence that a model folder states. */
import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { readText } from '../../system/text-file.ts';

const mostBytes = 16 << 20;

/** As the front matter of its card has it; undefined where nothing states one. @example licenceOf('vit-base') // 'apache-2.0' */
export function licenceOf(folder: string): string | undefined {
  const card = path.join(folder, 'README.md');
  if (!fs.existsSync(card)) return undefined;
  const read = readText(card, mostBytes);
  const [, front] = 'text' in read ? (/^---\r?\n(.*?)\r?\n---/s.exec(read.text) ?? []) : [];
  if (front === undefined) return undefined;
  try {
    const said: { license?: unknown; license_name?: unknown } = parse(front) ?? {};
    const { license, license_name: name } = said;
    if (license === 'other' && typeof name === 'string') return name;
    return typeof license === 'string' ? license : undefined;
  } catch {
    // A card that is no YAML states none.
    return undefined;
  }
}
