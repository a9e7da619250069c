import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { loadSafetensors, manualSeed, saveSafetensors } from '@retort/torch';
import { retort } from '../../reference/command.ts';
import { readFew, writeData } from '../../reference/garments.ts';
import { createModel } from '../models/index.ts';
import { readRecipe } from '../recipe/index.ts';

const bin = path.join(import.meta.dirname, '../../bin/retort.js');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-cli-'));
process.chdir(scratch);
process.env.RETORT_DATA = scratch;
after(() => fs.rmSync(scratch, { recursive: true }));

suite('the command line', () => {
  before(() => writeData(scratch));
  before(readFew);
  const weights = path.join(scratch, 'fresh.safetensors');
  before(() => {
    manualSeed(0);
    saveSafetensors(weights, createModel('resnet8', { classes: 10, channels: 1 }).stateDict(), {
      model: 'resnet8',
    });
  });

  test('Ctrl-C stops after the step, and the run folder says so', async () => {
    const args = [
      'train',
      '--model',
      'resnet8',
      '--data',
      'fashion-mnist',
      '--epochs',
      '1',
      '--out',
      'stopped',
    ];
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: scratch,
    });
    let stderr = '';
    let isTold = false;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      // Once: a second Ctrl-C does not wait for the step.
      if (isTold || !stderr.includes('parameters')) return;
      isTold = true;
      setTimeout(() => child.kill('SIGINT'), 500);
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    assert.equal(code, 130, stderr);
    assert.match(stderr, /stopping after this step/);
    const record = JSON.parse(fs.readFileSync(path.join(scratch, 'stopped/run.json'), 'utf8'));
    assert.deepEqual(
      [record.status, record.settings.student, record.result.epochs],
      ['stopped', 'resnet8', 0],
    );
    assert.ok(record.versions.libtorch && record.machine.processor);
  });

  test('train, eval and distill: a run folder each, weights that name their model', async () => {
    const common = [
      '--data',
      'fashion-mnist',
      '--batch-size',
      '25',
      '--train-images',
      '1000',
      '--epochs',
      '1',
      '--no-augment',
      '--json',
    ];
    const trained = await retort(
      'train',
      '--model',
      'resnet8',
      ...common,
      '--lr',
      '0.2',
      '--schedule',
      'one-cycle',
      '--out',
      'teacher',
    );
    assert.equal(trained.code, 0, trained.stderr);
    const result = JSON.parse(trained.stdout);
    assert.ok(result.last.top1 > 0.5, `top-1 ${result.last.top1}`);
    const folder = fs.readdirSync(path.join(scratch, 'teacher')).sort();
    assert.match(folder.splice(2, 1)[0] ?? '', /^events\.out\.tfevents\./);
    assert.deepEqual(folder, [
      'best.safetensors',
      'checkpoints',
      'last.safetensors',
      'lock',
      'metrics.jsonl',
      'recipe.yaml',
      'run.json',
    ]);
    const { recipe } = readRecipe(path.join(scratch, 'teacher/recipe.yaml'));
    const { settings } = JSON.parse(fs.readFileSync(path.join(scratch, 'teacher/run.json'), 'utf8'));
    assert.deepEqual(JSON.parse(JSON.stringify(recipe)), settings);
    const lines = fs.readFileSync(path.join(scratch, 'teacher/metrics.jsonl'), 'utf8').trim().split('\n');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).test.top1),
      [result.last.top1],
    );
    const { metadata } = loadSafetensors(path.join(scratch, 'teacher/last.safetensors'));
    assert.deepEqual([metadata.model, metadata.classes, metadata.channels], ['resnet8', '10', '1']);

    const again = await retort('train', '--model', 'resnet8', ...common, '--out', 'teacher');
    assert.deepEqual([again.code, /already holds a run/.test(again.stderr)], [1, true]);

    const evaluated = await retort(
      'eval',
      '--data',
      'fashion-mnist',
      '--weights',
      'teacher/last.safetensors',
      '--json',
    );
    const { scores, perClass, calibrationError } = JSON.parse(evaluated.stdout);
    assert.deepEqual([scores.top1, perClass.length, calibrationError > 0], [result.last.top1, 10, true]);
    const named = ['eval', '--data', 'fashion-mnist', '--weights', 'resnet8:teacher', '--json'];
    assert.equal(JSON.parse((await retort(...named)).stdout).scores.top1, scores.top1);
    const twice = await retort(...named, '--model', 'resnet8');
    assert.deepEqual(
      [twice.code, twice.stderr.trim()],
      [2, 'retort: --weights resnet8:teacher names a model itself: leave out --model resnet8'],
    );
    const whole = Array.from({ length: 10 }, (_, i) => i).join(', ');
    const same = await retort(
      ...named,
      '--classes',
      `[${whole}]`,
      '--input',
      '{ mean: [0.286], std: [0.353] }',
    );
    assert.equal(JSON.parse(same.stdout).scores.top1, scores.top1);
    const cases: [string[], RegExp][] = [
      [['--classes', '[0, 1]'], /a list needs an entry for each of the data's 10 classes, and has 2/],
      [['--classes', '[0'], /^retort: --classes \[0: this is not YAML: /],
      [['--input', '{ side: 3 }'], /input\.side: there is no such key: did you mean 'size'/],
    ];
    for (const [flags, message] of cases) {
      const { code, stderr } = await retort(...named, ...flags);
      assert.notEqual(code, 0);
      assert.match(stderr, message);
    }
    const other = path.join(scratch, 'mobile.safetensors');
    saveSafetensors(other, createModel('mobilenetv2_100', { classes: 10, channels: 1 }).stateDict());
    const small = await retort('eval', '--data', 'fashion-mnist', '--weights', other);
    assert.match(
      small.stderr,
      /the student, mobilenetv2_100, begins like a network for ImageNet and is shown images of 28x28 pixels: its first stage sees 7x7 of them and its last 1x1; have it see larger ones/,
    );
    const beside = await retort(
      'eval',
      '--data',
      'fashion-mnist',
      '--weights',
      'teacher/last.safetensors',
      '--teacher',
      '{ weights: teacher/best.safetensors, classes: names }',
      '--cka',
      '--per-class',
    );
    assert.match(beside.stdout, /agrees with the teacher +100\.00\n/);
    assert.match(beside.stdout, /CKA +layer1 +layer2 +layer3\n.*\nlayer1 +1\.000/);
    assert.match(beside.stdout, /^Ankle boot +\d+ +50/m);

    const distilled = await retort(
      'distill',
      '--teacher',
      'teacher/last.safetensors',
      '--student',
      'resnet8',
      ...common,
      '--out',
      'student',
    );
    assert.equal(distilled.code, 0, distilled.stderr);
    assert.equal(JSON.parse(distilled.stdout).teacher.top1, result.last.top1);
    const logged = JSON.parse(
      fs.readFileSync(path.join(scratch, 'student/metrics.jsonl'), 'utf8').split('\n')[0] ?? '',
    );
    assert.deepEqual(Object.keys(logged.losses), ['ce', 'kd', 'loss']);
  });

  test('flags leave their defaults to the schema, and the help shows them', async () => {
    const shown = async (...flags: string[]) => (await retort(...flags, '--print', '--json')).stdout;
    const train = ['train', '--model', 'resnet8', '--data', 'cifar100'];
    const { name, seed, batchSize, precision, stages } = JSON.parse(await shown(...train));
    assert.deepEqual([name, seed, batchSize, precision], ['resnet8-cifar100', 0, 64, 'auto']);
    assert.equal(stages[0].epochs, 240);
    const { lr, momentum, weightDecay, nesterov } = stages[0].optimizer;
    assert.deepEqual([lr, momentum, weightDecay, nesterov], [0.05, 0.9, 0.0005, false]);
    assert.equal(stages[0].schedule.name, 'multi-step');
    const values = {
      epochs: '240',
      'batch-size': '64',
      lr: '0.05',
      momentum: '0.9',
      'weight-decay': '0.0005',
      schedule: 'multi-step',
      precision: 'auto',
      seed: '0',
      method: 'kd',
      temperature: '4',
      alpha: '0.9',
      gamma: '0.1',
    };
    const distil = [
      'distill',
      '--teacher',
      `resnet8:${weights}`,
      '--student',
      'resnet8',
      '--data',
      'cifar100',
    ];
    const said = Object.entries(values).flatMap(([flag, value]) => [`--${flag}`, value]);
    assert.equal(await shown(...distil, ...said), await shown(...distil));
    const { stdout } = await retort('distill', '--help');
    const helped = stdout.replace(/\s+/g, ' ').split(' --');
    for (const [flag, value] of Object.entries(values)) {
      const help = helped.find((text) => text.startsWith(`${flag} `));
      assert.ok(help?.includes(`(default: ${value})`), `--${help}`);
    }
  });

  test('a method is chosen by a flag, with its own defaults, and takes what it has of the others', async () => {
    const distil = (...flags: string[]) =>
      retort(
        'distill',
        '--teacher',
        `resnet8:${weights}`,
        '--student',
        'resnet8',
        '--data',
        'cifar100',
        '--print',
        ...flags,
      );
    const methodOf = async (...flags: string[]) =>
      JSON.parse((await distil('--json', ...flags)).stdout).stages[0].methods[0];
    const srd = await methodOf('--method', 'srd');
    assert.deepEqual([srd.name, srd.alpha], ['srd', undefined]);
    assert.ok(srd.beta > 0);
    const dist = await methodOf('--method', 'dist', '--temperature', '2');
    assert.deepEqual([dist.name, dist.temperature], ['dist', 2]);
    const unknown = await distil('--method', 'srt');
    assert.equal(unknown.code, 1);
    assert.match(
      unknown.stderr,
      /the command line: stages\.0\.methods\.0\.name: there is no method 'srt': did you mean 'srd'\?/,
    );
    assert.match(
      (await distil('--method', 'crd', '--alpha', '1')).stderr,
      /methods\.0\.alpha: there is no such key/,
    );
  });

  test('what is chosen for photographs is not said of what flags say', async () => {
    fs.mkdirSync('shots/train/a', { recursive: true });
    const photographs = ['train', '--model', 'resnet18', '--data', './shots', '--print'];
    const { stdout } = await retort(
      ...photographs,
      '--lr',
      '0.05',
      '--schedule',
      'one-cycle',
      '--no-augment',
    );
    assert.match(
      stdout,
      /# SGD at 0\.025 .*\n# but otherwise, as flags say: lr 0\.05, schedule one-cycle, images as they are\n/,
    );
    assert.doesNotMatch((await retort(...photographs)).stdout, /as flags say/);
    fs.writeFileSync('net.ts', 'export const create = () => null;\n');
    const code = await retort('train', '--model', './net.ts', '--data', './shots', '--print');
    assert.match(code.stderr, /net\.ts is code, of which an export makes the network: write .*net\.ts#NAME/);
  });

  test('flags name a network and data of one’s own; the run is called by what they export', async () => {
    const examples = path.join(import.meta.dirname, '../../../../examples');
    const data = `${examples}/stripes.ts#stripes`;
    const { stdout, stderr } = await retort(
      ...['train', '--model', 'resnet8', '--data', data, '--print', '--json'],
    );
    const recipe = JSON.parse(stdout || '{}');
    assert.equal(recipe.name, 'resnet8-stripes', stderr);
    assert.equal(recipe.data.name, data);
  });

  test('a recipe is shown whole, run with several seeds, and resumed by the same command', async () => {
    fs.writeFileSync(
      path.join(scratch, 'few.yaml'),
      `data: { name: fashion-mnist, train: [], trainImages: 300 }
student: resnet8
batchSize: 100
stages:
  - methods: [cross-entropy]
    epochs: 3
    schedule: one-cycle
`,
    );
    const shown = await retort('train', 'few.yaml', 'stages.0.epochs=1', '--print', '--json');
    const { stages, seed } = JSON.parse(shown.stdout);
    assert.deepEqual([stages[0].epochs, stages[0].optimizer.momentum, seed], [1, 0.9, 0]);
    const yaml = await retort('train', 'few.yaml', '--print');
    assert.match(yaml.stdout, /^ {2}- epochs: 3\n {4}methods:\n {6}- name: cross-entropy$/m);
    assert.match(
      yaml.stdout,
      /^# Keys that are left out, and may be set:\n(# {3}[\w.]+: .+\n)*# {3}stages\.0\.ema: \{ decay, warmUp, updateAfterStep, buffers, fromStart \}: Eval/m,
    );
    fs.writeFileSync(path.join(scratch, 'shown.yaml'), yaml.stdout);
    assert.equal(
      (await retort('train', 'shown.yaml', '--print')).stdout,
      yaml.stdout,
      'it is a recipe itself',
    );
    const args = ['train', 'few.yaml', 'stages.0.epochs=1', '--seeds', '2', '--out', 'few'];
    const first = await retort(...args, '--json');
    assert.equal(first.code, 0, first.stderr);
    const { seeds, last } = JSON.parse(first.stdout);
    assert.deepEqual(
      seeds.map((run: { seed: number }) => run.seed),
      [0, 1],
    );
    const [a, b] = seeds.map((run: { result: { last: object } }) => run.result.last);
    assert.notEqual(a.crossEntropy, b.crossEntropy);
    assert.ok(Math.abs(last.mean - (a.top1 + b.top1) / 2) < 1e-12);
    fs.rmSync(path.join(scratch, 'few/seed-1'), { recursive: true });
    const again = await retort(...args);
    assert.equal(again.code, 0, again.stderr);
    assert.doesNotMatch(again.stderr.split('seed 1:')[0] ?? '', /epoch/, 'a finished seed is not run again');
    assert.match(again.stdout, new RegExp(`mean +${(100 * last.mean).toFixed(2)} ±`));
    const other = await retort(...args, 'batchSize=50', 'data.trainImages=200');
    assert.equal(other.code, 2);
    assert.match(
      other.stderr,
      /few\/seed-0 holds a run of other settings: data\.trainImages is 300 instead of 200, batchSize is 100 instead of 50\. Choose another --out/,
    );
    const listed = await retort('runs', 'few');
    assert.match(listed.stdout, /seed-0 +finished +resnet8 +cross-entropy +fashion-mnist +1\/1/);
    const compared = JSON.parse((await retort('compare', 'few', 'few/seed-0', '--json')).stdout);
    assert.equal(compared.groups.length, 1);
    assert.deepEqual(compared.settings[0].path, 'seed');
  });

  test('a teacher is asked ahead of its runs, after size and gain were said, and once', async () => {
    fs.writeFileSync(
      path.join(scratch, 'cached.yaml'),
      `data: { name: fashion-mnist, train: [], trainImages: 1500 }
student: resnet8
teacher: ${weights}
cache: { views: 2, folder: teachers }
stages:
  - methods: [kd]
    epochs: 5
`,
    );
    const plan = await retort('cache', 'cached.yaml', '--print');
    assert.match(
      plan.stdout,
      /0\.1 MB +3,000 +3,000\npays for itself after 2 epochs: .* 2 times instead of 5/,
    );
    const first = JSON.parse((await retort('cache', 'cached.yaml', '--json')).stdout);
    assert.deepEqual([first.caches[0].missing, first.missing, first.breakEvenEpochs], [3000, 0, 2]);
    const second = JSON.parse((await retort('cache', 'cached.yaml', '--json')).stdout);
    assert.equal(second.caches[0].missing, 0);
    const { stderr } = await retort('cache', 'cached.yaml', 'cache=null');
    assert.match(stderr, /has no cache: add `cache: \{ views: 4 \}`/);
  });

  test('a teacher near chance stops the run before the first step', async () => {
    const { code, stderr } = await retort(
      'distill',
      '--teacher',
      weights,
      '--student',
      'resnet8',
      '--data',
      'fashion-mnist',
      '--epochs',
      '1',
    );
    assert.equal(code, 1);
    assert.match(stderr, /the teacher is right on .* near the 10\.00 % of chance: .*normalisation/);
  });
});
