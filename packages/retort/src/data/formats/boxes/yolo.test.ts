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
import { placeOfData } from '../locate.ts';
import { photographs } from '../photographs.ts';
import { dataAt } from '../places.ts';
import { areBoxesAt, boxesFormats } from './named.ts';
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

  test('has places as they are written on Windows, and as many classes as are said where none is named', async () => {
    const list = made.train.slice(0, 5).map(({ name }) => `.\\images\\train\\${name}.png\r\n`);
    const place = changed('windows', {
      'data.yaml': 'train: some.txt\nval: ..\\images\\val\nnc: 3\n',
      'some.txt': list.join(''),
    });
    const { train, test } = await opened(place);
    assert.deepEqual([train.size, test.size], [5, 4]);
    assert.deepEqual(labelNames(train), ['class_0', 'class_1', 'class_2']);
    assert.deepEqual(await boxesOf(train, 2), await boxesOf((await opened(folder)).train, 2));
    // Its `path`, too, though there are images beside it; and what really has a backslash in its name.
    const within = changed('within', {
      'data.yaml': 'path: ..\\windows\ntrain: some.txt\nval: images\\val\nnc: 3\nnames:\n',
    });
    assert.equal((await opened(within)).train.size, 5);
    fs.renameSync(path.join(within, 'images'), path.join(within, 'set\\images'));
    fs.renameSync(path.join(within, 'labels'), path.join(within, 'labels aside'));
    fs.writeFileSync(
      path.join(within, 'data.yaml'),
      'train: set\\images\nval: ../windows/images/val\nnames: [a, b, c]\n',
    );
    assert.equal((await opened(within, { withoutBoxes: 'keep' })).train.size, 12);
  });

  test('is described by a file of any name, in it or beside it, as Ultralytics has coco128.yaml', async () => {
    const said = `path: coco128\ntrain: images/train\nval: images/train\nnames:\n  0: red\n  1: green\n  2: blue\n`;
    const inside = changed('coco128', {
      'data.yaml': null,
      'coco128.yaml': said,
      'args.yaml': 'model: yolo11n.pt\n',
      'damaged.yaml': '{',
    });
    const beside = path.join(top, 'coco128.yaml');
    fs.writeFileSync(beside, said);
    const warnings: string[] = [];
    const of = (place: string) => dataAt(place, { workers: 1 }, undefined, (text) => warnings.push(text));
    const [own, named] = [await of(inside), await of(placeOfData('./coco128.yaml', top))];
    assert.deepEqual([own.train.size, own.test.size, labelNames(named.train)], [7, 8, classes]);
    assert.deepEqual(await boxesOf(named.train, 3), await boxesOf((await opened(folder)).train, 3));
    assert.match(named.train.name, /^coco128.yaml train$/);
    // Where Ultralytics keeps its data sets.
    const apart = path.join(top, 'project');
    fs.mkdirSync(path.join(apart, 'datasets'), { recursive: true });
    fs.cpSync(inside, path.join(apart, 'datasets/kept'), { recursive: true });
    fs.writeFileSync(path.join(apart, 'kept.yaml'), said.replace('coco128', 'kept'));
    assert.equal((await of(path.join(apart, 'kept.yaml'))).test.size, 8);
    assert.ok([beside, inside].every(areBoxesAt));
    assert.ok(!areBoxesAt(path.join(inside, 'images')));
    assert.match(
      warnings.join('\n'),
      /coco128.yaml, val: 8 of its 8 images are learned from, too, the first/,
    );
    // Among the data, as its `path` is meant.
    const elsewhere = path.join(fs.mkdtempSync(path.join(top, 'mine-')), 'mine.yaml');
    fs.writeFileSync(elsewhere, said);
    const before = process.env.RETORT_DATA;
    process.env.RETORT_DATA = top;
    assert.equal((await of(elsewhere)).train.size, 7);
    if (before === undefined) delete process.env.RETORT_DATA;
    else process.env.RETORT_DATA = before;
    warnings.length = 0;
    const gone = changed('gone', { 'data.yaml': said.replace('coco128', '../sets/gone') });
    assert.equal((await of(gone)).train.size, 7);
    assert.match(
      warnings.join('\n'),
      /data\.yaml: path: there is no \.\.\/sets\/gone, and images were looked for from the file itself: leave it out/,
    );
    const two = changed('two', { 'data.yaml': null, 'a.yaml': said, 'b.yml': said });
    await assert.rejects(of(two), /described by several files as YOLO has them, 'a.yaml', 'b.yml': name one/);
    // A recipe is none.
    await assert.rejects(
      of(path.join(inside, 'args.yaml')),
      /args.yaml: names: it must say the classes, a list of their names or one by number, or how many/,
    );
  });

  test('is described by classes.txt, as Label Studio exports it, with splits in folders or none', async () => {
    const list = { 'data.yaml': null, 'classes.txt': 'red\r\ngreen\r\nblue\r\n\r\n', 'notes.json': '{}' };
    const parted = changed('parted', list);
    const whole = changed('whole', { ...list, 'images/val': null, 'labels/val': null });
    for (const kind of ['images', 'labels']) {
      const [into, from] = [path.join(whole, kind), path.join(whole, kind, 'train')];
      for (const name of fs.readdirSync(from)) fs.renameSync(path.join(from, name), path.join(into, name));
      fs.rmdirSync(from);
    }
    const of = (place: string) => dataAt(place, { workers: 1 }, undefined, () => {});
    const { train, test, source } = await of(whole);
    assert.deepEqual([train.size + test.size, labelNames(train)], [7, classes]);
    assert.match(source, /2 of 8 images are held out/);
    const two = await of(parted);
    assert.deepEqual([two.train.size, two.test.size], [7, 4]);
    assert.deepEqual(await boxesOf(two.train, 2), await boxesOf((await opened(folder)).train, 2));
    // Where LabelImg writes it.
    const among = changed('among', { 'data.yaml': null, 'labels/classes.txt': 'red\ngreen\nblue\n' });
    const labelled = await of(among);
    assert.deepEqual([labelled.train.size, labelled.test.size, labelNames(labelled.train)], [7, 4, classes]);
    // A folder that is itself called so has its own images.
    const named = path.join(top, 'of/labels');
    fs.cpSync(among, named, { recursive: true });
    fs.renameSync(path.join(named, 'labels/classes.txt'), path.join(named, 'classes.txt'));
    assert.equal((await of(named)).train.size, 7);
    fs.writeFileSync(path.join(named, 'labels/classes.txt'), 'green\nred\nblue\n');
    await assert.rejects(
      of(named),
      /of\/labels\/classes\.txt and \S+\/of\/labels\/labels\/classes\.txt name other classes: take away the list/,
    );
    const said: string[] = [];
    const beside = changed('beside', list);
    fs.copyFileSync(path.join(beside, 'images/val/2-0000.png'), path.join(beside, 'images/loose.png'));
    fs.mkdirSync(path.join(beside, 'images/more'));
    const parts = await yolo(beside, { workers: 1 }, undefined, (text) => said.push(text));
    assert.deepEqual([parts.train.size, parts.test.size], [7, 4]);
    assert.match(
      said.join(),
      /classes\.txt: \S+\/images\/loose\.png, \S+\/images\/more lie beside the folders of splits, and are left out/,
    );
    // What names the classes is not there: it is no folder of the classes `images` and `labels`.
    await assert.rejects(
      of(changed('nameless', { 'data.yaml': null })),
      /has no data.yaml, which says the classes of YOLO's boxes and where their images are, and no classes.txt/,
    );
  });

  test('whose images are named twice has them as often, which is said', async () => {
    const said: string[] = [];
    const place = changed('twice', {
      'data.yaml': 'train: [images/train, more.txt]\nval: images/val\nnames: [red, green, blue]\n',
      'more.txt': './images/train/1-0001.png\n',
    });
    const { train } = await yolo(place, { workers: 1 }, undefined, (text) => said.push(text));
    assert.equal(train.size, 8);
    assert.match(
      said.join(),
      /data\.yaml: train: 1 image named before is named again, and counts as often: \S+1-0001\.png/,
    );
  });

  test('whose classes are not told apart by their names is said, with both places', async () => {
    const two = (name: string, files: Readonly<Record<string, string | null>>, message: RegExp) =>
      assert.rejects(opened(changed(name, files)), message);
    const yaml = (names: string) => ({ 'data.yaml': `train: images/train\nnames: ${names}\n` });
    await two(
      't1',
      yaml('[cat, dog, cat]'),
      /data.yaml: names\[0\] and names\[2\] have one name, 'cat': name/,
    );
    await two(
      't2',
      yaml('{0: cat, 1: dog, 2: dog}'),
      /data.yaml: names\[1\] and names\[2\] have one name, 'dog'/,
    );
    const list = (text: string) => ({ 'data.yaml': null, 'classes.txt': text });
    await two('t3', list('cat\ndog\ncat\n'), /classes.txt: line 1 and line 3 have one name, 'cat'/);
    await two('t4', list('cat\n\ndog\n'), /classes.txt, line 2: it must name the class 1, and is empty/);
  });

  test('has boxes without an area in what is judged, which are said', async () => {
    const warnings: string[] = [];
    const place = changed('flat', { 'labels/val/2-0000.txt': '0 .5 .5 0 .1\n1 .5 .5 .1 .1\n' });
    const { test } = await yolo(place, { workers: 1 }, undefined, (text) => warnings.push(text));
    assert.equal((await boxesOf(test, 0)).length, 2);
    assert.match(
      warnings.join('\n'),
      /2-0000.txt, line 1: its box has no area, and is judged by nevertheless, as COCO has it/,
    );
  });

  test('has files in UTF-16 and in capitals, as Windows writes them, and none that are no text', async () => {
    const wide = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
    const list = { 'data.yaml': null, 'classes.txt': '' };
    const place = changed('wide', list);
    fs.writeFileSync(path.join(place, 'classes.txt'), wide('red\r\ngreen\r\nblue\r\n'));
    const labels = path.join(place, 'labels', 'train', '1-0001');
    fs.writeFileSync(`${labels}.TXT`, wide(fs.readFileSync(`${labels}.txt`, 'utf8')));
    fs.rmSync(`${labels}.txt`);
    for (const kind of ['images', 'labels'])
      fs.renameSync(path.join(place, kind, 'val'), path.join(place, kind, 'valid'));
    const { train, test } = await opened(place);
    assert.deepEqual([train.size, test.size, labelNames(train)], [7, 4, classes]);
    assert.deepEqual(await boxesOf(train, 1), await boxesOf((await opened(folder)).train, 1));
    const latin = changed('latin', list);
    fs.writeFileSync(path.join(latin, 'classes.txt'), Buffer.from('r\u00e9\ngreen\nblue\n', 'latin1'));
    await assert.rejects(opened(latin), /classes.txt is no text in UTF-8: save it in UTF-8/);
  });

  test('of whose split no image has a file of boxes, or whose splits are links to one folder, is said', async () => {
    const warnings: string[] = [];
    const of = (place: string) => yolo(place, { workers: 1 }, undefined, (text) => warnings.push(text));
    await of(changed('unlabelled', { 'labels/val': null }));
    assert.match(
      warnings.join('\n'),
      /data.yaml, val: not one of its images has a file of boxes.*2-0000.png was looked for as .*labels\/val\/2-0000.txt/,
    );
    const linked = changed('linked', { 'labels/val': null, 'images/val': null });
    for (const kind of ['images', 'labels']) fs.symlinkSync('train', path.join(linked, kind, 'val'));
    await of(linked);
    assert.match(warnings.join('\n'), /data.yaml, val: 8 of its 8 images are learned from, too/);
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
    await refused('f', { 'data.yaml': 'train: images/train\n' }, /data.yaml: names: it must say the classes/);
    await refused(
      'f2',
      { 'data.yaml': 'train: images/train\nnames: red\n' },
      /data.yaml: names: .*a list of the classes/,
    );
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
