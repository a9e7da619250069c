import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import {
  carriers,
  type DType,
  loadSafetensors,
  memory,
  op,
  safetensorsMetadata,
  saveSafetensors,
  scope,
  type Tensor,
  TorchError,
  tensor,
  zeros,
} from '@retort/torch';

const reference = path.join(import.meta.dirname, '../../reference');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-files-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const inScratch = (name: string) => path.join(scratch, name);

suite('safetensors', () => {
  const write = (name: string, header: unknown, data = Buffer.alloc(0), length?: bigint): string => {
    const text = Buffer.isBuffer(header)
      ? header
      : Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
    const prefix = Buffer.alloc(8);
    prefix.writeBigUInt64LE(length ?? BigInt(text.length));
    fs.writeFileSync(inScratch(name), Buffer.concat([prefix, text, data]));
    return inScratch(name);
  };
  const f32 = (shape: unknown, begin: unknown, end: unknown) => ({
    dtype: 'F32',
    shape,
    data_offsets: [begin, end],
  });
  test('what is written is read: every dtype, strides, empty, 0-d, metadata', () => {
    const file = inScratch('all.safetensors');
    const dtypes = (Object.keys(carriers) as DType[]).filter((dtype) => !/complex(32|128)/.test(dtype));
    const state: Record<string, Tensor> = Object.fromEntries(
      dtypes.map((dtype) => [dtype, zeros([2, 3], { dtype })]),
    );
    state.strided = tensor([
      [1, 2],
      [3, 4],
    ]).t();
    state.empty = zeros([0, 4]);
    state.scalar = tensor(2.5);
    Object.defineProperty(state, '__proto__', { value: tensor([9]), enumerable: true });
    saveSafetensors(file, state, { model: 'resnet8' });
    const { tensors, metadata } = loadSafetensors(file);
    assert.deepEqual(metadata, { model: 'resnet8' });
    assert.deepEqual(safetensorsMetadata(file), metadata);
    assert.deepEqual(Object.keys(tensors).sort(), Object.keys(state).sort());
    for (const dtype of dtypes)
      assert.deepEqual([tensors[dtype]?.dtype, tensors[dtype]?.shape], [dtype, [2, 3]]);
    assert.deepEqual(tensors.strided?.toList(), [
      [1, 3],
      [2, 4],
    ]);
    assert.deepEqual([tensors.empty?.shape, tensors.scalar?.toList()], [[0, 4], 2.5]);
    assert.deepEqual(fs.readdirSync(scratch), ['all.safetensors'], 'nothing is left beside it');
  });
  test('files that the format’s own library wrote are read', () => {
    assert.deepEqual(
      loadSafetensors(path.join(reference, 'named.safetensors')).tensors['random.randn']?.shape,
      [5, 7],
    );
  });

  test('fields that the format does not name are passed over', () => {
    const a = { ...f32([1], 0, 4), note: [{ text: '}"\\' }, true, null, -1.5e3] };
    assert.deepEqual(loadSafetensors(write('note', { a }, Buffer.alloc(4))).tensors.a?.toList(), [0]);
  });

  suite('mapping', () => {
    const saved = (name: string) => {
      const file = inScratch(name);
      saveSafetensors(file, { a: tensor([1, 2, 3]), b: tensor([4, 5]), c: tensor([true, false]) });
      return { file, before: fs.readFileSync(file), tensors: loadSafetensors(file).tensors as Named };
    };
    type Named = Record<'a' | 'b' | 'c', Tensor>;

    test('writing to a mapped tensor never reaches the file, nor other tensors of it', () => {
      const { file, before, tensors } = saved('written');
      tensors.a.fill_(9);
      tensors.c.fill_(true);
      assert.deepEqual(
        [tensors.a.toList(), tensors.b.toList(), tensors.c.toList()],
        [
          [9, 9, 9],
          [4, 5],
          [true, true],
        ],
      );
      assert.deepEqual(fs.readFileSync(file), before);
      assert.deepEqual(loadSafetensors(file).tensors.a?.toList(), [1, 2, 3]);
    });
    test('saving over the mapped file leaves the mapped tensors as they are', () => {
      const { file, tensors } = saved('replaced');
      saveSafetensors(file, { a: tensors.b, b: tensors.a });
      fs.rmSync(file);
      assert.deepEqual(
        [tensors.a.toList(), tensors.b.toList()],
        [
          [1, 2, 3],
          [4, 5],
        ],
      );
    });
    test('the mapping lives as long as the last tensor on it, and is not counted as memory', () => {
      const mappings = (file: string) => fs.readFileSync('/proc/self/maps', 'utf8').split(file).length - 1;
      const file = inScratch('large');
      scope(() => saveSafetensors(file, { a: zeros([1 << 20]), b: zeros([1]) }));
      const before = memory().bytes;
      const { a, b } = loadSafetensors(file).tensors as Named;
      assert.equal(mappings(file), 1);
      assert.equal(memory().bytes, before);
      a.dispose();
      assert.deepEqual([mappings(file), b.toList()], [1, [0]]);
      b.dispose();
      assert.equal(mappings(file), 0);
    });
    test('weights of one file are independent: changing one in place does not spoil the gradient of another', () => {
      const { a, b } = saved('independent').tensors;
      a.requiresGrad = true;
      const loss = a.mul(a).sum();
      b.add_(1);
      loss.backward();
      assert.deepEqual(a.grad?.toList(), [2, 4, 6]);
    });
    test('each has a storage of its own, that begins with its first element', () => {
      const file = inScratch('odd');
      saveSafetensors(file, { a: tensor([1]), b: tensor([[2, 3]]) });
      const { b } = loadSafetensors(file).tensors as Named;
      assert.equal(b.storageOffset(), 0);
      assert.deepEqual(op('aten::view_as_complex')(b).toList(), [{ re: 2, im: 3 }]);
      assert.throws(() => op('aten::as_strided')(b, [3], [1], 0), TorchError);
    });
    test('tensors that are not aligned to their elements are read all the same', () => {
      const header = { a: f32([2], 0, 8), b: { dtype: 'F64', shape: [1], data_offsets: [8, 16] } };
      const data = Buffer.concat([
        Buffer.from(new Float32Array([1, 2]).buffer),
        Buffer.from(new Float64Array([3]).buffer),
      ]);
      for (const padding of ['', ' ', '    ']) {
        const { tensors } = loadSafetensors(write('unaligned', JSON.stringify(header) + padding, data));
        assert.deepEqual([tensors.a?.toList(), tensors.b?.toList()], [[1, 2], [3]]);
      }
    });
    test('bytes of a bool tensor other than 0 are true', () => {
      const file = write(
        'bool',
        { a: { dtype: 'BOOL', shape: [3], data_offsets: [0, 3] } },
        Buffer.from([0, 1, 255]),
      );
      assert.deepEqual(loadSafetensors(file).tensors.a?.toList(), [false, true, true]);
    });
  });

  test('a name that the format keeps for itself is not written', () => {
    assert.throws(() => saveSafetensors(inScratch('reserved'), { __metadata__: zeros([1]) }), /__metadata__/);
  });
  test('a folder and a pipe are no files; a missing file is the system’s own error', () => {
    assert.throws(
      () => loadSafetensors(scratch),
      (error) => error instanceof TorchError,
    );
    execFileSync('mkfifo', [inScratch('pipe')]);
    assert.throws(() => loadSafetensors(inScratch('pipe')), /pipe.*not a regular file/);
    assert.throws(() => loadSafetensors(inScratch('missing')), { code: 'ENOENT' });
  });

  const damaged: Record<string, () => string> = {
    'no header': () => {
      fs.writeFileSync(inScratch('short'), 'abc');
      return inScratch('short');
    },
    'a huge header': () => write('huge', {}, undefined, 2n ** 60n),
    'no JSON': () => write('text', '{nonsense'),
    'an array': () => write('array', []),
    'an unknown dtype': () =>
      write('dtype', { a: { dtype: 'F31', shape: [1], data_offsets: [0, 4] } }, Buffer.alloc(4)),
    'a header that does not begin with {': () => write('space', ' {}'),
    'text after the header': () => write('after', '{}{}'),
    'text that is not UTF-8': () => write('latin1', Buffer.from('{"\xe4":{}}', 'latin1')),
    'two tensors of one name': () =>
      write(
        'twice',
        `{"a":${JSON.stringify(f32([1], 0, 4))},"\\u0061":${JSON.stringify(f32([1], 4, 8))}}`,
        Buffer.alloc(8),
      ),
    'a key of a tensor twice': () =>
      write('key', '{"a":{"dtype":"F64","dtype":"F32","shape":[1],"data_offsets":[0,4]}}', Buffer.alloc(4)),
    'deep nesting': () => write('deep', `{"a":{"b":${'['.repeat(100_000)}`),
    'a shape of a million dimensions': () =>
      write('rank', { a: f32(Array(1e6).fill(1), 0, 4) }, Buffer.alloc(4)),
    'sizes whose product overflows, but for a zero': () =>
      write('zero', { a: f32([2 ** 40, 2 ** 40, 0], 0, 0) }),
    'a fraction': () => write('fraction', { a: f32([1.5], 0, 6) }, Buffer.alloc(6)),
    'a negative shape': () => write('negative', { a: f32([-1], 0, 4) }, Buffer.alloc(4)),
    'a shape that does not fit': () => write('shape', { a: f32([2], 0, 4) }, Buffer.alloc(4)),
    'an overflowing shape': () => write('overflow', { a: f32([2 ** 40, 2 ** 40], 0, 4) }, Buffer.alloc(4)),
    'overlapping offsets': () => write('overlap', { a: f32([1], 0, 4), b: f32([1], 0, 4) }, Buffer.alloc(4)),
    'a gap': () => write('gap', { a: f32([1], 4, 8) }, Buffer.alloc(8)),
    'data cut off': () => write('cut', { a: f32([4], 0, 16) }, Buffer.alloc(8)),
    'metadata that is no text': () => write('meta', { __metadata__: { a: 1 } }),
  };
  for (const [what, make] of Object.entries(damaged)) {
    test(`${what} is an error that names the file`, () => {
      const file = make();
      assert.throws(
        () => loadSafetensors(file),
        (error) => error instanceof TorchError && error.message.startsWith(file),
      );
    });
  }
});
