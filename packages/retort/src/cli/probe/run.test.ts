import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { mock, suite, test } from 'node:test';
import { loadSafetensors, noGrad, type Tensor } from '@retort/torch';
import { retort } from '../../../reference/command.ts';
import { cifar, inScratch, probe } from '../../../reference/probed.ts';
import { datasets, inMemory } from '../../data/index.ts';

const weights = inScratch();

/** Weights of a run. */
const stateOf = (folder: string): Readonly<Record<string, Tensor>> =>
  loadSafetensors(path.join(folder, 'last.safetensors')).tensors;

const same = (one: Tensor | undefined, other: Tensor | undefined): boolean =>
  noGrad(() => one !== undefined && other !== undefined && one.equal(other));

suite('retort probe by a protocol', () => {
  test('crd trains a new classifier alone, as a run that can be resumed', async () => {
    const { code, stdout, stderr } = await probe(
      ...cifar,
      '--protocol',
      'crd',
      '--epochs',
      '2',
      '--out',
      'crd',
      '--json',
    );
    assert.equal(code, 0, stderr);
    const { protocol, settings, last, out, headline } = JSON.parse(stdout);
    assert.deepEqual(
      [protocol, out, headline.metric, last.samples],
      ['crd', path.resolve('crd'), 'top1', 30],
    );
    assert.deepEqual(settings.probe, { protocol: 'crd', batchNorm: 'frozen', std: 0.01 });
    const [stage] = settings.stages;
    assert.deepEqual(
      [stage.epochs, stage.optimizer.lr, stage.optimizer.weightDecay, settings.batchSize],
      [2, 0.05, 5e-4, 64],
    );
    assert.match(stderr, /CRD \(Tian et al\. 2020\) prints numbers of transfer, and not how/);
    assert.match(stderr, /otherwise than in the protocol: epochs 2/);
    const state = stateOf('crd');
    assert.deepEqual(state['fc.weight']?.shape, [3, 64]);
    for (const [key, value] of Object.entries(weights))
      if (!key.startsWith('fc.') && !key.endsWith('num_batches_tracked'))
        assert.ok(same(state[key], value), key);
    const again = await retort('resume', 'crd', 'stages.0.epochs=3', '--json');
    assert.equal(again.code, 0, again.stderr);
    assert.equal(JSON.parse(again.stdout).epochs, 3);
    assert.ok(same(stateOf('crd')['layer1.0.bn1.running_mean'], weights['layer1.0.bn1.running_mean']));
  });

  test('with --probe-bn train batch norms follow the data, and weights stay', async () => {
    const { code, stderr } = await probe(
      ...cifar,
      '--protocol',
      'crd',
      '--epochs',
      '1',
      '--out',
      'moved',
      '--probe-bn',
      'train',
    );
    assert.equal(code, 0, stderr);
    const state = stateOf('moved');
    assert.ok(!same(state['layer1.0.bn1.running_mean'], weights['layer1.0.bn1.running_mean']));
    for (const [key, value] of Object.entries(weights))
      if (/(conv\d|bn\d)\.(weight|bias)$/.test(key)) assert.ok(same(state[key], value), key);
  });

  test('moco and swav say what they chose, and print it as a recipe', async () => {
    const moco = await probe(...cifar, '--protocol', 'moco', '--print', '--json');
    assert.equal(moco.code, 0, moco.stderr);
    const { data, student, stages, batchSize, probe: how, name } = JSON.parse(moco.stdout);
    assert.equal(name, 'probe-moco-resnet8.safetensors-cifar10');
    assert.deepEqual(
      data.train.map((one: { name: string; size?: number }) => [one.name, one.size]),
      [
        ['random-resized-crop', 32],
        ['flip', undefined],
      ],
    );
    assert.deepEqual(
      [student.input, batchSize, how.batchNorm],
      [{ size: 32, resize: 32, mean: 'imagenet' }, 256, 'frozen'],
    );
    const [{ epochs, optimizer, schedule }] = stages;
    assert.deepEqual(
      [epochs, optimizer.lr, optimizer.weightDecay, schedule.milestones],
      [100, 30, 0, [0.6, 0.8]],
    );
    const swav = await probe(
      ...cifar,
      '--protocol',
      'swav',
      '--print',
      '--json',
      '--size',
      '16',
      '--epochs',
      '5',
    );
    const said = JSON.parse(swav.stdout);
    assert.deepEqual(said.student.input.std, [0.228, 0.224, 0.225]);
    assert.deepEqual(
      [said.student.input.size, said.stages[0].epochs, said.stages[0].schedule.changes],
      [16, 5, 'epoch'],
    );
    assert.deepEqual([said.stages[0].optimizer.lr, said.stages[0].optimizer.weightDecay], [0.3, 1e-6]);
    const asked = [...cifar, '--protocol', 'swav', '--input', '{ size: 48, mean: cifar }'];
    const given = await probe(...asked, '--print', '--json');
    const { data: shown, student: own } = JSON.parse(given.stdout);
    assert.deepEqual(
      [shown.train[0].size, own.input],
      [48, { size: 48, resize: 48, mean: 'cifar' }],
      given.stderr,
    );
    const text = await probe(...asked, '--print');
    assert.match(text.stdout, /sees 48 pixels a side, as --input says, normalised as --input says/);
    const two = await probe(...asked, '--size', '32');
    assert.deepEqual(
      [two.code, /--size says 32 pixels, and --input 48: leave out one/.test(two.stderr)],
      [1, true],
      two.stderr,
    );
  });

  test('is of the one run below a folder, after which it is called', async () => {
    for (const [i, args] of [['--print', '--json'], []].entries()) {
      const folder = `below/kd/seed-${i}`;
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(path.join(folder, 'run.json'), '{}');
      fs.copyFileSync('resnet8.safetensors', path.join(folder, 'best.safetensors'));
      const { code, stdout, stderr } = await retort(
        ...['probe', 'below', ...cifar, '--protocol', 'crd', ...args],
      );
      if (i === 0) assert.equal(JSON.parse(stdout).name, 'probe-crd-kd-seed-0-cifar10', stderr);
      else
        assert.match(
          stderr,
          /the protocol crd trains a classifier of one network, and below holds 2 runs: name one, as below\/kd\/seed-0, or/,
        );
      assert.equal(code, 2 * i);
    }
  });

  test('a run of several seeds, at another size than the data has', async () => {
    const { code, stdout, stderr } = await probe(
      '--data',
      'stl10',
      '--protocol',
      'swav',
      '--epochs',
      '1',
      '--seeds',
      '2',
      '--out',
      'seeds',
      '--batch-size',
      '32',
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /mean .*±/);
  });

  test('is apart from fine-tuning, which is training from the same weights with a new classifier', async () => {
    const model = '{ weights: resnet8.safetensors, newHead: true }';
    const { code, stderr } = await retort(
      'train',
      '--model',
      model,
      ...cifar,
      '--epochs',
      '1',
      '--lr',
      '0.01',
      '--out',
      'tuned',
    );
    assert.equal(code, 0, stderr);
    const state = stateOf('tuned');
    assert.deepEqual(state['fc.weight']?.shape, [3, 64]);
    assert.ok(!same(state['conv1.weight'], weights['conv1.weight']));
  });

  test('needs data of several classes', async () => {
    const one = inMemory({
      ...{ name: 'reds', images: new Uint8Array(4 * 32 * 32 * 3), height: 32, width: 32, channels: 3 },
      ...{ labels: [0, 0, 0, 0], classes: ['red'], mean: [0.4, 0.4, 0.4], std: [0.25, 0.25, 0.25] },
    });
    mock.method(datasets, 'cifar100', async () => ({ train: one, test: one, source: 'made' }));
    const { code, stderr } = await probe('--data', 'cifar100', '--protocol', 'crd', '--out', 'reds');
    assert.match(
      stderr,
      /probe: reds has one class, red, and a probe tells several apart: name data with more/,
    );
    assert.deepEqual([code, fs.existsSync('reds')], [1, false]);
  });

  test('needs weights, and no freeze beside', async () => {
    fs.writeFileSync(
      'probe.yaml',
      'student: resnet8\ndata: { name: cifar10 }\nprobe: {}\nstages: [{ epochs: 1, methods: [cross-entropy] }]\n',
    );
    const fresh = await retort('train', 'probe.yaml', '--out', 'fresh');
    assert.deepEqual([fresh.code, fs.existsSync('fresh')], [1, false]);
    assert.match(
      fresh.stderr,
      /probe\.yaml:3: probe: the student resnet8 has fresh weights, and a probe says what features are worth that were learned: name its weights, as resnet8:FILE/,
    );
    const frozen = await retort(
      'train',
      'probe.yaml',
      'student=resnet8:resnet8.safetensors',
      'stages.0.freeze=[layer1]',
      '--out',
      'frozen',
    );
    assert.equal(frozen.code, 1);
    assert.match(
      frozen.stderr,
      /a probe freezes all but the classifier itself: leave out freeze and freezeStatistics/,
    );
  });
});
