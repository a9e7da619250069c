/** The commands on texts say texts, not images. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { setNumThreads } from '@retort/torch';
import { retort } from '../../reference/command.ts';
import { workingFolder } from '../../reference/data-folder.ts';
import { writeGlue, writeTextFolder } from '../../reference/glue.ts';
import { datasets } from '../data/index.ts';

setNumThreads(1);
const scratch = workingFolder('cli-texts');
writeGlue(scratch, 9);
writeTextFolder('bert', 'bert', ['entailment', 'not_entailment']);

test('a run, its evaluation and what it predicts', async () => {
  const train = ['--model', './bert', '--data', 'glue-rte', '--epochs', '1', '--batch-size', '3'];
  const trained = await retort('train', ...train, '--out', 'run');
  assert.equal(trained.code, 0, trained.stderr);
  assert.match(trained.stderr, /\([\d,]+ texts\/s, /);
  const judged = await retort('eval', '--weights', 'run', '--data', 'glue-rte');
  assert.equal(judged.code, 0, judged.stderr);
  assert.match(judged.stdout, /^data +glue-rte dev, 9 texts$/m);
  assert.match(judged.stdout, /^texts\/s +[\d,]+$/m);
  const known = await retort('eval', '--weights', 'run');
  const scoresIn = (text: string): string => text.replace(/^texts\/s.*\n/m, '');
  assert.equal(scoresIn(known.stdout), scoresIn(judged.stdout), 'the run knows its data');
  const unknown = await retort('eval', '--weights', './bert');
  assert.match(
    unknown.stderr,
    /--data says on which samples, and may be left out of the weights of a run folder alone/,
  );
  const said = await retort('predict', 'run', '--pairs', 'so', 'it is good');
  assert.match(said.stdout, /\nso +it is good +(not_)?entailment +\d+\.\d\d\n/);
  for (const { stdout, stderr } of [trained, judged, said]) assert.doesNotMatch(stdout + stderr, /image/);
});

test('columns of a table are named by flags, too', async () => {
  fs.writeFileSync('stars.csv', `review,stars\n${'A film.,1.5\nA play.,3.5\n'.repeat(5)}`);
  const options = ['--data-options', '{ columns: { text: review, label: stars } }'];
  const { code, stdout, stderr } = await retort(
    ...['train', '--model', './bert', '--data', './stars.csv', ...options, '--print', '--json'],
  );
  assert.equal(code, 0, stderr);
  const { data, batchSize } = JSON.parse(stdout);
  assert.deepEqual(data.options, { columns: { text: 'review', label: 'stars' } });
  assert.equal(batchSize, 32, 'as of texts');
});

test('a run is judged again by the metrics that its recipe named, unless others are', async () => {
  fs.writeFileSync(
    'named.yaml',
    `data: { name: glue-rte }
student: ./bert
metrics: [macroF1, matthews]
stages: [{ methods: [supervised], epochs: 1 }]
`,
  );
  const trained = await retort('train', 'named.yaml', '--out', 'named');
  assert.equal(trained.code, 0, trained.stderr);
  const evaluated = async (...more: string[]) => {
    const { code, stdout, stderr } = await retort(
      ...['eval', '--weights', 'named', '--data', 'glue-rte', '--json', ...more],
    );
    assert.equal(code, 0, stderr);
    return Object.keys(JSON.parse(stdout).scores);
  };
  const scores = await evaluated();
  for (const name of ['macroF1', 'matthews', 'top1']) assert.ok(scores.includes(name), name);
  assert.ok(!(await evaluated('--metrics', 'matthews')).includes('macroF1'));
  const exported = await retort('export', 'named', '--data', 'glue-rte', '--out', 'named-out', '--json');
  assert.equal(exported.code, 0, exported.stderr);
  assert.deepEqual(JSON.parse(exported.stdout).headline, { metric: 'macroF1', better: 'higher' });
});

test('a teacher’s cache, and too many that are asked for', async () => {
  fs.writeFileSync(
    'kd.yaml',
    `data: { name: glue-rte }
teacher: ./bert
student: ./bert
teacherCheck: false
cache: { folder: kept }
stages: [{ methods: [kd], epochs: 2 }]
`,
  );
  const cached = await retort('cache', 'kd.yaml');
  assert.equal(cached.code, 0, cached.stderr);
  assert.match(cached.stdout, /^cache +size +texts to ask +of$/m);
  assert.match(
    cached.stdout,
    /^pays for itself after 1 epoch: .* the teacher sees each of the texts 1 time instead of 2$/m,
  );
  const many = await retort('distill', 'kd.yaml', 'data.trainImages=50');
  assert.match(many.stderr, /data\.trainImages: glue-rte train has 9 training texts, not 50/);
});

test('a model folder goes out for the task that its config says, and is doubted as a teacher of another', async () => {
  fs.cpSync('bert', 'several', { recursive: true });
  const config = JSON.parse(fs.readFileSync('several/config.json', 'utf8'));
  const problem_type = 'multi_label_classification';
  fs.writeFileSync('several/config.json', JSON.stringify({ ...config, problem_type }));
  const exported = await retort('export', './several', '--out', 'out');
  assert.equal(exported.code, 0, exported.stderr);
  assert.equal(JSON.parse(fs.readFileSync('out/config.json', 'utf8')).problem_type, problem_type);
  const taught = await retort('cache', 'kd.yaml', 'teacher=./several');
  assert.match(
    taught.stderr,
    /several: it was trained for the task multi-label, and its logits are taken as those of classification/,
  );
  const judged = await retort('export', './several', '--data', 'glue-rte', '--out', 'judged');
  assert.match(judged.stderr, /was trained for the task multi-label, and glue-rte dev is of classification/);
});

test('flags that are of one class to each sample say so of other tasks', async () => {
  const rows = ['a good', 'so', 'the bad', 'so so', 'it is', 'no'].map((text, i) => `${text},${i / 2}`);
  fs.writeFileSync('numbers.csv', ['text,score', ...rows].join('\n'));
  const trained = await retort(
    ...['train', '--model', '{ weights: ./bert, newHead: true }', '--data', './numbers.csv'],
    ...['--epochs', '1', '--out', 'numbers'],
  );
  assert.equal(trained.code, 0, trained.stderr);
  for (const flags of [['--per-class'], ['--teacher', 'numbers']]) {
    const { stderr } = await retort('eval', '--weights', 'numbers', '--data', './numbers.csv', ...flags);
    assert.match(stderr, /--(per-class|teacher) has nothing to say of .*: it compares answers of one class/);
  }
});

test('help names every data set, GLUE and tables of texts', async () => {
  for (const command of ['train', 'distill', 'eval']) {
    const { stdout } = await retort(command, '--help');
    const named = stdout.split(/[\s,]+/);
    const others = Object.keys(datasets).filter((name) => !name.startsWith('glue-'));
    for (const name of [...others, 'glue-rte']) assert.ok(named.includes(name), `${command}: ${name}`);
    assert.match(stdout.replace(/\s+/g, ' '), /GLUE as glue-rte, texts as \.\/train\.tsv/, command);
  }
  const { stderr } = await retort('eval', '--weights', 'bert', '--data', 'glue-rto');
  assert.match(stderr, /there is no data set 'glue-rto': did you mean 'glue-rte'\?/);
});
