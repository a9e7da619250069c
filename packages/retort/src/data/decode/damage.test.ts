import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { loadSafetensors } from '@retort/torch';
import sharp from 'sharp';
import { DamagedImageError, DataError } from '../dataset.ts';
import { decodeFile } from './decode.ts';
import { poolOf } from './pool.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-damage-'));
after(() => fs.rmSync(folder, { recursive: true }));

const reference = path.join(import.meta.dirname, '../../../reference/damaged.safetensors');
const { tensors, metadata } = loadSafetensors(reference);
const bytesOf = (name: string): Uint8Array => Uint8Array.from(tensors[name]?.toFlatArray() ?? [], Number);

function written(name: string, bytes: Uint8Array | string): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, bytes);
  return file;
}

/** What is said of those that Pillow refuses; the rest is taken. */
const said: Readonly<Record<string, RegExp>> = {
  'jpeg-half': /: it is cut off: of this JPEG there are [\d,]+ bytes, and its end is missing$/,
  'progressive-half': /: it is cut off: of this JPEG /,
  'jpeg-without-end': /: it is cut off: of this JPEG /,
  'jpeg-less-one': /: it is cut off: of this JPEG /,
  'jpeg-head': /: it is cut off: of this JPEG there are 20 bytes/,
  'png-half': /: it is cut off: of this PNG /,
  'png-less-data': /: it is cut off: of this PNG /,
  'png-head': /: it is cut off: of this PNG there are 30 bytes/,
  'png-signature': /: it is cut off: of this PNG there are 8 bytes/,
  'png-changed': /: it is damaged, and cannot be decoded as PNG$/,
  'webp-half': /: it is cut off: of this WebP /,
  'webp-less-one': /: it is cut off: of this WebP /,
  'gif-half': /: it is cut off: of this GIF /,
  'gif-less-data': /: it is cut off: of this GIF /,
  'gif-signature': /: it is cut off: of this GIF there are 6 bytes/,
};

suite(`a damaged file is taken or refused as Pillow ${metadata.pillow} does:`, () => {
  const names = Object.keys(tensors).flatMap((name) => /^(.*)\.file$/.exec(name)?.[1] ?? []);
  for (const name of names)
    test(name, async () => {
      const file = written(name, bytesOf(`${name}.file`));
      const message = said[name];
      if (message) {
        assert.equal(tensors[`${name}.pixels`], undefined);
        await assert.rejects(decodeFile(file), { name: 'DamagedImage', message });
        return;
      }
      const { pixels } = await decodeFile(file);
      const expected = bytesOf(`${name}.pixels`);
      const within = name.startsWith('jpeg') ? 1 : 0;
      assert.equal(pixels.length, expected.length);
      assert.equal(
        pixels.findIndex((value, i) => Math.abs(value - (expected[i] ?? 0)) > within),
        -1,
      );
    });
});

test('what is said of a file does not depend on what else is decoded at the same time', async () => {
  const files = Object.keys(said).map((name) => written(name, bytesOf(`${name}.file`)));
  const pool = poolOf(2);
  for (let round = 0; round < 5; round++)
    await Promise.all(
      files.map((file) =>
        assert.rejects(pool.decode(file), { message: said[path.basename(file)] as RegExp }),
      ),
    );
});

test('what the content lacks is told apart from what the system does not give, and from what has changed', async () => {
  const pool = poolOf(1);
  const png = await sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const file = written('small.png', png);
  const isDamaged = async (name: string, bytes?: number): Promise<boolean> => {
    try {
      await pool.decode(name, { bytes });
    } catch (error) {
      assert.ok(error instanceof DataError);
      return error instanceof DamagedImageError;
    }
    return assert.fail('it was decoded');
  };
  assert.equal(await isDamaged(written('text.png', 'text')), true);
  assert.equal(await isDamaged(written('empty.png', '')), true);
  assert.equal(await isDamaged(path.join(folder, 'gone.png')), false);
  assert.equal(await isDamaged(file, png.length + 1000), false);
  await assert.rejects(pool.decode(file, { bytes: 1234567 }), {
    message: `${file}: it has changed since it was listed: it had 1,234,567 bytes, and has ${png.length}`,
  });
  assert.equal((await pool.decode(file, { bytes: png.length })).width, 2);
});

test('one pixel and a hundred megapixels are decoded', async () => {
  const drawn = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: { r: 9, g: 8, b: 7 } } })
      .jpeg({ quality: 100 })
      .toBuffer();
  const { pixels } = await decodeFile(written('one.jpg', await drawn(1, 1)));
  assert.equal(pixels.length, 3);
  const large = await decodeFile(written('large.jpg', await drawn(10_000, 10_000)));
  assert.deepEqual([large.height, large.width, large.pixels.length], [10_000, 10_000, 300_000_000]);
});
