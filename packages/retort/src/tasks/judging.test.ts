/** By which metrics tasks are judged: what is named first, their own beside it. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { manualSeed, nn, setNumThreads, type Tensor } from '@retort/torch';
import { halves } from '../../reference/halves.ts';
import { brightSides } from '../../reference/three-classes.ts';
import { type Dataset, TensorDataset } from '../data/index.ts';
import { evaluate } from '../evaluate/index.ts';
import { keptScores } from '../experiment/teacher-scores.ts';
import { classification, classificationBy, embedding, judgedBy, judgedByDefault } from './index.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-judging-'));
after(() => fs.rmSync(scratch, { recursive: true }));
process.env.RETORT_CACHE = path.join(scratch, 'cache');

/** The same samples, whose data names metrics. */
const judged = ({ name, fields, columns }: TensorDataset, ...names: string[]): TensorDataset =>
  new TensorDataset(name, fields, columns, { metrics: names });

class Network extends nn.Layer {
  readonly fc = new nn.Sequential(new nn.Flatten(), new nn.Linear(64, 2));
  forward(x: Tensor): Tensor {
    return this.fc.forward(x);
  }
}

const two = halves(24);
const namesOf = async (data: Dataset, task = classification): Promise<string[]> => {
  manualSeed(1);
  const { samples: _, samplesPerSecond: __, ...scores } = await evaluate(new Network(), data, { task });
  return Object.keys(scores);
};

suite('a classification', () => {
  test('is judged by accuracy where nothing is named', async () => {
    assert.deepEqual(await namesOf(two), ['top1', 'top5', 'crossEntropy']);
    assert.deepEqual(classification.headline(two), { metric: 'top1', better: 'higher' });
  });

  test('is judged by what its data names first, and by accuracy beside it, whichever part of the data it is', async () => {
    const data = judged(two, 'matthews', 'f1');
    assert.deepEqual(await namesOf(data), ['matthews', 'f1', 'top1', 'top5', 'crossEntropy']);
    const part = data.subset(Int32Array.of(0, 1, 2), 'part');
    assert.deepEqual(classification.headline(part), { metric: 'matthews', better: 'higher' });
  });

  test('is judged by what is named in place of that, with any loss', async () => {
    const data = judged(two, 'matthews');
    for (const task of [classification, classificationBy({ smoothing: 0.1 })]) {
      const other = judgedBy(task, ['crossEntropy', 'macroF1']);
      assert.deepEqual(await namesOf(data, other), ['top1', 'top5', 'crossEntropy', 'macroF1']);
      assert.deepEqual(other.headline(data), { metric: 'crossEntropy', better: 'lower' });
      assert.equal(judgedByDefault(other), task);
    }
  });

  test('says which name is none, and that f1 is of two classes', () => {
    const three = brightSides(6);
    assert.throws(() => classification.metrics(judged(two, 'mathews')), {
      name: 'DataError',
      message:
        /^in memory: there is no metric of the task classification 'mathews': did you mean 'matthews'\?/,
    });
    assert.throws(() => classification.metrics(judged(three, 'f1')), {
      message: 'in memory: the metric f1 is of 2 classes, and there are 3: take macroF1',
    });
    assert.throws(
      () => classification.headline(judged(two, 'pearson')),
      /no metric of the task classification 'pearson'/,
    );
    assert.throws(() => judgedBy(classification, ['mse']), { name: 'RangeError' });
    assert.throws(() => judgedBy(embedding, ['top1']), /the task embedding has metrics of its own/);
    assert.throws(
      () => new TensorDataset('odd', two.fields, two.columns, { metrics: 'f1' as never }),
      /must be a list of names/,
    );
  });

  test('doubts a teacher by the Matthews correlation where that is asked for', () => {
    // As of CoLA: of two classes one has 70 % of the samples, and a network may know much and be right on hardly more.
    assert.equal(classification.doubt?.({ top1: 0.52, matthews: 0.3 }, two), null);
    assert.match(
      classification.doubt?.({ top1: 0.7, matthews: 0.02 }, two) ?? '',
      /^has a Matthews correlation of 0\.0200 on/,
    );
    assert.match(classification.doubt?.({ top1: 0.52 }, two) ?? '', /^is right on 52\.00 %/);
  });
});

test('scores of a teacher that are kept are those of the metrics that are asked for', async () => {
  manualSeed(1);
  const teacher = new Network();
  let evaluated = 0;
  const scores = async (task = classification, data: Dataset = two) => {
    const found = await keptScores(teacher, data, { task, ownCode: {} }, () => {
      evaluated += 1;
      return evaluate(teacher, data, { task });
    });
    return Object.keys(found).filter((name) => !name.startsWith('samples'));
  };
  for (const times of [1, 1]) {
    assert.deepEqual(await scores(), ['top1', 'top5', 'crossEntropy']);
    assert.equal(evaluated, times);
  }
  const other = judgedBy(classification, ['matthews']);
  for (const times of [2, 2]) {
    assert.deepEqual(await scores(other), ['matthews', 'top1', 'top5', 'crossEntropy']);
    assert.equal(evaluated, times);
  }
  assert.deepEqual(await scores(classification, judged(two, 'f1')), ['f1', 'top1', 'top5', 'crossEntropy']);
  assert.equal(evaluated, 3);
  // The loss that a recipe says is learned, and judges nothing.
  assert.deepEqual(await scores(classificationBy({ smoothing: 0.1 })), ['top1', 'top5', 'crossEntropy']);
  assert.equal(evaluated, 3);
});
