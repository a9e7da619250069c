/** `retort export` and `retort measure` of students of texts. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { setNumThreads } from '@retort/torch';
import { retort } from '../../../reference/command.ts';
import { livelyTexts, sentences, wordPieces } from '../../../reference/lively-texts.ts';
import { exportFolder } from '../../export/folder/index.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-cli-export-texts-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const place = (name: string): string => path.join(scratch, name);

async function done(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await retort(...args);
  assert.equal(code, 0, stderr);
  return stdout;
}

async function refused(...args: string[]): Promise<string> {
  const { code, stderr } = await retort(...args);
  assert.notEqual(code, 0);
  return stderr;
}

/** A table of texts with a label for each, and one of numbers. */
function writeTables(): void {
  for (const [kind, of] of [
    ['labels', (i: number) => (i % 3 === 0 ? 'dull' : 'fine')],
    ['numbers', (i: number) => String(i % 4)],
  ] as const) {
    fs.mkdirSync(place(kind));
    for (const [split, count] of [
      ['train', 40],
      ['test', 30],
    ] as const) {
      const rows = sentences(count, count).map((text, i) => `${JSON.stringify(text)},${of(i)}`);
      fs.writeFileSync(path.join(place(kind), `${split}.csv`), `sentence,label\n${rows.join('\n')}\n`);
    }
  }
}

suite('a student of texts', async () => {
  writeTables();
  await exportFolder(livelyTexts('bert', { classes: 2 }), place('begun'), {
    ...{ name: 'begun', classes: 2, labels: ['dull', 'fine'], precisions: ['fp32'] },
    rendering: { tokenizer: wordPieces(place('words')), maxLength: 24, padding: 'longest' },
  });
  const begun = (more: string) => `{ weights: ${place('begun')}, input: { maxLength: 24 }${more} }`;

  test('is exported from its run, judged as it was', async () => {
    const stage = ['--epochs', '1', '--data', place('labels')];
    await done('train', '--model', begun(''), ...stage, '--out', place('run'));
    const exported = JSON.parse(await done('export', place('run'), '--out', place('student'), '--json'));
    assert.equal(exported.modelType, 'bert');
    assert.equal(exported.headline.metric, 'top1');
    assert.deepEqual(
      exported.forms.map(({ precision, beyond }: Record<string, unknown>) => [precision, beyond]),
      [
        ['fp32', null],
        ['fp16', null],
        ['int8', null],
      ],
    );
    const run = JSON.parse(
      await done('eval', '--weights', place('run'), '--data', place('labels'), '--json'),
    );
    assert.equal(exported.score, run.scores.top1);
    assert.equal(exported.forms[0].score, run.scores.top1);
    const config = JSON.parse(fs.readFileSync(place('student/config.json'), 'utf8'));
    assert.deepEqual(config.id2label, { 0: 'dull', 1: 'fine' });
    const tokenizer = JSON.parse(fs.readFileSync(place('student/tokenizer_config.json'), 'utf8'));
    assert.equal(tokenizer.model_max_length, 24);
    const table = await done('export', place('run'), '--out', place('shown'), '--precisions', 'fp32');
    assert.match(table, /^file +precision +MB +says the same +top-1 +a text takes$/m);
    assert.match(table, /^A text takes so long on /m);
  });

  test('of a number is judged by what its task is judged by', async () => {
    fs.writeFileSync(
      place('number.yaml'),
      `data: { name: ${place('numbers')}, options: { labels: number } }
student: ${begun(', newHead: true')}
stages: [{ methods: [supervised], epochs: 1 }]
`,
    );
    await done('train', place('number.yaml'), '--out', place('number'));
    const exported = JSON.parse(
      await done('export', place('number'), '--out', place('of-number'), '--precisions', 'fp32', '--json'),
    );
    assert.ok(Math.abs(exported.forms[0].score - exported.score) < 1e-5 * exported.score);
    assert.equal(exported.headline.metric, 'mse');
    const config = JSON.parse(fs.readFileSync(place('of-number/config.json'), 'utf8'));
    assert.equal(config.problem_type, 'regression');
  });

  test('without data is checked with noise', async () => {
    const exported = JSON.parse(await done('export', place('begun'), '--out', place('noise'), '--json'));
    assert.equal(exported.score, null);
    assert.deepEqual(
      exported.forms.map(({ precision, agreement }: Record<string, unknown>) => [precision, agreement]),
      [
        ['fp32', 1],
        ['fp16', 1],
      ],
    );
  });

  test('has no size, and takes no images', async () => {
    const out = ['--out', place('never')];
    assert.match(
      await refused('export', place('begun'), ...out, '--size', '32'),
      /--size is of images, and .* takes texts/,
    );
    assert.match(
      await refused('export', place('begun'), ...out, '--bake-normalisation'),
      /--bake-normalisation is of images, and .* takes texts/,
    );
    assert.ok(!fs.existsSync(place('never')));
  });

  test('is measured, texts of a length', async () => {
    const args = ['measure', place('begun'), '--rounds', '2', '--batch-size', '2', '--threads', '1'];
    const found = JSON.parse(await done(...args, '--length', '12', '--json'));
    assert.deepEqual([found.networks[0].images, found.networks[0].texts], [null, { length: 12 }]);
    assert.ok(found.networks[0].multiplyAdds > 1000);
    assert.ok(found.runtimes[0].speeds[0].throughput.samplesPerSecond > 1);
    const table = await done(...args);
    assert.match(table, /^network +text +parameters/m);
    // As its folder cuts them, of the 40 that it has places for.
    assert.match(table, / 24 tokens /);
    assert.match(table, /texts\/s \(batch\)/);
    assert.match(await refused(...args, '--size', '32'), /--size is of networks of images/);
    assert.match(
      await refused(...args, '--length', '41'),
      /at most 40 tokens, and is to be measured with 41/,
    );
    assert.match(
      await refused('measure', 'resnet8', '--classes', '2', '--length', '12'),
      /--length is of networks of texts/,
    );
    const named = await done(
      'measure',
      'bert_uncased_L-2_H-128_A-2',
      ...args.slice(2),
      '--classes',
      '2',
      '--length',
      '8',
    );
    assert.match(named, / 8 tokens /);
  });
});
