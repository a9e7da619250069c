import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, suite, test } from 'node:test';
import { setNumThreads } from '@retort/torch';
import * as tar from 'tar';
import { columnsOf } from '../../../reference/columns.ts';
import { classNames, DataError, type Dataset, stl10 } from '../index.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-stl10-'));
const saved = { data: process.env.RETORT_DATA, cache: process.env.RETORT_CACHE };
const restored = (): void => {
  for (const [name, value] of [
    ['RETORT_DATA', saved.data],
    ['RETORT_CACHE', saved.cache],
  ] as const)
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
};
afterEach(restored);
after(() => fs.rmSync(scratch, { recursive: true }));

const pixels = 27_648;
const names = ['airplane', 'bird', 'car', 'cat', 'deer', 'dog', 'horse', 'monkey', 'ship', 'truck'];

/** A file of zeros with some bytes set: of the official size, but sparse. */
function sparse(file: string, size: number, bytes: Readonly<Record<number, readonly number[]>> = {}): void {
  fs.writeFileSync(file, '');
  fs.truncateSync(file, size);
  const descriptor = fs.openSync(file, 'r+');
  for (const [at, values] of Object.entries(bytes))
    fs.writeSync(descriptor, Uint8Array.from(values), 0, values.length, Number(at));
  fs.closeSync(descriptor);
}

/** Image 2 has red 11 in row 1 of column 0, red 12 in row 0 of column 1, and blue 13 in the last pixel. */
const marks = { 1: [11], 96: [12], [pixels - 1]: [13] };
const markedAt = (image: number) =>
  Object.fromEntries(Object.entries(marks).map(([at, bytes]) => [Number(at) + image * pixels, bytes]));

function files(folder: string): string {
  fs.mkdirSync(folder, { recursive: true });
  const at = (name: string): string => path.join(folder, name);
  sparse(at('train_X.bin'), 5000 * pixels, markedAt(2));
  fs.writeFileSync(
    at('train_y.bin'),
    Uint8Array.from({ length: 5000 }, (_, i) => 1 + (i % 10)),
  );
  sparse(at('test_X.bin'), 8000 * pixels);
  fs.writeFileSync(at('test_y.bin'), new Uint8Array(8000).fill(10));
  fs.writeFileSync(at('class_names.txt'), `${names.join('\n')}\n`);
  fs.writeFileSync(
    at('fold_indices.txt'),
    Array.from({ length: 10 }, (_, fold) =>
      Array.from({ length: 1000 }, (_, i) => (i * 5 + fold) % 5000).join(' '),
    ).join('\n'),
  );
  return folder;
}

const official = files(path.join(scratch, 'as-is/stl10_binary'));

/** What of image 2 was marked, in rows of pixels. */
function checkMarked(data: Dataset, at: number): void {
  const image = columnsOf(data).image.select(0, at);
  assert.deepEqual(image.shape, [96, 96, 3]);
  const pixel = (row: number, column: number) => image.select(0, row).select(0, column).toList();
  assert.deepEqual(
    [pixel(1, 0), pixel(0, 1), pixel(95, 95)],
    [
      [11, 0, 0],
      [12, 0, 0],
      [0, 0, 13],
    ],
  );
  assert.equal(image.to('int64').sum().item(), 36);
}

suite('STL-10', () => {
  test('is read from its official files, column by column, with labels from 1', async () => {
    process.env.RETORT_DATA = path.dirname(official);
    const { train, test: held, source } = await stl10();
    assert.deepEqual([train.size, held.size, source], [5000, 8000, official]);
    assert.deepEqual(classNames(train), names);
    assert.deepEqual(columnsOf(train).label.narrow(0, 0, 3).toList(), [0n, 1n, 2n]);
    assert.equal(columnsOf(held).label.select(0, 7999).item(), 9);
    checkMarked(train, 2);
  });

  test('gives its images without labels one at a time, where they are asked for', async () => {
    const folder = path.join(scratch, 'unlabelled/stl10_binary');
    fs.mkdirSync(folder, { recursive: true });
    for (const name of fs.readdirSync(official))
      fs.symlinkSync(path.join(official, name), path.join(folder, name));
    process.env.RETORT_DATA = path.dirname(folder);
    await assert.rejects(
      stl10(undefined, { unlabelled: true }),
      new DataError(
        `${path.join(folder, 'unlabeled_X.bin')} is missing: it is not the official binary form of stl10`,
      ),
    );
    sparse(path.join(folder, 'unlabeled_X.bin'), 100_000 * pixels, markedAt(99_999));
    const { train, test: held } = await stl10(undefined, { unlabelled: true });
    assert.deepEqual([train.size, Object.keys(train.fields), held.size], [100_000, ['image'], 8000]);
    const [blank, marked] = (await train.read?.(Int32Array.of(0, 99_999))) ?? [];
    assert.ok(blank && marked && 'image' in blank && 'image' in marked);
    const { pixels: bytes } = marked.image as { pixels: Uint8Array };
    assert.deepEqual(
      [bytes[96 * 3], bytes[3], bytes.at(-1), bytes.reduce((sum, value) => sum + value, 0)],
      [11, 12, 13, 36],
    );
    assert.match(train.fingerprint, /^[0-9a-f]{64}$/);
    fs.rmSync(path.join(folder, 'unlabeled_X.bin'));
    await assert.rejects(async () => train.read?.(Int32Array.of(0)), /unlabeled_X\.bin cannot be read: /);
  });

  test('is unpacked from its archive, once, and has ten folds of 1,000 images', async () => {
    const archived = path.join(scratch, 'archived');
    fs.mkdirSync(archived);
    await tar.create({ cwd: path.dirname(official), file: path.join(archived, 'stl10_binary.tar.gz') }, [
      'stl10_binary',
    ]);
    process.env.RETORT_DATA = archived;
    process.env.RETORT_CACHE = path.join(scratch, 'cache');
    const told: string[] = [];
    const { train, source } = await stl10((what) => told.push(what), { fold: 2 });
    assert.deepEqual([train.size, train.name], [1000, 'stl10 train, fold 2']);
    checkMarked(train, 0);
    assert.equal(columnsOf(train).label.select(0, 1).item(), 7);
    assert.match(source, /cache\/data\/stl10-\w{12}\/stl10_binary, fold 2$/);
    assert.equal(told[0], 'Unpacking stl10_binary.tar.gz');
    await stl10(() => assert.fail('it is unpacked again'), { fold: 0 });
  });

  test('is refused where a label is none, a fold is none, or options are', async () => {
    const folder = path.join(scratch, 'damaged/stl10_binary');
    fs.mkdirSync(folder, { recursive: true });
    for (const name of fs.readdirSync(official))
      fs.symlinkSync(path.join(official, name), path.join(folder, name));
    process.env.RETORT_DATA = path.dirname(folder);
    const other = (name: string, content: string | Uint8Array): string => {
      const file = path.join(folder, name);
      fs.rmSync(file);
      fs.writeFileSync(file, content);
      return file;
    };
    const folds = other('fold_indices.txt', '1 2 3\n');
    await assert.rejects(
      stl10(undefined, { fold: 0 }),
      new DataError(
        `${folds}, line 1: a fold is 1000 numbers of training images, 0 to 4999, and this is not`,
      ),
    );
    const labels = other('test_y.bin', new Uint8Array(8000).fill(11));
    await assert.rejects(
      stl10(),
      new DataError(`${labels}: the label of image 0 is 11, and must be 1 to 10`),
    );
    await assert.rejects(stl10(undefined, { fold: 10 }), /stl10: its options: fold: /);
    await assert.rejects(
      stl10(undefined, { fold: 1, unlabelled: true }),
      new DataError('stl10: a fold is of the images with labels: leave out fold, or unlabelled'),
    );
    const few = other('train_y.bin', new Uint8Array(3));
    await assert.rejects(
      stl10(),
      new DataError(`${few} has 3 bytes, not 5000: it is not the official binary form of stl10`),
    );
  });
});
