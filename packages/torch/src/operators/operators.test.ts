import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';
import { arange, aten, op, scope, Tensor, TorchError, tensor, version } from '@retort/torch';
import { pinnedVersion } from '@retort/torch/setup';
import { parseSchema } from '../dispatch/schema.ts';
import { generate } from './generate.ts';
import { overloads } from './overloads.ts';

suite('the generated operators', () => {
  const files = generate();
  test('are those of the pinned libtorch (npm run generate writes them)', (t) => {
    if (version !== pinnedVersion)
      return t.skip(`this libtorch is ${version}, the pinned one ${pinnedVersion}`);
    for (const [file, text] of Object.entries(files)) {
      const checkedIn = fs.readFileSync(path.join(import.meta.dirname, file), 'utf8');
      assert.ok(text === checkedIn, `${file} is not current`);
    }
  });

  test('cover the operators of networks', () => {
    for (const name of [
      'add',
      'sum',
      'softmax',
      'topk',
      'scatter_add_',
      'masked_fill',
      'var_mean',
      'bernoulli_',
      'repeat_interleave',
    ])
      assert.ok(name in Tensor.prototype, name);
    for (const name of [
      'cat',
      'where',
      'einsum',
      'conv2d',
      'layer_norm',
      'scaled_dot_product_attention',
      'linalg_inv',
      'fft_rfft',
      'special_erf',
    ])
      assert.ok(name in aten, name);
  });
});

suite('a call of an operator with overloads', () => {
  const x = tensor([
    [1, 5, 3],
    [4, 2, 6],
  ]);

  test('takes arguments in order, by name, or both', () =>
    scope(() => {
      const expected = [9, 12];
      assert.deepEqual(x.sum(1).toList(), expected);
      assert.deepEqual(x.sum([1]).toList(), expected);
      assert.deepEqual(x.sum({ dim: 1 }).toList(), expected);
      assert.deepEqual(x.sum(1, true).toList(), [[9], [12]]);
      assert.deepEqual(x.sum(1, { keepdim: true, dtype: 'float64' }).toList(), [[9], [12]]);
      assert.equal(x.sum(1, true, { dtype: 'float64' }).dtype, 'float64');
      assert.equal(x.sum().item(), 21);
      assert.deepEqual(x.topk(1, { dim: 0, largest: false })[0].toList(), [[1, 2, 3]]);
      assert.deepEqual(x.clamp({ max: 2 }).toList(), [
        [1, 2, 2],
        [2, 2, 2],
      ]);
      assert.deepEqual(x.clamp(null, 2).toList(), [
        [1, 2, 2],
        [2, 2, 2],
      ]);
      assert.deepEqual(x.clamp(undefined, 2).toList(), [
        [1, 2, 2],
        [2, 2, 2],
      ]);
    }));

  test('chooses the overload by the types of the arguments', () =>
    scope(() => {
      const y = tensor([10, 20, 30]);
      assert.deepEqual(x.add(y, { alpha: 2 }).get(0).toList(), [21, 45, 63]);
      assert.deepEqual(x.add(1, { alpha: 2 }).get(0).toList(), [3, 7, 5]);
      assert.deepEqual(x.max(y).get(0).toList(), [10, 20, 30]);
      assert.deepEqual(x.max(1)[0].toList(), [5, 6]);
      assert.equal(x.max().item(), 6);
      assert.deepEqual(aten.where(x.gt(2), x, 0).toList(), [
        [0, 5, 3],
        [4, 0, 6],
      ]);
      assert.deepEqual(aten.where(x.gt(2), 1, y).get(0).toList(), [10, 1, 1]);
      assert.deepEqual(x.div(2, { roundingMode: 'floor' }).get(0).toList(), [0, 2, 1]);
      assert.deepEqual(x.std(0, { correction: 0 }).toList(), [1.5, 1.5, 1.5]);
      assert.deepEqual(
        x.split(2, 1).map((part) => part.shape),
        [
          [2, 2],
          [2, 1],
        ],
      );
      assert.deepEqual(
        x.split([1, 2], 1).map((part) => part.shape),
        [
          [2, 1],
          [2, 2],
        ],
      );
      assert.deepEqual(x.argsort({ stable: true, descending: true }).get(0).toList(), [1n, 2n, 0n]);
      assert.equal(x.view('int32').dtype, 'int32');
      assert.deepEqual(x.view([3, 2]).shape, [3, 2]);
      assert.equal(aten.pow(2, y).get(0).item(), 1024);
    }));

  test('returns the tensor itself where it is changed in place', () => {
    const y = tensor([1, 2]);
    assert.equal(y.add_(1).mul_(2), y);
    assert.deepEqual(y.toList(), [4, 6]);
  });

  test('that fits no overload lists those that there are', () => {
    const wrong = x as unknown as { sum(...args: unknown[]): unknown; softmax(...args: unknown[]): unknown };
    assert.throws(
      () => wrong.sum('one'),
      (error) => {
        assert.ok(error instanceof TorchError);
        assert.match(
          error.message,
          /^aten::sum\(Tensor float32\[2, 3\], 'one'\): no overload takes these arguments:\n/,
        );
        assert.match(
          error.message,
          /aten::sum\.dim_IntList\(Tensor self, int\[1\]\? dim, bool keepdim=False/,
        );
        return true;
      },
    );
    assert.throws(() => wrong.sum({ dimension: 1 }), /\{ dimension: 1 \}/);
    assert.throws(() => wrong.sum(1, { dim: 1 }), TorchError);
    assert.throws(() => wrong.softmax({ dims: 1 }), /the arguments are not those of\n {2}aten::softmax/);
    assert.throws(() => wrong.sum(0, false, 'float32', 1), TorchError);
  });
});

suite('what this libtorch lacks', () => {
  const x = tensor([-1, 2]);
  const what = new RegExp(`: libtorch ${version} has no operator aten::nonesuch`.replaceAll('.', '\\.'));

  test('is no matter until it is called, and then a sentence that names both', () => {
    const nonesuch = overloads('aten::nonesuch', '');
    const several = overloads('aten::nonesuch', 'Scalar', 'Tensor');
    for (const given of [[x], [x, { dim: 1 }], [{ self: x }]])
      for (const call of [nonesuch, several])
        assert.throws(() => call(given), { name: 'TorchError', message: what, operator: 'aten::nonesuch' });
  });
  test('has a cure where it may be an operator of the pinned libtorch', () => {
    const cure = /: if 2\.15\.0 has it, install that into your Python or set LIBTORCH to it, and run /;
    assert.throws(
      () => op('aten::nonesuch')(x),
      ({ message }: Error) => what.test(message) && cure.test(message) === (version !== pinnedVersion),
    );
  });
  test('is passed over where another overload takes the arguments, and named where none does', () => {
    const relu = overloads('aten::relu', 'nonesuch', '');
    assert.deepEqual((relu([x]) as Tensor).toList(), [0, 2]);
    assert.throws(
      () => relu([x, 1]),
      /: no overload takes these arguments:\n {2}aten::relu\(Tensor self\) -> Tensor\nlibtorch .* has no operator aten::relu\.nonesuch/,
    );
  });
});

test('calls that crash or hang PyTorch are refused, their neighbours are not', () =>
  scope(() => {
    const refused = /refused, because libtorch would crash or hang in it/;
    const nowhere = tensor([
      [Number.NaN, 1],
      [Number.NEGATIVE_INFINITY, 2],
    ]);
    assert.throws(() => op('aten::_backward')(nowhere, []), refused);
    assert.throws(() => aten.linalg_eigvals(nowhere), refused);
    assert.equal(
      aten
        .linalg_eigvals(
          tensor([
            [2, 0],
            [0, 3],
          ]),
        )
        .abs()
        .sum()
        .item(),
      5,
    );
    const none = tensor(new Float32Array(0), { shape: [0, 3] });
    assert.equal(none.pdist().numel(), 0);
    none.requiresGrad = true;
    assert.throws(() => none.pdist(), refused);
    assert.throws(() => tensor([[1]]).matrix_power(-(2n ** 63n) as unknown as number), refused);
    assert.throws(() => tensor([1]).random_(2 ** 60, null), refused);
    assert.throws(() => aten.binomial(tensor([Number.NaN]), tensor([0.5])), refused);
    assert.throws(() => tensor([1]).combinations(2 ** 53), refused);
    assert.deepEqual(arange(0, 2, 1, { dtype: 'int64' }).toList(), [0n, 1n]);
    assert.deepEqual(arange(0, 1, 0.5, { dtype: 'float64' }).toList(), [0, 0.5]);
    const inHalves = () => arange(0, 1, 0.5, { dtype: 'int64' });
    if (version < '2.13') assert.throws(inHalves, refused);
    else if (version >= '2.14') assert.deepEqual(inHalves().toList(), [0n, 0n]);
    else assert.throws(inHalves, /step must be nonzero/);
    assert.throws(() => tensor([1]).hsplit(2 ** 31), refused);
    const rows = tensor(new Float32Array(0), { shape: [2 ** 31, 0] });
    assert.throws(() => rows.unbind(), refused);
    assert.throws(() => rows.split(1), refused);
    assert.throws(() => rows.chunk(2 ** 31), refused);
    assert.equal(rows.chunk(2).length, 2);
  }));

test('schemas are parsed with their types, defaults and keywords', () => {
  const { name, overload, parameters, returns } = parseSchema(
    'aten::f.g(Tensor(a -> *)[] self, SymInt[2]? pad_to=[1, 2], Tensor?[] x, *, str mode="a, b", Tensor(b!)? out=None) -> (Tensor(b!) values, int[])',
  );
  assert.equal(`${name} ${overload}`, 'aten::f g');
  assert.deepEqual(
    parameters.map((parameter) => [parameter.name, parameter.default, parameter.keywordOnly]),
    [
      ['self', undefined, false],
      ['padTo', '[1, 2]', false],
      ['x', undefined, false],
      ['mode', '"a, b"', true],
      ['out', 'None', true],
    ],
  );
  assert.deepEqual(parameters[1]?.type, {
    base: 'int',
    list: true,
    optional: true,
    elementOptional: false,
    broadcast: 2,
    written: false,
  });
  assert.equal(parameters[2]?.type.elementOptional, true);
  assert.equal(parameters[4]?.type.written, true);
  assert.deepEqual(
    returns.map((result) => [result.name, result.type.base, result.type.list]),
    [
      ['values', 'Tensor', false],
      ['', 'int', true],
    ],
  );
  assert.throws(() => parseSchema('no schema'), TorchError);
});
