/** Tars: what is found in them is what Python's tarfile and webdataset find; how they are split and shown; and what is wrong with them. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { Header } from 'tar';
import {
  classNames,
  type Dataset,
  epochBatches,
  fetchColumns,
  imagesOfColumn,
  isOneTensor,
  type Splits,
  type TarOptions,
  tars,
} from '../../index.ts';
import { eachMember } from './members.ts';
import { indexShard } from './shard.ts';
import { shardOrder } from './shard-order.ts';

const reference = path.join(import.meta.dirname, '../../../../reference/tars');
const expected: Readonly<
  Record<string, { members: [string, number, number][]; samples: [string, string[]][] }>
> = JSON.parse(fs.readFileSync(path.join(reference, 'found.json'), 'utf8'));

const top = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-tars-'));
const cache = process.env.RETORT_CACHE;
before(() => {
  process.env.RETORT_CACHE = path.join(top, 'cache');
});
after(() => {
  if (cache === undefined) delete process.env.RETORT_CACHE;
  else process.env.RETORT_CACHE = cache;
  fs.rmSync(top, { recursive: true });
});

const png = (red: number): Promise<Buffer> =>
  sharp({ create: { width: 3, height: 2, channels: 3, background: { r: red, g: 7, b: 9 } } })
    .png()
    .toBuffer();
const pictures = await Promise.all(Array.from({ length: 24 }, (_, i) => png(10 * i)));

type Files = readonly (readonly [name: string, content: Buffer | string])[];

/** A tar of files, as they come; without the mark of its end where it is to be found cut off. */
function tarOf(name: string, files: Files, { ends = true } = {}): string {
  const parts: Buffer[] = [];
  for (const [name, content] of files) {
    const bytes = Buffer.from(content);
    const header = new Header({
      path: name,
      size: bytes.length,
      mode: 0o644,
      type: 'File',
      mtime: new Date(0),
    });
    header.encode();
    parts.push(Buffer.from(header.block ?? []), bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512));
  }
  if (ends) parts.push(Buffer.alloc(1024));
  const file = path.join(top, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, Buffer.concat(parts));
  return file;
}

/** Samples by number: an image that is as red as ten times its number, and a label. */
const samples = (from: number, labels: readonly (string | number)[], ending = 'cls'): Files =>
  labels.flatMap((label, i): Files => {
    const key = String(from + i).padStart(4, '0');
    return [
      [`${key}.png`, pictures[from + i] ?? ''],
      [`${key}.${ending}`, String(label)],
    ];
  });

const warnings: string[] = [];
const opened = (place: string, options?: TarOptions): Promise<Splits> => {
  warnings.length = 0;
  return tars(place, options, undefined, (text) => warnings.push(text));
};

const labelsOf = (data: Dataset): number[] => (data.column?.('label').toFlatArray() ?? []).map(Number);

/** Which images a data set has, by how red they are. */
async function numbersOf(data: Dataset, ids?: Int32Array): Promise<number[]> {
  using fetched = await fetchColumns(data, ids ?? Int32Array.from({ length: data.size }, (_, i) => i));
  const image = imagesOfColumn(fetched.columns.image) ?? [];
  return (isOneTensor(image) ? image.split(1) : image).map(
    (one) => Number(one.flatten().toFlatArray()[0]) / 10,
  );
}

suite('what lies in a tar', () => {
  for (const [name, { members, samples }] of Object.entries(expected)) {
    const file = path.join(reference, `${name}.tar`);
    test(`is at the bytes where tarfile finds it: ${name}`, async () => {
      const found: [string, number, number][] = [];
      await eachMember(file, async ({ name, offset, size }) => void found.push([name, offset, size]));
      assert.deepEqual(found, members);
    });
    test(`is the samples that webdataset finds: ${name}`, async () => {
      const { names } = await indexShard(file, { none: false, key: null });
      const keys = names.map((name) => name.replace(/\.[^./]*$/, ''));
      assert.deepEqual(
        keys,
        samples.map(([key]) => key),
      );
    });
  }

  test('has labels in .cls, in .json or in .txt, and images that are decoded at their bytes', async () => {
    const { train } = await opened(path.join(reference, 'webdataset.tar'), { labels: 'none' });
    using fetched = await fetchColumns(train, Int32Array.of(2, 0));
    const { image } = fetched.columns;
    assert.ok(image && isOneTensor(image));
    assert.deepEqual(
      image.split(1).map((one) => one.flatten().toFlatArray().slice(0, 3).map(Number)),
      [
        [12, 7, 9],
        [10, 7, 9],
      ],
    );
    const { labels } = await indexShard(path.join(reference, 'webdataset.tar'), { none: false, key: null });
    assert.deepEqual(labels, ['0', '1', '2'], '.cls goes before .json');
    const asked = await indexShard(path.join(reference, 'webdataset.tar'), { none: false, key: 'label' });
    assert.deepEqual(asked.labels, ['99', '99', '99']);
    const gnu = await indexShard(path.join(reference, 'gnu.tar'), { none: false, key: null });
    assert.deepEqual(gnu.labels, ['1', '0', '2', '1', '2', '0']);
    const named = tarOf('named/train.tar', samples(0, ['dog', 'cat', 'dog', 'cat'], 'txt'));
    const splits = await opened(named, { testShare: 0.5 });
    assert.deepEqual(classNames(splits.train), ['cat', 'dog']);
    assert.deepEqual(labelsOf(splits.train).toSorted(), [0, 1]);
    assert.deepEqual(labelsOf(splits.test).toSorted(), [0, 1]);
  });
});

suite('tars', () => {
  test('have images larger than what is read at once', async () => {
    const [width, height] = [700, 600];
    const pixels = Buffer.from(
      Uint32Array.from({ length: (width * height * 3) / 4 }, (_, i) => Math.imul(i + 1, 2654435761)).buffer,
    );
    const large = await sharp(pixels, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
    assert.ok(large.length > 1 << 20);
    const file = tarOf('large-train.tar', [
      ...samples(0, [0]),
      ['0001.png', large],
      ['0001.cls', '0'],
      ...samples(2, [0, 0]),
    ]);
    const { train } = await opened(file, { labels: 'none' });
    using fetched = await fetchColumns(train, Int32Array.of(1, 2));
    const image = imagesOfColumn(fetched.columns.image) ?? [];
    assert.ok(!isOneTensor(image));
    assert.deepEqual(
      image.map(({ shape }) => shape),
      [
        [1, height, width, 3],
        [1, 2, 3, 3],
      ],
    );
    assert.deepEqual(image[0]?.flatten().narrow(0, 0, 6).toFlatArray().map(Number), [
      ...pixels.subarray(0, 6),
    ]);
  });

  test('are of splits by their names, and numbers from 0 are classes', async () => {
    const folder = path.join(top, 'splits');
    tarOf('splits/a-train-0.tar', samples(0, [2, 0, 1]));
    tarOf('splits/a-train-1.tar', samples(3, [1, 1]));
    tarOf('splits/a-val-0.tar', samples(5, [0, 1, 2]));
    const { train, test, validation, source } = await opened(folder);
    assert.deepEqual(classNames(train), ['0', '1', '2']);
    assert.deepEqual(
      [train.name, test.name, validation, source],
      ['splits train', 'splits val', undefined, folder],
    );
    assert.deepEqual(
      [labelsOf(train), labelsOf(test)],
      [
        [2, 0, 1, 1, 1],
        [0, 1, 2],
      ],
    );
    assert.deepEqual(await numbersOf(train), [0, 1, 2, 3, 4]);
    assert.deepEqual(await numbersOf(test), [5, 6, 7]);
    assert.deepEqual(warnings, []);
  });

  test('are named by a range in braces, beside which a split to be judged on is named', async () => {
    for (const i of [0, 1, 2]) tarOf(`range/0${i}.tar`, samples(2 * i, ['a', 'b'], 'txt'));
    tarOf('range/other.tar', samples(6, ['b', 'a'], 'txt'));
    const { train, test } = await opened(path.join(top, 'range/{00..02}.tar'), { test: 'other.tar' });
    assert.deepEqual(
      [await numbersOf(train), labelsOf(test)],
      [
        [0, 1, 2, 3, 4, 5],
        [1, 0],
      ],
    );
    await assert.rejects(opened(path.join(top, 'range/{00..03}.tar')), {
      message: /range\/03\.tar cannot be read: there is no such file or folder/,
    });
  });

  test('have the classes of a file, by name or by number', async () => {
    fs.writeFileSync(path.join(top, 'words.txt'), 'zebra\tof Africa\ncat\ndog\n');
    const file = tarOf('classes-train.tar', samples(0, ['dog', 'zebra', 1, 'dog', 'zebra', 1]));
    const { train } = await opened(file, { classes: 'words.txt' });
    assert.deepEqual(classNames(train), ['zebra', 'cat', 'dog']);
    assert.deepEqual([...new Set(labelsOf(train))].sort(), [0, 1, 2]);
    await assert.rejects(
      opened(tarOf('other-train.tar', samples(0, ['cow', 'cat'])), { classes: 'words.txt' }),
      { message: /0000\.png at byte 512: 'cow' is none of the 3 classes that `classes` says/ },
    );
  });

  test('without labels are learned from, and a few of them looked at', async () => {
    const file = tarOf('none.tar', samples(0, ['a', 'b', 'c']));
    const { train, test, source } = await opened(file, { labels: 'none' });
    assert.deepEqual([Object.keys(train.fields), train.size, test.size], [['image'], 3, 3]);
    assert.match(source, /none\.tar, whose images have no labels$/);
  });

  test('are another data set where a byte is another, and the same elsewhere', async () => {
    const files = samples(0, [0, 1, 0, 1]);
    const [one, copy] = [tarOf('one/train.tar', files), tarOf('copy/train.tar', files)];
    const other = tarOf('other/train.tar', [['0000.png', pictures[9] ?? ''], ...files.slice(1)]);
    const relabelled = tarOf('relabelled/train.tar', samples(0, [1, 1, 0, 0]));
    const prints = await Promise.all(
      [one, copy, other, relabelled].map(async (file) => {
        const { train, test } = await opened(file, { testShare: 0.5 });
        return [train.fingerprint, test.fingerprint].join();
      }),
    );
    assert.equal(prints[0], prints[1]);
    assert.equal(new Set(prints).size, 3);
  });

  test('are indexed once, and again where they change', async () => {
    const file = tarOf('kept/train.tar', samples(0, [0, 1, 0, 1]));
    await opened(file);
    const folder = path.join(top, 'cache/data/tars');
    const [record = ''] = fs
      .readdirSync(folder)
      .map((name) => path.join(folder, name))
      .toSorted((one, other) => fs.statSync(other).mtimeMs - fs.statSync(one).mtimeMs);
    const kept = JSON.parse(fs.readFileSync(record, 'utf8'));
    kept.columns.labels = ['2', '1', '2', '1'];
    // Its checksum is not that of what it says now, so that it is read again.
    fs.writeFileSync(record, JSON.stringify(kept));
    assert.deepEqual(classNames((await opened(file)).train), ['0', '1']);
    // With the checksum of what it says it is believed.
    const sum = crc32(JSON.stringify(kept.columns));
    fs.writeFileSync(record, JSON.stringify({ ...kept, sum }));
    assert.deepEqual(classNames((await opened(file)).train), ['0', '1', '2']);
    const before = fs.statSync(file);
    tarOf('kept/train.tar', samples(0, [3, 2, 3, 2]));
    // The time of its content is set back, which that of its change is not.
    fs.utimesSync(file, before.atime, before.mtime);
    assert.deepEqual(classNames((await opened(file)).train), ['0', '1', '2', '3']);
  });

  test('that changed after they were indexed are found when they are read', async () => {
    const file = tarOf('changed/train.tar', samples(0, [0, 0]));
    const { train } = await opened(file);
    const bytes = fs.readFileSync(file);
    for (let at = 552; at < 560; at++) bytes[at] = 0;
    for (let at = 1576; at < 2600; at++) bytes[at] = 0;
    fs.writeFileSync(file, bytes);
    await assert.rejects(numbersOf(train), {
      name: 'DataError',
      message: /train\.tar: 000.\.png at byte [\d,]+: it holds something else than when it was indexed/,
    });
  });

  test('are read forward: each sample once, in an order by seed and epoch, no further apart than the buffer', async () => {
    const sizes = [7, 0, 5, 9];
    const key = { seed: 3, epoch: 2 };
    const order = shardOrder(sizes, 4, key);
    assert.deepEqual(
      [...order].sort((a, b) => a - b),
      Array.from({ length: 21 }, (_, i) => i),
    );
    assert.deepEqual(order, shardOrder(sizes, 4, key));
    assert.notDeepEqual(order, shardOrder(sizes, 4, { ...key, epoch: 3 }));
    assert.notDeepEqual(order, shardOrder(sizes, 4, { ...key, seed: 4 }));
    const read = [...shardOrder(sizes, 1, key)];
    const starts = [0, 7, 12].sort((a, b) => read.indexOf(a) - read.indexOf(b));
    const lengths = new Map([
      [0, 7],
      [7, 5],
      [12, 9],
    ]);
    assert.deepEqual(
      read,
      starts.flatMap((start) => Array.from({ length: lengths.get(start) ?? 0 }, (_, i) => start + i)),
    );
    // What is shown at a step was read before, within the buffer.
    for (const [place, id] of order.entries()) assert.ok(read.indexOf(id) < place + 4);
    const firsts = new Set(
      Array.from({ length: 20 }, (_, epoch) => shardOrder([6], 6, { seed: 0, epoch })[0]),
    );
    assert.equal(firsts.size, 6, 'any of a full buffer may be next');
    for (const i of [0, 1]) tarOf(`order/train-${i}.tar`, samples(8 * i, Array(8).fill(0)));
    tarOf('order/val-0.tar', samples(16, [0]));
    const { train } = await opened(path.join(top, 'order'), { shuffleBuffer: 2 });
    const [batch = new Int32Array()] = [...epochBatches(train, { seed: 0, epoch: 1, batchSize: 7 })];
    assert.ok(batch.every((id) => id < 8) || batch.every((id) => id >= 8), 'the first ones are of one tar');
    assert.deepEqual(await numbersOf(train, batch), [...batch]);
  });
});

function written(name: string, content: Buffer | string): string {
  const file = path.join(top, name);
  fs.writeFileSync(file, content);
  return file;
}

suite('what is wrong with a tar is said with its byte, before anything is decoded:', () => {
  const good = samples(0, [0, 1]);
  const cut = (name: string, length: number): string => {
    const file = tarOf(name, good);
    fs.truncateSync(file, length);
    return file;
  };
  const cases: readonly [what: string, place: () => string, message: RegExp, options?: object][] = [
    [
      'no tar',
      () => written('text.tar', 'text '.repeat(300)),
      /text\.tar: it is no tar: it does not begin with a header of one/,
    ],
    ['an empty file', () => written('nothing.tar', ''), /nothing\.tar: it was cut off: it ends at byte 0/],
    ['gzip', () => written('gzip.tar', Buffer.alloc(600, '\x1f\x8b', 'latin1')), /gzip\.tar: it is in gzip/],
    [
      'one without the mark of its end',
      () => tarOf('open.tar', good, { ends: false }),
      /open\.tar: it was cut off: it ends at byte 4,096 without the mark of its end/,
    ],
    [
      'one cut off in a picture',
      () => cut('picture.tar', 550),
      /picture\.tar: it was cut off: it ends at byte 550, and 0000\.png at byte 512 has \d+ bytes/,
    ],
    [
      'one cut off in a header',
      () => cut('header.tar', 1100),
      /header\.tar: it was cut off: it ends at byte 1,100, and what begins at byte 1,024/,
    ],
    [
      'a damaged header',
      () => {
        const file = tarOf('damaged.tar', good);
        const bytes = fs.readFileSync(file);
        bytes[1030] = 65;
        fs.writeFileSync(file, bytes);
        return file;
      },
      /damaged\.tar: it is damaged: at byte 1,024 there is no header of a file/,
    ],
    [
      'a number in a header that is none',
      () => {
        const file = tarOf('number.tar', good);
        const bytes = fs.readFileSync(file);
        // Of the size: neither in eights, nor in 256s.
        bytes[1024 + 124] = 0xc3;
        fs.writeFileSync(file, bytes);
        return file;
      },
      /number\.tar: it is damaged: at byte 1,024 there is no header of a file/,
    ],
    [
      'two tars in one',
      () => {
        const file = tarOf('both.tar', good);
        fs.appendFileSync(file, fs.readFileSync(file));
        return file;
      },
      /both\.tar: there is more after its end, at byte 4,608/,
    ],
    [
      'a sample without a label',
      () => tarOf('unlabelled.tar', [...good, ['0002.png', pictures[2] ?? '']]),
      /unlabelled\.tar: 0002\.png at byte 4,608: there is no label, and other images of this split have one/,
    ],
    [
      'a sample with two images',
      () =>
        tarOf('two.tar', [
          ['1.png', pictures[0] ?? ''],
          ['1.jpg', 'x'],
          ['1.cls', '0'],
        ]),
      /two\.tar: 1\.jpg at byte 1,536: this sample has two images, the other is 1\.png/,
    ],
    [
      'a sample without an image',
      () => tarOf('imageless.tar', [...good, ['9.cls', '0']]),
      /imageless\.tar: 9\.cls at byte 4,608: this sample has no image/,
    ],
    [
      'samples that lie apart',
      () => tarOf('apart.tar', [...good, ['0000.json', '{}']]),
      /apart\.tar: 0000\.json at byte 4,608: other files of the sample 0000 lie before/,
    ],
    [
      'an empty label',
      () => tarOf('empty.tar', samples(0, [''])),
      /empty\.tar: 0000\.png at byte 512: the label of this sample is empty/,
    ],
    [
      'JSON that is none',
      () => tarOf('json.tar', samples(0, ['{'], 'json')),
      /json\.tar: 0000\.png at byte 512, in its \.json: this is not JSON: \{/,
    ],
    [
      'a label that is none',
      () => tarOf('map.tar', samples(0, ['{"label": [1]}'], 'json')),
      /in its \.json: a label is the name or the number of a class, and this is \[1\]/,
    ],
    [
      'a number that is no class',
      () => tarOf('large.tar', samples(0, [5_000_000])),
      /large\.tar: 0000\.png at byte 512: 5000000 is no number of a class/,
    ],
    [
      'no samples',
      () => tarOf('hollow.tar', [['readme', 'text']]),
      /the tars of the train split hold no samples/,
    ],
    [
      'a folder that is not there',
      () => path.join(top, 'gone.tar'),
      /gone\.tar cannot be read: there is no such file or folder/,
    ],
    [
      'options that are none',
      () => tarOf('options.tar', good),
      /its options: shuffleBufer: there is no such key: did you mean 'shuffleBuffer'/,
      { shuffleBufer: 2 },
    ],
    ['a range that goes down', () => path.join(top, '{3..1}.tar'), /\{3\.\.1\} is no range/],
  ];
  for (const [what, place, message, options] of cases)
    test(what, () => assert.rejects(async () => opened(place(), options), { name: 'DataError', message }));
  test('classes that differ', async () => {
    tarOf('differ/train-0.tar', samples(0, [0, 1]));
    tarOf('differ/val-0.tar', samples(2, [0, 0]));
    await assert.rejects(opened(path.join(top, 'differ')), {
      message:
        /train-0\.tar: 0001\.png at byte 2,560: no image of the validation split of .*differ is of the class '1': splits must have the same classes/,
    });
  });
  test('tars of no split beside others', async () => {
    tarOf('mixed/train-0.tar', good);
    tarOf('mixed/more.tar', good);
    await assert.rejects(opened(path.join(top, 'mixed')), { message: /others are of none: 'more\.tar'/ });
  });
});
