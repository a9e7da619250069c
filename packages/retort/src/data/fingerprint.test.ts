import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { DataError, fingerprintFiles } from './index.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-fingerprint-'));
after(() => fs.rmSync(scratch, { recursive: true }));

let made = 0;
/** A folder of so many files, each of its own content. */
function folder(count: number): string {
  const place = path.join(scratch, String(made++));
  fs.mkdirSync(path.join(place, 'inner'), { recursive: true });
  for (let i = 0; i < count; i++)
    fs.writeFileSync(path.join(place, i % 2 ? 'inner' : '', `${i}.bin`), `content ${i}`);
  return place;
}

const filesOf = (place: string): string[] =>
  fs.globSync('**/*.bin', { cwd: place }).sort(() => Math.random() - 0.5);
const of = (place: string): string => fingerprintFiles(place, filesOf(place));

suite('the fingerprint of files', () => {
  const whole = folder(40);
  const first = of(whole);

  test('is that of a copy, whatever the order and the times', () => {
    const copy = folder(40);
    fs.utimesSync(path.join(copy, '4.bin'), 1, 1);
    assert.equal(of(copy), first);
    assert.match(first, /^[0-9a-f]{64}$/);
  });

  for (const [what, change] of [
    ['one more', (place: string) => fs.writeFileSync(path.join(place, 'more.bin'), '')],
    ['one less', (place: string) => fs.rmSync(path.join(place, '2.bin'))],
    [
      'one of another name',
      (place: string) => fs.renameSync(path.join(place, '2.bin'), path.join(place, 'two.bin')),
    ],
    [
      'one in another folder',
      (place: string) => fs.renameSync(path.join(place, '2.bin'), path.join(place, 'inner/2.bin')),
    ],
    ['one of another size', (place: string) => fs.appendFileSync(path.join(place, '2.bin'), '!')],
    [
      'one of another content of the same size',
      (place: string) => fs.writeFileSync(path.join(place, '2.bin'), 'CONTENT 2'),
    ],
    [
      'two that changed places',
      (place: string) => {
        fs.writeFileSync(path.join(place, '2.bin'), 'content 4');
        fs.writeFileSync(path.join(place, '4.bin'), 'content 2');
      },
    ],
  ] as const)
    test(`is another with ${what}`, () => {
      const place = folder(40);
      change(place);
      assert.notEqual(of(place), first);
    });

  test('looks into 256 of many files', (t) => {
    const place = folder(600);
    const files = filesOf(place);
    const reads = t.mock.method(fs, 'readFileSync');
    fingerprintFiles(place, files);
    assert.equal(reads.mock.callCount(), 256);
  });

  test('of a file that is not there is refused', () => {
    assert.throws(
      () => fingerprintFiles(whole, ['none.bin']),
      (error) =>
        error instanceof DataError && /none\.bin cannot be read: there is no such file/.test(error.message),
    );
  });
});
