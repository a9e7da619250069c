/** Folders of images: how they lie, in which order they are listed, and what is wrong with them. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import sharp from 'sharp';
import {
  checkLearnable,
  classNames,
  type Dataset,
  fetchColumns,
  type ImageFolderOptions,
  imageFolder,
  imagesOfColumn,
  isOneTensor,
  oneTensorEach,
  randomResizedCrop,
  type Splits,
  subset,
} from '../../index.ts';

const top = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-folders-'));
after(() => fs.rmSync(top, { recursive: true }));

/** Of one colour: how red says which it is. */
const png = (red: number, height = 2, width = 3): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: { r: red, g: 7, b: 9 } } })
    .png()
    .toBuffer();
const picture = await png(5);

/** A folder of files; a picture where nothing else is said, by its name another file than others. */
function folderOf(
  name: string,
  files: readonly string[],
  contents: Record<string, Uint8Array | string> = {},
) {
  const folder = path.join(top, name);
  for (const file of [...files, ...Object.keys(contents)]) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), contents[file] ?? Buffer.concat([picture, Buffer.from(file)]));
  }
  return folder;
}

const warnings: string[] = [];
const opened = (folder: string, options?: ImageFolderOptions): Promise<Splits> => {
  warnings.length = 0;
  return imageFolder(folder, options, undefined, (text) => warnings.push(text));
};

const labelsOf = (data: Dataset): number[] => (data.column?.('label').toFlatArray() ?? []).map(Number);

/** Where each image of a split lies, by the files that its data set asks for. */
async function redsOf(data: Dataset): Promise<number[]> {
  using fetched = await fetchColumns(
    data,
    Int32Array.from({ length: data.size }, (_, i) => i),
  );
  const image = imagesOfColumn(fetched.columns.image) ?? [];
  return (isOneTensor(image) ? image.split(1) : image).map((one) => Number(one.flatten().toFlatArray()[0]));
}

suite('a folder of images', () => {
  test('has splits, classes and images in the order of torchvision', async () => {
    const names = [
      'b/2.png',
      'b/10.PNG',
      'b/inner/1.jpeg',
      'b/inner-b/1.png',
      'B_/1.webp',
      'a/é.png',
      'a/z.gif',
    ];
    // By code points: capital letters first, `-` before `/`, é after z, and what 16 bits do not hold last.
    const sorted = [
      'B_/1.webp',
      'a/z.gif',
      'a/é.png',
      'b/10.PNG',
      'b/2.png',
      'b/inner/1.jpeg',
      'b/inner-b/1.png',
    ];
    names.push('a/\u{1f431}.png', 'a/\uffee.png');
    sorted.splice(3, 0, 'a/\uffee.png', 'a/\u{1f431}.png');
    const contents: Record<string, Uint8Array> = {};
    for (const [i, name] of sorted.entries()) contents[`train/${name}`] = await png(10 * i);
    const folder = folderOf('order', ['val/B_/x.jpg', 'val/a/x.jpg', 'val/b/x.jpg', 'words.txt'], contents);
    const { train, test, validation, source } = await opened(folder);
    assert.deepEqual(classNames(train), ['B_', 'a', 'b']);
    assert.deepEqual(
      [train.name, test.name, validation, source],
      ['order train', 'order val', undefined, folder],
    );
    assert.deepEqual(labelsOf(train), [0, 1, 1, 1, 1, 2, 2, 2, 2]);
    assert.deepEqual(await redsOf(train), [0, 10, 20, 30, 40, 50, 60, 70, 80]);
    assert.deepEqual(labelsOf(test), [0, 1, 2]);
    assert.deepEqual(warnings, []);
  });

  test('answers the images asked for, of any size each', async () => {
    const folder = folderOf('sizes', ['test/a/1.png'], {
      'train/a/1.png': await png(1),
      'train/a/2.png': await png(2, 4, 5),
      'train/a/3.png': await png(3),
    });
    const { train } = await opened(folder, { workers: 1 });
    using fetched = await fetchColumns(train, Int32Array.of(2, 1));
    const image = imagesOfColumn(fetched.columns.image) ?? [];
    assert.ok(!isOneTensor(image));
    assert.deepEqual(
      image.map(({ shape }) => shape),
      [
        [1, 2, 3, 3],
        [1, 4, 5, 3],
      ],
    );
    assert.deepEqual(image[0]?.flatten().toFlatArray().slice(0, 6), [3, 7, 9, 3, 7, 9]);
    assert.equal(train.nameOf?.(2), path.join('train', 'a', '3.png'));
    assert.equal(subset(train, Int32Array.of(1)).nameOf?.(0), path.join('train', 'a', '2.png'));
    using same = await fetchColumns(train, Int32Array.of(2, 0));
    assert.deepEqual(oneTensorEach(same.columns).image?.shape, [2, 2, 3, 3]);
  });

  test('is told apart by what is in it, and is the same where it was moved', async () => {
    const files = ['train/a/1.png', 'train/a/2.png', 'val/a/1.png'];
    const [one, copy] = [folderOf('one', files), folderOf('copy', files)];
    const other = folderOf('other', files, { 'train/a/2.png': await png(6) });
    const prints = await Promise.all(
      [one, copy, other].map(async (folder) => (await opened(folder)).train.fingerprint),
    );
    assert.equal(prints[0], prints[1]);
    assert.notEqual(prints[0], prints[2]);
    const { train, test } = await opened(one);
    assert.notEqual(train.fingerprint, test.fingerprint);
  });

  test('may have a split to choose by beside one to be judged on', async () => {
    const folder = folderOf('three', ['train/a/1.png', 'validation/a/1.png', 'test/a/1.png']);
    const { train, test, validation } = await opened(folder);
    assert.deepEqual(
      [train.name, test.name, validation?.name],
      ['three train', 'three test', 'three validation'],
    );
  });

  test('may only be there to be judged on', async () => {
    const folder = folderOf('judged', ['val/a/1.png', 'val/b/1.png', 'list.txt']);
    const splits = await opened(folder);
    assert.equal(splits.test.size, 2);
    assert.throws(() => checkLearnable(splits), {
      name: 'DataError',
      message: `judged train has nothing to learn from: ${folder}, which has val/ alone, and no train/ beside it`,
    });
  });

  test('without splits has a share of each class held out, the same each time, and says so', async () => {
    const files = Array.from({ length: 10 }, (_, i) => [`cat/${i}.png`, `dog/${i}.png`]).flat();
    files.push('train/1.png', 'train/2.png');
    const folder = folderOf('whole', files);
    const { train, test, source } = await opened(folder, { testShare: 0.3 });
    assert.deepEqual(
      classNames(train),
      ['cat', 'dog', 'train'],
      'a folder of images called train is a class',
    );
    assert.deepEqual(labelsOf(test), [0, 0, 0, 1, 1, 1, 2]);
    assert.deepEqual([train.size, test.size], [15, 7]);
    assert.match(
      source,
      /whole, of which 7 of 22 images are held out as the test split, drawn from each class by seed 0/,
    );
    const again = await opened(folder, { testShare: 0.3 });
    assert.deepEqual(
      [train.fingerprint, test.fingerprint],
      [again.train.fingerprint, again.test.fingerprint],
    );
    assert.equal((await opened(folderOf('alone', ['train/a/1.png', 'train/a/2.png']))).test.size, 1);
  });

  test('can have all of ImageNet’s classes, of which it holds some', async () => {
    const folder = folderOf('wnids', ['val/n01443537/1.png', 'val/n01440764/1.png', 'val/n15075141/1.png']);
    const { test } = await opened(folder, { classes: 'wnids' });
    assert.equal(classNames(test)?.length, 1000);
    assert.deepEqual(labelsOf(test), [0, 1, 999]);
    await assert.rejects(opened(folderOf('no-wnids', ['val/cat/1.png']), { classes: 'wnids' }), {
      message:
        /'wnids' is for folders that are called as ImageNet's classes are \(n01440764\), and not 'cat'/,
    });
  });

  test('says how many files are left out', async () => {
    const folder = folderOf('others', ['train/a/1.png', 'val/a/1.png', 'train/a/._1.png'], {
      'train/a/notes.txt': 'text',
      'train/list.csv': 'text',
    });
    await opened(folder);
    assert.deepEqual(warnings, [
      `${folder}: 3 files are left out, being no JPEG, PNG, WebP or GIF by name: 'train/list.csv', 'train/a/._1.png', 'train/a/notes.txt'`,
    ]);
  });

  test('is read through links', async () => {
    const folder = folderOf('links', ['val/a/1.png'], { '../elsewhere/1.png': await png(77) });
    fs.mkdirSync(path.join(folder, 'train'));
    fs.symlinkSync(path.join(top, 'elsewhere'), path.join(folder, 'train/a'));
    const { train } = await opened(folder);
    assert.deepEqual(await redsOf(train), [77]);
  });
});

suite('what is wrong with a folder of images is said before anything is read:', () => {
  const cases: readonly [what: string, folder: () => string, message: RegExp, options?: object][] = [
    [
      'classes that differ',
      () => folderOf('differ', ['train/a/1.png', 'train/b/1.png', 'val/b/1.png', 'val/c/1.png']),
      /differ: train\/ and val\/ must have the same classes: train\/ alone has 'a', and val\/ alone has 'c'/,
    ],
    [
      'splits that lie a folder further down',
      () => folderOf('above', ['photos/train/a/1.png', 'photos/train/b/1.png', 'photos/val/a/1.png']),
      /above has no folders of classes: .*above\/photos has splits in it, 'train', 'val': name .*above\/photos itself/,
    ],
    [
      'an empty class',
      () => folderOf('empty', ['train/a/1.png', 'train/b/notes.txt', 'val/a/1.png', 'val/b/1.png']),
      /empty\/train: a class has no images: 'b'/,
    ],
    [
      'two classes of one name by case',
      () => folderOf('case', ['Cat/1.png', 'cat/1.png']),
      /case: the classes 'Cat', 'cat' differ by upper and lower case alone/,
    ],
    [
      'two classes of one name but for how its letters are written',
      () => folderOf('letters', ['e\u0301/1.png', '\u00e9/1.png']),
      /letters: the classes '.+', '.+' differ by the bytes that their letters are written in alone/,
    ],
    [
      'a file whose name is not in UTF-8',
      () => {
        const folder = folderOf('bytes', ['a/1.png', 'a/2.png']);
        const name = Buffer.concat([Buffer.from(`${folder}/a/`), Buffer.of(0xff), Buffer.from('.png')]);
        fs.copyFileSync(path.join(folder, 'a/1.png'), name);
        return folder;
      },
      /bytes\/a\/\ufffd\.png cannot be read: its name is not in UTF-8: rename it/,
    ],
    [
      'a loop of links',
      () => {
        const folder = folderOf('loop', ['a/1.png', 'a/2.png']);
        fs.symlinkSync(folder, path.join(folder, 'a/back'));
        return folder;
      },
      /loop\/a\/back leads back to .*loop, in which it lies: a loop of links/,
    ],
    [
      'a link to itself',
      () => {
        const folder = folderOf('self', ['a/1.png', 'a/2.png']);
        fs.symlinkSync('self.png', path.join(folder, 'a/self.png'));
        return folder;
      },
      /self\/a\/self\.png cannot be read: its links lead in a loop/,
    ],
    [
      'a pipe',
      () => {
        const folder = folderOf('pipe', ['a/1.png', 'a/2.png']);
        execFileSync('mkfifo', [path.join(folder, 'a/3.png')]);
        return folder;
      },
      /pipe\/a\/3\.png cannot be read: it is a pipe, a device or a socket, not a file/,
    ],
    [
      'a link to nowhere',
      () => {
        const folder = folderOf('nowhere', ['a/1.png', 'a/2.png']);
        fs.symlinkSync('gone.png', path.join(folder, 'a/3.png'));
        return folder;
      },
      /nowhere\/a\/3\.png cannot be read: there is no such file or folder/,
    ],
    [
      'no images',
      () => folderOf('none', ['a/notes.txt', 'b/notes.txt']),
      /none has no images: none of its files is a JPEG, PNG, WebP or GIF by name/,
    ],
    [
      'images of no class',
      () => folderOf('flat', ['1.png', '2.png']),
      /flat has no images in folders of classes \(CLASS\/\*\.jpg\): 2 lie in it itself, and are of no class/,
    ],
    [
      'a split by another name',
      () => folderOf('named', ['train/a/1.png', 'valid/a/1.png']),
      /named has train\/ and no val\/, validation\/ or test\/ .* but 'valid': call the one that is judged on val/,
    ],
    [
      'two splits to choose by',
      () => folderOf('two', ['train/a/1.png', 'val/a/1.png', 'validation/a/1.png']),
      /two has both val\/ and validation\/: one of them must go elsewhere/,
    ],
    [
      'one image to learn from and be judged on',
      () => folderOf('single', ['a/1.png', 'a/2.png', 'b/1.png']),
      /single: the class 'b' has one image/,
    ],
    [
      'a folder that is not there',
      () => path.join(top, 'gone'),
      /gone cannot be read: there is no such file or folder/,
    ],
    [
      'options that are none',
      () => folderOf('one', []),
      /its options: worker: there is no such key: did you mean 'workers'/,
      { worker: 2 },
    ],
    [
      'a share that is none',
      () => folderOf('one', []),
      /its options: testShare: must be below 1, is 5/,
      { testShare: 5 },
    ],
  ];
  for (const [what, folder, message, options] of cases)
    test(what, () => assert.rejects(opened(folder(), options), { name: 'DataError', message }));
});

suite('the options of a folder of images', () => {
  test('turn images as they say, which makes them other data', async () => {
    const contents: Record<string, Uint8Array> = {};
    for (const split of ['train', 'val'])
      contents[`${split}/a/1.jpg`] = await sharp(await png(split.length, 2, 5))
        .withMetadata({ orientation: 6 })
        .jpeg({ quality: 100 })
        .toBuffer();
    const folder = folderOf('turned', [], contents);
    const sizes = new Map<string, readonly number[]>();
    const prints = new Set<string>();
    for (const exif of [undefined, 'ignore', 'apply'] as const) {
      const { train, test, source } = await opened(folder, { exif });
      using fetched = await fetchColumns(subset(test, Int32Array.of(0)), Int32Array.of(0));
      sizes.set(String(exif), oneTensorEach(fetched.columns).image?.shape ?? []);
      prints.add(train.fingerprint);
      assert.equal(source, exif === 'apply' ? `${folder}; turned as EXIF says` : folder);
    }
    assert.deepEqual(
      [...sizes.values()],
      [
        [1, 2, 5, 3],
        [1, 2, 5, 3],
        [1, 5, 2, 3],
      ],
    );
    assert.equal(prints.size, 2);
  });

  test('leave damaged images out, also of a part of the data', async () => {
    const files = Array.from({ length: 6 }, (_, i) => `train/a/${i}.png`);
    const folder = folderOf('skipped', [...files, 'val/a/1.png'], { 'train/a/2.png': 'text' });
    const { train } = await opened(folder, { onCorrupt: 'skip' });
    const part = subset(train, Int32Array.of(5, 2, 0));
    using all = await fetchColumns(part, Int32Array.of(0, 1, 2));
    assert.deepEqual([all.ids.length, all.standIns], [3, [1]]);
    using whole = await fetchColumns(part, Int32Array.of(0, 1, 2), { standIns: 'none' });
    assert.deepEqual([...whole.ids], [0, 2]);
    assert.equal(oneTensorEach(whole.columns).image?.size(0), 2);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /skipped\/train\/a\/2\.png: it is no JPEG.*; it is left out/);
    const { train: strict } = await opened(folder);
    await assert.rejects(fetchColumns(strict, Int32Array.of(2)), {
      name: 'DataError',
      message: /or leave out what is damaged/,
    });
    assert.equal(strict.fingerprint, train.fingerprint);
  });

  test('do not leave out what has changed since it was listed, or is gone', async () => {
    const folder = folderOf('changed', ['train/a/1.png', 'train/a/2.png', 'val/a/1.png']);
    const { train } = await opened(folder, { onCorrupt: 'skip' });
    fs.appendFileSync(path.join(folder, 'train/a/1.png'), 'more');
    await assert.rejects(fetchColumns(train, Int32Array.of(0)), {
      name: 'DataError',
      message:
        /changed\/train\/a\/1\.png: it has changed since it was listed: it had \d+ bytes, and has \d+$/,
    });
    assert.throws(() => train.fingerprint, { message: /1\.png has changed since it was listed/ });
    fs.rmSync(path.join(folder, 'train/a/2.png'));
    await assert.rejects(fetchColumns(train, Int32Array.of(1)), {
      message: /changed\/train\/a\/2\.png: it cannot be read: there is no such file or folder$/,
    });
  });
});

test('a very large image is warned of once', async () => {
  const large = await sharp({ create: { width: 9500, height: 9500, channels: 3, background: 'red' } })
    .png({ compressionLevel: 1 })
    .toBuffer();
  const folder = folderOf('large', ['val/a/1.png'], { 'train/a/1.png': large });
  const { train } = await opened(folder);
  // As training reads it, which is given what a transform leaves of it, and whole.
  const drawing = { seed: 0, epoch: 1, transforms: [randomResizedCrop({ size: 8 })] };
  for (const drawn of [drawing, undefined]) {
    using _ = await fetchColumns(train, Int32Array.of(0), { drawing: drawn });
    assert.equal(warnings.length, 1);
  }
  assert.deepEqual(warnings, [
    `${path.join(folder, 'train/a/1.png')} has 90,250,000 pixels, which are decoded each time that it is shown: made smaller, it takes less time and memory`,
  ]);
});

test('a folder that may not be looked into is named', async (t) => {
  const folder = folderOf('closed', ['train/a/1.png', 'train/b/1.png', 'val/a/1.png', 'val/b/1.png']);
  const { readdir } = fs.promises;
  t.mock.method(fs.promises, 'readdir', (place: string, options: never) => {
    if (!place.endsWith('train/b')) return readdir(place, options);
    // Who is allowed everything, as in a container, meets no folder that is closed.
    return Promise.reject(
      Object.assign(new Error('EACCES: permission denied'), {
        code: 'EACCES',
        path: place,
        syscall: 'scandir',
        errno: -13,
      }),
    );
  });
  await assert.rejects(opened(folder), { name: 'DataError', message: /closed\/train\/b cannot be read: / });
});

test('an image that is damaged is named when it is read', async () => {
  const folder = folderOf('damaged', ['val/a/1.png', 'train/a/1.png'], { 'train/a/2.jpg': 'text' });
  const { train } = await opened(folder);
  await assert.rejects(fetchColumns(train, Int32Array.of(0, 1)), {
    name: 'DataError',
    message: `${path.join(folder, 'train/a/2.jpg')}: it is no JPEG, PNG, WebP or GIF, whatever its name says: put a whole one in its place, take it away, or leave out what is damaged by the option onCorrupt: skip of the data`,
  });
});
