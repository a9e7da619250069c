import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { freeze, memory, nn, ones, randn, scope, type Tensor, TorchError } from '@retort/torch';
import { Callers } from './callers.ts';
import { constantOf, valuesOf } from './graph.ts';
import { namesOf } from './names.ts';
import { withoutDead } from './simplify.ts';
import { type Trace, trace } from './trace.ts';

class Model extends nn.Layer {
  readonly fc = new nn.Linear(3, 3);
  /** The same weight in a second place. */
  readonly tied = this.fc;
  readonly scale = new nn.Buffer(ones([3]));
  readonly body: (x: Tensor, model: Model) => Tensor;

  constructor(body: (x: Tensor, model: Model) => Tensor) {
    super();
    this.body = body;
  }

  forward(x: Tensor): Tensor {
    return this.body(x, this);
  }
}

function traced(body: (x: Tensor, model: Model) => Tensor): Trace {
  const model = new Model(body).eval();
  return trace('a test', [randn([2, 3])], (x) => [model.forward(x)], namesOf(model));
}

/** For each call its operator, and the names of the values that it takes. */
const calls = ({ graph }: Trace): [string, (string | null)[]][] =>
  graph.nodes.map(({ operator, args }) => [operator.name, Array.from(valuesOf(args), ({ name }) => name)]);

suite('a traced forward', () => {
  test('knows parameters and buffers by their paths, a shared one by its first', () => {
    assert.deepEqual(calls(traced((x, { tied, scale }) => tied.forward(x).mul(scale))), [
      ['aten::linear', [null, 'fc.weight', 'fc.bias']],
      ['aten::mul.Tensor', [null, 'scale']],
    ]);
  });
  test('gives no name to what is computed from a parameter, or is none of the model', () => {
    const other = ones([3]);
    const found = calls(traced((x, { fc }) => x.matmul(fc.weight.t()).add(other)));
    assert.deepEqual(found, [
      ['aten::t', ['fc.weight']],
      ['aten::matmul', [null, null]],
      ['aten::add.Tensor', [null, null]],
    ]);
  });
  test('has the elements of what it names', () => {
    const model = new Model((x, { scale }) => x.mul(scale)).eval();
    const { graph, constants } = trace('a test', [ones([2, 3])], (x) => [model.forward(x)], namesOf(model));
    const [, scale] = Array.from(valuesOf(graph.nodes[0]?.args ?? []));
    assert.deepEqual(scale?.constant?.toList(), [1, 1, 1]);
    assert.equal(scale?.constant && constants.get(scale.constant), model.scale.handle);
    assert.equal(constantOf(ones([1])).name, null);
  });
  test('says by its path which parameter or buffer it changes, through a view too', () => {
    const reason = (body: (x: Tensor, model: Model) => Tensor): string | null => traced(body).reason;
    const changed = /^aten::add_\.\w+ changes 'scale' from outside of the forward$/;
    assert.match(reason((x, { scale }) => x.mul(scale.add_(1))) ?? '', changed);
    assert.match(
      reason((x, { scale }) => {
        scale.get('1:').add_(1);
        return x;
      }) ?? '',
      changed,
    );
    const other = ones([3]);
    assert.match(reason((x) => x.mul(other.add_(1))) ?? '', / changes a tensor from outside of the forward$/);
    using frozen = freeze(new Model((x, { scale }) => x.mul(scale.add_(1))).eval());
    frozen.forward(ones([2, 3]));
    assert.match(frozen.reason ?? '', changed);
  });
  test('says which module makes each call, where that is followed', () => {
    const block = new nn.Sequential(new nn.Linear(3, 3), new nn.ReLU());
    const model = new nn.Sequential(block, new nn.Sigmoid());
    const paths = scope(() => {
      using callers = new Callers(model);
      const { graph } = trace(
        'a test',
        [ones([2, 3])],
        (x) => [model.forward(x).neg()],
        namesOf(model),
        callers,
      );
      return graph.nodes.map(({ operator, path }) => [operator.name, path]);
    });
    assert.deepEqual(paths, [
      ['aten::linear', '0.0'],
      ['aten::relu', '0.1'],
      ['aten::sigmoid', '1'],
      ['aten::neg', ''],
    ]);
  });
  test('loses what no output needs, and keeps the names of the rest', () => {
    const found = traced((x, { fc, scale }) => {
      x.mul(scale);
      return fc.forward(x);
    });
    const graph = withoutDead(found.graph);
    assert.deepEqual(calls({ ...found, graph }), [['aten::linear', [null, 'fc.weight', 'fc.bias']]]);
  });
  test('leaves no handle behind where the forward throws, and says who asked where it trains', () => {
    const norm = new nn.BatchNorm1d(3);
    const model = new Model((x, { scale }) => norm.forward(x.mul(scale)));
    const x = randn([2, 3]);
    const follow = (): unknown => trace('a test', [x], (given) => [model.forward(given)], namesOf(model));
    const before = memory().handles;
    assert.throws(
      () => scope(follow),
      (error) => {
        assert.ok(error instanceof TorchError);
        assert.match(error.message, /^a test takes a model in evaluation: aten::batch_norm: /);
        return true;
      },
    );
    assert.equal(memory().handles, before);
  });
});
