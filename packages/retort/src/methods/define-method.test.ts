import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { functional, nn, tensor } from '@retort/torch';
import { z } from 'zod';
import { defineMethod, feature, logits, type Pair, type Seen, taskLoss } from './index.ts';

const side = { anatomy: null, ofTexts: false, shape: () => [3] };
const pair: Pair = { student: side, teacher: side, classes: 2, samples: 1, labels: tensor([0n]) };

const seen: Seen = {
  student: { outputs: { logits: tensor([[1, 3]]) }, features: { fc: tensor([[1, 2, 3]]) }, mask: null },
  teacher: { outputs: { logits: tensor([[1, 5]]) }, features: { fc: tensor([[1, 2, 3]]) }, mask: null },
  targets: {},
  ids: tensor([0n]),
  progress: { epoch: 1, epochs: 1 },
  loss: () => ({ near: tensor(2), far: tensor(5) }),
};

const options = z.strictObject({ weight: z.number().positive().default(2), label: z.string().optional() });

const mse = defineMethod(
  { name: 'mse', source: 'Nobody 2000', options, fill: ({ weight }) => ({ label: `weight ${weight}` }) },
  ({ weight }) => ({
    needs: { outputs: ['logits'], loss: weight > 1 },
    turns: 3,
    losses: ({ student, teacher }) => ({
      mse: functional.mse_loss(logits(student), logits(teacher)).mul(weight),
    }),
  }),
);

const projected = defineMethod({ name: 'projected', source: 'Nobody 2001', options, teacher: false }, () => ({
  taps: () => ({ student: ['fc'], teacher: [] }),
  objective({ student }) {
    const projector = new nn.Linear(student.shape('fc')[0] ?? 0, 1);
    return {
      parts: projector,
      losses: ({ student: { features } }) => ({ one: projector.forward(feature(features, 'fc')).sum() }),
    };
  },
}));

suite('defineMethod', () => {
  test('makes a method of options and their defaults', () => {
    const { losses, parts } = mse().objective(pair);
    assert.equal(parts, undefined);
    // The mean of 0 and 4, twice.
    assert.equal(losses(seen).mse?.item(), 4);
    assert.equal(mse({ weight: 0.5 }).objective(pair).losses(seen).mse?.item(), 1);
    assert.deepEqual(
      [mse().name, mse().needsTeacher, mse().turns, projected().needsTeacher],
      ['mse', true, 3, false],
    );
  });

  test('says what it needs by its options', () => {
    assert.deepEqual(mse().needs, { outputs: ['logits'], loss: true });
    assert.deepEqual(mse({ weight: 0.5 }).needs, { outputs: ['logits'], loss: false });
  });

  test('hands on parts, which belong to one pair of networks', () => {
    const method = projected();
    const [one, other] = [method.objective(pair), method.objective(pair)];
    assert.deepEqual(Object.keys(one.parts?.stateDict() ?? {}), ['weight', 'bias']);
    assert.notEqual(one.parts, other.parts);
    assert.deepEqual(Object.keys(one.losses(seen)), ['one']);
  });

  test('refuses options with the name of the method and what would be right', () => {
    assert.throws(() => mse({ weight: -1 }), {
      name: 'RangeError',
      message: 'mse: weight: must be above 0, is -1',
    });
    assert.throws(() => mse.definition.create({ weigth: 1 }), /mse: weigth: .*did you mean 'weight'\?/);
    assert.throws(() => mse.definition.fill?.({ weight: -1 }), /mse: weight: must be above 0/);
  });

  test('defines what a recipe must know', () => {
    const { definition } = mse;
    assert.deepEqual([definition.name, definition.source], ['mse', 'Nobody 2000']);
    assert.equal(definition.options, options);
    assert.equal(definition.create({ weight: 4 }).objective(pair).losses(seen).mse?.item(), 8);
    assert.equal(projected.definition.fill, undefined);
  });

  test('fills in what depends on other options, and leaves what is given', () => {
    const { fill } = mse.definition;
    assert.deepEqual(fill?.({}), { label: 'weight 2' });
    assert.deepEqual(fill?.({ weight: 3 }), { weight: 3, label: 'weight 3' });
    assert.deepEqual(fill?.({ label: 'mine' }), { label: 'mine' });
  });
});

test("the task's own loss is weighed term by term, and with 0 not asked for", () => {
  const terms = taskLoss(0.5, seen);
  assert.deepEqual(
    Object.entries(terms).map(([name, term]) => [name, term.item()]),
    [
      ['near', 1],
      ['far', 2.5],
    ],
  );
  assert.deepEqual(taskLoss(0, { loss: () => assert.fail('it was asked for') }), {});
});
