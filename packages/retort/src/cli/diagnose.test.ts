import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, mock, suite, test } from 'node:test';
import {
  getNumThreads,
  loadSafetensors,
  manualSeed,
  noGrad,
  saveSafetensors,
  setNumThreads,
} from '@retort/torch';
import sharp from 'sharp';
import { type Ended, retort } from '../../reference/command.ts';
import { halves } from '../../reference/halves.ts';
import { datasets } from '../data/index.ts';
import {
  type Diagnoses,
  type Diagnosis,
  type DiagnosisName,
  diagnose,
  type Findings,
} from '../diagnose/index.ts';
import { diagnoses } from '../diagnose/registry.ts';
import { predict } from '../evaluate/index.ts';
import { divergence } from '../methods/index.ts';
import { createModel, loadModel } from '../models/index.ts';
import { makeBatch } from '../tasks/index.ts';

setNumThreads(1);
const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'retort-diagnose-')));
process.chdir(scratch);
after(() => fs.rmSync(scratch, { recursive: true }));
// Of two classes as those of Fashion-MNIST are called nothing is known: they are told apart by this data alone.
const splits = { train: halves(40), test: halves(30, 5), source: 'made' };
mock.method(datasets, 'fashion-mnist', async () => splits);
/** Nobody else shares this process, which gives way to all others from then on. */
const setPriority = mock.method(os, 'setPriority', () => {});
fs.mkdirSync('empty');

manualSeed(0);
saveSafetensors('teacher.safetensors', createModel('resnet14', { classes: 2, channels: 1 }).stateDict(), {
  model: 'resnet14',
});

const recipe = (more: string): string => `data: { name: fashion-mnist, train: [] }
batchSize: 16
precision: fp32
student: resnet8
teacherCheck: false
${more}`;

const distilled = recipe(`teacher: teacher.safetensors
cache: { folder: cached }
stages:
  - { methods: [{ name: annealing, tauMax: 2 }], epochs: 2 }
  - { methods: [cskd, srd], epochs: 1 }
`);

async function ran(name: string, text: string): Promise<void> {
  fs.writeFileSync(`${name}.yaml`, text);
  const { code, stderr } = await retort('distill', `${name}.yaml`, '--out', name);
  assert.equal(code, 0, stderr);
}

async function found(...args: string[]): Promise<Diagnoses> {
  const { code, stdout, stderr } = await retort('diagnose', ...args, '--json');
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

/** The findings of one diagnosis. */
function of<What extends DiagnosisName>(
  { results }: Diagnoses,
  what: What,
): Extract<Findings, { what: What }> {
  const one = results.find((result) => result.what === what);
  assert.ok(one && !('silent' in one), JSON.stringify(one));
  return one as Extract<Findings, { what: What }>;
}

const silences = (results: readonly Diagnosis[]): Record<string, string> =>
  Object.fromEntries(results.flatMap((one) => ('silent' in one ? [[one.what, one.silent]] : [])));

/** Every file of a folder, with what it holds. */
const contents = (folder: string): [string, string][] =>
  fs
    .globSync('**/*', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry): [string, string] => {
      const file = path.join(entry.parentPath, entry.name);
      return [path.relative(folder, file), fs.readFileSync(file).toString('base64')];
    })
    .sort();

suite('retort diagnose', () => {
  before(() => ran('run', distilled));

  test('answers every diagnosis, the same each time, and leaves the folder as it was', async () => {
    const before = contents('run');
    setNumThreads(2);
    const all = await found('run');
    assert.equal(getNumThreads(), 1);
    assert.deepEqual(contents('run'), before);
    assert.deepEqual(
      all.results.map(({ what }) => what),
      [
        ...['per-class', 'agreement', 'reliability', 'cka', 'temperatures', 'annealing'],
        ...['projector', 'gradient-norms', 'disagreements'],
      ],
    );
    assert.deepEqual(silences(all.results), {});
    const { run, status, split, samples, notes, weights } = all;
    assert.deepEqual([run, status, split, samples, notes], ['run', 'finished', 'test', 30, []]);
    assert.match(weights?.sha256 ?? '', /^[0-9a-f]{64}$/);
    assert.equal(weights?.file, 'best');
    assert.deepEqual(await found('run'), all);
    const { priority } = os.constants;
    assert.ok(
      setPriority.mock.calls.some(
        ({ arguments: given }) => String(given) === String([process.pid, priority.PRIORITY_LOW]),
      ),
    );

    const { layers, from } = of(all, 'projector');
    assert.equal(from, 'checkpoint 000003, after epoch 3');
    const { tensors } = loadSafetensors('run/checkpoints/000003/tensors.safetensors');
    const weight = tensors['parts.srd.projector.weight'];
    assert.ok(weight);
    assert.deepEqual(
      layers.map(({ name, shape }) => [name, shape]),
      [['srd.projector', weight.shape]],
    );
    const squares = layers[0]?.singularValues.reduce((sum, value) => sum + value ** 2, 0) ?? 0;
    const frobenius = weight.to('float64').square().sum().item();
    assert.ok(Math.abs(squares / frobenius - 1) < 1e-9, `${squares} is not ${frobenius}`);

    const { factors } = of(all, 'annealing');
    assert.deepEqual(factors, [
      { stage: 0, epoch: 1, factor: 0.5, temperature: 2 },
      { stage: 0, epoch: 2, factor: 1, temperature: 1 },
    ]);
    const { least, most, bins } = of(all, 'temperatures');
    assert.deepEqual([least, most, bins[0]?.from, bins.at(-1)?.to], [2, 6, 2, 6]);
    assert.equal(
      bins.reduce((sum, bin) => sum + bin.samples, 0),
      30,
    );

    const { terms, total, cosines, batches } = of(all, 'gradient-norms');
    assert.deepEqual(
      terms.map(({ name }) => name),
      ['cskd.ce', 'cskd.cskd', 'cskd.cswt', 'srd.ce', 'srd.srd', 'srd.kd'],
    );
    assert.equal(batches, 3);
    const sum = terms.reduce(
      (outer, one, i) =>
        outer + terms.reduce((inner, other, j) => inner + one.norm * other.norm * (cosines[i]?.[j] ?? 0), 0),
      0,
    );
    assert.ok(Math.abs(Math.sqrt(sum) / total - 1) < 1e-6, `${Math.sqrt(sum)} is not ${total}`);

    const { rows, columns, values } = of(all, 'cka');
    assert.deepEqual([rows, columns.length, values.length], [['layer1.0', 'layer2.0', 'layer3.0'], 6, 3]);
  });

  test('shares are those of what both predict', async () => {
    const all = await found('run', '--what', 'per-class,agreement,reliability,disagreements');
    const [student, teacher] = await Promise.all(
      ['run', 'teacher.safetensors'].map(async (file) => {
        const { model } = await loadModel(file, { classes: 2, channels: 1 });
        return predict(model, splits.test, { top: 2 });
      }),
    );
    const labels = splits.test.column('label').toFlatArray().map(Number);
    const right = [student, teacher].map((said) => labels.map((label, i) => said?.[i]?.[0]?.class === label));
    const share = (values: readonly boolean[]): number => values.filter(Boolean).length / values.length;
    const agreement = of(all, 'agreement');
    assert.equal(
      agreement.top1,
      share(labels.map((_, i) => student?.[i]?.[0]?.class === teacher?.[i]?.[0]?.class)),
    );
    const { bothRight, onlyStudent, onlyTeacher, neither } = agreement;
    const both = (own: boolean, theirs: boolean) =>
      share(labels.map((_, i) => right[0]?.[i] === own && right[1]?.[i] === theirs));
    assert.deepEqual(
      [bothRight, onlyStudent, onlyTeacher, neither],
      [both(true, true), both(true, false), both(false, true), both(false, false)],
    );
    assert.deepEqual(
      of(all, 'per-class').classes,
      ['left', 'right'].map((name, label) => {
        const own = labels.flatMap((one, i) => (one === label ? [i] : []));
        const [of, theirs] = right.map((values) => share(own.map((i) => values[i] ?? false)));
        return { name, samples: own.length, student: of, teacher: theirs };
      }),
    );
    const sure = labels.map((_, i) => student?.[i]?.[0]?.probability ?? 0);
    const error = Array.from({ length: 15 }, (_, bin) => {
      const own = labels.flatMap((_, i) =>
        Math.min(14, Math.floor((sure[i] ?? 0) * 15)) === bin ? [i] : [],
      );
      const gap = own.reduce((sum, i) => sum + (sure[i] ?? 0) - Number(right[0]?.[i]), 0);
      return Math.abs(gap) / labels.length;
    }).reduce((sum, gap) => sum + gap, 0);
    assert.ok(Math.abs(of(all, 'reliability').student.error - error) < 1e-6);

    const { samples } = of(all, 'disagreements');
    assert.equal(samples.length, 24);
    const order = samples.map(({ divergence }) => divergence);
    assert.deepEqual(
      order,
      order.toSorted((a, b) => b - a),
    );
    const [first] = samples;
    assert.ok(first?.picture);
    assert.equal(first.label, ['left', 'right'][labels[first.index] ?? 0]);
    const [own] = student?.[first.index] ?? [];
    assert.equal(first.student[0]?.class, ['left', 'right'][own?.class ?? 0]);
    const png = Buffer.from(first.picture.replace('data:image/png;base64,', ''), 'base64');
    const { data, info } = await sharp(png).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
    assert.deepEqual([info.width, info.height], [8, 8]);
    const pixels = splits.test.gather(Int32Array.of(first.index)).image;
    assert.ok(pixels && 'toFlatArray' in pixels);
    assert.deepEqual([...data], pixels.toFlatArray().map(Number));
  });

  test('a few samples, of the training split, keep their numbers', async () => {
    const { split, samples, results } = await found(
      'run',
      '--what',
      'disagreements',
      '--split',
      'train',
      '--samples',
      '7',
    );
    assert.deepEqual([split, samples], ['train', 7]);
    const [one] = results;
    assert.ok(one?.what === 'disagreements' && 'samples' in one);
    const labels = splits.train.column('label').toFlatArray().map(Number);
    assert.ok(one.samples.some(({ index }) => index >= 7));
    for (const { index, label } of one.samples) assert.equal(label, ['left', 'right'][labels[index] ?? 0]);
  });

  test('what is printed says from which weights or checkpoint it is', async () => {
    const { code, stdout } = await retort('diagnose', 'run');
    assert.equal(code, 0);
    assert.match(stdout, /^run \(finished\): best weights; .*, 30 samples\n/);
    assert.match(
      stdout,
      /\nHow often student and teacher agree, and who is right where they do not \(best weights, of epoch \d\)\none class from both +\d/,
    );
    assert.match(stdout, /\(checkpoint 000003, after epoch 3\)\nlayer +shape/);
    assert.match(stdout, /\(the settings of the run\)\nstage +epoch +factor/);
    assert.doesNotMatch(stdout, /undefined|NaN/);
  });

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
    fs.appendFileSync('hurt/checkpoints/000003/tensors.safetensors', 'x');
    const { notes, results } = await found('hurt', '--what', 'projector');
    assert.match(
      notes[0] ?? '',
      /^the checkpoint hurt\/checkpoints\/000003 is damaged \(.*\), and is passed over$/,
    );
    assert.deepEqual(silences(results), {
      projector: 'the methods of the run train nothing beside the student (checkpoint 000002, after epoch 2)',
    });
    assert.ok(fs.existsSync('hurt/checkpoints/000003/tensors.safetensors'));
  });

  test('of several teachers it is the mean of their logits', async () => {
    manualSeed(2);
    const second = createModel('resnet8', { classes: 2, channels: 1 });
    saveSafetensors('second.safetensors', second.stateDict(), { model: 'resnet8' });
    const teachers = 'teachers: { a: teacher.safetensors, b: second.safetensors }';
    await ran('several', recipe(`${teachers}\nstages: [{ methods: [kd], epochs: 1 }]\n`));
    const all = await found('several', '--what', 'agreement');
    const ids = Int32Array.from({ length: 30 }, (_, i) => i);
    const { inputs } = makeBatch(splits.test, ids, { seed: 0, epoch: 0 });
    const logits = await Promise.all(
      ['several', 'teacher.safetensors', 'second.safetensors'].map(async (file) => {
        const { model } = await loadModel(file, { classes: 2, channels: 1 });
        model.eval();
        return noGrad(() => model.forward(inputs.student.images).to('float64'));
      }),
    );
    const [own, one, other] = logits;
    assert.ok(own && one && other);
    const wanted = divergence(own, one.add(other).div(2)).item();
    const { divergence: given } = of(all, 'agreement');
    assert.ok(Math.abs(given / wanted - 1) < 1e-4, `${given} is not ${wanted}`);
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

  test('the gradient of all terms is that of the step that the run logged, of mixed images over several batches, before it was clipped', async () => {
    const hardly = 'optimizer: { name: sgd, lr: 1e-12, momentum: 0, weightDecay: 0 }';
    const stage = `{ methods: [kd], epochs: 1, accumulate: 4, clipNorm: 0.001, schedule: { name: constant }, ${hardly} }`;
    const mixed = recipe(`teacher: teacher.safetensors\nlog: { everySteps: 1 }\nstages: [${stage}]\n`)
      .replace('train: []', 'train: [], mixing: { mixup: 0.8, prob: 1 }')
      .replace('batchSize: 16', 'batchSize: 10');
    await ran('mixed', mixed);
    const [first = ''] = fs.readFileSync('mixed/metrics.jsonl', 'utf8').split('\n');
    const { gradientNorm } = JSON.parse(first);
    const { total, batches } = of(await found('mixed', '--what', 'gradient-norms'), 'gradient-norms');
    assert.equal(batches, 4);
    assert.ok(Math.abs(total / gradientNorm - 1) < 1e-5, `${total} is not ${gradientNorm}`);
  });

  test('stopped by whatever reason, it throws that, and does not say it of the run', async () => {
    const stopped = new AbortController();
    const asked = diagnose('run', { what: ['cka'], signal: stopped.signal });
    const reason = new Error('enough');
    stopped.abort(reason);
    await assert.rejects(asked, reason);
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

  test('its help names every diagnosis, in the order in which they are answered', async () => {
    const { stdout } = await retort('diagnose', '--help');
    assert.ok(
      stdout.replaceAll(/\s+/g, ' ').includes(`of ${[...diagnoses.keys()].join(', ')} (default`),
      stdout,
    );
  });

  for (const [what, args, code, said] of [
    ['a folder that there is not', ['no'], 1, /^retort: there is no folder no$/m],
    ['a folder of runs', ['.'], 1, /^retort: \. is no run, and holds some: name one, as \S+$/m],
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
      ['annealing', 'projector'],
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
