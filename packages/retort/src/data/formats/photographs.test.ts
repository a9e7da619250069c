/** What lies at a place says which format reads it; ILSVRC2012 as it comes, and images without labels. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import sharp from 'sharp';
import {
  amongImagenet,
  classNames,
  DataError,
  type Dataset,
  fetchColumns,
  imagenetWnids,
  inMemory,
  isPlaceName,
  oneTensorEach,
  type PhotographOptions,
  photographs,
  placeOfData,
  type Splits,
  subset,
} from '../index.ts';

const top = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-photographs-'));
after(() => fs.rmSync(top, { recursive: true }));

const picture = await sharp({
  create: { width: 3, height: 2, channels: 3, background: { r: 5, g: 7, b: 9 } },
})
  .png()
  .toBuffer();

/** A folder of files: a picture each, or a text. */
function folderOf(
  name: string,
  files: readonly string[],
  texts: Readonly<Record<string, string>> = {},
): string {
  const folder = path.join(top, name);
  for (const file of [...files, ...Object.keys(texts)]) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    // What follows its end is not looked at, and makes each file another.
    fs.writeFileSync(path.join(folder, file), texts[file] ?? Buffer.concat([picture, Buffer.from(file)]));
  }
  return folder;
}

const warnings: string[] = [];
const opened = (place: string, options?: PhotographOptions): Promise<Splits> => {
  warnings.length = 0;
  return photographs(place, options, undefined, (text) => warnings.push(text));
};
const labelsOf = (data: Dataset): number[] => (data.column?.('label').toFlatArray() ?? []).map(Number);

suite('a place of photographs', () => {
  test('is a folder of classes, also with tables or tars beside them, which is said', async () => {
    const files = ['train/a/1.png', 'train/b/1.png', 'val/a/1.png', 'val/b/1.png'];
    assert.deepEqual(classNames((await opened(folderOf('classes', files))).train), ['a', 'b']);
    assert.deepEqual(warnings, []);
    const tables = folderOf('and-tables', files, { 'train.csv': 'nothing' });
    assert.deepEqual(classNames((await opened(tables)).train), ['a', 'b']);
    assert.deepEqual(warnings, [
      `${tables} is read as a folder of images, and has tables beside them: name these to read them`,
    ]);
    const tars = folderOf('and-tars', ['a/1.png', 'a/2.png'], { 'all.tar': 'nothing' });
    assert.equal((await opened(tars)).train.size, 1);
    assert.match(warnings[0] ?? '', /and has tars beside them/);
  });

  test('is a table, or a folder of tables, also beside a folder of images', async () => {
    const folder = folderOf('tables', ['train/1.png', 'train/2.png', 'test/1.png'], {
      'train.csv': 'train/1.png,a\ntrain/2.png,a\n',
    });
    assert.equal((await opened(folder)).train.size, 1);
    assert.equal((await opened(path.join(folder, 'train.csv'))).train.size, 1);
  });

  test('may be named by a file or by a range of tars', () => {
    const folder = folderOf('named', [], { 'a-00.tar': '', 'list.tsv': '', 'notes.txt': '' });
    assert.equal(placeOfData('a-{00..03}.tar', folder), path.join(folder, 'a-{00..03}.tar'));
    assert.equal(placeOfData('list.tsv', folder), path.join(folder, 'list.tsv'));
    assert.deepEqual(['list.tsv', 'a-{00..03}.tar', './x', 'cifar10', 'notes.txt'].map(isPlaceName), [
      true,
      true,
      true,
      false,
      false,
    ]);
    assert.throws(() => placeOfData('b-{00..03}.tar', folder), {
      message: /there is no file b-\{00\.\.03\}\.tar/,
    });
    assert.throws(() => placeOfData('notes.txt', folder), {
      name: 'DataError',
      message:
        /notes\.txt is no folder of images, no table of them \(\.csv, \.tsv, \.jsonl\), no \.tar and no \.yaml as YOLO has it/,
    });
  });

  test('that is a folder of classes may have those of a file, in its order', async () => {
    const folder = folderOf('ordered', ['val/cat/1.png', 'val/ant/1.png'], {
      'words.txt': 'dog\ncat\nant\n',
    });
    const { test } = await opened(folder, { classes: 'words.txt' });
    assert.deepEqual(
      [classNames(test), labelsOf(test)],
      [
        ['dog', 'cat', 'ant'],
        [2, 1],
      ],
    );
    await assert.rejects(opened(folderOf('ordered', ['val/cow/1.png']), { classes: 'words.txt' }), {
      message: /there are folders 'cow', which are none of the 3 classes of words\.txt/,
    });
  });
});

suite('images without labels', () => {
  const alone = ({ train, test, source }: Splits) => {
    assert.deepEqual(Object.keys(train.fields), ['image']);
    assert.deepEqual(Object.keys(test.fields), ['image']);
    assert.match(source, /whose images have no labels$/);
    return train.size;
  };
  test('are known by the layout where it leaves no doubt', async () => {
    assert.equal(alone(await opened(folderOf('flat', ['1.png', '2.png', '.hidden/3.png']))), 2);
    assert.equal(alone(await opened(folderOf('flat-train', ['train/1.png']))), 1);
    assert.equal(alone(await opened(folderOf('flat-both', ['train/1.png', 'val/1.png']))), 1);
    assert.match(warnings[0] ?? '', /flat-both\/val is left out: its images are of no class/);
    const { train } = await opened(
      folderOf('class-train', ['train/1.png', 'train/2.png', 'cat/1.png', 'cat/2.png']),
    );
    assert.deepEqual(classNames(train), ['cat', 'train'], 'a folder beside classes is a class');
  });

  test('are known by an option where folders are no classes', async () => {
    const folder = folderOf('deep', ['2020/b/1.png', '2020/a/2.png', '3.png']);
    const { train, test } = await opened(folder, { labels: 'none' });
    assert.equal(alone({ train, test, source: (await opened(folder, { labels: 'none' })).source }), 3);
    using fetched = await fetchColumns(train, Int32Array.of(2, 0));
    assert.deepEqual(Object.keys(fetched.columns), ['image']);
    assert.deepEqual(oneTensorEach(fetched.columns).image?.shape, [2, 2, 3, 3]);
    assert.throws(() => train.column?.('label'), DataError);
  });

  test('are judged on a split that has some', async () => {
    const files = ['val/a/1.png', 'val/b/1.png', 'test/a/2.png', 'test/b/2.png'];
    const { train, test, validation, source } = await opened(folderOf('judged', ['train/1.png', ...files]));
    assert.deepEqual(
      [train.fields.label, classNames(test), labelsOf(validation ?? test)],
      [undefined, ['a', 'b'], [0, 1]],
    );
    assert.match(source, /judged, whose train split has no labels$/);
    const asked = folderOf('asked', ['train/2020/1.png', ...files]);
    assert.equal((await opened(asked, { labels: 'none' })).train.fields.label, undefined);
    await assert.rejects(opened(folderOf('judged', ['test/c/1.png'])), {
      message: /test\/ has other classes than the split before it: 'c'/,
    });
  });

  test('must be there', async () => {
    await assert.rejects(opened(folderOf('texts', [], { 'a/1.txt': 'text' }), { labels: 'none' }), {
      message: /texts has no images: none of its files is a JPEG, PNG, WebP or GIF by name/,
    });
    await assert.rejects(opened(path.join(top, 'flat'), { labels: 'none', testShare: 0.5 }), {
      message: /its options: testShare: there is no such key/,
    });
  });
});

suite('ILSVRC2012 as it comes', () => {
  const [tench = '', goldfish = '', shark = ''] = imagenetWnids;
  const table = (...wnids: string[]): string =>
    `ImageId,PredictionString\n${wnids.map((wnid, i) => `ILSVRC2012_val_0000000${i + 1},${wnid} 1 2 3 4 ${wnid} 5 6 7 8 \n`).join('')}`;
  const val = (folder: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${folder}/ILSVRC2012_val_0000000${i + 1}.JPEG`);

  test('has the classes of val from its table, in the order of wnids', async () => {
    const kaggle = 'ILSVRC/Data/CLS-LOC';
    const train = [`${kaggle}/train/${goldfish}/1.JPEG`, `${kaggle}/train/${tench}/2.JPEG`];
    const files = [...train, ...val(`${kaggle}/val`, 3), `${kaggle}/test/ILSVRC2012_test_00000001.JPEG`];
    const folder = folderOf('kaggle', files, { 'LOC_val_solution.csv': table(goldfish, tench, goldfish) });
    for (const place of [folder, path.join(folder, kaggle)]) {
      const splits = await opened(place);
      assert.deepEqual(classNames(splits.train), [tench, goldfish]);
      assert.deepEqual(
        [labelsOf(splits.train), labelsOf(splits.test)],
        [
          [0, 1],
          [1, 0, 1],
        ],
      );
    }
    const { test } = await opened(folder, { classes: 'wnids' });
    assert.equal(classNames(test)?.length, 1000);
    const { train: unlabelled } = await opened(folder, { labels: 'none' });
    assert.deepEqual(Object.keys(unlabelled.fields), ['image']);
  });

  test('may be its val alone, to be judged on', async () => {
    const folder = folderOf('alone', val('val', 2), { 'val/LOC_val_solution.csv': table(shark, tench) });
    const { train, test } = await opened(folder);
    assert.deepEqual([train.size, classNames(test), labelsOf(test)], [0, [tench, shark], [1, 0]]);
    const flat = folderOf('flat-val', [], Object.fromEntries([['LOC_val_solution.csv', table(shark)]]));
    fs.writeFileSync(path.join(flat, 'ILSVRC2012_val_00000001.JPEG'), picture);
    assert.deepEqual(classNames((await opened(flat)).test), [shark]);
  });

  test('says which of the images that its table has are missing', async () => {
    const folder = folderOf('missing', val('val', 2), { 'LOC_val_solution.csv': table(tench, shark, tench) });
    const { test } = await opened(folder);
    assert.equal(test.size, 2);
    assert.match(
      warnings.join('\n'),
      /^\S+val: of the 3 images .* 1 are not there, .*: ILSVRC2012_val_00000003$/,
    );
  });

  const cases: readonly [what: string, folder: () => string, message: RegExp][] = [
    [
      'no table',
      () => folderOf('untold', val('val', 1)),
      /untold\/val has images of ILSVRC2012's validation split and no folders of classes, and LOC_val_solution\.csv, .* is not beside it or above: bring LOC_val_solution\.csv there, or put/,
    ],
    [
      'the numbers of the development kit alone',
      () => folderOf('devkit', val('val', 1), { 'data/ILSVRC2012_validation_ground_truth.txt': '490\n' }),
      /ground_truth\.txt says numbers in an order of the development kit's own, which only its meta\.mat explains/,
    ],
    [
      'an image that the table does not have',
      () => folderOf('short', val('val', 2), { 'LOC_val_solution.csv': table(tench) }),
      /ILSVRC2012_val_00000002\.JPEG: .*LOC_val_solution\.csv does not say its class/,
    ],
    [
      'two classes of one image',
      () =>
        folderOf('twice', val('val', 1), {
          'LOC_val_solution.csv': `${table(tench)}ILSVRC2012_val_00000001,${shark} 1 2 3 4 \n`,
        }),
      /LOC_val_solution\.csv, line 3: ILSVRC2012_val_00000001 is of the class 'n01484850' here and 'n01440764' before: leave one/,
    ],
    [
      'classes that train has not',
      () =>
        folderOf('other', [...val('val', 1), `train/${tench}/1.JPEG`], {
          'LOC_val_solution.csv': table(shark),
        }),
      /has images of the classes 'n01484850', of which .*other\/train has no folder/,
    ],
  ];
  for (const [what, folder, message] of cases)
    test(`is refused with ${what}`, () => assert.rejects(opened(folder()), { name: 'DataError', message }));
});

suite('data of some of ImageNet’s classes', () => {
  const data = (classes: readonly string[]) =>
    inMemory({
      images: new Uint8Array(12),
      labels: [1, 0, 1],
      height: 2,
      width: 2,
      channels: 1,
      classes,
      mean: [0],
      std: [1],
    });
  test('is told apart among all of them, in memory and read', async () => {
    const all = amongImagenet(data(['n01443537', 'n15075141']));
    assert.ok(all);
    assert.deepEqual([classNames(all)?.length, labelsOf(all)], [1000, [999, 1, 999]]);
    assert.deepEqual(labelsOf(subset(all, Int32Array.of(1))), [1]);
    using gathered = await fetchColumns(all, Int32Array.of(2, 1));
    assert.deepEqual(oneTensorEach(gathered.columns).label?.toFlatArray().map(Number), [999, 1]);
    const folder = folderOf('among', ['val/n01443537/1.png', 'val/n15075141/1.png']);
    const read = amongImagenet((await opened(folder)).test);
    assert.ok(read);
    using fetched = await fetchColumns(read, Int32Array.of(1, 0));
    assert.deepEqual(oneTensorEach(fetched.columns).label?.toFlatArray().map(Number), [999, 1]);
    assert.deepEqual(labelsOf(read), [1, 999]);
  });
  test('is left as it is with other classes, or with all', () => {
    assert.equal(amongImagenet(data(['n01443537', 'cat'])), null);
    assert.equal(amongImagenet(data(imagenetWnids)), null);
  });
});

suite('TinyImageNet as it comes', () => {
  const files = [
    'train/n02/images/n02_0.JPEG',
    'train/n02/images/n02_1.JPEG',
    'train/n01/images/n01_0.JPEG',
    'val/images/val_0.JPEG',
    'val/images/val_1.JPEG',
    'test/images/test_0.JPEG',
  ];
  const boxes = { 'train/n01/n01_boxes.txt': 'n01_0.JPEG\t0\t0\t9\t9\n' };
  const table = 'val_0.JPEG\tn02\t0\t32\t44\t62\nval_1.JPEG\tn01\t52\t55\t57\t59\n';
  const tiny = (name: string, said: string): string =>
    folderOf(name, files, { ...boxes, 'val/val_annotations.txt': said });

  test('is read with the classes that its table says, and without its test split', async () => {
    const { train, test, validation } = await opened(tiny('tiny', table));
    assert.deepEqual([train.size, test.size, validation], [3, 2, undefined]);
    assert.deepEqual(
      [classNames(train), classNames(test)],
      [
        ['n01', 'n02'],
        ['n01', 'n02'],
      ],
    );
    assert.deepEqual(
      [labelsOf(train), labelsOf(test)],
      [
        [0, 1, 1],
        [1, 0],
      ],
    );
    assert.equal(test.nameOf?.(1), 'val_1.JPEG');
    using fetched = await fetchColumns(test, Int32Array.of(0));
    assert.deepEqual(oneTensorEach(fetched.columns).label?.toList(), [1n]);
    const { train: among } = await opened(tiny('tiny-among', table), {
      classes: path.join(folderOf('tiny-classes', [], { 'all.txt': 'n00\nn01\nn02\n' }), 'all.txt'),
    });
    assert.deepEqual(labelsOf(among), [1, 2, 2]);
  });

  test('is refused where its table says no class, two, or one that is none of the training split', async () => {
    const at = (name: string): string => path.join(top, name, 'val');
    await assert.rejects(opened(tiny('tiny-less', table.slice(0, table.indexOf('\n') + 1))), {
      message: `${at('tiny-less')}/images/val_1.JPEG: ${at('tiny-less')}/val_annotations.txt does not say its class`,
    });
    await assert.rejects(opened(tiny('tiny-two', `${table}val_0.JPEG\tn01\n`)), {
      message: `${at('tiny-two')}/val_annotations.txt, line 3: val_0.JPEG is of the class 'n01' here and 'n02' before: leave one of the lines`,
    });
    await assert.rejects(opened(tiny('tiny-other', table.replace('n02', 'n09'))), {
      message: `${at('tiny-other')}/images/val_0.JPEG is of the class 'n09', of which ${path.join(top, 'tiny-other', 'train')} has no folder`,
    });
    await assert.rejects(opened(tiny('tiny-odd', 'val_0.JPEG n02\n')), {
      message: `${at('tiny-odd')}/val_annotations.txt, line 1: must name an image and its class, with a tab between them`,
    });
  });
});
