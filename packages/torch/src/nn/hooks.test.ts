import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { grad, memory, nn, noGrad, ones, randn, scope, type Tensor, TorchError, tensor } from '@retort/torch';

const double = () => {
  const layer = new nn.Linear(1, 1, { bias: false });
  nn.init.constant_(layer.weight, 2);
  return layer;
};

class Block extends nn.Layer {
  inner = new nn.Sequential(double(), double());
  norm = new nn.Identity();
  forward(x: Tensor): Tensor {
    return scope(() => this.norm.forward(this.inner.forward(x)).add(x));
  }
}

const ownForward = (module: nn.Module) => Object.getOwnPropertyDescriptor(module, 'forward');

suite('forward hooks', () => {
  test('they see inputs and output, in order, until they are removed', () =>
    scope(() => {
      const layer = double();
      const seen: string[] = [];
      const first = layer.registerForwardHook((module, [x], y) => {
        assert.equal(module, layer);
        seen.push(`first ${x.item()} ${y.item()}`);
      });
      const second = layer.registerForwardHook((_, __, y) => {
        seen.push(`second ${y.item()}`);
      });
      layer.forward(tensor([3]));
      assert.deepEqual(seen, ['first 3 6', 'second 6']);
      first.remove();
      first.remove();
      layer.forward(tensor([1]));
      assert.deepEqual(seen.slice(2), ['second 2']);
      second.remove();
      layer.forward(tensor([1]));
      assert.equal(seen.length, 3);
    }));
  test('what they return takes the place of output and inputs', () =>
    scope(() => {
      const layer = double();
      using _a = layer.registerForwardHook((_, __, y) => y.add(1));
      using _b = layer.registerForwardHook((_, __, y) => y.mul(10));
      using _c = layer.registerForwardPreHook((_, [x]) => [x.add(1)]);
      using _d = layer.registerForwardPreHook((_, [x]) => x.mul(3));
      assert.equal(layer.forward(tensor([1])).item(), ((1 + 1) * 3 * 2 + 1) * 10);
    }));
  test('without hooks nothing is left; the class is never touched', () => {
    const layer = double();
    const keys = Object.keys(layer);
    {
      using _ = layer.registerForwardHook(() => undefined);
      assert.deepEqual(Object.keys(layer), keys);
      assert.equal(ownForward(layer)?.enumerable, false);
      assert.equal(ownForward(nn.Linear.prototype)?.value, double().forward);
    }
    assert.equal(ownForward(layer), undefined);
  });
  test('a forward that is a property of its own comes back', () =>
    scope(() => {
      class Arrow extends nn.Layer {
        forward = (x: Tensor) => x.add(1);
      }
      const layer = new Arrow();
      const before = ownForward(layer);
      const hook = layer.registerForwardHook((_, __, y) => y.mul(2));
      assert.equal(layer.forward(tensor([1])).item(), 4);
      hook.remove();
      assert.deepEqual(ownForward(layer), before);
    }));
  test('exceptions in hooks arrive as themselves, and the model works afterwards', () => {
    const layer = double();
    const error = new RangeError('mine');
    for (const register of ['registerForwardHook', 'registerForwardPreHook'] as const) {
      const hook = layer[register](() => {
        throw error;
      });
      assert.throws(
        () => new nn.Sequential(layer).forward(tensor([1])),
        (thrown) => thrown === error,
      );
      hook.remove();
      assert.equal(layer.forward(tensor([1])).item(), 2);
    }
  });
  test('a hook may remove itself, and a promise is refused', () => {
    const layer = double();
    let calls = 0;
    const hook = layer.registerForwardHook(() => {
      calls++;
      hook.remove();
    });
    layer.forward(tensor([1]));
    layer.forward(tensor([1]));
    assert.equal(calls, 1);
    const untyped: nn.Module = layer;
    using _ = untyped.registerForwardHook(async () => undefined);
    assert.throws(() => layer.forward(tensor([1])), /synchronous/);
  });
});

suite('taps', () => {
  test('PATH:input is what a module is called with, and gradients flow through it', () =>
    scope(() => {
      const block = new Block();
      const x = tensor([1]);
      x.requiresGrad = true;
      const { taps } = nn.tap(block, ['inner.1:input', 'norm:input'], () => block.forward(x));
      assert.deepEqual([taps['inner.1:input'].item(), taps['norm:input'].item()], [2, 4]);
      assert.equal(grad([taps['inner.1:input']], [x])[0]?.item(), 2);
      assert.throws(() => nn.tap(block, ['inner.2:input'], () => block.forward(x)), /inner\.2/);
      const relu = new nn.ReLU({ inplace: true });
      const model = new nn.Sequential(double(), relu);
      const run = () => model.forward(tensor([-1]));
      assert.throws(() => nn.tap(model, ['1:input'], run), /'1:input' was changed in place .*copy: true/);
      assert.equal(nn.tap(model, ['1:input'], run, { copy: true }).taps['1:input'].item(), -2);
    }));

  test('outputs inside of a model are read by path, outlive inner scopes and carry gradients', () =>
    scope(() => {
      const block = new Block();
      const x = ones([1], { requiresGrad: true });
      const { output, taps } = nn.tap(block, ['inner.0', 'inner', ''], () => block.forward(x));
      assert.equal(output.item(), 5);
      assert.deepEqual([taps['inner.0'].item(), taps.inner.item(), taps[''].item()], [2, 4, 5]);
      assert.equal(grad([taps['inner.0']], [x], { retainGraph: true })[0]?.item(), 2);
      output.add(taps.inner).backward();
      assert.equal(x.grad?.item(), 5 + 4);
    }));
  test('they belong to the scope around the call, like the output', () => {
    const block = new Block();
    const x = randn([1]);
    const { handles } = memory();
    let tapped: Tensor | undefined;
    scope(() => {
      tapped = nn.tap(block, ['inner.0'], () => block.forward(x)).taps['inner.0'];
      assert.equal(tapped.numel(), 1);
    });
    assert.throws(() => tapped?.numel(), TorchError);
    assert.equal(memory().handles, handles);
  });
  test('nothing listens afterwards, and nothing is held, also when the body throws', () => {
    const block = new Block();
    const x = randn([1]);
    const { handles } = memory();
    const error = new Error('mine');
    assert.throws(
      () =>
        scope(() =>
          nn.tap(block, ['inner.0', 'norm'], () => {
            block.forward(x);
            throw error;
          }),
        ),
      (thrown) => thrown === error,
    );
    assert.equal(ownForward(block.norm), undefined);
    assert.equal(memory().handles, handles);
  });
  test('a path that does not exist tells which do', () => {
    const block = new Block();
    assert.throws(
      () => nn.tap(block, ['inner.2'], () => block.forward(ones([1]))),
      /Block has no module 'inner.2'; there are 'inner.0', 'inner.1', 'inner', 'norm'/,
    );
  });
  test('a module that was not called is named', () => {
    const block = new Block();
    assert.throws(
      () => nn.tap(block, ['inner', 'inner.1'], () => block.norm.forward(ones([1]))),
      /'inner' was not called/,
    );
  });
  test('several calls are an error unless all are asked for', () =>
    scope(() => {
      const block = new Block();
      const twice = () => block.forward(block.forward(ones([1])));
      assert.throws(() => nn.tap(block, ['inner'], twice), /'inner' was called 2 times: .*calls: 'all'/);
      const { taps } = nn.tap(block, ['inner'], twice, { calls: 'all' });
      assert.deepEqual(
        taps.inner.map((one) => one.item()),
        [4, 20],
      );
    }));
  test('an output that is changed in place afterwards is an error, and a copy is not', () =>
    scope(() => {
      const model = new nn.Sequential(double(), new nn.ReLU({ inplace: true }));
      const x = tensor([-1], { requiresGrad: true });
      const run = () => model.forward(x);
      assert.throws(() => nn.tap(model, ['0'], run), /'0' was changed in place .*copy: true/);
      const { taps } = nn.tap(model, ['0'], run, { copy: true });
      assert.equal(taps['0'].item(), -2);
      taps['0'].backward();
      assert.equal(x.grad?.item(), 2);
    }));
  test('a module that returns no tensor is an error', () => {
    const attention = new nn.MultiheadAttention(2, 1);
    assert.throws(
      () => nn.tap(attention, [''], () => attention.forward(randn([1, 1, 2]))),
      /'' returns an array, not a tensor/,
    );
  });
  test('a promise is refused, and taps nest', () =>
    scope(() => {
      const block = new Block();
      const run = () => block.forward(ones([1]));
      assert.throws(() => nn.tap(block, ['inner'], async () => run()), /synchronous/);
      const outer = nn.tap(block, ['inner'], () => nn.tap(block, ['inner', 'inner.0'], run));
      assert.equal(outer.taps.inner.item(), outer.output.taps.inner.item());
    }));
  test('a teacher is tapped without a graph', () =>
    scope(() => {
      const block = new Block();
      const { taps } = noGrad(() => nn.tap(block, ['inner.0'], () => block.forward(ones([1]))));
      assert.equal(taps['inner.0'].requiresGrad, false);
    }));
});
