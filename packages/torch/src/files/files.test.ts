import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import {
  carriers,
  type DType,
  loadPth,
  loadSafetensors,
  loadWeights,
  safetensorsMetadata,
  saveSafetensors,
  Tensor,
  TorchError,
  tensor,
  zeros,
} from '@retort/torch';
import { unpickle } from './unpickle.ts';

const reference = path.join(import.meta.dirname, '../../reference');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-files-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const inScratch = (name: string) => path.join(scratch, name);

suite('safetensors', () => {
  test('what is written is read: every dtype, strides, empty, 0-d, metadata', () => {
    const file = inScratch('all.safetensors');
    const dtypes = (Object.keys(carriers) as DType[]).filter((dtype) => !/complex(32|128)|fnuz/.test(dtype));
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
    assert.equal(fs.readdirSync(scratch).length, 1, 'nothing is left beside it');
  });
  test('files that the format’s own library wrote are read', () => {
    assert.deepEqual(
      loadSafetensors(path.join(reference, 'named.safetensors')).tensors['random.randn']?.shape,
      [5, 7],
    );
  });

  const write = (name: string, header: unknown, data = Buffer.alloc(0), length?: bigint): string => {
    const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
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

suite('.pth', () => {
  test('torch.save’s own file: shared storages, strides, dtypes, plain values', async () => {
    const content = await loadPth(path.join(reference, 'saved.pth'));
    assert.ok(typeof content === 'object' && content !== null);
    const { model, dtypes, plain, scalar, empty } = content as Record<string, Record<string, Tensor>> & {
      plain: unknown;
    };
    assert.deepEqual(model?.a?.toList(), [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9, 10, 11],
    ]);
    assert.deepEqual(model?.b?.toList(), [
      [0, 4, 8],
      [1, 5, 9],
      [2, 6, 10],
      [3, 7, 11],
    ]);
    assert.deepEqual(model?.c?.toList(), [3, 4, 5, 6]);
    assert.deepEqual(model?.p?.toList(), [1, 1]);
    for (const [name, value] of Object.entries(dtypes ?? {})) {
      assert.equal(value.dtype, name);
      const expected = name === 'bool' ? 'false,true,true' : '0,1,3';
      const numbers = value.toFlatArray().map((item) => (typeof item === 'object' ? item.re : item));
      assert.equal(numbers.join(), expected, name);
    }
    const nested = Object.assign(Object.create(null), { x: [0.25] });
    const map = new Map([[3, 'three']]);
    assert.deepEqual(plain, [
      1,
      -2,
      2 ** 40,
      2n ** 70n,
      1.5,
      true,
      null,
      'ü',
      [1, 2],
      nested,
      map,
      new Uint8Array(Buffer.from('bytes')),
    ]);
    assert.ok(scalar instanceof Tensor && empty instanceof Tensor);
    assert.deepEqual([scalar.toList(), empty.shape], [2.5, [0, 3]]);
  });
  test('a pickle that would run code is refused by name', async () => {
    await assert.rejects(
      loadPth(path.join(reference, 'code.pth')),
      /torch\.nn\.modules\.linear\.Linear.*refused/,
    );
  });
  test('what is no archive, cut off, or without a state dict is an error that names the file', async () => {
    const whole = fs.readFileSync(path.join(reference, 'saved.pth'));
    for (const [name, bytes] of Object.entries({
      text: Buffer.from('hello'),
      empty: Buffer.alloc(0),
      cut: whole.subarray(0, 2000),
    })) {
      const file = inScratch(`${name}.pth`);
      fs.writeFileSync(file, bytes);
      await assert.rejects(
        loadPth(file),
        (error) => error instanceof TorchError && error.message.startsWith(file),
      );
    }
    await assert.rejects(loadPth(inScratch('missing.pth')), /ENOENT/);
  });
  test('a state dict is found under its usual key, and without module.', async () => {
    assert.deepEqual(Object.keys(await loadWeights(path.join(reference, 'saved.pth'))), ['a', 'b', 'c', 'p']);
    saveSafetensors(inScratch('parallel.safetensors'), { 'module.a': zeros([1]), 'module.b': zeros([1]) });
    assert.deepEqual(Object.keys(await loadWeights(inScratch('parallel.safetensors'))).sort(), ['a', 'b']);
  });
});

suite('pickles', () => {
  const load = (text: string) =>
    unpickle(Buffer.from(text, 'latin1'), { globals: new Map(), persistentLoad: () => null });
  const hostile: Record<string, string> = {
    'os.system': 'cos\nsystem\n(U\x02lstR.',
    'builtins.eval': '\x80\x02cbuiltins\neval\n.',
    'a reduce of a number': 'K\x01)R.',
    'an empty stack': '.',
    'an append to a number': 'K\x01K\x02a.',
    'a missing mark': 'K\x01t.',
    'an unknown opcode': '\xff.',
    'a memo that was never filled': 'h\x05.',
    'no end': 'K\x01',
    'a length beyond the end': 'X\xff\xff\xff\x7fabc.',
    'deep nesting': `${']'.repeat(1000)}${'a'.repeat(999)}.`,
  };
  for (const [what, text] of Object.entries(hostile)) {
    test(`${what} is refused`, () => assert.throws(() => load(text), TorchError));
  }
  test('a list that holds itself is read as such', () => {
    const list = load(']q\x00h\x00a.');
    assert.ok(Array.isArray(list) && list[0] === list);
  });
});
