import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  functional,
  nn,
  noGrad,
  ones,
  randn,
  scope,
  type Tensor,
  TorchError,
  tensor,
  zeros,
} from '@retort/torch';

class Net extends nn.Layer {
  stem = new nn.Sequential(new nn.Conv2d(1, 2, 3), new nn.ReLU(), new nn.BatchNorm2d(2));
  fc = new nn.Linear(2, 3);
  forward(x: Tensor): Tensor {
    return this.fc.forward(functional.adaptive_avg_pool2d(this.stem.forward(x), 1).flatten(1));
  }
}

const keys = [
  ...['weight', 'bias'].map((key) => `stem.0.${key}`),
  ...['weight', 'bias', 'running_mean', 'running_var', 'num_batches_tracked'].map((key) => `stem.2.${key}`),
  ...['weight', 'bias'].map((key) => `fc.${key}`),
];

/** Embedding and output share their weight, as in language models. */
class Tied extends nn.Layer {
  embed = new nn.Embedding(5, 3);
  head = new nn.Linear(3, 5);
  constructor() {
    super();
    Object.assign(this.head, { weight: this.embed.weight });
  }
  forward(x: Tensor): Tensor {
    return this.head.forward(this.embed.forward(x));
  }
}

class Buffered extends nn.Layer {
  kept = new nn.Buffer(ones([2]));
  passing = new nn.Buffer(ones([2]), { persistent: false });
  forward(x: Tensor): Tensor {
    return x.mul(this.kept).add(this.passing);
  }
}

suite('modules', () => {
  test('the state dict has PyTorch’s names in PyTorch’s order', () =>
    assert.deepEqual(Object.keys(new Net().stateDict()), keys));
  test('a module made in a scope outlives it', () => {
    const net = scope(() => new Net());
    assert.deepEqual(net.forward(zeros([2, 1, 5, 5])).shape, [2, 3]);
    assert.equal(net.parameterCount(), 2 * 9 + 2 + 4 + 9);
  });
  test('loading copies values; a state that does not fit is refused whole', () => {
    const [from, to] = [new Net(), new Net()];
    const state = from.stateDict();
    assert.deepEqual(to.loadStateDict(state), { missing: [], unexpected: [] });
    assert.deepEqual(to.fc.weight.toList(), from.fc.weight.toList());
    const before = to.fc.weight.toList();
    const { 'fc.bias': _, ...rest } = new Net().stateDict();
    const wrong = { ...rest, extra: zeros([1]), 'stem.0.weight': zeros([2]) };
    assert.throws(
      () => to.loadStateDict(wrong),
      (error) =>
        error instanceof TorchError &&
        [
          'missing: fc.bias',
          'unexpected: extra',
          "of another shape: stem.0.weight (stem.0.weight is [2], the model's [2, 1, 3, 3])",
        ].every((part) => error.message.includes(part)),
    );
    assert.deepEqual(to.fc.weight.toList(), before);
  });
  test('loading that is not strict tells what is missing and unexpected; shapes must fit all the same', () => {
    const net = new Net();
    const given = { 'fc.bias': ones([3]), extra: zeros([1]) };
    const { missing, unexpected } = net.loadStateDict(given, { strict: false });
    assert.deepEqual(
      missing,
      keys.slice(0, -1).filter((key) => !key.endsWith('num_batches_tracked')),
    );
    assert.deepEqual(unexpected, ['extra']);
    assert.deepEqual(net.fc.bias?.toList(), [1, 1, 1]);
    const wrong = { 'fc.bias': zeros([3]), 'fc.weight': zeros([1]) };
    assert.throws(
      () => net.loadStateDict(wrong, { strict: false }),
      /fc\.weight is \[1\], the model's \[3, 2\]/,
    );
    assert.deepEqual(net.fc.bias?.toList(), [1, 1, 1]);
  });
  test('counters of batch norm may be missing, or of the shape [1], as in files of old', () => {
    const net = new Net();
    const { 'stem.2.num_batches_tracked': counter, ...rest } = new Net().stateDict();
    assert.ok(counter);
    noGrad(() => net.stateDict()['stem.2.num_batches_tracked']?.fill_(5));
    assert.deepEqual(net.loadStateDict(rest), { missing: [], unexpected: [] });
    assert.equal(net.stateDict()['stem.2.num_batches_tracked']?.item(), 5);
    net.loadStateDict({ ...rest, 'stem.2.num_batches_tracked': tensor([7n]) });
    assert.equal(net.stateDict()['stem.2.num_batches_tracked']?.item(), 7);
    assert.throws(
      () => net.loadStateDict({ ...rest, 'stem.2.num_batches_tracked': tensor([7n, 8n]) }),
      /stem\.2\.num_batches_tracked is \[2\], the model's \[\]/,
    );
  });
  test('long lists of keys are short, with what they have in common', () => {
    const { 'fc.weight': w, 'fc.bias': b, ...stem } = new Net().stateDict();
    assert.ok(w && b);
    const renamed = Object.entries(stem).map(([name, value]): [string, Tensor] => [`net.${name}`, value]);
    assert.throws(
      () => new Net().loadStateDict({ 'fc.weight': w, 'fc.bias': b, ...Object.fromEntries(renamed) }),
      {
        message:
          'the state dict does not fit Net: missing: stem.0.weight, stem.0.bias, stem.2.weight and 3 more, all beginning with "stem."; ' +
          'unexpected: net.stem.0.weight, net.stem.0.bias, net.stem.2.weight and 4 more, all beginning with "net.stem."',
      },
    );
  });
  test('to() converts floating-point state in place, and memory format where it applies', () => {
    const net = new Net().to({ dtype: 'float64', memoryFormat: 'channels_last' });
    const { weight } = net.fc;
    assert.equal(weight.dtype, 'float64');
    assert.equal(net.stateDict()['stem.2.num_batches_tracked']?.dtype, 'int64');
    net
      .forward(zeros([2, 1, 5, 5], { dtype: 'float64' }))
      .sum()
      .backward();
    assert.equal(weight.grad?.dtype, 'float64');
    net.to({ dtype: 'float32' });
    assert.equal(weight.grad?.dtype, 'float32');
    assert.throws(() => net.to({ dtype: 'int64' }), /floating-point dtype, not int64/);
  });
  test('train(), eval() and requiresGrad() reach every module', () => {
    const net = new Net().eval().requiresGrad(false);
    assert.ok(Array.from(net.namedModules()).every(([, module]) => !module.training));
    assert.equal(net.forward(zeros([1, 1, 5, 5])).requiresGrad, false);
    assert.ok(net.train().stem.at(1).training);
  });
  test('a shared parameter is counted once and stands in the state dict under both keys', () => {
    const model = new Tied();
    assert.deepEqual(
      Array.from(model.namedParameters(), ([name]) => name),
      ['embed.weight', 'head.bias'],
    );
    assert.equal(model.parameterCount(), 5 * 3 + 5);
    assert.deepEqual(Object.keys(model.stateDict()), ['embed.weight', 'head.weight', 'head.bias']);
    assert.equal(model.to({ dtype: 'float64' }).head.weight.dtype, 'float64');
    model.loadStateDict({ ...model.stateDict(), 'head.weight': ones([5, 3]) });
    assert.equal(model.embed.weight.sum().item(), 15);
  });
  test('a shared module comes once, and stands in the state dict under both keys', () => {
    const layer = new nn.Linear(2, 2);
    const model = new nn.Sequential(layer, new nn.ReLU(), layer);
    assert.deepEqual(
      Array.from(model.namedModules(), ([name]) => name),
      ['', '0', '1'],
    );
    assert.equal(model.parameters().length, 2);
    assert.deepEqual(Object.keys(model.stateDict()), ['0.weight', '0.bias', '2.weight', '2.bias']);
    let visits = 0;
    model.apply(() => visits++);
    assert.equal(visits, 3);
  });
  test('a buffer that is not persistent moves with the module but is not in its state', () => {
    const model = new Buffered().to({ dtype: 'float64' });
    assert.deepEqual(Object.keys(model.stateDict()), ['kept']);
    assert.deepEqual(
      model.buffers().map((buffer) => buffer.dtype),
      ['float64', 'float64'],
    );
    assert.deepEqual(model.loadStateDict({ kept: zeros([2]) }).missing, []);
  });
  test('a module is found by its path; one that does not exist tells which do, nearest first', () => {
    const net = new Net();
    assert.equal(net.getSubmodule('stem.2'), net.stem.at(2));
    assert.equal(net.getSubmodule(''), net);
    for (const path of ['stem.3', 'stems.2', 'constructor', '.', 'stem.'])
      assert.throws(() => net.getSubmodule(path), TorchError);
    assert.throws(
      () => net.getSubmodule('fcc'),
      /Net has no module 'fcc'; there are 'fc', 'stem', 'stem.0', 'stem.1', 'stem.2'/,
    );
    const long = new nn.ModuleList(Array.from({ length: 30 }, () => new nn.ReLU()));
    assert.throws(() => long.getSubmodule('31'), /'1', .* … \(30 in all\)/);
  });
  test('apply() visits what is below first', () => {
    const names: string[] = [];
    new Net().apply((module) => names.push(module.constructor.name));
    assert.deepEqual(names, ['Conv2d', 'ReLU', 'BatchNorm2d', 'Sequential', 'Linear', 'Net']);
  });
  test('a module that contains itself is an error, not an endless loop', () => {
    class Child extends nn.Layer {
      parent: nn.Module | null = null;
      forward = (x: Tensor) => x;
    }
    class Parent extends nn.Layer {
      child = new Child();
      forward = (x: Tensor) => x;
    }
    const parent = new Parent();
    parent.child.parent = parent;
    assert.throws(() => parent.stateDict(), /Parent contains itself, as 'child.parent': .* #field/);
    assert.equal(parent.parameters().length, 0);
    assert.match(String(parent), /parent: Parent\(, …\)/);
  });
  test('it prints as a tree with the names that make its paths', () =>
    assert.equal(
      String(new Net()),
      [
        'Net(',
        '  stem: Sequential(',
        '    0: Conv2d(inChannels: 1, outChannels: 2, kernelSize: [3, 3], stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1, paddingMode: zeros)',
        '    1: ReLU(inplace: false)',
        '    2: BatchNorm2d(numFeatures: 2, eps: 0.00001, momentum: 0.1)',
        '  )',
        '  fc: Linear(inFeatures: 2, outFeatures: 3)',
        ')',
      ].join('\n'),
    ));
});

suite('containers', () => {
  const linear = (n: number) => new nn.Linear(n, n, { bias: false });

  test('Sequential takes names, finds by index and name, and grows', () => {
    const model = new nn.Sequential({ first: linear(2), act: new nn.ReLU() });
    assert.deepEqual(Object.keys(model.append(linear(2)).stateDict()), ['first.weight', '2.weight']);
    assert.equal(model.length, 3);
    assert.equal(model.at('act'), model.at(1));
    assert.equal(model.at(-1), [...model][2]);
    const before = model.at('first');
    assert.equal(model.replace('first', new nn.Identity()), before);
    assert.deepEqual(Object.keys(model.stateDict()), ['2.weight']);
    assert.throws(() => model.at(3), /Sequential of 3 modules has none at 3/);
    assert.throws(() => model.at('axt'), /no layer 'axt'; there are 'act'/);
    assert.throws(() => new nn.Sequential({ '1': linear(1) }), /sorts names such as '1'/);
    assert.throws(() => new nn.Sequential({ 'a.b': linear(1) }), /'a.b' is not the name of a module/);
  });
  test('an empty Sequential gives the same tensor by a handle of its own', () => {
    const x = randn([2]);
    new nn.Sequential().forward(x).dispose();
    assert.equal(x.numel(), 2);
  });
  test('a subclass of a container may have parameters and modules of its own', () => {
    class Scaled extends nn.Sequential {
      gain = new nn.Parameter(ones([1]));
      norm = new nn.LayerNorm(2);
      override forward(x: Tensor): Tensor {
        return this.norm.forward(super.forward(x)).mul(this.gain);
      }
    }
    const model = new Scaled(linear(2));
    assert.deepEqual(Object.keys(model.stateDict()), ['gain', '0.weight', 'norm.weight', 'norm.bias']);
  });
  test('modules in lists and dictionaries, nested, are seen under PyTorch’s keys', () => {
    class Model extends nn.Layer {
      blocks = new nn.ModuleList([new nn.ModuleList([linear(1), linear(2)])]).append(
        new nn.ModuleList([linear(3)]),
      );
      heads = new nn.ModuleDict({ label: linear(4), rotation: linear(5) });
      forward = (x: Tensor) => x;
    }
    const model = new Model();
    assert.deepEqual(Object.keys(model.stateDict()), [
      'blocks.0.0.weight',
      'blocks.0.1.weight',
      'blocks.1.0.weight',
      'heads.label.weight',
      'heads.rotation.weight',
    ]);
    assert.equal(model.getSubmodule('blocks.0.1'), model.blocks.at(0).at(-1));
    assert.equal(model.eval().heads.get('label').training, false);
    assert.deepEqual(
      Array.from(model.blocks, (block) => block.length),
      [2, 1],
    );
  });
  test('a list gives, replaces and refuses', () => {
    const list = new nn.ModuleList([linear(1)]);
    const other = linear(2);
    list.replace(0, other);
    assert.equal(list.at(-1), other);
    for (const index of [1, -2, 0.5]) assert.throws(() => list.at(index), /of 1 modules has none at/);
    assert.throws(() => list.forward(), /no forward/);
  });
  test('a dictionary gives, sets, deletes and refuses', () => {
    const heads = new nn.ModuleDict<nn.Linear>().set('b', linear(1)).set('a', linear(2));
    assert.deepEqual([...heads.keys()], ['b', 'a']);
    assert.equal([...heads.values()][1], heads.get('a'));
    assert.deepEqual([heads.has('b'), heads.delete('b'), heads.has('b'), heads.size], [true, true, false, 1]);
    assert.throws(() => heads.get('b'), /ModuleDict has no module 'b'; there are 'a'/);
    assert.throws(() => heads.set('x.y', linear(1)), /'x.y' is not the name of a module/);
    assert.throws(() => heads.set('', linear(1)), /'' is not the name of a module/);
    assert.throws(() => heads.forward(), /no forward/);
  });
});
