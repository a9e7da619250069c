/** A number of each image: learned, chosen by the lowest error, judged by what data or a recipe names, resumed to the same bits. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { loadSafetensors, setNumThreads, type Tensor, tensor } from '@retort/torch';
import { prepare, RecipeError, readRecipe, regression, run, TensorDataset } from 'retort';
import { retort } from '../../reference/command.ts';
import { brightness } from '../../reference/judged.ts';
import { assertResumes, sourceOf, writeRecipe } from '../../reference/judged-recipe.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-regression-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const { test: data } = brightness();

const logits = tensor([[1], [2], [4]]);
const values = tensor([0, 4, 4]);

/** A recipe of these lines. */
const write = (name: string, lines = '', methods = '[supervised]', epochs = 3): string =>
  writeRecipe(path.join(scratch, `${name}.yaml`), 'brightness', { lines, methods, epochs });

const scoresOf = (folder: string): readonly Readonly<Record<string, number>>[] =>
  fs
    .readFileSync(path.join(folder, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .flatMap(({ test: scores }) => scores ?? []);

async function problems(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
  } catch (error) {
    assert.ok(error instanceof RecipeError, String(error));
    return error.problems.join('\n');
  }
  throw new Error('nothing was wrong');
}

suite('the task regression', () => {
  test('compares each answer with its own number, [B, 1] with [B]', () => {
    const { mse } = regression.loss?.({ logits }, { values }) ?? {};
    assert.equal(mse?.item(), Math.fround(5 / 3));
    assert.equal(regression.watched?.({ logits }, { values }).mae?.item(), 1 + 2);
  });

  test('compares in float32 what a network answers in bfloat16', () => {
    const { mse } =
      regression.loss?.({ logits: tensor([[100]]).to('bfloat16') }, { values: tensor([100.25]) }) ?? {};
    assert.deepEqual([mse?.dtype, mse?.item()], ['float32', 0.0625]);
  });

  test('mixes numbers as images are mixed', () => {
    const { values: mixed } =
      regression.mix?.({ values }, { own: [0.75, 1, 0.5], partner: [0.25, 0, 0.5] }, data) ?? {};
    assert.deepEqual(mixed?.toList(), [1, 4, 2]);
  });

  test('says what is no answer, and what teaches or says nothing', () => {
    const of = (more: Tensor) => regression.misfit({ logits: more }, data);
    assert.equal(of(logits), null);
    assert.equal(
      of(tensor([[1, 2]])),
      'gives [1, 2] for 1 samples: a regression is of one number each, [N, 1]',
    );
    assert.equal(regression.unanswered({ logits }), null);
    assert.equal(
      regression.unanswered({ logits: tensor([[1], [Number.NaN]]) }),
      'answer is not finite (1 of its 2 numbers is NaN)',
    );
    assert.equal(regression.remark?.(data), null);
    const same = new TensorDataset('same', { score: { kind: 'scalar' } }, { score: tensor([3, 3]) });
    assert.match(regression.remark?.(same) ?? '', /^all 2 samples of same have the number 3: /);
    assert.match(
      regression.doubt?.({ pearson: 0.02 }, data) ?? '',
      /^says numbers that hardly go with those of .*0\.0200/,
    );
    assert.equal(regression.doubt?.({ pearson: 0.4 }, data), null);
    assert.equal(regression.doubt?.({ pearson: 0 }, same), null);
  });

  test('is not of samples without a number', () => {
    const none = new TensorDataset(
      'none',
      { label: { kind: 'class', classes: ['a'] } },
      { label: tensor([0], { dtype: 'int64' }) },
    );
    assert.deepEqual([regression.metrics(none), regression.headline(none)], [[], null]);
    assert.throws(
      () => new TensorDataset('odd', { score: { kind: 'scalar' } }, { score: tensor([1, Number.NaN]) }),
      { name: 'DataError', message: 'odd: score of sample 1 is NaN, and must be a finite number' },
    );
  });
});

suite('a recipe of samples with a number', () => {
  const whole = path.join(scratch, 'whole');

  test('is one of a regression, learns, keeps the weights of the lowest error, and is resumed to the same bits', async () => {
    const file = write('alone', '', '[supervised]', 4);
    const ended = await retort('train', file, '--out', whole);
    assert.equal(ended.code, 0, ended.stderr);
    assert.match(
      ended.stderr,
      /epoch 4\/4: mse [\d.]+, loss [\d.]+; training mean absolute error \d\.\d{4}, test mean squared error \d\.\d{4} /,
    );
    assert.match(ended.stdout, /mean squared error +mean absolute error +Pearson +Spearman\n/);
    assert.match(ended.stdout, /best of all epochs: mean squared error \d\.\d{4}, after epoch \d/);
    const record = JSON.parse(fs.readFileSync(path.join(whole, 'run.json'), 'utf8'));
    assert.equal(record.settings.task, 'regression');
    assert.match(fs.readFileSync(path.join(whole, 'recipe.yaml'), 'utf8'), /^task: regression$/m);
    const all = scoresOf(whole).map(({ mse }) => mse ?? Number.NaN);
    assert.equal(record.result.best.mse, Math.min(...all));
    assert.ok(Math.min(...all) < 0.1 && (record.result.best.pearson ?? 0) > 0.9, String(all));
    await assertResumes(file, whole, path.join(scratch, 'parts'));
    const { metadata } = loadSafetensors(path.join(whole, 'best.safetensors'));
    assert.partialDeepStrictEqual(metadata, { task: 'regression', classes: '1' });
  });

  test('leaves weights that are judged without saying by which task, and by others than its own metrics', async () => {
    const given = ['eval', '--weights', whole, '--data', sourceOf('brightness')];
    const { scores } = JSON.parse((await retort(...given, '--json')).stdout);
    const { result } = JSON.parse(fs.readFileSync(path.join(whole, 'run.json'), 'utf8'));
    assert.deepEqual(Object.keys(scores), ['mse', 'mae', 'pearson', 'spearman']);
    assert.ok(Math.abs(scores.mse - result.best.mse) < 1e-6);
    const { stdout } = await retort(...given, '--metrics', 'corr');
    assert.match(stdout, /^mean of Pearson and Spearman +0\.\d{4}\nmean squared error +0\.\d{4}\n/m);
    const wrong = await retort(...given, '--metrics', 'pearsn');
    assert.match(
      wrong.stderr,
      /there is no metric of the task regression 'pearsn': did you mean 'pearson'\?/,
    );
    assert.notEqual(wrong.code, 0);
  });

  test('lists runs by an error, of which the lowest is best', async () => {
    assert.match((await retort('runs', scratch)).stdout, /mean squared error +\d\.\d{4}/);
  });

  test('is judged by what the data names, unless the recipe names others', async () => {
    const headline = async (name: string, lines: string, metrics?: readonly string[]) => {
      const prepared = await prepare(readRecipe(write(name, lines)), {
        data: brightness(metrics ? { metrics } : {}),
      });
      const { task } = prepared.trainer;
      return [task.headline(prepared.data.test), prepared.settings.metrics];
    };
    assert.deepEqual(await headline('none', ''), [{ metric: 'mse', better: 'lower' }, undefined]);
    assert.deepEqual(await headline('of-data', '', ['pearson', 'spearman']), [
      { metric: 'pearson', better: 'higher' },
      undefined,
    ]);
    assert.deepEqual(await headline('of-recipe', 'metrics: [mae]', ['pearson']), [
      { metric: 'mae', better: 'lower' },
      ['mae'],
    ]);
  });

  test('says which metric, loss or task does not fit, and where', async () => {
    const of = (name: string, lines: string, metrics?: readonly string[]) =>
      problems(async () =>
        prepare(readRecipe(write(name, lines)), metrics ? { data: brightness({ metrics }) } : {}),
      );
    assert.match(
      await of('metric', 'metrics: [matthews]'),
      /metric\.yaml:5: metrics: there is no metric of the task regression 'matthews': there are pearson, /,
    );
    assert.match(
      await of('none', 'metrics: [mathews]'),
      /none\.yaml:5: metrics\.0: there is no .*'mathews': did you mean 'matthews'\?/,
    );
    assert.match(
      await of('data', '', ['f1']),
      /data\.yaml:1: data\.name: brightness \(test\): there is no metric of the task regression 'f1'/,
    );
    assert.match(
      await of('loss', 'loss: { smoothing: 0.1 }'),
      /loss\.yaml:5: loss: is that of the task classification, and by what the data has the task is regression/,
    );
    assert.match(await of('task', 'task: classification'), /has no classes|no labels/);
    assert.match(
      await of('own', 'task: embedding\nmetrics: [mse]'),
      /own\.yaml:6: metrics: the task embedding has metrics of its own, and is judged by no others: leave out 'mse'/,
    );
  });

  test('teaches a student by Annealing-KD', async () => {
    const best = path.join(whole, 'best.safetensors');
    const file = write('annealed', `teacher: resnet8:${best}`, '[{ name: annealing, tauMax: 2 }]', 2);
    const { RETORT_CACHE: cache } = process.env;
    // Scores of the teacher are kept there.
    process.env.RETORT_CACHE = path.join(scratch, 'cache');
    try {
      const { teacher, last } = await run(await prepare(readRecipe(file)));
      assert.ok((teacher?.pearson ?? 0) > 0.9 && Number.isFinite(last?.mse));
    } finally {
      if (cache === undefined) delete process.env.RETORT_CACHE;
      else process.env.RETORT_CACHE = cache;
    }
  });
});
