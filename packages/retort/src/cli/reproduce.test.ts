import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { type Ended, retort } from '../../reference/command.ts';
import { readRecipe } from '../recipe/index.ts';
import { RunFolder, type RunSummary } from '../runs/index.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-reproduce-'));
process.chdir(scratch);
after(() => fs.rmSync(scratch, { recursive: true }));

const reproduce = (...args: string[]): Promise<Ended> => retort('reproduce', ...args);

fs.mkdirSync(path.join(scratch, 'recipes/kd'), { recursive: true });
const write = (file: string, text: string) => fs.writeFileSync(path.join(scratch, 'recipes', file), text);
write('base.yaml', 'data: { name: cifar100 }\neveryStage: { epochs: 240 }\n');
write(
  'kd/resnet20-resnet8.yaml',
  `extends: ../base.yaml
name: kd-resnet8
teacher: resnet20:resnet20.pth
student: resnet8
stages:
  - methods: [kd]
published: { table: small, row: KD, column: resnet20 / resnet8, score: 61.4, source: A paper }
`,
);
write(
  'alone.yaml',
  `extends: base.yaml
student: resnet8
stages:
  - methods: [cross-entropy]
published: { table: small, row: student, column: resnet8, epoch: best, source: Another }
`,
);
write('other.yaml', 'extends: base.yaml\nstudent: resnet8\nstages:\n  - methods: [cross-entropy]\n');
write(
  'far.yaml',
  `extends: base.yaml
student: resnet14
stages:
  - methods: [cross-entropy]
published: { table: large, row: student, column: resnet14, score: 70, source: A paper }
`,
);

write(
  'two-stages.yaml',
  `extends: base.yaml
student: resnet8
stages:
  - methods: [cross-entropy]
  - methods: [cross-entropy]
    start: best
    seed: 0
published: { table: seeded, row: student, column: resnet8, score: 88.5, metric: pearson, source: A paper }
`,
);

interface Made {
  readonly teacher?: string;
  readonly overrides?: readonly string[];
  /** Null for a run without a result. */
  readonly last?: number | null;
  readonly best?: number;
  /** Scores beside the headline's. */
  readonly beside?: Readonly<Record<string, number>>;
  readonly status?: 'finished' | 'stopped';
  readonly started?: string;
}

/** What a run of a recipe would leave. */
function run(
  folder: string,
  file: string,
  { teacher, overrides = [], last = 0, best, beside = {}, status, started }: Made,
): void {
  const { recipe } = readRecipe(path.join(scratch, 'recipes', file), { overrides, weightsAsWritten: true });
  const settings = teacher ? { ...recipe, teacher } : recipe;
  const made = RunFolder.create(path.join(scratch, 'runs', folder), { settings });
  made.end(status ?? 'finished', {
    seconds: 40,
    ...(last === null ? {} : { last: { top1: last, ...beside }, best: { top1: best ?? last, ...beside } }),
    ...(teacher ? { teacher: { top1: 0.695 } } : {}),
  });
  if (!started) return;
  const record = path.join(made.path, 'run.json');
  fs.writeFileSync(record, JSON.stringify({ ...JSON.parse(fs.readFileSync(record, 'utf8')), started }));
}

const kd = 'kd/resnet20-resnet8.yaml';
const teacher = 'resnet20:/elsewhere/teachers/resnet20.safetensors';
run('kd/seed-0', kd, { teacher, last: 0.61 });
run('kd/seed-1', kd, { teacher, last: 0.63, overrides: ['seed=1', 'checkpoint.keep=3'] });
run('short', kd, { teacher, last: 0.4, overrides: ['stages.0.epochs=2', 'stages.0.clipNorm=5'] });
run('half', kd, { teacher, last: 0.5, status: 'stopped' });
run('other-teacher', kd, { teacher: 'resnet20:/elsewhere/better.pth', last: 0.7 });
run('alone', 'alone.yaml', { last: 0.58, best: 0.59 });
run('again/seed-0', kd, { teacher, last: 0.6, started: '2020-01-01T00:00:00.000Z' });
run('seeded/seed-0', 'two-stages.yaml', { last: 0.2, beside: { pearson: 0.87 } });
run('seeded/seed-1', 'two-stages.yaml', {
  ...{ last: 0.2, beside: { pearson: 0.89 } },
  overrides: ['seed=1', 'stages.1.seed=1'],
});
run('seeded-otherwise', 'two-stages.yaml', { beside: { pearson: 0.7 }, overrides: ['seed=2'] });
run('empty', kd, { teacher, last: null });

/** A run on its way, that is judged by another score than classifiers mostly are. */
function running(folder: string, file: string): void {
  const { recipe } = readRecipe(path.join(scratch, 'recipes', file));
  const headline = { metric: 'matthews', better: 'higher' } as const;
  const made = RunFolder.create(path.join(scratch, 'runs', folder), { settings: recipe, headline });
  made.begin(null, 1);
  const evaluated = (epoch: number, top1: number, matthews: number) =>
    made.log({ stage: 0, epoch, epochs: 9, seconds: 1, test: { top1, matthews } }, epoch);
  evaluated(1, 0.7, 0.12);
  evaluated(2, 0.6558, 0.24);
  made[Symbol.dispose]();
}
running('on-its-way', 'far.yaml');
fs.mkdirSync(path.join(scratch, 'runs/damaged'));
fs.writeFileSync(path.join(scratch, 'runs/damaged/run.json'), '{');

suite('retort reproduce', () => {
  test('lists the tables: their data, whose numbers they have, rows, those with a number, those that have been run', async () => {
    const { stdout, stderr, code } = await reproduce();
    assert.equal(code, 0, stderr);
    const lines = stdout.trim().split('\n');
    assert.match(lines[0] ?? '', /^table +data +by +rows +with a number +run$/);
    assert.match(lines[2] ?? '', /^large +cifar100 +A paper +1 +1 +0$/);
    assert.match(lines[3] ?? '', /^seeded +cifar100 +A paper +1 +1 +1$/);
    assert.match(lines[4] ?? '', /^small +cifar100 +Another, A paper +2 +1 +2$/);
    assert.equal(lines.length, 5, 'a recipe without a row is in no table');
    assert.match(stderr, /damaged/, 'a run that cannot be read is told of');
  });

  test('prints a table: the paper’s number, ours over the seeds, the command; what is no result is a footnote', async () => {
    const { stdout, code } = await reproduce('small');
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^student +resnet8 +59\.00 +npx retort train recipes\/alone\.yaml --out runs\/alone$/m,
    );
    assert.match(
      stdout,
      /^KD +resnet20 \/ resnet8 +61\.40 +62\.00 ± 1\.41 \(2\) \[1\] \[2\] \[3\] \[4\] \[5\] +69\.50 +npx retort distill recipes\/kd\/resnet20-resnet8\.yaml --out runs\/kd-resnet8$/m,
    );
    const notes = stdout.split('\n').filter((line) => line.startsWith('['));
    assert.deepEqual(notes.map((note) => note.replace(/^\[\d\] /, '')).sort(), [
      'runs/again/seed-0 is not counted: runs/kd/seed-0 is of the same seed, and later; it came to 60.00',
      'runs/empty is not counted: it has no result',
      'runs/half is not counted: it is stopped; it came to 50.00',
      'runs/other-teacher is not counted: teacher is resnet20:/elsewhere/better.pth instead of resnet20:resnet20.pth; it came to 70.00',
      'runs/short is not counted: stages.0.epochs is 2 instead of 240, stages.0.clipNorm is 5 instead of none; it came to 40.00',
    ]);
    assert.match(stdout, /^paper, student: Another\npaper, KD: A paper\nours, student: of the best epoch/m);
    assert.doesNotMatch(stdout, /resnet14/);
  });

  test('says what of other rows must be trained before', async () => {
    fs.mkdirSync('begun');
    const row = (name: string) =>
      `published: { table: begun, row: ${name}, column: resnet8, source: A paper }`;
    for (const name of ['large', 'larger'])
      fs.writeFileSync(
        `begun/${name}.yaml`,
        `data: { name: cifar100 }
student: resnet8
teacher: resnet20:runs/${name}-teacher/best.safetensors
stages: [{ methods: [kd], epochs: 1 }]
${row(name)}
`,
      );
    const before = async (runs: string) => {
      const { stdout, code, stderr } = await reproduce('begun', '--recipes', 'begun', '--runs', runs);
      assert.equal(code, 0, stderr);
      return /^Commands above begin with, or learn from, what is not in (.*)$/m.exec(stdout)?.[1];
    };
    fs.mkdirSync('mine/large-teacher', { recursive: true });
    assert.equal(
      await before('mine'),
      'mine yet: large-teacher, larger-teacher. A recipe of that name trains it.',
    );
    fs.writeFileSync('mine/large-teacher/best.safetensors', '');
    assert.equal(await before('mine'), 'mine yet: larger-teacher. A recipe of that name trains it.');
    fs.mkdirSync('mine/larger-teacher');
    fs.writeFileSync('mine/larger-teacher/best.safetensors', '');
    assert.equal(await before('mine'), undefined);
  });

  test('a row may be of another score than the headline; a stage that sets the seed of the run again does so with each', async () => {
    const { stdout } = await reproduce('seeded');
    assert.match(stdout, /^student +resnet8 +88\.50 +88\.00 ± 1\.41 \(2\) \[1\] /m);
    assert.match(
      stdout,
      /^\[1\] runs\/seeded-otherwise is not counted: stages\.1\.seed is 0 instead of 2; it came to 70\.00$/m,
    );
  });

  test('says of a run on its way the score by which it is judged', async () => {
    const { stdout } = await reproduce('large');
    assert.match(stdout, /^\[1\] runs\/on-its-way is not counted: it is \w+; it came to 24\.00$/m);
  });

  test('says before the table what it is of, that nothing is trained, and what the commands will do; so does its help', async () => {
    const small = await reproduce('small');
    assert.match(
      small.stderr,
      /^2 rows, of which 2 have finished runs in the folder runs\. Nothing is trained here: the command of a row trains it\ninto the folder behind --out, in 240 epochs; those that are there took 40 s each\.$/m,
    );
    assert.match(
      (await reproduce('large')).stderr,
      /^1 row, of which 0 have .*\n.* 240 epochs; after its first epoch a run says how long one takes\.$/m,
    );
    assert.match(
      (await reproduce()).stderr,
      /^Tables of papers, .* Nothing is trained here:\nretort reproduce TABLE /m,
    );
    assert.doesNotMatch((await reproduce('small', '--json')).stderr, /Nothing is trained/);
    assert.match((await reproduce('--help')).stdout, /^Nothing is trained here: /m);
  });

  test('prints rows as JSON, with numbers as shares', async () => {
    const { stdout } = await reproduce('small', '--json', '--runs', 'runs/kd');
    const [alone, distilled] = JSON.parse(stdout);
    assert.deepEqual([alone.row, alone.paper, alone.ours, alone.runs], ['student', null, null, []]);
    assert.deepEqual([distilled.paper, distilled.ours.values], [0.614, [0.61, 0.63]]);
    assert.deepEqual(distilled.runs, ['runs/kd/seed-0', 'runs/kd/seed-1']);
    assert.equal(
      distilled.command,
      'npx retort distill recipes/kd/resnet20-resnet8.yaml --out runs/kd/kd-resnet8',
    );
  });

  test('says what there is where a table or folder is not', async () => {
    const table = await reproduce('smal');
    const recipes = await reproduce('--recipes', 'nowhere');
    const runs = await reproduce('--runs', 'nowhere');
    assert.match(table.stderr, /there is no table 'smal': did you mean 'small'\?/);
    assert.match(recipes.stderr, /there is no folder nowhere, in which recipes are looked for/);
    assert.match(runs.stderr, /there is no folder nowhere/);
    assert.deepEqual([table.code, recipes.code, runs.code], [2, 1, 1]);
  });
});

suite('runs of earlier versions', () => {
  const results = path.join(import.meta.dirname, '../../../../docs/results');

  test('print in runs, compare and reproduce, in today’s words', async () => {
    const runs: RunSummary[] = JSON.parse((await retort('runs', results, '--json')).stdout);
    const of = (name: string) => runs.find(({ folder }) => folder.endsWith(`${name}/seed-0`));
    assert.deepEqual(of('kd')?.scores.top1, { last: 0.4579, best: 0.4579 });
    assert.deepEqual(of('kd')?.headline, { metric: 'top1', better: 'higher' });
    assert.equal(of('kd')?.teacherScores?.top1, 0.6493);
    assert.deepEqual(Object(of('kd')?.settings.data).train, [{ name: 'crop-flip', padding: 4, flip: true }]);
    assert.match((await retort('runs', results)).stdout, /^kd\/seed-0 .* top-1 % +45\.79 +45\.79 /m);
    const compared = (...names: string[]) =>
      retort('compare', ...names.map((name) => path.join(results, name)));
    assert.match((await compared('views-1', 'views-4')).stdout, /^test\/top1 % +38\.40 +41\.57$/m);
    const recipes = path.join(results, '../../recipes');
    const { stdout } = await reproduce('comparison', '--recipes', recipes, '--runs', results, '--json');
    const rows: { row: string; ours: { values: number[] } | null }[] = JSON.parse(stdout);
    assert.equal(rows.find(({ row }) => row === 'KD')?.ours?.values[0], 0.4579);
  });
});
