import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { manualSeed, setNumThreads } from '@retort/torch';
import { halves } from '../../reference/halves.ts';
import { createModel } from '../models/index.ts';
import { assess } from './index.ts';

setNumThreads(1);

function near(actual: number, wanted: number, tolerance = 1e-6): void {
  assert.ok(Math.abs(actual - wanted) <= tolerance, `${actual}, not ${wanted}`);
}

suite('an assessment', () => {
  const data = halves(30);
  const network = (name: string, seed: number, count = 2) => {
    manualSeed(seed);
    return createModel(name, { classes: count, channels: 1 });
  };

  test('is one pass for all, and leaves modes as they were', async () => {
    const student = network('resnet8', 1).train();
    for (const [path, module] of student.namedModules()) if (path === 'bn1') module.training = false;
    const found = await assess(student, data, {
      teacher: network('resnet14', 2),
      cka: { student: ['layer1', 'layer3'], teacher: ['layer1', 'layer2', 'fc:input'] },
      batchSize: 8,
    });
    assert.deepEqual(
      Array.from(student.namedModules()).flatMap(([path, { training }]) => (training ? [] : [path])),
      ['bn1'],
    );
    assert.deepEqual(
      [found.samples, found.parameters, found.perClass?.length],
      [30, student.parameterCount(), 2],
    );
    assert.deepEqual(
      found.cka?.values.map((row) => row.length),
      [3, 3],
    );
    assert.ok(found.agreement && found.agreement.cosine.length === 2 && (found.multiplyAdds ?? 0) > 1e5);
  });
  test('of a student with itself agrees wholly', async () => {
    const student = network('resnet8', 1);
    const { agreement, cka } = await assess(student, data, {
      teacher: student,
      cka: { student: ['layer2'], teacher: ['layer2'] },
    });
    assert.equal(agreement?.top1, 1);
    near(agreement?.divergence ?? 1, 0);
    near(agreement?.meanCosine ?? 0, 1);
    near(cka?.values[0]?.[0] ?? 0, 1);
  });
  test('of one network twice at once is that of one after the other', async () => {
    const student = network('resnet8', 1).train();
    const alone = await assess(student, data, { batchSize: 8 });
    const before = student.stateDict()['bn1.running_mean']?.toList();
    const [, beside] = await Promise.all([
      assess(student, halves(4), { batchSize: 4 }),
      assess(student, data, { batchSize: 8 }),
    ]);
    assert.ok((alone.scores.crossEntropy ?? 0) > 0);
    assert.equal(beside.scores.crossEntropy, alone.scores.crossEntropy);
    assert.deepEqual(student.stateDict()['bn1.running_mean']?.toList(), before);
  });
  test('refuses paths that are not there, and a teacher of other classes', async () => {
    const student = network('resnet8', 1);
    const paths = { student: ['layer7'], teacher: ['layer1'] };
    await assert.rejects(assess(student, data, { cka: paths }), /'layer7'.*layer1/);
    await assert.rejects(
      assess(student, data, { teacher: network('resnet8', 1, 3) }),
      /the teacher tells 3 classes apart, the student 2/,
    );
  });
});
