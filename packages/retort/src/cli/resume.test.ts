import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, mock, suite, test } from 'node:test';
import { manualSeed, saveSafetensors, setNumThreads } from '@retort/torch';
import { retort as command, type Ended } from '../../reference/command.ts';
import { halves } from '../../reference/halves.ts';
import { datasets } from '../data/index.ts';
import { run } from '../experiment/index.ts';
import { createModel } from '../models/index.ts';
import { prepare, readRecipe } from '../recipe/index.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-resume-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const place = (...names: string[]): string => path.join(scratch, ...names);

/** Without the folder in what it prints. */
async function retort(...args: string[]): Promise<Ended> {
  const { code, stdout, stderr } = await command(...args);
  const shown = (text: string): string => text.replaceAll(`${scratch}/`, '');
  return { code, stdout: shown(stdout), stderr: shown(stderr) };
}

/** What the recipe calls Fashion-MNIST is smaller here. */
const splits = { train: halves(60), test: halves(20, 7), source: 'made up' };

/** Other weights under the name of the teacher's file. */
function writeTeacher(seed: number, file = 'teacher.safetensors'): void {
  manualSeed(seed);
  const model = createModel('resnet8', { classes: 2, channels: 1 });
  saveSafetensors(place(file), model.stateDict(), { model: 'resnet8' });
}

const recipe = place('rt.yaml');
const shownSums = (text: string): string => text.replaceAll(/\b[0-9a-f]{12}…/g, 'SUM');

/** A run of the recipe that was stopped after its first epoch. */
async function stopped(out: string, ...overrides: string[]): Promise<string> {
  const controller = new AbortController();
  await run({
    ...(await prepare(readRecipe(recipe, { overrides }))),
    out: place(out),
    signal: controller.signal,
    onEpoch: () => controller.abort(),
  });
  return place(out);
}

suite('a run is what it is made of', () => {
  before(() => {
    setNumThreads(1);
    mock.method(datasets, 'fashion-mnist', async () => splits);
    writeTeacher(1);
    fs.writeFileSync(
      recipe,
      `data: { name: fashion-mnist, trainImages: 40, train: [] }
teacher: resnet8:teacher.safetensors
teacherCheck: false
student: resnet8
batchSize: 20
stages:
  - methods: [{ name: kd, alpha: 1, gamma: 0 }]
    epochs: 2
    schedule: constant
`,
    );
  });
  after(() => mock.restoreAll());

  test('so another teacher in the same file is refused by resume, and the same in place again is not', async () => {
    const out = await stopped('replaced');
    const before = fs.readFileSync(path.join(out, 'run.json'), 'utf8');
    writeTeacher(2);
    const other = await retort('resume', out);
    assert.equal(other.code, 1);
    assert.equal(
      shownSums(other.stderr.trim().split('\n').at(-1) ?? ''),
      'retort: replaced was begun with other contents: the teacher (teacher.safetensors) has the SHA-256 SUM, and had SUM. Bring back what was there, or begin anew in another folder (--out)',
    );
    assert.equal(fs.readFileSync(path.join(out, 'run.json'), 'utf8'), before, 'nothing was written');
    writeTeacher(1);
    const same = await retort('resume', out);
    assert.equal(same.code, 0, same.stderr);
  });

  test('so the same command resumes it, where a launcher starts that again', async (context) => {
    const out = await stopped('again');
    const distill = (...more: string[]) => retort('distill', recipe, ...more, '--out', out);
    assert.match((await distill()).stderr, /again already holds a run/);
    process.env.TORCHELASTIC_RESTART_COUNT = '1';
    context.after(() => delete process.env.TORCHELASTIC_RESTART_COUNT);
    const other = await distill('batchSize=10');
    assert.equal(other.code, 2);
    assert.match(other.stderr, /again holds a run of other settings: batchSize/);
    const first = await distill();
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stderr, /^epoch 2\/2/m);
    assert.doesNotMatch(first.stderr, /^epoch 1\/2/m);
    // It may have died when all was done.
    const { code, stdout } = await distill();
    assert.deepEqual([code, stdout], [0, first.stdout]);
    const resumed = await retort('resume', out);
    assert.deepEqual([resumed.code, resumed.stdout], [0, first.stdout]);
    const begun = await retort('distill', recipe, '--out', place('never-begun'));
    assert.equal(begun.code, 0, begun.stderr);
  });

  test('so a teacher’s file may have moved, where resume is told', async () => {
    const out = await stopped('moved');
    fs.renameSync(place('teacher.safetensors'), place('elsewhere.safetensors'));
    const { code, stderr } = await retort('resume', out, `teacher=resnet8:${place('elsewhere.safetensors')}`);
    assert.equal(code, 0, stderr);
    writeTeacher(1);
  });

  test('so it may where the recipe has the teacher in keys, told in keys or in a line', async () => {
    const moved = place('elsewhere.safetensors');
    for (const told of [`teacher.weights=${moved}`, `teacher=resnet8:${moved}`]) {
      const out = await stopped(
        'in-keys',
        `teacher={name: resnet8, weights: ${place('teacher.safetensors')}}`,
      );
      fs.renameSync(place('teacher.safetensors'), moved);
      const { code, stderr } = await retort('resume', out, told);
      assert.equal(code, 0, stderr);
      writeTeacher(1);
      fs.rmSync(out, { recursive: true });
    }
  });

  test('so settings that were edited are refused; what may be changed on the way is written down', async () => {
    const out = await stopped('edited');
    const file = path.join(out, 'run.json');
    const record = JSON.parse(fs.readFileSync(file, 'utf8'));
    const { settings } = record;
    const edited = { ...settings, batchSize: 10 };
    fs.writeFileSync(file, JSON.stringify({ ...record, settings: edited }));
    const sentence =
      'edited/run.json: its settings were edited, and are not those that the run was trained with: put them back; what may change is given to the command, e.g. npx retort resume edited stages.0.epochs=5';
    const refused = await retort('resume', out);
    assert.deepEqual([refused.code, refused.stderr], [1, `retort: ${sentence}\n`]);
    assert.match((await retort('runs', out)).stderr, /edited\/run\.json: its settings were edited/);
    fs.writeFileSync(file, JSON.stringify(record));

    const may =
      'only epochs (or steps), optimizer.lr and schedule of its stages, evaluation.every and everySteps, log, checkpoint, teacherCheck, and onCorrupt and workers of data.options can, and where files of weights lie. Begin anew in another folder (--out)';
    for (const [override, why] of [
      ['batchSize=10', `batchSize cannot be changed in a run that has begun: ${may}`],
      ['student=resnet14', `student cannot be changed in a run that has begun: ${may}`],
      [
        'published={table: a, row: b, column: c, source: d}',
        `published cannot be changed in a run that has begun: ${may}`,
      ],
      ['everyStage.epochs=5', `everyStage.epochs cannot be changed in a run that has begun: ${may}`],
      ['stages.0.epochs=1', 'stages.0.epochs cannot be 1 any more: epoch 2 of this stage comes next'],
    ] as const) {
      const { code, stderr } = await retort('resume', out, override);
      assert.equal(code, 1);
      assert.equal(stderr.trim().split('\n').at(-1), `retort: edited: ${why}`);
    }
    const longer = await retort('resume', out, 'stages.0.epochs=3', 'stages.0.optimizer.lr=0.01');
    assert.equal(longer.code, 0, longer.stderr);
    const after = JSON.parse(fs.readFileSync(file, 'utf8'));
    assert.deepEqual(after.changes, [
      { epoch: 2, step: 1, path: 'stages.0.epochs', from: 2, to: 3 },
      { epoch: 2, step: 1, path: 'stages.0.optimizer.lr', from: 0.05, to: 0.01 },
    ]);
    assert.equal(after.settings.stages[0].epochs, 3);
    const rates = fs
      .readFileSync(path.join(out, 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).lr);
    assert.deepEqual(rates, [0.05, 0.01, 0.01]);
  });

  test('so one that is finished gets more epochs as if it had had them from the start', async () => {
    const distill = (name: string, ...more: string[]) =>
      retort('distill', recipe, ...more, '--out', place(name));
    assert.equal((await distill('longer')).code, 0);
    const longer = place('longer');
    const finished = {
      code: 2,
      stdout: '',
      stderr:
        'retort: longer is finished: there is nothing to resume, unless its last stage gets more epochs, e.g. npx retort resume longer stages.0.epochs=N\n',
    };
    const before = fs.readFileSync(path.join(longer, 'run.json'), 'utf8');
    for (const overrides of [[], ['stages.0.optimizer.lr=1'], ['stages.0.epochs=2'], ['evaluation.every=2']])
      assert.deepEqual(await retort('resume', longer, ...overrides), finished);
    assert.match(
      (await retort('resume', longer, 'stages.0.epochs=1')).stderr,
      /stages\.0\.epochs cannot be changed any more: stage 0 is over\n$/,
    );
    const kept = path.join(longer, 'checkpoints');
    fs.renameSync(kept, place('kept'));
    assert.match(
      (await retort('resume', longer, 'stages.0.epochs=4')).stderr,
      /longer is finished, and no checkpoint is left to which epochs could be added: train on from its weights .*student=NAME:longer\/last\.safetensors\n$/,
    );
    fs.renameSync(place('kept'), kept);
    assert.equal(fs.readFileSync(path.join(longer, 'run.json'), 'utf8'), before);
    const { code, stderr } = await retort('resume', longer, 'stages.0.epochs=4');
    assert.equal(code, 0, stderr);
    const { changes, status } = JSON.parse(fs.readFileSync(path.join(longer, 'run.json'), 'utf8'));
    assert.deepEqual(changes, [{ epoch: 3, step: 0, path: 'stages.0.epochs', from: 2, to: 4 }]);
    assert.equal(status, 'finished');
    assert.equal((await distill('four', 'stages.0.epochs=4')).code, 0);
    for (const name of ['last.safetensors', 'best.safetensors'])
      assert.ok(
        fs.readFileSync(path.join(longer, name)).equals(fs.readFileSync(place('four', name))),
        `${name} differs`,
      );
    const lines = fs.readFileSync(path.join(longer, 'metrics.jsonl'), 'utf8').trim().split('\n');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).epoch),
      [1, 2, 3, 4],
    );
  });

  test('so steps may become more where they are counted, and no fewer than are done', async () => {
    const out = await stopped('steps', 'stages.0.epochs=', 'stages.0.steps=3');
    const fewer = await retort('resume', out, 'stages.0.steps=2');
    assert.equal(fewer.code, 1);
    assert.match(
      fewer.stderr,
      /retort: steps: stages\.0\.steps cannot be 2 any more: 3 steps of this stage are done\n$/,
    );
    const more = await retort('resume', out, 'stages.0.steps=5');
    assert.equal(more.code, 0, more.stderr);
    assert.match(more.stdout, /finished after 3 epochs/);
  });

  test('so a change is written down where it holds, also where a damaged checkpoint leads back before it', async () => {
    const out = await stopped('back');
    const controller = new AbortController();
    const resolved = readRecipe(recipe, { overrides: ['stages.0.optimizer={ name: sgd, lr: 0.01 }'] });
    await run({
      ...(await prepare(resolved)),
      out,
      resume: 'change',
      signal: controller.signal,
      onStep: () => controller.abort(),
    });
    const file = path.join(out, 'run.json');
    const changes = () => JSON.parse(fs.readFileSync(file, 'utf8')).changes;
    const change = { path: 'stages.0.optimizer.lr', from: 0.05, to: 0.01 };
    assert.deepEqual(changes(), [{ epoch: 2, step: 1, ...change }]);
    fs.rmSync(path.join(out, 'checkpoints'), { recursive: true });
    const { code, stderr } = await retort('resume', out);
    assert.equal(code, 0, stderr);
    assert.deepEqual(changes(), [{ epoch: 1, step: 0, ...change }]);
    const rates = fs.readFileSync(path.join(out, 'metrics.jsonl'), 'utf8').trim().split('\n');
    assert.deepEqual(
      rates.map((line) => JSON.parse(line).lr),
      [0.01, 0.01],
    );
  });

  test('so a teacher that is gone is asked for, with the words that say where it is', async () => {
    const out = await stopped('gone');
    fs.rmSync(place('teacher.safetensors'));
    const { code, stderr } = await retort('resume', out);
    writeTeacher(1);
    assert.equal(code, 1);
    assert.equal(
      stderr,
      'retort: gone/run.json: teacher: there is no file teacher.safetensors: it was looked for as teacher.safetensors; where it has moved, say so, as npx retort resume gone teacher=NAME:FILE\n',
    );
  });

  test('so are other pixels under the same name', async () => {
    const out = await stopped('pixels');
    const other = { ...splits, train: halves(60, 1) };
    const inner = mock.method(datasets, 'fashion-mnist', async () => other);
    const ended = await retort('resume', out);
    inner.mock.mockImplementation(async () => splits);
    assert.equal(ended.code, 1);
    assert.equal(
      shownSums(ended.stderr.trim().split('\n').at(-1) ?? ''),
      'retort: pixels was begun with other contents: the data (fashion-mnist: made up) has the SHA-256 SUM, and had SUM. Bring back what was there, or begin anew in another folder (--out)',
    );
  });

  test('so a seed of another teacher is not put beside the others, and compare says it', async () => {
    writeTeacher(1);
    const seeds = (n: number) => retort('distill', recipe, '--seeds', String(n), '--out', place('seeds'));
    assert.equal((await seeds(1)).code, 0);
    writeTeacher(2);
    const second = await seeds(2);
    assert.equal(second.code, 1);
    assert.equal(
      shownSums(second.stderr.trim().split('\n').at(-1) ?? ''),
      'retort: seeds/seed-0 was begun with other contents: the teacher (teacher.safetensors) has the SHA-256 SUM, and had SUM. Bring back what was there, or begin anew in another folder (--out)',
    );
    assert.deepEqual(fs.readdirSync(place('seeds')), ['seed-0']);
    const resolved = readRecipe(recipe, { overrides: ['seed=1'] });
    await run({ ...(await prepare(resolved)), out: place('seeds/seed-1') });
    const { groups, inputs } = JSON.parse((await retort('compare', place('seeds'), '--json')).stdout);
    assert.equal(groups.length, 2);
    assert.deepEqual(
      inputs.map(({ path: name }: { path: string }) => name),
      ['teacher'],
    );
    assert.match(
      (await retort('compare', place('seeds'))).stdout,
      /contents that differ .*\n.*\nteacher +[0-9a-f]{12} +[0-9a-f]{12}\n/,
    );
  });
});

suite('the folder of a run', () => {
  before(() => {
    mock.method(datasets, 'fashion-mnist', async () => splits);
  });
  after(() => mock.restoreAll());

  test('has a name', async () => {
    const { code, stderr } = await retort('distill', recipe, '--out', '');
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^retort: --out is empty: name a folder, or leave it out for runs\/rt-\d{4}-\d\d-\d\d-\d{6}\n$/,
    );
  });

  test('is free for the same command after a teacher near chance, and for seeds, which retort runs shows', async () => {
    const distill = (...more: string[]) => retort('distill', recipe, '--out', place('weak'), ...more);
    for (let i = 0; i < 2; i++) {
      const { code, stderr } = await distill('teacherCheck=true');
      assert.equal(code, 1);
      assert.match(stderr, /retort: the teacher is right on 50\.00 % of in memory/);
    }
    const seeds = await distill('--seeds', '1');
    assert.equal(seeds.code, 0, seeds.stderr);
    assert.match((await retort('runs', place('weak'))).stdout, /^seed-0 +finished +resnet8/m);
    assert.equal((await retort('distill', recipe, '--out', place('whole'))).code, 0);
    const over = await retort('distill', recipe, '--out', place('whole'), '--seeds', '1');
    assert.equal(over.code, 2);
    assert.equal(
      over.stderr,
      'retort: whole holds a run itself, which would hide those of --seeds: choose another --out, or remove it\n',
    );
  });
});
