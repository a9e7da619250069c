/** Runs of which something is gone, damaged or not there yet, and what is asked wrongly. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { before, suite, test } from 'node:test';
import { loadSafetensors, manualSeed, saveSafetensors } from '@retort/torch';
import { type Ended, retort } from '../../reference/command.ts';
import { distilled, found, inScratch, of, ran, recipe, silences } from '../../reference/diagnosed.ts';
import { createModel } from '../models/index.ts';

inScratch();
fs.mkdirSync('empty');

suite('retort diagnose, whatever is left of a run', () => {
  before(() => ran('run', distilled));

  test('a run whose teacher is gone is answered for what needs none', async () => {
    fs.cpSync('run', 'copied', { recursive: true });
    fs.renameSync('teacher.safetensors', 'moved.safetensors');
    const all = await found('copied');
    const silent = silences(all.results);
    assert.deepEqual(Object.keys(silent), [
      'agreement',
      'cka',
      'temperatures',
      'gradient-norms',
      'disagreements',
    ]);
    for (const sentence of Object.values(silent))
      assert.match(
        sentence,
        /run\.json: teacher: there is no file .*teacher\.safetensors.*; where it has moved, say so, as teacher=NAME:FILE$/,
      );
    assert.ok(
      of(all, 'per-class').classes.every(({ student, teacher }) => student !== null && teacher === null),
    );
    assert.match(of(all, 'reliability').withoutTeacher ?? '', /there is no file .*teacher\.safetensors/);
    assert.equal(of(all, 'reliability').teacher, null);
    const again = await found('copied', 'teacher=moved.safetensors', '--what', 'agreement');
    assert.ok(of(again, 'agreement').top1 >= 0);
    assert.deepEqual(again.notes, []);
    fs.renameSync('moved.safetensors', 'teacher.safetensors');
    manualSeed(1);
    saveSafetensors('other.safetensors', createModel('resnet14', { classes: 2, channels: 1 }).stateDict(), {
      model: 'resnet14',
    });
    const { notes } = await found('copied', 'teacher=other.safetensors', '--what', 'agreement');
    assert.match(
      notes[0] ?? '',
      /^the teacher in .*other\.safetensors is not what it was when the run began \(its SHA-256 is /,
    );
  });

  test('a run whose data is gone, or has no checkpoint, says so', async () => {
    fs.cpSync('run', 'bare', { recursive: true });
    fs.rmSync('bare/checkpoints', { recursive: true });
    const record = JSON.parse(fs.readFileSync('bare/run.json', 'utf8'));
    const { settingsSha256: _, ...rest } = record;
    const settings = { ...record.settings, data: { ...record.settings.data, name: '/no/such/photos' } };
    fs.writeFileSync('bare/run.json', JSON.stringify({ ...rest, settings }));
    const { results, data, samples } = await found('bare');
    assert.deepEqual([data, samples], ['/no/such/photos', 0]);
    const silent = silences(results);
    assert.ok(!('annealing' in silent));
    assert.match(
      silent['per-class'] ?? '',
      /data\.name: .*\/no\/such\/photos.*; where it has moved, say so, as data\.name=PLACE/,
    );
    assert.match(silent.projector ?? '', /^no whole checkpoint is kept in the folder of the run/);
    const there = await found('bare', 'data.name=fashion-mnist', '--what', 'gradient-norms,per-class');
    assert.match(
      silences(there.results)['gradient-norms'] ?? '',
      /cskd and srd trained something beside the student/,
    );
    assert.equal(of(there, 'per-class').classes.length, 2);
  });

  test('a damaged checkpoint is passed over, and stays where it is', async () => {
    fs.cpSync('run', 'hurt', { recursive: true });
    fs.appendFileSync('hurt/checkpoints/000004/tensors.safetensors', 'x');
    const { notes, results } = await found('hurt', '--what', 'projector');
    assert.match(
      notes[0] ?? '',
      /^the checkpoint hurt\/checkpoints\/000004 is damaged \(.*\), and is passed over$/,
    );
    assert.deepEqual(silences(results), {
      projector: 'the methods of the run train nothing beside the student (checkpoint 000003, after epoch 2)',
    });
    assert.ok(fs.existsSync('hurt/checkpoints/000004/tensors.safetensors'));
  });

  test('a run without a teacher, and one that has no weights yet', async () => {
    await ran('alone', recipe('stages: [{ methods: [cross-entropy], epochs: 1 }]\n'));
    const all = await found('alone');
    const silent = silences(all.results);
    const without = 'the run has no teacher: its student learned from the data alone';
    assert.deepEqual([silent.agreement, silent.cka, silent.disagreements], [without, without, without]);
    assert.match(silent.temperatures ?? '', /^no stage of the run learns by cskd/);
    assert.equal(silent.annealing, 'no stage of the run learns by annealing');
    assert.match(silent.projector ?? '', /^the methods of the run train nothing beside the student/);
    assert.deepEqual(of(all, 'gradient-norms').cosines, [[1]]);
    assert.equal(of(all, 'per-class').withoutTeacher, without);

    fs.mkdirSync('begun');
    const record = JSON.parse(fs.readFileSync('alone/run.json', 'utf8'));
    const { result: _, ended: __, ...rest } = record;
    fs.writeFileSync('begun/run.json', JSON.stringify({ ...rest, status: 'running' }));
    const printed = await retort('diagnose', 'alone', '--what', 'per-class,reliability');
    assert.equal(printed.stdout.split('\n').filter((line) => line === `- ${without}`).length, 2);

    const begun = await found('begun', '--what', 'per-class,agreement');
    assert.deepEqual([begun.status, begun.weights], ['running', null]);
    for (const sentence of Object.values(silences(begun.results)))
      assert.equal(sentence, 'the run has no weights yet: they are there when its first epoch has ended');
  });

  test('a run that has ended without weights, or lost them, is not told to wait for them', async () => {
    fs.cpSync('run', 'lost', { recursive: true });
    for (const file of ['best', 'last']) fs.rmSync(`lost/${file}.safetensors`);
    const silent = async (): Promise<string> =>
      silences((await found('lost', '--what', 'per-class')).results)['per-class'] ?? '';
    const none = 'lost has no weights (best.safetensors, last.safetensors): ';
    assert.equal(await silent(), `${none}bring back what was there, or train it anew`);
    const record = JSON.parse(fs.readFileSync('lost/run.json', 'utf8'));
    fs.writeFileSync('lost/run.json', JSON.stringify({ ...record, status: 'stopped' }));
    assert.equal(
      await silent(),
      `${none}it ended before its first epoch did, or they were removed: resume it (npx retort resume lost)`,
    );
    const { stdout } = await retort('diagnose', 'lost', '--what', 'annealing');
    assert.match(stdout, /^lost \(stopped\): no weights; /);
  });

  test('a run that was copied while it ran says of which machine that is', async () => {
    fs.cpSync('run', 'far', { recursive: true });
    const record = JSON.parse(fs.readFileSync('far/run.json', 'utf8'));
    fs.writeFileSync('far/run.json', JSON.stringify({ ...record, status: 'running', host: 'mars' }));
    const { status, elsewhere } = await found('far', '--what', 'annealing');
    assert.deepEqual([status, elsewhere], ['running', 'mars']);
    const { stdout } = await retort('diagnose', 'far', '--what', 'annealing');
    assert.match(stdout, /^far \(running on mars\): best weights; /);
    assert.equal((await found('run', '--what', 'annealing')).elsewhere, null);
  });

  for (const [what, args, code, said] of [
    ['a folder that there is not', ['no'], 1, /^retort: there is no folder no$/m],
    [
      'a folder of runs',
      ['.'],
      1,
      /^retort: \. holds no run: there is no run\.json; runs are below it: name one, as \S+$/m,
    ],
    ['a folder without any', ['empty'], 1, /^retort: empty holds no run: there is no run\.json$/m],
    ['a file', ['run/run.json'], 1, /run\/run\.json is a file: name the folder of a run/],
    [
      'a diagnosis that there is not',
      ['run', '--what', 'agreement,projectors'],
      2,
      /^retort: --what: there is no diagnosis 'projectors': did you mean 'projector'\?/m,
    ],
    [
      'an empty name',
      ['run', '--what', 'cka,,agreement'],
      2,
      /--what 'cka,,agreement' names no diagnosis between two commas/,
    ],
    [
      'another setting',
      ['run', 'seed=3'],
      2,
      /'seed=3': a run is diagnosed as it was trained; only where its teacher and its data lie/,
    ],
    ['no samples', ['run', '--samples', '0'], 2, /it must be a whole number from 1/],
  ] as const)
    test(`refuses ${what}`, async () => {
      const ended: Ended = await retort('diagnose', ...args);
      assert.equal(ended.code, code, ended.stderr);
      assert.match(ended.stderr, said);
      assert.equal(ended.stdout, '');
    });

  test('of damaged weights says so, and answers what needs none', async () => {
    fs.cpSync('run', 'cut', { recursive: true });
    fs.truncateSync('cut/best.safetensors', 5000);
    const damaged = await found('cut');
    const silent = silences(damaged.results);
    assert.deepEqual(
      damaged.results.flatMap(({ what }) => (what in silent ? [] : [what])),
      ['annealing', 'projector', 'detections'],
    );
    const { 'per-class': sentence = '' } = silent;
    assert.match(sentence, /^cut\/best\.safetensors/);
    assert.deepEqual(new Set(Object.values(silent)), new Set([sentence]));
    assert.deepEqual(damaged.notes, [sentence]);
    assert.deepEqual([damaged.weights?.file, damaged.weights?.epoch], ['best', null]);
  });

  test('refuses what is no recipe of this version, and is silent of weights that are no numbers', async () => {
    fs.cpSync('run', 'wild', { recursive: true });
    const { tensors, metadata } = loadSafetensors('run/best.safetensors');
    const wild = Object.entries(tensors).map(([key, one]) => [
      key,
      key === 'fc.weight' ? one.mul(Number.NaN) : one,
    ]);
    saveSafetensors('wild/best.safetensors', Object.fromEntries(wild), metadata);
    const { results } = await found('wild', '--what', 'per-class,projector');
    assert.match(silences(results)['per-class'] ?? '', /^the student of the run cannot be had: .*fc\.weight/);
    assert.ok(!('projector' in silences(results)));
    const record = JSON.parse(fs.readFileSync('run/run.json', 'utf8'));
    const { settingsSha256: _, ...rest } = record;
    const write = (folder: string, change: object): void => {
      fs.cpSync('run', folder, { recursive: true });
      fs.writeFileSync(`${folder}/run.json`, JSON.stringify({ ...rest, ...change }));
    };
    const versions = { ...record.versions, retort: '99.0.0' };
    write('newer', { versions, settings: { ...record.settings, dreams: 1 } });
    const newer = await retort('diagnose', 'newer');
    assert.equal(newer.code, 1);
    assert.match(
      newer.stderr,
      /newer cannot be diagnosed by its run\.json: .*dreams.*; it is a run of Retort 99\.0\.0, and this is \d/s,
    );
    write('understood', { versions });
    const { notes } = await found('understood', '--what', 'annealing');
    assert.match(
      notes[0] ?? '',
      /^understood: it is a run of Retort 99\.0\.0, and this is \d.*: what is new in it is not looked at$/,
    );
    write('program', { settings: {} });
    const program = await retort('diagnose', 'program');
    assert.match(
      program.stderr,
      /program cannot be diagnosed by its run\.json: it says no recipe, as that of a run which a program put together/,
    );
  });
});
