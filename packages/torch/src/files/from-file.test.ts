import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { fromFile, memory, TorchError } from '@retort/torch';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-from-file-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const write = (name: string, values: NodeJS.ArrayBufferView): string => {
  const file = path.join(scratch, name);
  fs.writeFileSync(file, values);
  return file;
};

suite('fromFile', () => {
  test('all of a file, as float32 where nothing else is said', () => {
    const values = fromFile(write('all', new Float32Array([1, 2.5, -3])));
    assert.deepEqual([values.dtype, values.toList()], ['float32', [1, 2.5, -3]]);
  });
  test('a dtype, a shape and an offset', () => {
    const file = write('part', new Int16Array([9, 1, 2, 3, 4, 9]));
    assert.deepEqual(fromFile(file, { dtype: 'int16', shape: [2, 2], offset: 2 }).toList(), [
      [1, 2],
      [3, 4],
    ]);
    assert.deepEqual(fromFile(file, { dtype: 'int16', offset: 8 }).toList(), [4, 9]);
    assert.equal(fromFile(file, { dtype: 'uint8', shape: [], offset: 2 }).item(), 1);
  });
  test('elements at an odd offset are copied, bytes of bool are made 0 and 1', () => {
    const file = write('odd', new Uint8Array([7, 1, 0, 2, 0]));
    assert.deepEqual(fromFile(file, { dtype: 'int16', offset: 1 }).toList(), [1, 2]);
    assert.deepEqual(fromFile(file, { dtype: 'bool' }).toList(), [true, true, false, true, false]);
  });
  test('an empty file and an empty shape are tensors without elements', () => {
    const file = write('empty', new Uint8Array());
    assert.deepEqual(fromFile(file).shape, [0]);
    assert.deepEqual(fromFile(file, { shape: [2, 0] }).shape, [2, 0]);
  });
  test('writing to it changes neither the file nor another mapping of it', () => {
    const file = write('written', new Float32Array([1, 2]));
    const one = fromFile(file);
    const other = fromFile(file);
    one.fill_(9);
    assert.deepEqual(
      [one.toList(), other.toList()],
      [
        [9, 9],
        [1, 2],
      ],
    );
    assert.deepEqual(fs.readFileSync(file), Buffer.from(new Float32Array([1, 2]).buffer));
  });
  test('it outlives its file, and takes none of the memory that is counted', () => {
    const file = write('large', new Float32Array(1 << 20).fill(3));
    const before = memory().bytes;
    const values = fromFile(file);
    assert.equal(memory().bytes, before);
    fs.rmSync(file);
    assert.equal(values.sum().item(), 3 * 2 ** 20);
  });
  test('what does not fit the file is an error that names it', () => {
    const file = write('short', new Uint8Array(10));
    const wrong: [Parameters<typeof fromFile>[1], RegExp][] = [
      [{}, /short .*10 bytes are not a whole number of float32/],
      [{ shape: [3] }, /short .*\[3\] of float32 needs 12 bytes, it has 10/],
      [{ shape: [2], offset: 4 }, /needs 8 bytes, it has 6 from byte 4/],
      [{ offset: 11 }, /offset 11/],
      [{ offset: -1 }, /offset -1/],
      [{ shape: [-1] }, /\[-1\] is not a shape/],
      [{ shape: [0, 2 ** 40, 2 ** 40] }, /too large/],
      [{ shape: Array(65).fill(1) }, /65 dimensions/],
    ];
    for (const [options, reason] of wrong) {
      assert.throws(
        () => fromFile(file, options),
        (error) => error instanceof TorchError && reason.test(error.message),
      );
    }
    assert.throws(() => fromFile(path.join(scratch, 'missing')), { code: 'ENOENT' });
  });
});
