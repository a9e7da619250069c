import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { loadSafetensors } from '@retort/torch';
import sharp from 'sharp';
import { decodeFile } from './decode.ts';
import { poolOf } from './pool.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-decode-'));
after(() => fs.rmSync(folder, { recursive: true }));

const reference = path.join(import.meta.dirname, '../../../reference/pictures.safetensors');
const { tensors, metadata } = loadSafetensors(reference);
const bytesOf = (name: string): Uint8Array => Uint8Array.from(tensors[name]?.toFlatArray() ?? [], Number);

function written(name: string, bytes: Uint8Array | string): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, bytes);
  return file;
}

suite(`a file becomes the pixels that Pillow ${metadata.pillow} makes of it:`, () => {
  const names = Object.keys(tensors).flatMap((name) => /^(.*)\.file$/.exec(name)?.[1] ?? []);
  for (const name of names)
    test(name, async () => {
      const { pixels, height, width } = await decodeFile(written(name, bytesOf(`${name}.file`)));
      const expected = bytesOf(`${name}.pixels`);
      assert.deepEqual([height, width, 3], tensors[`${name}.pixels`]?.shape);
      assert.equal(pixels.length, expected.length);
      const within = name.startsWith('jpeg') ? 1 : 0;
      const differ = pixels.findIndex((value, i) => Math.abs(value - (expected[i] ?? 0)) > within);
      if (name !== 'gif-clear') return assert.equal(differ, -1);
      // What is transparent in a GIF is black, and of a colour of its palette in Pillow.
      assert.notEqual(differ, -1);
      const others = pixels.filter((value, i) => value !== expected[i]);
      assert.ok(others.every((value) => value === 0));
    });
});

suite('a file that is no image is refused in a sentence that names it:', () => {
  const jpeg = bytesOf('jpeg.file');
  const png = bytesOf('png.file');
  const bomb = Buffer.from(png);
  bomb.writeUInt32BE(60_000, 16);
  bomb.writeUInt32BE(60_000, 20);
  const cases: readonly [name: string, bytes: Uint8Array | string, sentence: RegExp][] = [
    [
      'cut.jpg',
      jpeg.subarray(0, jpeg.length - 100),
      /cut\.jpg: it is cut off: of this JPEG there are [\d,]+ bytes, and its end is missing/,
    ],
    ['cut.png', png.subarray(0, png.length - 200), /cut\.png: it is cut off: of this PNG /],
    ['cut.webp', bytesOf('webp.file').subarray(0, 300), /cut\.webp: it is cut off: of this WebP /],
    ['cut.gif', bytesOf('gif.file').subarray(0, 400), /cut\.gif: it is cut off: of this GIF /],
    ['head.jpg', jpeg.subarray(0, 20), /head\.jpg: it is cut off: of this JPEG there are 20 bytes/],
    ['text.jpg', 'not an image', /text\.jpg: it is no JPEG, PNG, WebP or GIF, whatever its name says/],
    [
      'drawn.png',
      '<svg xmlns="http://www.w3.org/2000/svg" width="5" height="5"/>',
      /drawn\.png: it is no JPEG/,
    ],
    ['empty.jpg', '', /empty\.jpg: it is empty/],
    ['bomb.png', bomb, /bomb\.png: it has more than 178,956,970 pixels/],
  ];
  for (const [name, bytes, message] of cases)
    test(name, () => assert.rejects(decodeFile(written(name, bytes)), { message }));
  test('a folder', () =>
    assert.rejects(decodeFile(folder), { message: /it cannot be read: it is a folder, not a file/ }));
  test('a file that is not there', () =>
    assert.rejects(decodeFile(path.join(folder, 'none.jpg')), {
      message: /there is no such file or folder/,
    }));
});

test('what is in a file counts, not its name', async () => {
  const { height } = await decodeFile(written('png.jpg', bytesOf('png.file')));
  assert.equal(height, 20);
});

test('threads decode many files at once, each as it is, and say what is wrong with one', async () => {
  const names = await Promise.all(
    Array.from({ length: 20 }, async (_, i) => {
      const image = sharp({
        create: { width: 3 + i, height: 2, channels: 3, background: { r: i, g: 0, b: 9 } },
      });
      return written(`${i}.png`, await image.png().toBuffer());
    }),
  );
  const pool = poolOf(2);
  const pictures = await Promise.all(names.map((name) => pool.decode(name)));
  for (const [i, { pixels, width }] of pictures.entries()) {
    assert.equal(width, 3 + i);
    assert.deepEqual([...pixels.subarray(0, 3)], [i, 0, 9]);
  }
  await assert.rejects(pool.decode(written('bad.png', 'text')), {
    name: 'DataError',
    message: /bad\.png: it is no JPEG/,
  });
});

test('colours become the greys that Pillow makes of them, whichever way they are decoded', async () => {
  const { tensors } = loadSafetensors(path.join(import.meta.dirname, '../../../reference/grey.safetensors'));
  const [colours, greys] = ['colours', 'greys'].map((name) =>
    Buffer.from(Uint8Array.from(tensors[name]?.toFlatArray() ?? [], Number)),
  );
  assert.ok(colours && greys);
  const png = await sharp(colours, { raw: { width: 64, height: 64, channels: 3 } })
    .png()
    .toBuffer();
  const file = written('colours.png', png);
  const { pixels, height, width } = await decodeFile(file, { grey: true });
  assert.deepEqual([height, width], [64, 64]);
  assert.ok(greys.equals(pixels));
  const ofThread = await poolOf(1).decode(file, { grey: true });
  assert.ok(greys.equals(ofThread.pixels));
  // Of a JPEG that is grey itself they are its own.
  const jpeg = written(
    'grey.jpg',
    await sharp(greys, { raw: { width: 64, height: 64, channels: 1 } })
      .jpeg()
      .toBuffer(),
  );
  const [own, made] = [await decodeFile(jpeg), await decodeFile(jpeg, { grey: true })];
  assert.deepEqual(
    [...made.pixels],
    [...own.pixels].filter((_, i) => i % 3 === 0),
  );
});
