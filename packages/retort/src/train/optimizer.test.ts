import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { nn, ones, optim } from '@retort/torch';
import { optimizers } from './optimizer.ts';

const kinds: Readonly<Record<string, abstract new (...args: never[]) => optim.Optimizer>> = {
  sgd: optim.SGD,
  adam: optim.Adam,
  adamw: optim.AdamW,
  lamb: optim.LAMB,
  rmsprop: optim.RMSprop,
  radam: optim.RAdam,
};

suite('an optimizer by its name', () => {
  for (const [name, { create }] of Object.entries(optimizers)) {
    test(`${name} is made with its options, and moves`, () => {
      const parameters = [[2, 3], [3]].map((shape) => new nn.Parameter(ones(shape)));
      for (const parameter of parameters) parameter.grad = ones(parameter.shape);
      const optimizer = create({ lr: 0.25, weightDecay: 0.5, decay: 'weights' })(parameters);
      const Kind = kinds[name];
      assert.ok(Kind && optimizer instanceof Kind);
      const groups = optimizer.stateDict().groups.map(({ lr, weightDecay }) => ({ lr, weightDecay }));
      assert.deepEqual(groups, [
        { lr: 0.25, weightDecay: 0.5 },
        { lr: 0.25, weightDecay: 0 },
      ]);
      optimizer.step();
      for (const parameter of parameters) assert.ok(parameter.lt(1).all().item());
      assert.throws(() => create({ pace: 1 }), /pace/);
      assert.throws(() => create({ lr: -1 }), /lr/);
    });
  }

  test('what only some have arrives', () => {
    const parameters = [new nn.Parameter(ones([1]))];
    const [rmsprop] = optimizers.rmsprop
      .create({ alpha: 0.9, momentum: 0.5, centered: true })(parameters)
      .stateDict().groups;
    assert.deepEqual([rmsprop?.alpha, rmsprop?.momentum, rmsprop?.centered], [0.9, 0.5, true]);
    const [radam] = optimizers.radam.create({ decoupledWeightDecay: true })(parameters).stateDict().groups;
    assert.equal(radam?.decoupledWeightDecay, true);
    assert.throws(() => optimizers.rmsprop.create({ alpha: 1 }), /alpha/);
  });
});
