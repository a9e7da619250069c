/** Tables of images: what is read of them, and what is wrong with them, by file and line. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import sharp from 'sharp';
import {
  classNames,
  type Dataset,
  fetchColumns,
  imageLists,
  type ListOptions,
  oneTensorEach,
  type Splits,
} from '../../index.ts';
import { readRows } from './records.ts';

const top = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-lists-'));
after(() => fs.rmSync(top, { recursive: true }));

const png = (red: number): Promise<Buffer> =>
  sharp({ create: { width: 3, height: 2, channels: 3, background: { r: red, g: 7, b: 9 } } })
    .png()
    .toBuffer();
const pictures = await Promise.all(Array.from({ length: 8 }, (_, i) => png(10 * i)));

/** A folder with eight images, of which `i.png` is as red as 10·i, and tables. */
function folderOf(name: string, tables: Readonly<Record<string, string>>): string {
  const folder = path.join(top, name);
  fs.mkdirSync(path.join(folder, 'images'), { recursive: true });
  for (const [i, picture] of pictures.entries())
    fs.writeFileSync(path.join(folder, `images/${i}.png`), picture);
  for (const [file, text] of Object.entries(tables)) fs.writeFileSync(path.join(folder, file), text);
  return folder;
}

const warnings: string[] = [];
const opened = (place: string, options?: ListOptions): Promise<Splits> => {
  warnings.length = 0;
  return imageLists(place, options, undefined, (text) => warnings.push(text));
};

const labelsOf = (data: Dataset): number[] => (data.column?.('label').toFlatArray() ?? []).map(Number);

async function numbersOf(data: Dataset): Promise<number[]> {
  using fetched = await fetchColumns(
    data,
    Int32Array.from({ length: data.size }, (_, i) => i),
  );
  const { image } = oneTensorEach(fetched.columns);
  return (image?.select(3, 0).select(1, 0).select(1, 0).toFlatArray() ?? []).map((red) => Number(red) / 10);
}

suite('a table', () => {
  const rows = [
    { image: 'a.jpg', label: 'cat' },
    { image: 'b, c.jpg', label: 'dog' },
  ];
  const cases: readonly [what: string, file: string, text: string, lines?: number[]][] = [
    ['with a header', 'h.csv', 'path,label\na.jpg,cat\n"b, c.jpg",dog\n', [2, 3]],
    ['without one', 'n.csv', 'a.jpg,cat\n"b, c.jpg",dog\n'],
    [
      'with columns in any order and case, and others',
      'o.csv',
      'id,Class,Image\n1,cat,a.jpg\n2,dog,"b, c.jpg"\n',
      [2, 3],
    ],
    [
      'with a byte order mark, returns and empty lines',
      'b.csv',
      '\ufefffile,class\r\n\r\na.jpg,cat\r\n"b, c.jpg",dog\r\n\r\n',
      [3, 4],
    ],
    ['with semicolons', 's.csv', 'path;label\na.jpg;cat\nb, c.jpg;dog\n', [2, 3]],
    ['with tabs', 't.tsv', 'a.jpg\tcat\nb, c.jpg\tdog\n'],
    [
      'of JSON',
      'j.jsonl',
      '\ufeff{"path": "a.jpg", "label": "cat"}\r\n\r\n{"id": 1, "image": "b, c.jpg", "class": "dog"}\n',
      [1, 3],
    ],
  ];
  for (const [what, file, text, lines = [1, 2]] of cases)
    test(`is read ${what}`, () => {
      fs.writeFileSync(path.join(top, file), text);
      assert.deepEqual(
        readRows(path.join(top, file), {}),
        rows.map((row, i) => ({ ...row, line: lines[i] })),
      );
    });
  test('has columns by names that are said', () => {
    fs.writeFileSync(path.join(top, 'said.csv'), 'a,b,label\ncat,a.jpg,1\n');
    assert.deepEqual(readRows(path.join(top, 'said.csv'), { image: 'b', label: 'a' }), [
      { image: 'a.jpg', label: 'cat', line: 2 },
    ]);
  });
});

suite('images that tables name', () => {
  test('are of the splits that the tables are called by', async () => {
    const folder = folderOf('splits', {
      'train.csv': 'images/3.png,b\nimages/1.png,a\nimages/2.png,B\nimages/0.png,a\n'.replace('B', 'c'),
      'val.tsv': 'path\tlabel\nimages/4.png\tc\nimages/5.png\tb\nimages/6.png\ta\n',
      'notes.csv': 'nothing',
    });
    const { train, test, validation, source } = await opened(folder);
    assert.deepEqual(
      [train.name, test.name, validation, source],
      ['splits train', 'splits val', undefined, folder],
    );
    assert.deepEqual(classNames(train), ['a', 'b', 'c']);
    assert.deepEqual(
      [labelsOf(train), labelsOf(test)],
      [
        [1, 0, 2, 0],
        [2, 1, 0],
      ],
    );
    assert.deepEqual(
      [await numbersOf(train), await numbersOf(test)],
      [
        [3, 1, 2, 0],
        [4, 5, 6],
      ],
    );
    assert.deepEqual(warnings, []);
  });

  test('may lie elsewhere, and be beside another table', async () => {
    const folder = folderOf('elsewhere', {
      'list.csv': '0.png,0\n1.png,1\n',
      'other.csv': '2.png,1\n3.png,0\n',
    });
    const { train, test } = await opened(path.join(folder, 'list.csv'), {
      root: 'images',
      test: 'other.csv',
    });
    assert.deepEqual(
      [await numbersOf(train), labelsOf(test)],
      [
        [0, 1],
        [1, 0],
      ],
    );
  });

  test('of one table have a share held out; of a split to be judged on there is nothing to learn from', async () => {
    const text = Array.from({ length: 8 }, (_, i) => `images/${i}.png,${i % 2}\n`).join('');
    const folder = folderOf('whole', { 'list.csv': text, 'val.csv': text });
    const { train, test, source } = await opened(path.join(folder, 'list.csv'), { testShare: 0.25 });
    assert.deepEqual([train.size, labelsOf(test)], [6, [0, 1]]);
    assert.match(source, /list\.csv, of which 2 of 8 images are held out as the test split/);
    const judged = await opened(path.join(folder, 'val.csv'));
    assert.deepEqual([judged.train.size, judged.test.size], [0, 8]);
  });

  test('have numbers from 0 as classes, and those that no image has are warned of', async () => {
    const folder = folderOf('numbers', {
      'train.csv': 'images/0.png,10\nimages/1.png,2\nimages/2.png,2\nimages/3.png,10\n',
    });
    const { train } = await opened(folder, { testShare: 0.5 });
    assert.equal(classNames(train)?.length, 11);
    assert.deepEqual(labelsOf(train).toSorted(), [10, 2].toSorted());
    assert.deepEqual(warnings, [
      `${path.join(folder, 'train.csv')}: labels are taken for numbers of classes counted from 0, and no image is of 0, 1, 3, 4, 5 and 4 more`,
    ]);
  });

  test('may be without labels, beside a split that has some', async () => {
    const folder = folderOf('none', {
      'train.csv': 'path\nimages/0.png\nimages/1.png\n',
      'val.csv': 'images/2.png,a\n',
    });
    const { train, test } = await opened(folder);
    assert.deepEqual([Object.keys(train.fields), classNames(test)], [['image'], ['a']]);
    const asked = folderOf('asked', { 'train.csv': 'images/0.png,x\n', 'val.csv': 'images/2.png,a\n' });
    assert.deepEqual(Object.keys((await opened(asked, { labels: 'none' })).train.fields), ['image']);
    const flat = folderOf('kaggle', {
      'train.csv': 'images/0.png,x\nimages/1.png,x\n',
      'test.csv': 'path\nimages/2.png\n',
    });
    await opened(flat);
    assert.deepEqual(warnings, [
      `${flat}: the test split is left out: its images have no labels to be judged by`,
    ]);
  });

  test('are other data where a label is another, and the same elsewhere', async () => {
    const tables = {
      'train.csv': 'images/0.png,a\nimages/1.png,b\n',
      'val.csv': 'images/2.png,a\nimages/3.png,b\n',
    };
    const prints = await Promise.all(
      [
        folderOf('one', tables),
        folderOf('copy', tables),
        folderOf('other', { ...tables, 'train.csv': 'images/0.png,b\nimages/1.png,a\n' }),
      ].map(async (folder) => (await opened(folder)).train.fingerprint),
    );
    assert.equal(prints[0], prints[1]);
    assert.notEqual(prints[0], prints[2]);
  });
});

suite('what is wrong with a table is said with its line:', () => {
  const cases: readonly [what: string, tables: Record<string, string>, message: RegExp, options?: object][] =
    [
      [
        'no column of images',
        { 'train.csv': 'id,label\n1,a\n' },
        /train\.csv, line 1: there is no column of images \(path, file, .*\), but 'id', 'label'/,
      ],
      [
        'two of them',
        { 'train.csv': 'path,file,label\n1,2,a\n' },
        /train\.csv, line 1: the columns 'path', 'file' may both be the image: say which, as columns: \{ image: NAME \}/,
      ],
      [
        'none that was asked for',
        { 'train.csv': 'path,label\n1,a\n' },
        /train\.csv, line 1: there is no column 'kind', but 'path', 'label'/,
        { columns: { label: 'kind' } },
      ],
      [
        'three without a header',
        { 'train.csv': 'a.png,1,2\n' },
        /train\.csv, line 1: there are 3 columns and no header/,
      ],
      [
        'another number of columns',
        { 'train.csv': 'path,label\nimages/0.png\n' },
        /train\.csv, line 2: there is 1 column, and 2 in line 1/,
      ],
      [
        'an empty path',
        { 'train.csv': 'path,label\nimages/0.png,a\n,b\n' },
        /train\.csv, line 3: the path is empty/,
      ],
      [
        'an empty label',
        { 'train.csv': 'path,label\n\nimages/0.png,\n' },
        /train\.csv, line 3: the label of images\/0\.png is empty/,
      ],
      [
        'a file that is not there',
        { 'train.csv': 'images/0.png,a\nimages/9.png,a\n' },
        /train\.csv, line 2: .*images\/9\.png is no image: there is no such file or folder$/,
      ],
      [
        'a header of other names',
        { 'train.csv': 'photo,kind\nimages/0.png,a\n' },
        /train\.csv, line 1: .*photo is no image: .*; if this line is a header, call its columns 'path' and 'label'/,
      ],
      ['a folder', { 'train.csv': 'images,a\n' }, /train\.csv, line 1: .*images is no image: it is a folder/],
      [
        'an image twice',
        { 'train.csv': 'images/0.png,a\nimages/1.png,a\n./images/0.png,a\n' },
        /train\.csv, line 3: \.\/images\/0\.png stands in line 1 already/,
      ],
      [
        'an image of two classes',
        { 'train.csv': 'images/0.png,a\nimages/0.png,b\n' },
        /train\.csv, line 2: images\/0\.png is 'b' here and 'a' in line 1/,
      ],
      [
        'an image in two splits',
        { 'train.csv': 'images/0.png,a\n', 'val.csv': 'images/0.png,a\n' },
        /val\.csv, line 1: the same image is in another split: .*train\.csv, line 1/,
      ],
      [
        'a label in one split',
        { 'train.csv': 'images/0.png,a\n', 'val.csv': 'images/1.png,a\nimages/2.png,b\n' },
        /val\.csv, line 2: no image of .*train\.csv is of the class 'b': splits must have the same classes/,
      ],
      [
        'two classes of one name by case',
        { 'train.csv': 'images/0.png,Cat\nimages/1.png,cat\n' },
        /train\.csv: the classes 'Cat', 'cat' differ by upper and lower case alone/,
      ],
      [
        'quotes',
        { 'train.csv': 'path,label\nimages/0.png,a\n"images/1.png"x,a\n' },
        /train\.csv, line 3: quotes are not as CSV has them/,
      ],
      [
        'a quote that is not closed',
        { 'train.csv': 'path,label\n"images/1.png,a\n' },
        /train\.csv, line \d: quotes are not as CSV has them/,
      ],
      [
        'no JSON',
        { 'train.jsonl': '{"path": "images/0.png", "label": 0}\nimages/1.png\n' },
        /train\.jsonl, line 2: this is not JSON/,
      ],
      [
        'JSON of another form',
        { 'train.jsonl': '["images/0.png", 0]\n' },
        /train\.jsonl, line 1: this is no object/,
      ],
      [
        'a path that is none',
        { 'train.jsonl': '{"path": 3, "label": 0}\n' },
        /train\.jsonl, line 1: path must be text/,
      ],
      [
        'a label that is none',
        { 'train.jsonl': '{"path": "images/0.png", "label": [0]}\n' },
        /train\.jsonl, line 1: label must be the name or the number of a class/,
      ],
      [
        'some labels',
        { 'train.jsonl': '{"path": "images/0.png", "label": 0}\n{"path": "images/1.png", "label": null}\n' },
        /train\.jsonl, line 2: there is no label, and other images of this split have one/,
      ],
      ['nothing', { 'train.csv': '\n' }, /train\.csv names no images/],
      ['a header alone', { 'train.csv': 'path,label\n' }, /train\.csv names no images/],
      [
        'two tables of a split',
        { 'train.csv': 'images/0.png,a\n', 'train.tsv': 'images/0.png\ta\n' },
        /has both train\.csv and train\.tsv, of one split/,
      ],
      [
        'a class that is none of those said',
        { 'train.csv': 'images/0.png,n01440764\nimages/1.png,cat\n' },
        /train\.csv, line 2: 'cat' is none of the 1,000 classes/,
        { classes: 'wnids' },
      ],
      [
        'classes that are not there',
        { 'train.csv': 'images/0.png,a\n' },
        /classes: .*words\.txt cannot be read: there is no such file/,
        { classes: 'words.txt' },
      ],
      [
        'a class named twice',
        { 'train.csv': 'images/0.png,a\n', 'words.txt': 'a\nb\na\n' },
        /words\.txt, line 3: the class 'a' is that of line 1/,
        { classes: 'words.txt' },
      ],
      [
        'options that are none',
        { 'train.csv': 'images/0.png,a\n' },
        /its options: columns\.images: there is no such key: did you mean 'image'/,
        { columns: { images: 'path' } },
      ],
    ];
  for (const [i, [what, tables, message, options]] of cases.entries())
    test(what, () =>
      assert.rejects(opened(folderOf(`wrong-${i}`, tables), options), { name: 'DataError', message }),
    );
  test('what is no UTF-8', async () => {
    const folder = folderOf('latin', {});
    fs.writeFileSync(
      path.join(folder, 'train.csv'),
      Buffer.from('path,label\nimages/0.png,Katze\nimages/1.png,L\xf6we\n', 'latin1'),
    );
    await assert.rejects(opened(folder), {
      message: /train\.csv, line 3: it cannot be read: this is no UTF-8/,
    });
  });
});
