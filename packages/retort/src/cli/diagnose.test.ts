import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { before, suite, test } from 'node:test';
import {
  getNumThreads,
  loadSafetensors,
  manualSeed,
  noGrad,
  saveSafetensors,
  setNumThreads,
} from '@retort/torch';
import sharp from 'sharp';
import { retort } from '../../reference/command.ts';
import { distilled, found, inScratch, of, ran, recipe, silences, splits } from '../../reference/diagnosed.ts';
import { diagnose } from '../diagnose/index.ts';
import { diagnoses } from '../diagnose/registry.ts';
import { predict } from '../evaluate/index.ts';
import { divergence } from '../methods/index.ts';
import { createModel, loadModel } from '../models/index.ts';
import { makeBatch } from '../tasks/index.ts';

const { setPriority } = inScratch();

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
        ...['projector', 'gradient-norms', 'disagreements', 'detections'],
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
    assert.equal(from, 'checkpoint 000004, after epoch 3');
    const { tensors } = loadSafetensors('run/checkpoints/000004/tensors.safetensors');
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
    assert.match(stdout, /\(checkpoint 000004, after epoch 3\)\nlayer +shape/);
    assert.match(stdout, /\(the settings of the run\)\nstage +epoch +factor/);
    assert.doesNotMatch(stdout, /undefined|NaN/);
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

  test('its help names every diagnosis, in the order in which they are answered', async () => {
    const { stdout } = await retort('diagnose', '--help');
    assert.ok(
      stdout.replaceAll(/\s+/g, ' ').includes(`of ${[...diagnoses.keys()].join(', ')} (default`),
      stdout,
    );
  });
});
