import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import {
  type DType,
  getNumThreads,
  op,
  schema,
  scope,
  setNumThreads,
  type Tensor,
  TorchError,
  tensor,
} from '@retort/torch';
import { baseName, compare, loadCases } from '../../reference/operators.ts';

suite('operators', () => {
  // The tensors are small: with several threads most of the time is spent in waiting for each other.
  const threads = getNumThreads();
  before(() => setNumThreads(1));
  after(() => setNumThreads(threads));

  const cases = loadCases();
  const byOperator = Map.groupBy(cases, baseName);

  for (const [operator, calls] of byOperator) {
    test(`${operator} matches PyTorch in ${calls.length} calls`, () => {
      for (const call of calls) {
        for (const dtype of call.dtypes) {
          try {
            scope(() => compare(call, dtype));
          } catch (error) {
            throw new Error(`${call.id} in ${dtype}`, { cause: error });
          }
        }
      }
    });
  }

  test('at least 400 distinct operators are compared, 350 of them with gradients in float32 and float64', () => {
    const differentiated = (dtype: DType) =>
      new Set(
        cases.filter(({ gradients, dtypes }) => gradients.length > 0 && dtypes.includes(dtype)).map(baseName),
      ).size;
    assert.ok(byOperator.size >= 400, `${byOperator.size} operators`);
    for (const dtype of ['float32', 'float64'] as const)
      assert.ok(differentiated(dtype) >= 350, `${differentiated(dtype)} with gradients in ${dtype}`);
  });

  for (const [kind, least] of Object.entries({
    'size 1': 200,
    strided: 200,
    '0-d': 75,
    broadcast: 75,
    empty: 50,
    channels_last: 15,
    grouped: 10,
  })) {
    test(`at least ${least} calls are of the kind '${kind}'`, () => {
      const count = cases.filter(({ awkward }) => awkward.includes(kind)).length;
      assert.ok(count >= least, `${count}`);
    });
  }
});

suite('arguments', () => {
  const x = tensor([[1, 2, 3]]);
  const fails = (body: () => unknown, ...parts: string[]) =>
    assert.throws(body, (error: unknown) => {
      assert.ok(error instanceof TorchError);
      for (const part of parts) assert.ok(error.message.includes(part), `'${error.message}' lacks '${part}'`);
      return true;
    });

  test('errors name the operator, the shapes and what libtorch says', () => {
    fails(() => x.matmul(x), 'aten::matmul', 'float32[1, 3]', 'cannot be multiplied');
  });
  test('an unknown operator is an error', () => fails(() => op('aten::nonsense')(x), 'aten::nonsense'));
  test('a fractional number is no integer', () => fails(() => x.select(0.5, 0), "'dim'", '0.5'));
  test('a number is no tensor', () => fails(() => op('aten::relu')(3), "'self' must be Tensor"));
  test('null is refused where there is no None', () => fails(() => op('aten::relu')(null), 'null'));
  test('a missing argument is named', () => fails(() => op('aten::permute')(x), "'dims'", 'missing'));
  test('too many arguments are refused', () => fails(() => op('aten::relu')(x, 1, 2), '1 arguments, got 3'));
  test('an unknown dtype is named', () => fails(() => op('aten::zeros')([2], 'float31'), 'float31'));
  test('a string is no list', () => fails(() => op('aten::permute')(x, 'xy'), "'dims'", 'a string'));
  test('a boolean is no number where an integer is asked', () =>
    fails(() => op('aten::cumsum')(x, true), "'dim'"));
  test('a list of other things than tensors is refused', () =>
    fails(() => op('aten::cat')([x, 1]), "'tensors'"));
  test('a bigint beyond 64 bits is refused', () =>
    fails(() => op('aten::add.Scalar')(x, 2n ** 64n), '64 bits'));
  test('a bigint of 2^63 or more is no signed integer', () =>
    fails(() => op('aten::cumsum')(x, 2n ** 63n), "'dim'", 'a bigint of 2^63 or more'));
  test('an object that is neither a tensor nor a complex number is refused', () => {
    fails(() => op('aten::add.Scalar')(x, JSON.parse('{"re":1}')), "has no argument 're'");
    for (const odd of ['{}', '{"re":"1","im":0}'])
      fails(() => op('aten::add.Scalar')(x, JSON.parse(odd), 1), 'object cannot be an argument');
  });
  test('an error leaves the next call as it was', () => {
    assert.throws(() => x.matmul(x));
    assert.deepEqual(x.add(1).toList(), [[2, 3, 4]]);
  });

  test('whole numbers keep integer tensors integer, fractions make them float', () => {
    const n = tensor([1n, 2n]);
    assert.equal(n.mul(2).dtype, 'int64');
    assert.equal(n.mul(2.5).dtype, 'float32');
  });
  test('a bigint keeps all 64 bits, in and out', () => {
    const large = 2n ** 62n + 1n;
    assert.deepEqual(op('aten::full')([1], large, 'int64').toFlatArray(), [large]);
    assert.equal(op<bigint>('aten::item')(tensor([large])), large);
  });
  test('one number stands for a pair where the schema broadcasts', () => {
    const image = op('aten::ones')([1, 1, 4, 4]);
    assert.deepEqual(op('aten::avg_pool2d')(image, 2).shape, [1, 1, 2, 2]);
  });
  test('strings reach operators that take them', () => {
    assert.deepEqual(op('aten::div.Tensor_mode')(tensor([7]), tensor([2]), 'floor').toList(), [3]);
  });
  test('complex scalars go in and come out', () => {
    const z = op('aten::mul.Scalar')(tensor(new Float32Array([1, 2]), { dtype: 'complex64' }), {
      re: 0,
      im: 1,
    });
    assert.deepEqual(op('aten::item')(z.reshape([])), { re: -2, im: 1 });
  });
  test('a dtype that comes out is its name', () => {
    assert.equal(op<string>('aten::result_type.Tensor')(tensor([1n]), x), 'float32');
  });
  test('lists of booleans and optional tensors pass', () => {
    const [dx, dw, db] = op<(Tensor | null)[]>('aten::convolution_backward')(
      op('aten::ones')([1, 1, 2, 2]),
      op('aten::ones')([1, 1, 3, 3]),
      op('aten::ones')([1, 1, 2, 2]),
      null,
      [1, 1],
      [0, 0],
      [1, 1],
      false,
      [0, 0],
      1,
      [true, true, false],
    );
    assert.deepEqual([dx?.shape, dw?.shape, db], [[1, 1, 3, 3], [1, 1, 2, 2], null]);
  });
  test('results longer than the buffer arrive whole', () => {
    const parts = scope(() =>
      tensor(new Float32Array(5000))
        .split(1)
        .map((part) => part.numel()),
    );
    assert.equal(parts.length, 5000);
  });
  test('arguments longer than the buffer arrive whole', () => {
    const many = Array.from({ length: 5000 }, (_, i) => tensor([i]));
    assert.equal(op('aten::cat')(many).sum().item(), 12497500);
  });
  test('an operator that works in place answers the tensor itself', () => {
    const y = tensor([1, 2]);
    assert.equal(y.add_(1), y);
    assert.deepEqual(y.toList(), [2, 3]);
  });
  test('schemas are libtorch’s own', () =>
    assert.equal(schema('aten::relu'), 'aten::relu(Tensor self) -> Tensor'));
});
