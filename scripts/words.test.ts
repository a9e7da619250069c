/** Words that were given up for the field's own, or for the one in ARCHITECTURE.md's list of words, do not come back. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const root = path.join(import.meta.dirname, '..');

const givenUp: readonly { readonly words: RegExp; readonly instead: string; readonly where: string[] }[] = [
  {
    words: /gone? on with|goes on with/,
    instead: 'a run is resumed',
    where: ['packages/*/{src,native,reference,fuzz}/**/*.{ts,cc,h,py}', 'docs/**/*.{md,ts,txt}', 'README.md'],
  },
  {
    words: /had right/,
    instead: 'answers are correct',
    where: ['packages/*/{src,native,reference,fuzz}/**/*.{ts,cc,h,py}', 'docs/**/*.{md,ts,txt}', 'README.md'],
  },
  {
    words: /\b(Compute|isCompute|Precise)\b/,
    instead: 'SettledPrecision, isPrecision, Running',
    where: ['packages/retort/src/**/*.ts'],
  },
  {
    words: /: View\b|type View\b/,
    instead: 'Drawing (how samples are drawn); a view is a draw that is kept',
    where: ['packages/retort/src/{data,tasks,evaluate}/**/*.ts', 'packages/retort/src/train/*.ts'],
  },
];

for (const { words, instead, where } of givenUp)
  test(`${words} is not said: ${instead}`, () => {
    const files = fs.globSync(where, { cwd: root, exclude: (name) => name === 'node_modules' });
    assert.ok(files.length > 5, 'there is nothing to look at');
    const found = files.flatMap((file) =>
      fs
        .readFileSync(path.join(root, file), 'utf8')
        .split('\n')
        .flatMap((line, i) => (words.test(line) ? [`${file}:${i + 1}: ${line.trim()}`] : [])),
    );
    assert.deepEqual(found, []);
  });
