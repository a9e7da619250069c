import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { manualSeed, setNumThreads, tensor } from '@retort/torch';
import { halves } from '../../reference/halves.ts';
import { type Padding, TensorDataset, type TextTokenizer } from '../data/index.ts';
import { Bert, createModel } from '../models/index.ts';
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
  test('of texts is the same however far their batches are padded', async () => {
    const words = Array.from({ length: 12 }, (_, i) => 'abcdefghijkl'.slice(i % 7, i + 1));
    const texts = new TensorDataset(
      'words',
      { text: { kind: 'text' }, label: { kind: 'class', classes: ['even', 'odd'] } },
      { text: words, label: tensor(words.map((_, i) => BigInt(i % 2))) },
    );
    const tokenizer: TextTokenizer = {
      ...{ fingerprint: 'letters', vocabulary: 14, padding: 0, usesTypes: false },
      encode: (text) => ({
        tokens: Int32Array.of(1, ...Array.from(text, (letter) => letter.charCodeAt(0) - 95)),
        types: new Int32Array(text.length + 1),
      }),
      files: () => ({}),
      toJSON: () => 'letters',
    };
    const bert = (seed: number) => {
      manualSeed(seed);
      const sizes = { width: 8, depth: 2, heads: 2, intermediate: 8, positions: 20 };
      return new Bert({ ...sizes, vocabulary: 14, classes: 2, deviation: 0.5 });
    };
    const paths = ['bert.embeddings', 'bert.encoder.layer.0', 'bert.pooler'];
    const asked = (padding: Padding) => {
      const rendering = { tokenizer, maxLength: 20, padding };
      return assess(bert(1), texts, {
        teacher: bert(2),
        cka: { student: paths, teacher: paths },
        renderings: { student: rendering, teacher: rendering },
      });
    };
    const [short, long] = [await asked('longest'), await asked('max')];
    for (const [i, row] of (short.cka?.values ?? []).entries())
      for (const [j, value] of row.entries())
        near(value ?? Number.NaN, long.cka?.values[i]?.[j] ?? Number.NaN, 1e-5);
    near(short.agreement?.divergence ?? Number.NaN, long.agreement?.divergence ?? 0, 1e-5);
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
