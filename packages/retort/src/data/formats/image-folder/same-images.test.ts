/** Images that are in two splits, or in two classes. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import sharp from 'sharp';
import { imageFolder } from '../../index.ts';
import { FilesBuilder } from './files.ts';
import { type Bounds, type SplitFiles, sameImages } from './same-images.ts';

const top = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-same-'));
process.env.RETORT_CACHE = path.join(top, 'cache');
after(() => fs.rmSync(top, { recursive: true }));

let made = 0;
/** Splits of files by their names, `CLASS/FILE`, with what is in each. */
function splitsOf(
  contents: Readonly<Record<string, Readonly<Record<string, string>>>>,
): [string, SplitFiles[]] {
  const root = path.join(top, String(made++));
  const splits = Object.entries(contents).map(([split, files]): SplitFiles => {
    const builder = new FilesBuilder();
    const classes = [...new Set(Object.keys(files).map((name) => path.dirname(name)))];
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(root, split, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, content);
      builder.add(`${split}/${name}`, Buffer.byteLength(content));
    }
    const labels = Int32Array.from(Object.keys(files), (name) => classes.indexOf(path.dirname(name)));
    return { called: `${split}/`, files: builder.files(), labels };
  });
  return [root, splits];
}

const found = async ([root, splits]: [string, SplitFiles[]], bounds?: Bounds) => {
  const { found, bounded } = await sameImages(root, splits, () => {}, bounds);
  return { sentences: found.map(({ sentence }) => sentence), bounded };
};

/** Larger than what is read of a file's end, which is the same for all. */
const large = (beginning: string): string => beginning + 'x'.repeat(10_000);

suite('the same picture', () => {
  test('in two splits is said, with how many and which', async () => {
    const splits = splitsOf({
      train: { 'a/1': 'one', 'a/2': 'two', 'b/3': large('3'), 'b/4': large('4') },
      val: { 'a/x': 'two', 'b/y': large('4'), 'b/z': large('5'), 'a/w': 'six' },
    });
    assert.deepEqual(await found(splits), {
      sentences: [
        'of the 4 images of val/ 2 are in train/ too, byte for byte, and val/ judges too well: val/a/x is train/a/2, val/b/y is train/b/4',
      ],
      bounded: null,
    });
  });

  test('in two classes of one split is said, and in one class it is nobody’s business', async () => {
    const splits = splitsOf({
      train: { 'a/1': 'one', 'a/2': 'one', 'b/3': 'one', 'b/4': 'two', 'b/5': 'two', 'a/6': large('6') },
      val: { 'a/x': large('7') },
    });
    assert.deepEqual((await found(splits)).sentences, [
      '1 image lies in several classes of train/, byte for byte: train/a/1 is train/b/3',
    ]);
  });

  test('is not what only has the same size, the same end, or nothing in it', async () => {
    const splits = splitsOf({
      train: { 'a/1': 'one', 'a/2': large('1'), 'a/3': '' },
      val: { 'b/1': 'two', 'b/2': large('2'), 'b/3': '' },
    });
    assert.deepEqual(await found(splits), { sentences: [], bounded: null });
  });

  test('is looked for in three splits, each beside each', async () => {
    const splits = splitsOf({ train: { 'a/1': 'one' }, val: { 'a/1': 'one' }, test: { 'a/1': 'one' } });
    const { sentences } = await found(splits);
    assert.deepEqual(
      sentences.map((sentence) => /of (\w+)\/ 1 is in (\w+)\//.exec(sentence)?.slice(1)),
      [
        ['val', 'train'],
        ['test', 'train'],
        ['test', 'val'],
      ],
    );
  });

  test('is looked for in so many files at most, and then it is said in how many', async () => {
    const files = (letter: string) =>
      Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`a/${i}`, letter + '.'.repeat(i)]));
    const same = splitsOf({ train: files('a'), val: files('a') });
    const { sentences, bounded } = await found(same, { files: 100, bytes: 1e9 });
    assert.match(bounded ?? '', /^1\d\d of the 600 images that are of the size of another were compared$/);
    assert.match(sentences[0] ?? '', /^of the 300 images of val\/ \d\d are in train\/ too/);
    assert.ok(sentences[0]?.endsWith(`(${bounded})`));
    const whole = await found(same);
    assert.equal(whole.bounded, null);
    assert.match(whole.sentences[0] ?? '', /^of the 300 images of val\/ 300 are in train/);
    const others = splitsOf({ train: files('a'), val: files('b') });
    assert.deepEqual((await found(others, { files: 100, bytes: 1e9 })).sentences, []);
  });

  test('is not looked for in files that are read whole, beyond so many bytes', async () => {
    const files = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`a/${i}`, large('.'.repeat(i))]));
    const same = splitsOf({ train: files, val: files });
    const { bounded } = await found(same, { files: 1000, bytes: 50_000 });
    assert.match(bounded ?? '', /of the 400 images/);
  });

  test('is warned of before anything is read, and stands in the record of the run', async () => {
    const picture = await sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const folder = path.join(top, 'photos');
    for (const name of ['train/a/1.png', 'val/a/2.png']) {
      fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      fs.writeFileSync(path.join(folder, name), picture);
    }
    const warnings: string[] = [];
    const { source } = await imageFolder(folder, {}, undefined, (text) => warnings.push(text));
    const sentence =
      'of the 1 images of val/ 1 is in train/ too, byte for byte, and val/ judges too well: val/a/2.png is train/a/1.png';
    assert.deepEqual(warnings, [`${folder}: ${sentence}`]);
    assert.equal(source, `${folder}; of the 1 images of val/ 1 is in train/ too`);
  });

  test('cannot be looked for in a file that cannot be read, which is said', async () => {
    const [root, splits] = splitsOf({ train: { 'a/1': 'one' }, val: { 'a/x': 'two' } });
    fs.rmSync(path.join(root, 'val/a/x'));
    await assert.rejects(found([root, splits]), {
      name: 'DataError',
      message: `${root}/val/a/x cannot be read: there is no such file or folder`,
    });
  });
});
