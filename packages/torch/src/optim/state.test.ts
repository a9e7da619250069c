import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import {
  functional,
  loadSafetensors,
  manualSeed,
  memory,
  nn,
  noGrad,
  ones,
  optim,
  randn,
  saveSafetensors,
  scope,
  setNumThreads,
  type Tensor,
  TorchError,
  zeros,
} from '@retort/torch';

// The fused updates split even the smallest tensors among the threads.
setNumThreads(1);

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-optim-'));
after(() => fs.rmSync(folder, { recursive: true }));

class Model extends nn.Module {
  conv = new nn.Conv2d(3, 8, 3, { padding: 1 });
  bn = new nn.BatchNorm2d(8);
  fc = new nn.Linear(8, 4);
  late = new nn.Parameter(zeros([4]));
  forward(x: Tensor, step: number): Tensor {
    const y = this.fc.forward(this.bn.forward(this.conv.forward(x)).relu().mean([2, 3]));
    return step < 6 ? y : y.add(this.late);
  }
}

const bits = (tensor: Tensor) =>
  Buffer.from(new Uint8Array(tensor.detach().toTypedArray().buffer)).toString('hex');
const allBits = (tensors: Readonly<Record<string, Tensor>>) =>
  Object.fromEntries(Object.entries(tensors).map(([name, value]) => [name, bits(value)]));

const kinds: Record<string, (model: Model) => optim.Optimizer> = {
  SGD: (model) => new optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9, nesterov: true }),
  Adam: (model) => new optim.Adam(model.parameters(), { lr: 0.01, amsgrad: true }),
  AdamW: (model) =>
    new optim.AdamW([
      { params: model.conv.parameters() },
      { params: [...model.fc.parameters(), model.late], lr: 0.1 },
    ]),
  LAMB: (model) => new optim.LAMB(model.parameters(), { lr: 0.01 }),
  RMSprop: (model) => new optim.RMSprop(model.parameters(), { momentum: 0.9, centered: true, eps: 1e-3 }),
  RAdam: (model) => new optim.RAdam(model.parameters(), { lr: 0.01, maximize: true }),
};

/** Model, optimizer and average over a few steps of training on data that only the step decides. */
function session(make: (model: Model) => optim.Optimizer) {
  manualSeed(3);
  const model = new Model().to({ memoryFormat: 'channels_last' });
  const optimizer = make(model);
  const ema = new optim.EMA(model, { decay: 0.9, warmUp: true });
  const schedule = optim.warmUp(optim.oneCycleLR({ maxLr: 0.1, totalSteps: 16 }), { steps: 4 });
  const run = (from: number, to: number) => {
    for (let step = from; step < to; step++) {
      scope(() => {
        manualSeed(step);
        const x = randn([6, 3, 8, 8]).contiguous({ memoryFormat: 'channels_last' });
        optimizer.zeroGrad();
        functional.mse_loss(model.forward(x, step), ones([6, 4])).backward();
        optimizer.apply(schedule(step));
        optimizer.step();
        ema.update();
      });
    }
  };
  return { model, optimizer, ema, run };
}

suite('saving', () => {
  for (const [name, make] of Object.entries(kinds)) {
    test(`${name}: 20 steps, and 10 + 10 with files between them, give the same bits`, () => {
      const whole = session(make);
      whole.run(0, 20);

      const first = session(make);
      first.run(0, 10);
      const file = (part: string) => path.join(folder, `${name}-${part}.safetensors`);
      const { tensors, groups } = first.optimizer.stateDict();
      const average = first.ema.stateDict();
      saveSafetensors(file('model'), first.model.stateDict());
      saveSafetensors(file('optimizer'), tensors, { groups: JSON.stringify(groups) });
      saveSafetensors(file('ema'), average.tensors, { updates: String(average.updates) });

      const second = session(make);
      second.run(0, 1);
      second.model.loadStateDict(loadSafetensors(file('model')).tensors);
      const saved = loadSafetensors(file('optimizer'));
      second.optimizer.loadStateDict({
        tensors: saved.tensors,
        groups: JSON.parse(saved.metadata.groups ?? ''),
      });
      const savedAverage = loadSafetensors(file('ema'));
      second.ema.loadStateDict({
        tensors: savedAverage.tensors,
        updates: Number(savedAverage.metadata.updates),
      });
      assert.deepEqual(
        second.optimizer.groups.map(({ params: _, ...rest }) => rest),
        first.optimizer.groups.map(({ params: _, ...rest }) => rest),
      );
      assert.deepEqual(allBits(second.optimizer.stateDict().tensors), allBits(tensors));
      second.run(10, 20);

      assert.deepEqual(allBits(second.model.stateDict()), allBits(whole.model.stateDict()));
      assert.deepEqual(
        allBits(second.optimizer.stateDict().tensors),
        allBits(whole.optimizer.stateDict().tensors),
      );
      assert.deepEqual(allBits(second.ema.stateDict().tensors), allBits(whole.ema.stateDict().tensors));
    });
  }

  test('restored state lies in the order of its parameter', () => {
    const { model, optimizer, run } = session(
      (model) => new optim.SGD(model.conv.parameters(), { momentum: 0.9 }),
    );
    run(0, 1);
    const { tensors, groups } = optimizer.stateDict();
    const flat = Object.fromEntries(Object.entries(tensors).map(([key, value]) => [key, value.contiguous()]));
    const held = memory().handles;
    optimizer.loadStateDict({ tensors: flat, groups });
    assert.equal(memory().handles, held);
    assert.deepEqual(
      optimizer.stateDict().tensors['0.momentum_buffer']?.stride(),
      model.conv.weight.stride(),
    );
  });
});

suite('a state dict that does not fit', () => {
  const make = (options: Partial<optim.AdamOptions> = {}) => {
    const params = [new nn.Parameter(ones([2, 3])), new nn.Parameter(ones([4]))];
    const optimizer = new optim.Adam(params, options);
    for (const p of params) p.grad = noGrad(() => p.mul(2));
    return { params, optimizer };
  };
  const refuses = (change: (state: optim.OptimizerState) => optim.OptimizerState, message: RegExp) => {
    const { optimizer } = make();
    optimizer.step();
    const state = optimizer.stateDict();
    const other = make({ lr: 0.5 }).optimizer;
    assert.throws(
      () => other.loadStateDict(change(state)),
      (error) => error instanceof TorchError && message.test(error.message),
    );
    assert.deepEqual([other.groups[0]?.lr, Object.keys(other.stateDict().tensors)], [0.5, []]);
  };

  test('lists what is missing, unexpected and mis-shaped, and nothing is changed', () => {
    refuses(({ tensors, groups }) => {
      const { '0.step': _, ...rest } = tensors;
      return {
        tensors: { ...rest, '1.exp_avg': ones([5]), '7.exp_avg': ones([1]), nonsense: ones([1]) },
        groups,
      };
    }, /^the state dict does not fit Adam: missing: 0.step; unexpected: 7.exp_avg, nonsense; of another shape: 1.exp_avg \(1.exp_avg is \[5\], must be \[4\]\)$/);
  });
  test('other groups', () => {
    refuses(
      ({ tensors }) => ({ tensors, groups: [{ params: [0] }] }),
      /it has 1 groups? of 1 parameters?, the optimizer 1 groups? of 2/,
    );
    refuses(({ tensors }) => ({ tensors, groups: JSON.parse('{"a": 1}') }), /its groups must be a list/);
    refuses(({ tensors }) => ({ tensors, groups: JSON.parse('[null]') }), /its groups must be a list/);
  });
  test('impossible options, and those of another optimizer', () => {
    const changed =
      (option: object) =>
      ({ tensors, groups }: optim.OptimizerState) => ({
        tensors,
        groups: groups.map((group) => ({ ...group, ...option })),
      });
    refuses(changed({ lr: -1 }), /Adam: group 0 of the state dict: lr must be/);
    refuses(changed({ betas: 3 }), /betas/);
    refuses(changed({ momentum: 0.9 }), /no option 'momentum'/);
    refuses(changed({ lrScale: 'x' }), /lrScale/);
    refuses(changed({ amsgrad: true }), /missing: 0.max_exp_avg_sq, 1.max_exp_avg_sq/);
  });
  test('a state dict from before an option was there leaves that option as it is', () => {
    const { optimizer } = make();
    optimizer.step();
    const { tensors, groups } = optimizer.stateDict();
    const older = groups.map(({ maximize: _, ...group }) => ({ ...group, lr: 0.25 }));
    const other = make({ maximize: true }).optimizer.loadStateDict({ tensors, groups: older });
    assert.deepEqual([other.groups[0]?.lr, other.groups[0]?.maximize], [0.25, true]);
  });
  test('a parameter that has not moved has no state, and needs none', () => {
    const { params, optimizer } = make();
    optimizer.zeroGrad();
    for (const p of params.slice(0, 1)) p.grad = ones([2, 3]);
    optimizer.step();
    const state = optimizer.stateDict();
    assert.deepEqual(Object.keys(state.tensors), ['0.step', '0.exp_avg', '0.exp_avg_sq']);
    assert.deepEqual(
      Object.keys(make().optimizer.loadStateDict(state).stateDict().tensors),
      Object.keys(state.tensors),
    );
  });
});
