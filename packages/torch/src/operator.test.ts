import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';
import { type Argument, op, schema, scope, type Tensor, TorchError, tensor } from '@retort/torch';
import { assertClose, loadReference } from '../reference/load.ts';

const folder = path.join(import.meta.dirname, '../reference');

interface TensorArgument {
  tensor: string;
  permute?: number[];
  narrow?: [number, number, number];
  channels_last?: boolean;
  grad?: boolean;
}
interface Case {
  operator: string;
  args: unknown[];
  outputs: string[];
  gradients: Record<string, string>;
}

const isTensor = (arg: unknown): arg is TensorArgument =>
  typeof arg === 'object' && arg !== null && 'tensor' in arg;

suite('operators', () => {
  const reference = loadReference(folder, 'operators.safetensors');
  const { cases }: { cases: Case[] } = JSON.parse(
    fs.readFileSync(path.join(folder, 'operators.json'), 'utf8'),
  );

  const leaves = new Map<string, Tensor>();
  const argument = (arg: unknown): Argument => {
    if (Array.isArray(arg)) return arg.map(argument);
    if (!isTensor(arg)) return arg as Argument;
    let value = reference(arg.tensor).clone();
    if (arg.grad) value.requiresGrad = true;
    leaves.set(arg.tensor, value);
    if (arg.permute) value = value.permute(arg.permute);
    if (arg.narrow) value = value.narrow(...arg.narrow);
    if (arg.channels_last) value = value.contiguous({ memoryFormat: 'channels_last' });
    return value;
  };

  test('there are at least 150 cases', () => assert.ok(cases.length >= 150, `${cases.length}`));

  for (const [i, { operator, args, outputs, gradients }] of cases.entries()) {
    test(`${operator} matches PyTorch (case ${i})`, () =>
      scope(() => {
        leaves.clear();
        const result = op<Tensor | Tensor[]>(operator)(...args.map(argument));
        const results = Array.isArray(result) ? result : [result];
        assert.equal(results.length, outputs.length);
        let loss: Tensor | null = null;
        for (const [k, output] of results.entries()) {
          const expected = reference(outputs[k] ?? '');
          const tolerance = expected.dtype === 'float64' ? 1e-10 : 1e-5;
          assertClose(output, expected, tolerance, 'output');
          if (!output.requiresGrad) continue;
          const count = output.numel();
          const weight = op('aten::linspace')(-1, 1, count, output.dtype).reshape(output.shape);
          const part = output.mul(weight).sum();
          loss = loss ? part.add(loss) : part;
        }
        loss?.backward();
        for (const [name, gradient] of Object.entries(gradients)) {
          const actual = leaves.get(name)?.grad;
          assert.ok(actual, `no gradient for ${name}`);
          assertClose(
            actual,
            reference(gradient),
            actual.dtype === 'float64' ? 1e-10 : 1e-5,
            `gradient of ${name}`,
          );
        }
      }));
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
