import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { setNumThreads } from '@retort/torch';
import { readRun } from 'retort';
import { retort } from '../packages/retort/reference/command.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-regression-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const place = (name: string): string => path.join(scratch, name);
const recipe = path.join(import.meta.dirname, 'regression.yaml');

async function run(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await retort(...args);
  assert.equal(code, 0, stderr);
  return stdout;
}

suite('a task and a data set of one’s own', () => {
  before(() => setNumThreads(1));

  test('are written in at most 60 and 30 lines below their heads', () => {
    const linesOf = (file: string): number =>
      fs
        .readFileSync(path.join(import.meta.dirname, file), 'utf8')
        .trimEnd()
        .split('\n').length - 1;
    assert.ok(linesOf('regression.ts') <= 60);
    assert.ok(linesOf('stripes.ts') <= 30);
  });

  test('learn by the ordinary command; the lowest score is the best', async () => {
    const { headline, last, best } = JSON.parse(
      await run('train', recipe, 'precision=fp32', '--out', place('alone'), '--json'),
    );
    assert.deepEqual(headline, { metric: 'absoluteError', better: 'lower' });
    assert.ok(last.absoluteError < 0.08, `the error is ${last.absoluteError}`);
    const { epochs, scores } = readRun(place('alone'));
    const errors = epochs.map((epoch) => epoch.scalars['test/absoluteError'] ?? Number.NaN);
    assert.equal(best.absoluteError, Math.min(...errors));
    assert.deepEqual(scores, { absoluteError: { last: errors.at(-1), best: best.absoluteError } });
  });

  test('are evaluated: the weights say for which task', async () => {
    const data = `${path.join(import.meta.dirname, 'stripes.ts')}#stripes`;
    const weights = path.join(place('alone'), 'best.safetensors');
    const { scores, perClass } = JSON.parse(
      await run('eval', '--weights', weights, '--data', data, '--json'),
    );
    assert.equal(scores.absoluteError, readRun(place('alone')).scores.absoluteError?.best);
    assert.equal(perClass, null);
    assert.match(await run('eval', '--weights', weights, '--data', data), /^absoluteError +0\.\d{4}$/m);
  });

  test('are shown to a network as its run showed them: its weights say how, to eval and to whoever learns from it', async () => {
    const out = place('small-images');
    await run(
      ...['train', recipe, 'precision=fp32', 'stages.0.epochs=1', '--out', out],
      'student={name: resnet8, input: {size: 9, mean: [0.5], std: [0.3]}}',
    );
    const { best } = readRun(out).scores.absoluteError ?? {};
    const data = `${path.join(import.meta.dirname, 'stripes.ts')}#stripes`;
    const { scores } = JSON.parse(await run('eval', '--weights', out, '--data', data, '--json'));
    assert.equal(scores.absoluteError, best);
    const { teacher } = JSON.parse(
      await run(
        ...['distill', recipe, `teacher=${out}`, 'precision=fp32', 'stages.0.epochs=1', '--json'],
        ...['stages.0.methods=[{name: srd, gamma: 1, kappa: 0}]', '--out', place('from-small-images')],
      ),
    );
    assert.equal((teacher.scores ?? teacher).absoluteError, best);
  });

  test('are distilled, resumed to the same bits, and compared', async () => {
    const out = place('distilled');
    const distil = [
      'distill',
      recipe,
      `teacher=resnet8:${place('alone')}`,
      'precision=fp32',
      'stages.0.epochs=2',
      'stages.0.methods=[{name: srd, gamma: 1, kappa: 0}]',
      'stages.0.schedule=constant',
    ];
    await run(...distil, '--out', place('whole'));
    await run(...distil, 'stages.0.epochs=1', '--out', out);
    await run('resume', out, 'stages.0.epochs=2');
    const [whole, resumed] = [place('whole'), out].map((folder) =>
      fs.readFileSync(path.join(folder, 'last.safetensors')),
    );
    assert.ok(whole && resumed?.equals(whole), 'the resumed run has other weights');
    const table = await run('compare', place('whole'), place('alone'));
    assert.match(table, /^test\/absoluteError +0\.\d+ +0\.\d+$/m);
    assert.match(table, /^test\/absoluteError \(best\)/m);
    assert.match(await run('runs', scratch), /absoluteError/);
  });

  test('are told where they throw, with the line', async () => {
    const lines = fs.readFileSync(path.join(import.meta.dirname, 'regression.ts'), 'utf8').split('\n');
    const at = lines.findIndex((line) => line.includes("mse_loss(output(outputs, 'value')"));
    lines[at] = lines[at]?.replace("'value'", "'values'") ?? '';
    fs.mkdirSync(place('throws'));
    fs.writeFileSync(place('throws/regression.ts'), lines.join('\n'));
    for (const file of ['stripes.ts', 'regression.yaml'])
      fs.copyFileSync(path.join(import.meta.dirname, file), place(`throws/${file}`));
    fs.symlinkSync(path.join(import.meta.dirname, '../node_modules'), place('throws/node_modules'));
    const { code, stderr } = await retort('train', place('throws/regression.yaml'), '--out', place('thrown'));
    const file = place('throws/regression.ts');
    assert.deepEqual(
      [code, stderr],
      [
        1,
        `retort: ${place('throws/regression.yaml')}:7: stages.0.methods.0: ${file}#regression: \`loss\` failed at ${file}:${at + 1}: there is no output 'values'; there is value\n`,
      ],
    );
  });

  test('are known by their code: a run whose task was changed is not resumed', async () => {
    for (const file of ['regression.ts', 'stripes.ts', 'regression.yaml'])
      fs.copyFileSync(path.join(import.meta.dirname, file), place(file));
    fs.symlinkSync(path.join(import.meta.dirname, '../node_modules'), place('node_modules'));
    const out = place('changed');
    await run('train', place('regression.yaml'), 'precision=fp32', 'stages.0.epochs=1', '--out', out);
    fs.appendFileSync(place('regression.ts'), '// another loss\n');
    const { code, stderr } = await retort('resume', out, 'stages.0.epochs=2');
    assert.equal(code, 1);
    assert.match(
      stderr,
      /changed was begun with other contents: the task\.module \(.*regression\.ts\) has the SHA-256/,
    );
  });
});
