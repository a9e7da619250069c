import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { inspect } from 'node:util';
import {
  arange,
  carriers,
  type DType,
  nn,
  randn,
  TorchError,
  tensor,
  withDevice,
  zeros,
} from '@retort/torch';

suite('values', () => {
  for (const dtype of Object.keys(carriers) as DType[]) {
    test(`${dtype} goes in and out by its typed array`, () => {
      const { array: ArrayType, perElement } = carriers[dtype];
      const values = new ArrayType(3 * perElement);
      const one = values instanceof BigInt64Array || values instanceof BigUint64Array ? 1n : 1;
      values[0] = one;
      values[2] = one;
      const x = tensor(values, { dtype });
      assert.equal(x.dtype, dtype);
      assert.deepEqual(x.shape, [3]);
      assert.deepEqual(x.toTypedArray(), values);
    });
  }
  test('numbers are float32, bigints int64, booleans bool', () => {
    assert.deepEqual(
      [tensor(1).dtype, tensor([1n]).dtype, tensor([[true]]).dtype],
      ['float32', 'int64', 'bool'],
    );
  });
  test('a typed array is converted where another dtype is asked', () => {
    assert.deepEqual(tensor(new Int32Array([1, 2]), { dtype: 'int64' }).toFlatArray(), [1n, 2n]);
    assert.deepEqual(tensor([0.5, 1], { dtype: 'bfloat16' }).toFlatArray(), [0.5, 1]);
  });
  test('elements come in row-major order whatever the strides', () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    assert.deepEqual(x.t().toList(), [
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
    assert.deepEqual(x.narrow(1, 1, 2).toList(), [
      [2, 3],
      [5, 6],
    ]);
  });
  test('empty and 0-d tensors have their shapes', () => {
    assert.deepEqual(zeros([0, 3]).toList(), []);
    assert.deepEqual(zeros([2, 0]).toList(), [[], []]);
    assert.equal(tensor(2.5).toList(), 2.5);
  });
  test('ragged arrays and wrong shapes are refused', () => {
    assert.throws(() => tensor([[1, 2], [3]]), TorchError);
    assert.throws(() => tensor([[1], 2]), TorchError);
    assert.throws(() => tensor(new Float32Array(5), { shape: [2, 3] }), /24 bytes, the data has 20/);
  });
  test('item() of several elements is an error', () =>
    assert.throws(() => tensor([1, 2]).item(), TorchError));
  test('shape, stride and contiguity are libtorch’s', () => {
    const x = arange(0, 24).view([2, 3, 4]);
    assert.deepEqual(
      [x.stride(), x.dim(), x.numel(), x.size(-1), x.isContiguous()],
      [[12, 4, 1], 3, 24, 4, true],
    );
    assert.equal(x.transpose(0, 1).isContiguous(), false);
    assert.equal(x.device, 'cpu');
  });
  test('to() converts dtype and memory format', () => {
    const x = zeros([1, 2, 3, 3]).to({ dtype: 'float64', memoryFormat: 'channels_last' });
    assert.deepEqual([x.dtype, x.stride()], ['float64', [18, 1, 6, 2]]);
    assert.throws(() => x.to('xla:0'), TorchError);
  });
});

suite('printing', () => {
  test('small tensors show all values, shape and dtype', () => {
    assert.equal(
      inspect(
        tensor([
          [1, 2],
          [3, 4.5],
        ]),
      ),
      'tensor([[1.0000, 2.0000],\n        [3.0000, 4.5000]], float32[2, 2])',
    );
    assert.equal(inspect(tensor([1n, -20n])), 'tensor([  1, -20], int64[2])');
    assert.equal(inspect(tensor([Number.NaN, 1.5])), 'tensor([   nan, 1.5000], float32[2])');
    assert.equal(inspect(zeros([0])), 'tensor([], float32[0])');
    assert.match(inspect(tensor(1, { requiresGrad: true })), /requiresGrad/);
  });
  test('large tensors show their edges', () => {
    assert.equal(inspect(arange(0, 2000)), 'tensor([   0,    1,    2, ..., 1997, 1998, 1999], int64[2000])');
  });
  test('a freed tensor prints that it is freed', () => {
    const x = tensor([1]);
    x.dispose();
    assert.equal(inspect(x), 'Tensor (freed)');
  });
});

test('withDevice makes tensors and layers on a device unless they are given one', () => {
  const model = withDevice('meta', () => {
    assert.equal(zeros([2], { device: 'cpu' }).device, 'cpu');
    return new nn.Sequential(new nn.Linear(1_000_000, 1_000_000), new nn.BatchNorm1d(1_000_000));
  });
  assert.ok(model.parameters().every(({ device }) => device === 'meta'));
  assert.deepEqual(model.stateDict()['0.weight']?.shape, [1_000_000, 1_000_000]);
  assert.equal(randn([2]).device, 'cpu');
  assert.throws(() => withDevice('meta', async () => 0), /withDevice\(\)/);
});
