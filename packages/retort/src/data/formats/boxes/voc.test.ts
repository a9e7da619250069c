/** Folders of Pascal VOC. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { classes, type MadeSplits, madeSplits, writeVoc } from '../../../../reference/made-boxes.ts';
import { boxesIn, type NamedBox } from '../../boxes.ts';
import { DataError, type Dataset, labelNames, type Splits } from '../../dataset.ts';
import type { Boxes } from '../../sample.ts';
import { photographs } from '../photographs.ts';
import { areBoxesAt } from './named.ts';
import { type VocOptions, voc, vocClasses } from './voc.ts';

const top = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-voc-'));
after(() => fs.rmSync(top, { recursive: true }));

const made = madeSplits();
const folder = await writeVoc(path.join(top, 'one'), made);

const opened = (place: string, options: VocOptions = {}): Promise<Splits> =>
  voc(place, { workers: 1, ...options }, undefined, () => {});

const boxesOf = async (data: Dataset, id: number): Promise<readonly NamedBox[]> => {
  const [sample] = (await data.read?.(Int32Array.of(id))) ?? [];
  assert.ok(sample && !(sample instanceof Error));
  return boxesIn(sample.boxes as Boxes);
};

/** The folder with another text in a file. */
function changed(name: string, file: string, text: (before: string) => string): string {
  const place = path.join(top, name);
  fs.cpSync(folder, place, { recursive: true });
  const whole = path.join(place, file);
  fs.writeFileSync(whole, text(fs.existsSync(whole) ? fs.readFileSync(whole, 'utf8') : ''));
  return place;
}

suite('a folder of Pascal VOC', () => {
  test('has boxes that begin at a corner less one, and difficult ones, which are ignored', async () => {
    const { train, test } = await opened(folder);
    assert.deepEqual([train.size, test.size], [7, 4]);
    // In the order of their names.
    assert.deepEqual(labelNames(train), classes.toSorted());
    const numbers = classes.map((name) => classes.toSorted().indexOf(name));
    const wanted = made.train[0]?.rectangles.map(({ label, ...box }, i) => ({
      ...{ ...box, class: numbers[label], area: box.width * box.height, ignored: 0, id: i + 1 },
    }));
    assert.deepEqual(await boxesOf(train, 0), wanted);
    assert.ok((await boxesOf(test, 0)).every(({ ignored }) => ignored === 2));
    assert.equal(
      (await photographs(folder, { workers: 1 }, undefined, () => {})).train.fingerprint,
      train.fingerprint,
    );
  });

  test('of two years: what is learned from is trainval of both, what is judged on test', async () => {
    const years = path.join(top, 'years', 'VOCdevkit');
    for (const [year, seed] of [
      ['VOC2007', 3],
      ['VOC2012', 4],
    ] as const) {
      const splits: MadeSplits = madeSplits(4 + seed, seed);
      await writeVoc(path.join(years, year), splits);
      const lists = path.join(years, year, 'ImageSets', 'Main');
      fs.renameSync(path.join(lists, 'train.txt'), path.join(lists, 'trainval.txt'));
      // Only the first has a test split, as it is.
      if (seed === 3) fs.renameSync(path.join(lists, 'val.txt'), path.join(lists, 'test.txt'));
    }
    for (const place of [years, path.dirname(years)]) {
      const { train, test } = await opened(place, { withoutBoxes: 'keep' });
      assert.deepEqual([train.size, test.size], [15, 3]);
    }
    const said = await opened(years, {
      train: ['VOC2012/trainval'],
      test: 'VOC2007/test',
      withoutBoxes: 'keep',
    });
    assert.deepEqual([said.train.size, said.test.size], [8, 3]);
    await assert.rejects(
      opened(years, { train: 'trainval' }),
      /the list trainval is in 'VOC2007', 'VOC2012': say which, as VOC2007\/trainval/,
    );
    await assert.rejects(
      opened(years, { train: 'all' }),
      /there is no list all: it was looked for as .*VOC2007\/ImageSets\/Main\/all.txt/,
    );
  });

  test('of classes that are VOC’s has all twenty', async () => {
    const place = changed('named', 'Annotations/1-0000.xml', (text) => text);
    for (const file of fs.readdirSync(path.join(place, 'Annotations'))) {
      const whole = path.join(place, 'Annotations', file);
      const text = fs.readFileSync(whole, 'utf8');
      fs.writeFileSync(
        whole,
        text.replaceAll('red', 'cat').replaceAll('green', 'dog').replaceAll('blue', 'person'),
      );
    }
    assert.deepEqual(labelNames((await opened(place)).train), vocClasses);
    assert.equal(vocClasses.length, 20);
    assert.deepEqual(vocClasses.toSorted(), vocClasses);
  });

  test('has lists of a class, with numbers behind each name, and parts of objects, which are not looked at', async () => {
    const place = changed('parts', 'ImageSets/Main/train.txt', (text) => text.replaceAll('\n', '  -1\r\n'));
    const file = path.join(place, 'Annotations', '1-0000.xml');
    const part =
      '<part><name>head</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></part></object>';
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replaceAll('</object>', part));
    assert.deepEqual(
      await boxesOf((await opened(place)).train, 0),
      await boxesOf((await opened(folder)).train, 0),
    );
  });

  test('has names with spaces and numbers in them, in lists of a class too', async () => {
    const place = changed('spaces', 'ImageSets/Main/train.txt', (text) =>
      text.replaceAll('1-0000', 'a red one 1').replaceAll('1-0001', 'a green one  -1'),
    );
    for (const [name, now] of [
      ['1-0000', 'a red one 1'],
      ['1-0001', 'a green one'],
    ] as const)
      for (const file of [`Annotations/${name}.xml`, `JPEGImages/${name}.png`])
        fs.renameSync(path.join(place, file), path.join(place, file.replace(name, now)));
    const { train } = await opened(place);
    assert.equal(train.size, 7);
    assert.deepEqual(await boxesOf(train, 0), await boxesOf((await opened(folder)).train, 0));
    // Without its annotation it is not that of another image.
    for (const part of ['Annotations', 'JPEGImages'])
      for (const name of fs
        .readdirSync(path.join(place, part))
        .filter((one) => one.startsWith('a green one')))
        fs.copyFileSync(path.join(place, part, name), path.join(place, part, name.replace('green', 'red')));
    fs.rmSync(path.join(place, 'Annotations/a red one 1.xml'));
    await assert.rejects(opened(place), /Annotations\/a red one 1\.xml/);
  });

  test('has annotations beside its images, as Roboflow has it, in folders of splits or in one', async () => {
    const flat = path.join(top, 'roboflow');
    const one = path.join(top, 'labelimg');
    const [annotations, images] = ['Annotations', 'JPEGImages'].map((name) => path.join(folder, name));
    for (const [split, pictures] of [
      ['train', made.train],
      ['valid', made.val.slice(0, 2)],
      ['test', made.val.slice(2)],
    ] as const)
      for (const place of split === 'train' ? [path.join(flat, split), one] : [path.join(flat, split)]) {
        fs.mkdirSync(place, { recursive: true });
        for (const { name } of pictures) {
          fs.copyFileSync(path.join(annotations ?? '', `${name}.xml`), path.join(place, `${name}.xml`));
          fs.copyFileSync(path.join(images ?? '', `${name}.png`), path.join(place, `${name}.png`));
        }
      }
    fs.writeFileSync(path.join(flat, 'README.roboflow.txt'), '');
    const warnings: string[] = [];
    const of = (place: string, options: VocOptions = {}) =>
      photographs(place, { workers: 1, ...options } as object, undefined, (text) => warnings.push(text));
    const { train, validation, test } = await of(flat);
    assert.deepEqual([train.size, validation?.size, test.size], [7, 2, 2]);
    assert.deepEqual(await boxesOf(train, 1), await boxesOf((await opened(folder)).train, 1));
    assert.ok([flat, one].every(areBoxesAt));
    // What has no name of a split is learned from, but for a share.
    const whole = await of(one);
    assert.deepEqual([whole.train.size + whole.test.size, labelNames(whole.train)], [7, classes.toSorted()]);
    const said = await of(flat, { train: ['train', 'valid'], test: 'test' });
    assert.deepEqual([said.train.size, said.test.size], [9, 2]);
    await assert.rejects(
      of(flat, { train: 'training' }),
      /roboflow\/training is no folder of images with annotations of Pascal VOC beside them/,
    );
    assert.ok(warnings.every((text) => !text.includes('without an annotation')));
    fs.rmSync(path.join(flat, 'train', '1-0001.xml'));
    assert.equal((await of(flat)).train.size, 6);
    assert.match(
      warnings.join('\n'),
      /roboflow\/train: images without an annotation beside them \(.xml\) are left out: '1-0001.png'/,
    );
  });

  test('has boxes of the image that is called as the annotation, whatever image that names, and endings in capitals', async () => {
    const place = path.join(top, 'copied');
    const plain = await opened(folder);
    for (const [split, pictures] of [
      ['train', made.train],
      ['valid', made.val],
    ] as const) {
      fs.mkdirSync(path.join(place, split), { recursive: true });
      for (const { name } of pictures) {
        const text = fs.readFileSync(path.join(folder, 'Annotations', `${name}.xml`), 'utf8');
        const said = text
          .replace(/<filename>.*<\/filename>/, '<filename>1-0001.png</filename>')
          .replaceAll('<name>red', '<name>r\u00e9')
          .replaceAll('<name>green', '<name>r\u00ea');
        const declared = '<?xml version="1.0" encoding="ISO-8859-1"?>\n';
        fs.writeFileSync(path.join(place, split, `${name}.XML`), Buffer.from(declared + said, 'latin1'));
        const ending = split === 'train' ? 'png' : 'PNG';
        fs.copyFileSync(
          path.join(folder, 'JPEGImages', `${name}.png`),
          path.join(place, split, `${name}.${ending}`),
        );
      }
    }
    const { train, test } = await opened(place);
    assert.deepEqual([train.size, test.size], [7, 4]);
    assert.deepEqual(labelNames(train), ['blue', 'r\u00e9', 'r\u00ea']);
    for (let id = 0; id < train.size; id++) {
      const [found, wanted] = await Promise.all(
        [train, plain.train].map(async (data) => (await data.read?.(Int32Array.of(id)))?.[0]),
      );
      assert.ok(found && wanted && !(found instanceof Error) && !(wanted instanceof Error));
      const pixelsOf = ({ image }: typeof found) => (image as { pixels: Uint8Array }).pixels;
      assert.deepEqual(pixelsOf(found), pixelsOf(wanted));
    }
  });

  test('has inverted boxes in what is judged, which are said', async () => {
    const warnings: string[] = [];
    const place = changed('inverted', 'Annotations/2-0000.xml', (text) =>
      text.replaceAll('<difficult>1', '<difficult>0').replace(/<xmax>\d+/, '<xmax>0'),
    );
    await voc(place, { workers: 1 }, undefined, (text) => warnings.push(text));
    assert.match(
      warnings.join('\n'),
      /2-0000.xml: object 1: its box has no area, and is judged by nevertheless, as COCO has it/,
    );
  });

  test('that is wrong is said, with the file', async () => {
    const refused = async (name: string, file: string, text: (before: string) => string, message: RegExp) =>
      assert.rejects(opened(changed(name, file, text)), (error) => {
        assert.ok(error instanceof DataError, String(error));
        assert.match(error.message, message);
        return true;
      });
    const first = 'Annotations/1-0000.xml';
    await refused('a', first, (text) => text.slice(0, 60), /1-0000.xml, line \d+: this is no XML/);
    await refused(
      'b',
      first,
      () => '<annotation><object><name>a</name></object></annotation>',
      /1-0000.xml: annotation.object.0.bndbox/,
    );
    await refused('c', first, (text) => text.replace(/<xmin>\d+/, '<xmin>much'), /bndbox.xmin/);
    await refused('c2', first, (text) => text.replace(/<xmin>\d+/, '<xmin>'), /bndbox.xmin: Too small/);
    await refused(
      'd',
      first,
      (text) => text.replace(/<xmax>\d+/, '<xmax>900'),
      /1-0000.xml: object 1: its box .* lies beyond the image/,
    );
    await refused(
      'e',
      'ImageSets/Main/train.txt',
      (text) => `${text}nothing\n`,
      /Annotations\/nothing.xml cannot be read: there is no/,
    );
    const place = changed('f', first, (text) => text);
    fs.rmSync(path.join(place, 'JPEGImages', '1-0001.png'));
    await assert.rejects(opened(place), /an image is not there: .*JPEGImages\/1-0001.jpg/);
    await assert.rejects(opened(path.join(folder, 'JPEGImages')), /has no folders of Pascal VOC/);
    fs.rmSync(path.join(place, 'ImageSets'), { recursive: true });
    await assert.rejects(
      opened(place),
      /there are no lists of images \(ImageSets.*say others by the options train/,
    );
  });
});
