/** What a person is told when numbers are not finite: what was found, not one cure for all. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { suite, test } from 'node:test';
import { manualSeed, type nn, noGrad, setNumThreads, tensor, zeros } from '@retort/torch';
import { halves } from '../../reference/halves.ts';
import { imagesOf, TensorDataset } from '../data/index.ts';
import { crossEntropy, kd, logitStd, logits, type Method, review } from '../methods/index.ts';
import { createModel } from '../models/index.ts';
import { stageOf, Trainer, type TrainerOptions } from './index.ts';

setNumThreads(1);
const data = halves(8);

function network(seed: number, classes = 2): nn.Layer {
  manualSeed(seed);
  return createModel('resnet8', { classes, channels: 1 });
}

/** A network whose classifier adds this to the logits. */
function biased(...bias: number[]): nn.Layer {
  const model = network(1);
  noGrad(() => model.stateDict()['fc.bias']?.copy_(tensor(bias)));
  return model;
}

const settings = { epochs: 1, lr: 0.01, momentum: 0, weightDecay: 0, schedule: 'constant' } as const;

const trainer = (method: Method, options: Partial<TrainerOptions> = {}, lr = 0.01): Trainer =>
  new Trainer({
    student: network(2),
    teachers: [network(1)],
    data,
    batchSize: 4,
    precision: 'fp32',
    stages: [stageOf({ ...settings, method, lr })],
    ...options,
  });

const said = async (at: Trainer): Promise<string> => {
  try {
    await Array.fromAsync(at.run());
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'it trained';
};

const first = 'is NaN at step 1 of epoch 1 (learning rate 0.01)';

suite('a loss that is not finite names', () => {
  test('a teacher whose weights are not', async () => {
    assert.equal(
      await said(trainer(kd(), { teachers: [biased(Number.NaN, 0)] })),
      `the loss 'kd' ${first}: the teacher's logits are NaN for 4 of 4 samples; its weights are not finite: 'fc.bias' (1 of its 2 numbers is NaN)`,
    );
    assert.equal(
      await said(
        trainer(kd(), { teachers: { good: network(1), large: biased(Number.POSITIVE_INFINITY, 0) } }),
      ),
      `the loss 'kd' ${first}: the teacher 'large' has no answer: its logits are infinite for 4 of 4 samples; its weights are not finite: 'fc.bias' (1 of its 2 numbers is infinite)`,
    );
  });

  test('a teacher that masks every class', async () => {
    const masked = biased(Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY);
    assert.equal(
      await said(trainer(kd(), { teachers: [masked] })),
      `the loss 'kd' ${first}: the teacher's logits are -inf for every class for 4 of 4 samples; its weights hold -inf: 'fc.bias' (2)`,
    );
    const { NEGATIVE_INFINITY: masks } = Number;
    assert.match(
      await said(trainer(kd(), { teachers: [biased(masks, 0), biased(0, masks)] })),
      /; the teacher masks classes \(-inf\); the teachers' mean logits are -inf for every class for 4 of 4 samples$/,
    );
  });

  test('a student whose weights hold -inf', async () => {
    const student = network(2);
    noGrad(() => student.stateDict()['conv1.weight']?.select(0, 0).fill_(Number.NEGATIVE_INFINITY));
    assert.equal(
      await said(trainer(crossEntropy(), { student })),
      `the loss 'ce' ${first}: the student's logits or features are not finite (logits are NaN for 4 of 4 samples), and its weights hold -inf: 'conv1.weight' (9)`,
    );
  });

  test('images that are not, for a deviation of next to nothing', async () => {
    const image = { ...imagesOf(data), std: [1e-42] };
    const dark = new TensorDataset(data.name, { ...data.fields, image }, data.columns);
    assert.match(
      await said(trainer(crossEntropy(), { data: dark })),
      /^the loss 'ce' is NaN at step 1 of epoch 1 \(learning rate 0\.01\): the images of the batch are not finite \([\d,]+ of its [\d,]+ numbers are infinite\): look at the mean and std of the data$/,
    );
  });

  test('a student whose weights are not, from the start or by a rate that is too high', async () => {
    const student = network(2);
    noGrad(() => student.stateDict()['conv1.weight']?.fill_(Number.NaN));
    assert.equal(
      await said(trainer(crossEntropy(), { student })),
      `the loss 'ce' ${first}: the student's weights are not finite: 'conv1.weight' (144 of its 144 numbers are NaN); look at its initial weights`,
    );
    const fast = await said(trainer(crossEntropy(), {}, 1e30));
    assert.match(fast, /step 2 of epoch 1 \(learning rate 1e\+30\): the student's logits/);
    assert.match(fast, /a lower learning rate or clipNorm is the usual cure$/);
  });

  test('the method, where all that it saw is finite', async () => {
    const divides: Method = {
      ...crossEntropy(),
      name: 'divides',
      objective: () => ({
        losses: ({ student }) => ({
          term: logits(student).sum().div(zeros([])).mul(0),
        }),
      }),
    };
    assert.equal(
      await said(trainer(divides)),
      `the loss 'term' ${first}: what student and teacher say of the batch is finite: look at the options of the method`,
    );
    const single = new TensorDataset(
      data.name,
      { ...data.fields, label: { kind: 'class', classes: ['all'] } },
      { ...data.columns, label: data.column('label').mul(0) },
    );
    assert.equal(
      await said(trainer(divides, { data: single, student: network(2, 1), teachers: [network(1, 1)] })),
      `the loss 'term' ${first}: what student and teacher say of the batch is finite: look at the options of the method; there is only one class, of which nothing can be told apart`,
    );
  });
});

suite('a teacher that masks a class', () => {
  const masked = biased(0, Number.NEGATIVE_INFINITY);
  test('is learned from, live and from a cache, to the same bits', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-masked-'));
    const losses = async (options: Partial<TrainerOptions>): Promise<unknown> =>
      (await Array.fromAsync(trainer(kd(), { teachers: [masked], ...options }).run())).map((event) =>
        event.kind === 'step' ? event.loss : event.losses,
      );
    const live = await losses({});
    assert.deepEqual(await losses({ cache: { views: 1, dtype: 'float32', folder } }), live);
    assert.deepEqual(await losses({ cache: { views: 1, dtype: 'float32', folder } }), live);
    assert.ok(JSON.stringify(live).match(/null/) === null, JSON.stringify(live));
    fs.rmSync(folder, { recursive: true });
  });
  test('is refused before the first step by a method that cannot', async () => {
    assert.match(
      await said(trainer(logitStd(), { teachers: [masked] })),
      /^logit-std standardises logits over all classes, so that it cannot learn from a teacher that masks classes: of 4 of 4 samples the teacher's logits have -inf\./,
    );
  });
});

suite('before the first step', () => {
  test('a last batch that is too small for a method is found, and nothing is changed', async () => {
    const student = network(2);
    const before = Object.entries(student.stateDict()).map(([key, value]) => [key, value.toList()]);
    const steps: number[] = [];
    const nine = trainer(review(), { student, data: halves(9), batchSize: 8 });
    const sentence =
      'the last batch of each epoch has one image (9 in batches of 8), which is too few: batch_norm: training needs more than one value per ' +
      'channel, got Tensor float32[1, 64, 1, 1]; use a larger batch or eval(). Choose another batch size';
    assert.deepEqual(
      (await nine.rehearse()).map(({ message }) => message),
      [sentence],
    );
    await assert.rejects(
      async () => {
        for await (const event of nine.run()) if (event.kind === 'step') steps.push(event.step);
      },
      { name: 'TrainingError', message: sentence },
    );
    assert.deepEqual(steps, []);
    assert.deepEqual(
      Object.entries(student.stateDict()).map(([key, value]) => [key, value.toList()]),
      before,
    );
    assert.equal(student.parameters()[0]?.grad, null);
    assert.equal(await said(trainer(review(), { data: halves(10), batchSize: 8 })), 'it trained');
  });

  test('a stage that ends before the last batch does not mind it', async () => {
    const { optimizer, schedule } = stageOf({ ...settings, method: review() });
    const stages = [{ methods: [review()], steps: 1, optimizer, schedule }];
    assert.equal(await said(trainer(review(), { stages, data: halves(9), batchSize: 8 })), 'it trained');
  });

  test('the modes of a student are as they were after a rehearsal', async () => {
    const student = network(2).eval();
    assert.deepEqual(await trainer(kd(), { student }).rehearse(), []);
    assert.equal(student.training, false);
  });
});
