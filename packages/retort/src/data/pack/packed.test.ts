import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, mock, suite, test } from 'node:test';
import { scope, type Tensor } from '@retort/torch';
import { cacheFolder } from '@retort/torch/setup';
import sharp from 'sharp';
import { batchOf } from '../../tasks/index.ts';
import { DecodePool, poolOf } from '../decode/pool.ts';
import {
  type Dataset,
  fetchColumns,
  flip,
  imageFolder,
  imagesOfColumn,
  inMemory,
  isOneTensor,
  randomResizedCrop,
  resize,
} from '../index.ts';
import { packed } from './packed.ts';

const top = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-packed-'));
const before = process.env.RETORT_CACHE;
const cache = path.join(top, 'cache');
fs.mkdirSync(cache);
// Threads that load the engine look for it there, too.
for (const name of fs.readdirSync(cacheFolder()))
  if (name !== 'data') fs.symlinkSync(path.join(cacheFolder(), name), path.join(cache, name));
process.env.RETORT_CACHE = cache;
after(() => {
  if (before === undefined) delete process.env.RETORT_CACHE;
  else process.env.RETORT_CACHE = before;
  fs.rmSync(top, { recursive: true });
});
afterEach(() => mock.restoreAll());

/** Photographs of several sizes in two classes; the last is smaller than what is packed. @param seed  of their colours */
async function folderOf(name: string, seed: number): Promise<string> {
  const folder = path.join(top, name);
  const sizes = [
    [60, 90],
    [80, 50],
    [70, 70],
    [20, 30],
  ] as const;
  for (const [i, [height, width]] of sizes.entries())
    for (const place of [`train/${i % 2 ? 'a' : 'b'}`, 'val/a', 'val/b']) {
      const pixels = Uint8Array.from(
        { length: height * width * 3 },
        (_, at) => (at * (seed + i) + (at >> 6) * 7) % 256,
      );
      const bytes = await sharp(pixels, { raw: { height, width, channels: 3 } })
        .blur(1)
        .jpeg()
        .toBuffer();
      fs.mkdirSync(path.join(folder, place), { recursive: true });
      fs.writeFileSync(path.join(folder, place, `${i}.jpg`), bytes);
    }
  return folder;
}

const packs = (): string[] => fs.globSync(path.join(cache, 'data/packed-*')).sort();

const all = Int32Array.of(3, 0, 2, 1);

async function imagesOf(data: Dataset): Promise<Tensor[]> {
  const { columns } = await fetchColumns(data, all);
  const image = imagesOfColumn(columns.image) ?? [];
  return isOneTensor(image) ? [image] : [...image];
}

async function drawnOf(data: Dataset): Promise<Tensor> {
  const drawing = { seed: 1, epoch: 2, transforms: [randomResizedCrop({ size: 24 }), flip()] };
  const fetched = await fetchColumns(data, all, { drawing });
  return batchOf(data, fetched, drawing).inputs.student.images as Tensor;
}

suite('a pack of images', () => {
  test('has each resized to its shorter side, or as it was where that is shorter, with its label', async () => {
    const folder = await folderOf('plain', 31);
    const progress: string[] = [];
    const { train, test: judged } = await imageFolder(folder, { pack: { size: 40 } }, (what, done, total) => {
      if (what.startsWith('Packing')) progress.push(`${what}: ${done} of ${total}`);
    });
    const { train: files, test: unpacked } = await imageFolder(folder);
    assert.deepEqual(packs(), [], 'nothing is made before it is read');
    const [found, wanted] = [await imagesOf(train), await imagesOf(files)];
    const shortest = found.map(({ shape: [, height = 0, width = 0] }) => Math.min(height, width));
    assert.deepEqual(shortest.toSorted(), [20, 40, 40, 40]);
    for (const [i, image] of found.entries())
      scope(() => {
        const original = wanted[i] as Tensor;
        const [, height = 0, width = 0] = original.shape;
        const expected =
          Math.min(height, width) <= 40 ? original : resize({ size: 40 }).on.image?.(original, [null]);
        assert.ok(expected && image.equal(expected), String(i));
      });
    assert.deepEqual(progress, ['Packing plain train at 40 pixels: 4 of 4']);
    const { columns } = await fetchColumns(train, all);
    const { columns: labelled } = await fetchColumns(files, all);
    assert.ok((columns.label as Tensor).equal(labelled.label as Tensor));
    assert.equal(train.fingerprint, `${files.fingerprint}, packed at 40`);
    assert.equal(judged.fingerprint, unpacked.fingerprint, 'what is judged on is read as it is');
    assert.equal(packs().length, 1);
  });

  test('is drawn from by the threads that read it, as this one would', async () => {
    const { train } = await imageFolder(await folderOf('drawn', 37), { pack: { size: 40 }, workers: 2 });
    const here: Dataset = {
      ...train,
      name: 'here',
      size: train.size,
      fields: train.fields,
      fingerprint: '',
      read: (ids) => train.read?.(ids) as never,
      draws: false,
    };
    for (let round = 0; round < 2; round++) assert.ok((await drawnOf(train)).equal(await drawnOf(here)));
  });

  test('is made once for the same data and size, also by several at the same time', async () => {
    const folder = await folderOf('once', 41);
    const before = packs().length;
    const several = await Promise.all([1, 2, 3].map(() => imageFolder(folder, { pack: { size: 40 } })));
    const images = await Promise.all(several.map(({ train }) => drawnOf(train)));
    assert.ok(images.every((one) => one.equal(images[0] as Tensor)));
    assert.equal(packs().length, before + 1);
    const progress: string[] = [];
    const again = await imageFolder(folder, { pack: { size: 40 } }, (what) => {
      if (what.startsWith('Packing')) progress.push(what);
    });
    await drawnOf(again.train);
    assert.deepEqual(progress, []);
    await drawnOf((await imageFolder(folder, { pack: { size: 30 } })).train);
    await drawnOf((await imageFolder(await folderOf('other', 43), { pack: { size: 40 } })).train);
    assert.equal(packs().length, before + 3);
  });

  test('that is damaged is seen, and made again', async () => {
    const folder = await folderOf('damaged', 47);
    const known = new Set(packs());
    const opened = async () => (await imageFolder(folder, { pack: { size: 40 }, workers: 1 })).train;
    const expected = await drawnOf(await opened());
    const pack = packs().find((name) => !known.has(name)) ?? '';
    const [pixels, index] = ['pixels.bin', 'index.bin'].map((name) => path.join(pack, name)) as [
      string,
      string,
    ];
    const [whole, entries] = [fs.readFileSync(pixels), fs.readFileSync(index)];
    const damages: Readonly<Record<string, () => void>> = {
      'a pixel of an image': () =>
        fs.writeFileSync(pixels, Buffer.from(whole).fill(whole[90] === 9 ? 8 : 9, 90, 91)),
      'pixels that end too early': () => fs.truncateSync(pixels, whole.length - 5),
      'an index with another byte': () => fs.writeFileSync(index, Buffer.from(entries).fill(77, 25, 26)),
      'an index that ends too early': () => fs.truncateSync(index, 11),
      'no index': () => fs.rmSync(index),
      'no pixels': () => fs.rmSync(pixels),
    };
    for (const [what, damage] of Object.entries(damages)) {
      damage();
      // Threads that have not read it: what was compared once is not compared again.
      const data = packed((await imageFolder(folder)).train, { size: 40 }, new DecodePool(1));
      assert.ok((await drawnOf(data)).equal(expected), what);
      assert.ok(fs.readFileSync(pixels).equals(whole), what);
      assert.ok(fs.readFileSync(index).equals(entries), what);
    }
  });

  test('that is damaged, of an image that is no more what it was, is refused', async () => {
    const folder = await folderOf('gone', 53);
    const known = new Set(packs());
    const { train } = await imageFolder(folder, { pack: { size: 40 }, workers: 3 });
    await train.read?.(Int32Array.of(1));
    const pack = packs().find((name) => !known.has(name)) ?? '';
    const pixels = path.join(pack, 'pixels.bin');
    fs.writeFileSync(pixels, fs.readFileSync(pixels).fill(1, 0, 3000));
    const file = path.join(folder, 'train/a/1.jpg');
    fs.writeFileSync(
      file,
      await sharp({ create: { width: 9, height: 8, channels: 3, background: 'red' } })
        .jpeg()
        .toBuffer(),
    );
    await assert.rejects(train.read?.(Int32Array.of(0)) ?? Promise.resolve(), {
      name: 'DataError',
      message: /train\/a\/1\.jpg: it has changed since it was listed/,
    });
  });

  test('for which there is no room is refused before it is begun', async () => {
    const { train } = await imageFolder(await folderOf('room', 59), { pack: { size: 40 } });
    const known = packs().length;
    mock.method(fs, 'statfsSync', () => ({ bavail: 2, bsize: 4096 }));
    await assert.rejects(drawnOf(train), {
      name: 'DataError',
      message:
        /room train, packed at 40 pixels, takes about 0\.00 GB, and .* has 0\.00 GB left: choose a smaller `size`, leave out `pack`/,
    });
    assert.equal(packs().length, known);
  });

  test('is of images that are read', () => {
    const data = inMemory({
      images: new Uint8Array(12),
      labels: [0],
      height: 2,
      width: 2,
      channels: 3,
      classes: ['a'],
      mean: [0, 0, 0],
      std: [1, 1, 1],
    });
    assert.throws(() => packed(data, { size: 40 }, poolOf()), {
      message: 'in memory cannot be packed: its images are not read from files',
    });
  });

  test('knows which are damaged, and names them, also when it is opened again', async () => {
    const folder = await folderOf('damaged', 9);
    fs.writeFileSync(path.join(folder, 'train/b/0.jpg'), 'no image');
    for (const when of ['made', 'opened again']) {
      const options = { pack: { size: 40 }, workers: 1, onCorrupt: 'skip' } as const;
      const warnings: string[] = [];
      const { train } = await imageFolder(folder, options, undefined, (text) => warnings.push(text));
      using whole = await fetchColumns(train, all, { standIns: 'none' });
      using full = await fetchColumns(train, all);
      assert.deepEqual([whole.ids.length, full.ids.length, full.standIns], [3, 4, [2]], when);
      assert.match(warnings.join('\n'), /b\/0\.jpg: it is no JPEG[^\n]*left out: [^\n]*$/, when);
    }
  });
});
