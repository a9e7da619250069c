import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { loadPth, noGrad, Placeholder, Tensor, TorchError, UnreadTensor } from '@retort/torch';
import { assertClose, loadReference } from '../../reference/load.ts';

const reference = path.join(import.meta.dirname, '../../reference');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-files-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const inScratch = (name: string) => path.join(scratch, name);
const inFolder = (name: string) => path.join(reference, 'files', name);
const expected = loadReference(reference, 'files.safetensors');

function objectOf(value: unknown): Record<string, unknown> {
  assert.ok(typeof value === 'object' && value !== null);
  return { ...value };
}

const loadObject = async (file: string) => objectOf(await loadPth(file));

function tensorsOf(value: unknown): Record<string, Tensor> {
  const entries = Object.entries(objectOf(value)).map(([name, tensor]): [string, Tensor] => {
    assert.ok(tensor instanceof Tensor, name);
    return [name, tensor];
  });
  return Object.fromEntries(entries);
}

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
  for (const format of ['zip', 'legacy']) {
    test(`the ${format} format: what PyTorch saved is what is loaded`, async () => {
      const { tensors, model, again, plain, torch, set, hooks, storage } = await loadObject(
        inFolder(`${format}.pth`),
      );
      for (const [name, actual] of Object.entries(tensorsOf(tensors)))
        assertClose(actual, expected(name), 0, name);
      for (const [name, actual] of Object.entries(tensorsOf(model)))
        assertClose(actual, expected(`model.${name}`), 0, name);
      assert.deepEqual(Object.keys(tensorsOf(model)).slice(0, 3), [
        'conv.weight',
        'norm.weight',
        'norm.bias',
      ]);
      assert.equal(again, tensorsOf(tensors)['shared.whole']);
      assert.deepEqual(plain, {
        epoch: 3,
        best: 0.5,
        big: 2n ** 70n,
        names: ['a', 'ü'],
        pair: [1, null],
        done: true,
        'by number': new Map([[7, new Uint8Array([0, 255])]]),
        __proto__: null,
      });
      assert.deepEqual(torch, { size: [2, 3], device: 'cpu', dtype: 'bfloat16', __proto__: null });
      assert.deepEqual([set, hooks], [new Set([1, 2]), Object.create(null)]);
      assert.deepEqual(tensorsOf({ storage }).storage?.toList(), [1, 2, 3]);
    });
    test(`the ${format} format: storages stay shared, strides stay, weights stay independent of each other`, async () => {
      const tensors = tensorsOf((await loadObject(inFolder(`${format}.pth`))).tensors);
      assert.deepEqual(tensors['shared.transposed']?.stride(), [1, 4]);
      assert.deepEqual(tensors.channels_last?.stride(), [12, 1, 12, 3]);
      assert.deepEqual(tensors.expanded?.stride(), [0, 1]);
      const { 'shared.whole': whole, 'shared.part': part } = tensors;
      assert.ok(whole && part);
      part.requiresGrad = true;
      const loss = part.mul(part).sum();
      noGrad(() => tensors['shared.stepped']?.fill_(-1));
      assert.equal(whole.toFlatArray()[1], -1);
      assert.deepEqual(part.toList(), [5, -1, 7, 8]);
      loss.backward();
    });
  }
  for (const protocol of [1, 3, 4, 5]) {
    test(`the legacy format in version ${protocol} of pickle`, async () => {
      const { x, plain } = await loadObject(inFolder(`protocol-${protocol}.pth`));
      assert.ok(x instanceof Tensor);
      assert.deepEqual(x.toList(), [
        [1, 3],
        [2, 4],
      ]);
      const s = { s: 't', __proto__: null };
      assert.deepEqual(plain, [true, -5, 2 ** 40, 1.5, 'ü', [1, 2, 3, 4], s, new Uint8Array([128])]);
    });
  }
  test('storages that are parts of others, as PyTorch 0.3 wrote them', async () => {
    const { whole, part } = tensorsOf(await loadPth(inFolder('parts.pth')));
    assert.deepEqual(
      [whole?.toList(), part?.toList()],
      [
        [1, 2, 3, 4, 5],
        [3, 4],
      ],
    );
  });
  test('files of others are refused with what they are', async () => {
    const tar = Buffer.alloc(1024);
    tar.write('storages', 0);
    tar.write('00000000000', 124);
    tar.write('0', 156);
    tar.write('ustar', 257);
    const second = Buffer.from(tar.subarray(0, 512));
    second.fill(0, 0, 100).write('tensors', 0);
    const files: [string, Buffer, RegExp][] = [
      ['tar', Buffer.concat([tar.subarray(0, 512), second]), /tar archive.*before 0\.1\.10/],
      ['npy', Buffer.from('\x93NUMPY\x01\x00v', 'latin1'), /array of NumPy/],
      ['pickle', fs.readFileSync(inFolder('numpy.pkl')), /bare pickle.*nothing of it was run/],
    ];
    for (const [name, bytes, reason] of files) {
      fs.writeFileSync(inScratch(name), bytes);
      await assert.rejects(loadPth(inScratch(name)), reason);
    }
  });
  test('a pickle that would run code runs none, and comes as the name of its class', async () => {
    const content = await loadPth(path.join(reference, 'code.pth'));
    assert.ok(content instanceof Placeholder);
    assert.equal(content.name, 'torch.nn.modules.linear.Linear');
  });
  test('what weights_only reads beside weights is read, NumPy’s values too, and other objects are named', async () => {
    const beside = async (file: string) => {
      const { model, ...rest } = await loadObject(path.join(reference, 'zoo', file));
      assert.equal(Object.keys(objectOf(model)).length, 8);
      return rest;
    };
    assert.deepEqual(await beside('counter.pth'), { milestones: new Map([[150, 1], [180, 1]]) }); // biome-ignore format: one line
    assert.deepEqual(await beside('defaultdict.pth'), { log: { a: [1], __proto__: null } });
    assert.deepEqual(await beside('numpy_scalar.pth'), { best_acc: 71.5, epoch: 3 });
    const { names, ...arrays } = await beside('numpy_array.pth');
    const values = Object.entries(tensorsOf(arrays)).map(([name, value]) => [
      name,
      value.dtype,
      value.toList(),
    ]);
    assert.deepEqual(values, [
      ['confusion', 'float64', [[0, 0.5, 1], [1.5, 2, 2.5]]],
      ['fortran', 'int64', [[0n, 1n, 2n], [3n, 4n, 5n]]],
      ['big', 'int32', [[0, 1, 2], [3, 4, 5]]],
      ['flags', 'bool', [[false, false, false], [true, true, true]]],
    ]); // biome-ignore format: matrices
    const object = ({ name, args, state }: Placeholder) => ({ name, args, state });
    const named = async (file: string, key: string) => {
      const { [key]: value } = await beside(file);
      assert.ok(value instanceof Placeholder);
      return object(value);
    };
    assert.ok(names instanceof Placeholder);
    assert.equal(names.name, 'numpy.ndarray');
    assert.deepEqual(await named('namespace.pth', 'args'), {
      name: 'argparse.Namespace',
      args: [],
      state: [{ lr: 0.1, model: 'net', __proto__: null }],
    });
    assert.deepEqual(await named('path.pth', 'file'), {
      name: 'pathlib.PurePosixPath',
      args: ['/', 'a', 'b'],
      state: [],
    });
    assert.equal((await named('datetime.pth', 'when')).name, 'datetime.datetime');
    assert.deepEqual(await named('enum.pth', 'colour'), { name: '__main__.Colour', args: [1], state: [] });
    const { s } = objectOf(objectOf(await loadPth(path.join(reference, 'zoo/sparse.pth'))).model);
    assert.ok(s instanceof UnreadTensor);
    assert.equal(s.why, 'is sparse, which is not read here: save its `to_dense()`');
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
  test('a checksum that does not hold is a warning', async () => {
    const said: string[] = [];
    const file = path.join(reference, 'zoo/flipped.pth');
    await loadPth(file, { onWarning: (text) => said.push(text) });
    assert.deepEqual(said, [
      `${file}: the checksum (CRC-32) of data/0 does not hold: it was damaged or changed after it was written, or written without any`,
    ]);
  });
});
