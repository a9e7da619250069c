import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { loadSafetensors } from '@retort/torch';
import { decodeFile } from './decode.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-orientation-'));
after(() => fs.rmSync(folder, { recursive: true }));

const reference = path.join(import.meta.dirname, '../../../reference/oriented.safetensors');
const { tensors, metadata } = loadSafetensors(reference);
const bytesOf = (name: string): Uint8Array => Uint8Array.from(tensors[name]?.toFlatArray() ?? [], Number);

function written(name: string): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, bytesOf(`${name}.file`));
  return file;
}

suite(`a picture is turned as it says, by Pillow ${metadata.pillow}:`, () => {
  const names = Object.keys(tensors).flatMap((name) => /^(.*)\.file$/.exec(name)?.[1] ?? []);
  for (const name of names)
    test(name, async () => {
      const { pixels, height, width } = await decodeFile(written(name), { exif: 'apply' });
      const expected = bytesOf(`${name}.pixels`);
      assert.deepEqual([height, width, 3], tensors[`${name}.pixels`]?.shape);
      const within = name.startsWith('jpeg') ? 1 : 0;
      assert.equal(pixels.length, expected.length);
      assert.equal(
        pixels.findIndex((value, i) => Math.abs(value - (expected[i] ?? 0)) > within),
        -1,
      );
    });
});

test('nothing is turned unless it is asked for', async () => {
  const upright = await decodeFile(written('jpeg-1'));
  for (const how of [{}, { exif: 'ignore' }] as const)
    assert.deepEqual((await decodeFile(written('jpeg-6'), how)).pixels, upright.pixels);
  assert.notDeepEqual((await decodeFile(written('jpeg-2'), { exif: 'apply' })).pixels, upright.pixels);
});
