/** Any of several classes of each image: learned each by itself, judged by F1s and average precision, resumed to the same bits. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { functional, loadSafetensors, setNumThreads, tensor } from '@retort/torch';
import { multiLabel, prepare, readRecipe, TensorDataset } from 'retort';
import { retort } from '../../reference/command.ts';
import { cornerNames, corners } from '../../reference/judged.ts';
import { assertResumes, sourceOf, writeRecipe } from '../../reference/judged-recipe.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-multi-label-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const { train, test: data } = corners();

const logits = tensor([
  [2, -1, 0.5, -3],
  [-2, 1, -0.5, 3],
]);
const multiLabels = tensor(
  [
    [1, 0, 1, 0],
    [0, 1, 1, 1],
  ],
  { dtype: 'float32' },
);

const few = (are: readonly (readonly number[])[]): TensorDataset =>
  new TensorDataset(
    'few',
    { of: { kind: 'classes', classes: ['a', 'b', 'c'] } },
    { of: tensor(are, { dtype: 'float32' }) },
  );

suite('the task multi-label', () => {
  test('learns the binary cross entropy of each class by itself, the mean over samples and classes', () => {
    const { bce } = multiLabel.loss?.({ logits }, { multiLabels }) ?? {};
    const p = logits.sigmoid().to('float64');
    const y = multiLabels.to('float64');
    const wanted = y
      .mul(p.log())
      .add(y.neg().add(1).mul(p.neg().add(1).log()))
      .mean()
      .neg()
      .item();
    assert.ok(Math.abs((bce?.item() ?? 0) - wanted) < 1e-6);
    assert.equal(multiLabel.watched?.({ logits }, { multiLabels }).subsetAccuracy?.item(), 1);
  });

  test('mixes labels as images are mixed, and learns what is left of each', () => {
    const shares = { own: [0.75, 0.5], partner: [0.25, 0.5] };
    const mixed = multiLabel.mix?.({ multiLabels }, shares, data) ?? {};
    assert.deepEqual(mixed.softLabels?.toList(), [
      [0.75, 0.25, 1, 0.25],
      [0.5, 0.5, 1, 0.5],
    ]);
    assert.deepEqual([Object.keys(mixed), multiLabel.watched?.({ logits }, mixed)], [['softLabels'], {}]);
    const { bce } = multiLabel.loss?.({ logits }, mixed) ?? {};
    assert.ok(mixed.softLabels);
    assert.equal(bce?.item(), functional.binary_cross_entropy_with_logits(logits, mixed.softLabels).item());
  });

  test('says what is no answer, and what teaches or says nothing', () => {
    assert.equal(multiLabel.width(data), 4);
    assert.equal(multiLabel.misfit({ logits }, data), null);
    assert.equal(
      multiLabel.misfit({ logits: tensor([[1, 2]]) }, data),
      'gives [1, 2] for 1 samples: corners (test) has 4 classes, logits [N, 4]',
    );
    assert.equal(multiLabel.unanswered({ logits }), null);
    assert.match(
      multiLabel.unanswered({ logits: tensor([[Number.POSITIVE_INFINITY]]) }) ?? '',
      /^answer is not finite \(1 of/,
    );
    assert.equal(multiLabel.remark?.(data), null);
    assert.match(
      multiLabel.remark?.(
        few([
          [1, 1, 0],
          [1, 0, 0],
        ]),
      ) ?? '',
      /^few: no sample is of 'c' and every sample is of 'a': of these classes/,
    );
    const doubtful = multiLabel.doubt?.({ averagePrecision: 0.51 }, data);
    assert.match(
      doubtful ?? '',
      /^has an average precision of 51\.00 % on corners \(test\), near the \d+\.\d\d % of chance/,
    );
    assert.equal(multiLabel.doubt?.({ averagePrecision: 0.7 }, data), null);
  });

  test('is not of samples of one class', () => {
    const one = new TensorDataset(
      'one',
      { label: { kind: 'class', classes: ['a'] } },
      { label: tensor([0], { dtype: 'int64' }) },
    );
    assert.deepEqual([multiLabel.metrics(one), multiLabel.headline(one)], [[], null]);
    assert.throws(() => multiLabel.width(one), {
      message: 'one has no labels of several classes: its fields are label',
    });
    assert.throws(
      () =>
        few([
          [0, 0, 0],
          [0, 2, 0],
        ]),
      {
        name: 'DataError',
        message: 'few: of of sample 1 is 2, and must be 1 for each class that it is of, and 0 for the others',
      },
    );
  });
});

suite('a recipe of samples of several classes', () => {
  const whole = path.join(scratch, 'whole');

  test('learns, and is resumed to the same bits', async () => {
    const file = writeRecipe(path.join(scratch, 'alone.yaml'), 'corners');
    const ended = await retort('train', file, '--out', whole);
    assert.equal(ended.code, 0, ended.stderr);
    assert.match(
      ended.stderr,
      /epoch 4\/4: bce [\d.]+, loss [\d.]+; training subset accuracy \d+\.\d\d, test macro F1 \d+\.\d\d /,
    );
    assert.match(ended.stdout, /macro F1 +micro F1 +subset accuracy +average precision\n/);
    const record = JSON.parse(fs.readFileSync(path.join(whole, 'run.json'), 'utf8'));
    assert.equal(record.settings.task, 'multi-label');
    assert.ok(record.result.best.macroF1 > 0.8, JSON.stringify(record.result.best));
    await assertResumes(file, whole, path.join(scratch, 'parts'));
    const { metadata } = loadSafetensors(path.join(whole, 'best.safetensors'));
    assert.deepEqual(JSON.parse(metadata.labels ?? ''), cornerNames);
  });

  test('leaves weights that are judged with shares in percent', async () => {
    const { stdout } = await retort(
      'eval',
      '--weights',
      whole,
      '--data',
      sourceOf('corners'),
      '--metrics',
      'averagePrecision',
    );
    assert.match(
      stdout,
      /^average precision +\d+\.\d\d\nmacro F1 +\d+\.\d\d\nmicro F1 +\d+\.\d\d\nsubset accuracy +\d+\.\d\d\n/m,
    );
  });

  test('chooses by the metric that it names', async () => {
    const named = writeRecipe(path.join(scratch, 'named.yaml'), 'corners', { lines: 'metrics: [microF1]' });
    const { trainer, data: splits } = await prepare(readRecipe(named), {
      data: { train, test: data, source: 'made up' },
    });
    assert.deepEqual(trainer.task.headline(splits.test), { metric: 'microF1', better: 'higher' });
  });
});
