/** Folders of YOLO. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { classes, madeSplits, writeYolo } from '../../../../reference/made-boxes.ts';
import { boxesIn, type NamedBox } from '../../boxes.ts';
import { DataError, type Dataset, labelNames, type Splits } from '../../dataset.ts';
import type { Boxes } from '../../sample.ts';
import { photographs } from '../photographs.ts';
import { boxesFormats } from './named.ts';
import { type YoloOptions, yolo } from './yolo.ts';

const top = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-yolo-'));
after(() => fs.rmSync(top, { recursive: true }));

const made = madeSplits();
const folder = await writeYolo(path.join(top, 'made'), made);

const opened = (place: string, options: YoloOptions = {}): Promise<Splits> =>
  yolo(place, { workers: 1, ...options }, undefined, () => {});

const boxesOf = async (data: Dataset, id: number): Promise<readonly NamedBox[]> => {
  const [sample] = (await data.read?.(Int32Array.of(id))) ?? [];
  assert.ok(sample && !(sample instanceof Error));
  return boxesIn(sample.boxes as Boxes);
};

/** The folder with other files in it; those without a text are taken away. */
function changed(name: string, files: Readonly<Record<string, string | null>>): string {
  const place = path.join(top, name);
  fs.cpSync(folder, place, { recursive: true });
  for (const [file, text] of Object.entries(files))
    if (text === null) fs.rmSync(path.join(place, file), { recursive: true });
    else fs.writeFileSync(path.join(place, file), text);
  return place;
}

const near = (found: readonly NamedBox[], wanted: readonly (readonly number[])[]): void => {
  assert.equal(found.length, wanted.length);
  for (const [i, { x, y, width, height }] of found.entries())
    for (const [column, value] of [x, y, width, height].entries())
      assert.ok(Math.abs(value - (wanted[i]?.[column] ?? 0)) < 1e-9, `box ${i}: ${[x, y, width, height]}`);
};

suite('a folder of YOLO', () => {
  test('has boxes in pixels, and images without a file of boxes, which have none', async () => {
    const { train, test } = await opened(folder);
    assert.deepEqual([train.size, test.size], [7, 4]);
    assert.deepEqual(labelNames(train), classes);
    const [first] = made.train;
    assert.ok(first);
    const found = await boxesOf(train, 0);
    near(
      found,
      first.rectangles.map(({ x, y, width, height }) => [x, y, width, height]),
    );
    assert.deepEqual(
      found.map(({ class: label, id }) => [label, id]),
      first.rectangles.map(({ label }, i) => [label, i + 1]),
    );
    const kept = await opened(path.join(folder, 'data.yaml'), { withoutBoxes: 'keep' });
    assert.equal(kept.train.size, 8);
    assert.deepEqual(await boxesOf(kept.train, 6), []);
    assert.equal(
      (await photographs(folder, { workers: 1 }, undefined, () => {})).train.fingerprint,
      train.fingerprint,
    );
    assert.equal(
      (await boxesFormats.yolo?.(undefined, { folder, workers: 1 }, () => {}))?.train.fingerprint,
      train.fingerprint,
    );
  });

  test('has polygons, around which boxes are', async () => {
    const [first] = made.train;
    assert.ok(first);
    const { height, width } = first;
    const place = changed('polygons', {
      'labels/train/1-0000.txt': '1 0.25 0.5 0.75 0.5 0.5 0.25\n\n0 0.5 0.5 1 1\n',
    });
    near(await boxesOf((await opened(place)).train, 0), [
      [0.25 * width, 0.25 * height, 0.5 * width, 0.25 * height],
      [0, 0, width, height],
    ]);
  });

  test('may be a rounding beyond its image', async () => {
    const [first] = made.train;
    assert.ok(first);
    const place = changed('rounded', { 'labels/train/1-0000.txt': '1 0.5 0.5 1.000001 1.0000002\n' });
    near(await boxesOf((await opened(place)).train, 0), [[0, 0, first.width, first.height]]);
  });

  test('has names by number, places from `path`, lists of images, and no split to be judged on', async () => {
    const list = made.train.slice(0, 5).map(({ name }) => `./images/train/${name}.png\n`);
    const place = changed('lists', {
      'data.yaml': `path: ..\ntrain: [lists/some.txt]\nnc: 3\nnames: {0: red, 1: green, 2: blue}\n`,
      'some.txt': list.join(''),
    });
    const { train, test, source } = await opened(place);
    assert.equal(train.size + test.size, 5);
    assert.match(source, /1 of 5 images are held out/);
    // As exports have it whose folder was moved.
    const moved = changed('moved', {
      'data.yaml': `train: ../images/train\nval: ../images/val\nnames: [a, b, c]\n`,
    });
    assert.equal((await opened(moved)).test.size, 4);
  });

  test('that is wrong is said, with file and line', async () => {
    const refused = (name: string, files: Readonly<Record<string, string | null>>, message: RegExp) =>
      assert.rejects(opened(changed(name, files)), (error) => {
        assert.ok(error instanceof DataError, String(error));
        assert.match(error.message, message);
        return true;
      });
    const first = 'labels/train/1-0000.txt';
    await refused(
      'a',
      { [first]: '0 12 5 3 4\n' },
      /1-0000.txt, line 1: 12 is no share of the image, from 0 to 1: divide/,
    );
    await refused(
      'b',
      { [first]: '0 .5 .5 .1 .1\n3 .5 .5 .1 .1\n' },
      /line 2: there is no class 3, but 0 to 2/,
    );
    await refused(
      'c',
      { [first]: '0 .5 .5 .1\n' },
      /line 1 has 4 numbers, and must have a class with x, y, width and height/,
    );
    await refused('d', { [first]: 'red .5 .5 .1 .1\n' }, /line 1: these are no numbers: red/);
    await refused('e', { [first]: '0 .1 .5 .9 .1\n' }, /line 1: its box .* lies beyond the image/);
    await refused('f', { 'data.yaml': 'train: images/train\n' }, /data.yaml: names: /);
    await refused(
      'g',
      { 'data.yaml': 'train: images/train\nnames: [a]\nnc: 2' },
      /nc is 2, and there are 1 names/,
    );
    await refused(
      'h',
      { 'data.yaml': 'train: images/train\nnames: {1: a}' },
      /names: there is none of the class 0/,
    );
    await refused(
      'i',
      { 'data.yaml': 'train: images/nowhere\nnames: [a]' },
      /there is no images\/nowhere: it was looked for as/,
    );
    await refused('j', { 'data.yaml': '{' }, /this is no YAML/);
    await refused('k', { 'data.yaml': 'names: [a]' }, /names no images/);
    await refused('l', { 'data.yaml': null }, /has no data.yaml/);
    await refused(
      'm',
      { 'data.yaml': 'train: list.txt\nnames: [a]', 'list.txt': 'images/train/none.png\n' },
      /an image is not there: .*none.png/,
    );
    await refused(
      'n',
      { 'images/train/1-0000.png': 'nothing' },
      /1-0000.png: it is damaged, and does not say how large it is/,
    );
    const skipped = changed('o', { 'images/train/1-0000.png': 'nothing' });
    assert.equal((await opened(skipped, { onCorrupt: 'skip' })).train.size, 6);
    await assert.rejects(
      async () => boxesFormats.yolo?.(undefined, {}),
      /there is no folder of yolo: it was looked for as .*data: \{ name: yolo, options: \{ folder: PLACE \} \}/,
    );
  });
});
