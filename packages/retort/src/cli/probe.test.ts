import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, mock, suite, test } from 'node:test';
import {
  loadSafetensors,
  manualSeed,
  noGrad,
  randint,
  randn,
  saveSafetensors,
  scope,
  setNumThreads,
  type Tensor,
} from '@retort/torch';
import { type Ended, retort } from '../../reference/command.ts';
import { datasets, inMemory } from '../data/index.ts';
import { createModel } from '../models/index.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-probe-'));
process.chdir(scratch);
after(() => fs.rmSync(scratch, { recursive: true }));

/** Three classes by colour, of so many pixels a side. */
function colours(size: number, side: number, seed: number) {
  manualSeed(seed);
  const noise = scope(() =>
    randint(0, 90, [size * side * side * 3])
      .toFlatArray()
      .map(Number),
  );
  const images = Uint8Array.from(noise, (value, i) => {
    const label = Math.floor(i / (side * side * 3)) % 3;
    return value + (i % 3 === label ? 100 : 20);
  });
  return inMemory({
    ...{ name: `colours of ${side}`, images, height: side, width: side, channels: 3 },
    labels: Array.from({ length: size }, (_, i) => i % 3),
    ...{ classes: ['red', 'green', 'blue'], mean: [0.4, 0.4, 0.4], std: [0.25, 0.25, 0.25] },
  });
}
const of = (side: number) => async () => ({
  ...{ train: colours(60, side, 1), test: colours(30, side, 2), source: 'made' },
});
mock.method(datasets, 'cifar10', of(32));
mock.method(datasets, 'stl10', of(96));

manualSeed(0);
const weights = createModel('resnet8', { classes: 100 }).stateDict();
saveSafetensors('resnet8.safetensors', weights, { model: 'resnet8', data: 'cifar100' });

const probe = (...args: string[]): Promise<Ended> => retort('probe', 'resnet8.safetensors', ...args);
const cifar = ['--data', 'cifar10'] as const;

suite('retort probe', () => {
  test('says what features are worth, whatever classes their network tells apart, in JSON', async () => {
    const { code, stdout, stderr } = await probe(
      ...cifar,
      '--json',
      '--neighbours',
      '1,20',
      '--l2',
      '0.1,0.01',
      '--draws',
      '2',
    );
    assert.equal(code, 0, stderr);
    const { linear, neighbours, few, seconds, ...rest } = JSON.parse(stdout);
    assert.deepEqual(rest, {
      ...{
        network: 'resnet8',
        data: 'colours of 32',
        source: 'made',
        protocol: 'features',
        layer: 'fc:input',
      },
      ...{ features: 64, classes: 3, standardised: true, samples: { train: 60, validation: null, test: 30 } },
      notes: [
        '1 % of the 60 samples of colours of 32 are fewer labels than its 3 classes, and nothing is learned from so few',
      ],
    });
    assert.equal(linear.top1, 1);
    assert.deepEqual([linear.chosenOn, neighbours.length, few.length], ['held out', 2, 1]);
    assert.deepEqual([few[0].perClass, few[0].top1.values.length], [2, 2]);
    assert.ok(seconds.features > 0);
    assert.match(stderr, /1 % of the 60 samples/);
  });

  test('prints a table, of a module that is named, with neighbours that are weighted', async () => {
    const { code, stdout } = await probe(
      ...cifar,
      '--layer',
      'layer2',
      '--neighbours',
      '5',
      '--temperature',
      '0.07',
      '--few',
      'none',
      '--l2',
      '0.01',
      '--no-standardise',
    );
    assert.equal(code, 0);
    assert.match(stdout, /^network +resnet8\n/);
    assert.match(stdout, /features +32 of layer2, as they are; /);
    assert.match(stdout, /linear probe, top-1 +[\d.]+ \([\d.]+ in training\), L2 0\.01, as it was asked; /);
    assert.match(stdout, /nearest neighbours, by cosine, weighted by exp\(cosine \/ 0\.07\)/);
    assert.doesNotMatch(stdout, /a few labels/);
  });

  test('shows a network images at the size of those that it was trained on, which is said', async () => {
    const { code, stderr } = await probe('--data', 'stl10', '--few', 'none', '--neighbours', '1');
    assert.equal(code, 0, stderr);
    assert.match(
      stderr,
      /resnet8 sees the images of colours of 96, of 96x96 pixels, at 32, as those that it was trained on; say --input/,
    );
    const given = await probe(
      '--data',
      'stl10',
      '--few',
      'none',
      '--neighbours',
      '1',
      '--input',
      '{ size: 48 }',
    );
    assert.equal(given.code, 0, given.stderr);
    assert.doesNotMatch(given.stderr, /sees the images/);
  });

  test('takes a model by its name with weights that have no classifier', async () => {
    const body = Object.entries(weights).filter(([key]) => !key.startsWith('fc.'));
    saveSafetensors('body.safetensors', Object.fromEntries(body));
    const { code, stderr } = await retort(
      'probe',
      'resnet8',
      '--weights',
      'body.safetensors',
      ...cifar,
      '--few',
      'none',
      '--neighbours',
      '1',
    );
    assert.equal(code, 0, stderr);
    const bare = await retort(
      ...['probe', 'body.safetensors', ...cifar, '--few', 'none', '--neighbours', '1', '--json'],
    );
    assert.equal(bare.code, 0, bare.stderr);
    assert.equal(JSON.parse(bare.stdout).network, 'resnet8');
  });

  test("takes a run of a network of one's own, which names no classifier, by a module of it", async () => {
    fs.writeFileSync(
      'own.mjs',
      `import { nn } from ${JSON.stringify(import.meta.resolve('@retort/torch'))};
export class Own extends nn.Layer {
  constructor(classes) {
    super();
    this.body = new nn.Sequential(new nn.Conv2d(3, 6, 3), new nn.ReLU());
    this.head = new nn.Linear(6, classes);
  }
  forward(x) { return this.head.forward(this.body.forward(x).mean([2, 3])); }
}
export const create = ({ classes }) => new Own(classes);
`,
    );
    const ran = await retort(
      'train',
      '--model',
      './own.mjs#create',
      ...cifar,
      '--epochs',
      '1',
      '--out',
      'own',
    );
    assert.equal(ran.code, 0, ran.stderr);
    const none = await retort('probe', 'own', ...cifar);
    assert.equal(none.code, 1);
    assert.match(
      none.stderr,
      /does not say which of its modules gives the features: name one \(layer, or --layer/,
    );
    const { code, stdout, stderr } = await retort(
      'probe',
      'own',
      ...cifar,
      '--layer',
      'body',
      '--json',
      '--l2',
      '0.01',
      '--few',
      'none',
      '--neighbours',
      '1',
    );
    assert.equal(code, 0, stderr);
    const { features, layer, linear } = JSON.parse(stdout);
    assert.deepEqual([features, layer, linear.top1 > 0.5], [6, 'body', true]);
  });

  test('several are compared, seeds of a run in one row, and what each came to is in JSON', async () => {
    const flags = ['--few', 'none', '--neighbours', '1,5', '--l2', '0.1'];
    const train = ['train', '--model', 'resnet8', ...cifar, '--epochs', '1'];
    const ran = await retort(...train, '--seeds', '2', '--out', 'runs/alone');
    assert.equal(ran.code, 0, ran.stderr);
    const { code, stdout, stderr } = await probe('runs', ...cifar, ...flags);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^colours of 32, 60 images; judged on 30 of colours of 32; top-1$/m);
    assert.match(stdout, /network +runs +linear probe +1 neighbour +5 neighbours$/m);
    assert.match(stdout, /^resnet8\.safetensors +1 +100\.00 +\d+\.\d\d +\d+\.\d\d$/m);
    assert.match(stdout, /^runs\/alone +2 +\d+\.\d\d ± \d+\.\d\d( +\d+\.\d\d ± \d+\.\d\d){2}$/m);
    assert.match(
      stderr,
      /runs\/alone\/seed-1: top-1 .* by a linear probe, .* by 1 neighbours?, .* by 5 neighbours/,
    );
    const { networks, ...on } = JSON.parse((await retort('probe', 'runs', ...flags, '--json')).stdout);
    assert.deepEqual(on, { data: 'colours of 32', source: 'made' });
    const alone = JSON.parse((await retort('probe', 'runs/alone/seed-1', ...flags, '--json')).stdout);
    assert.deepEqual(networks[1].linear, alone.linear);
    assert.deepEqual(
      networks.map(({ from, network }: { from: string; network: string }) => [from, network]),
      [0, 1].map((seed) => [`runs/alone/seed-${seed}`, 'resnet8']),
    );
    fs.writeFileSync(
      'six.mjs',
      `import { nn } from ${JSON.stringify(import.meta.resolve('@retort/torch'))};\nexport const create = () => new nn.Conv2d(3, 6, 3);\n`,
    );
    saveSafetensors('six.safetensors', { weight: randn([6, 3, 3, 3]), bias: randn([6]) });
    const cut = await probe('./six.mjs#create:six.safetensors', 'runs/alone/seed-0', ...cifar, ...flags);
    assert.equal(cut.code, 1, cut.stderr);
    assert.match(cut.stderr, /does not say which linear layer makes its logits/);
    assert.match(cut.stdout, /^resnet8\.safetensors +1 +100\.00/m);
    for (const [args, said] of [
      [
        [],
        /--data says on which samples: resnet8\.safetensors is of no run, and runs\/alone\/seed-0 is of a run on cifar10/,
      ],
      [['--protocol', 'crd', ...cifar], /crd trains a classifier of one network, and there are 2: name one/],
      [
        ['--weights', 'body.safetensors', ...cifar],
        /--weights body\.safetensors is of one network, and there are 3/,
      ],
    ] as const) {
      const refused = await probe('runs', ...args);
      assert.match(refused.stderr, said);
      assert.equal(refused.code, 2);
    }
  });

  test('a run that comes twice is probed once, and those without sound weights are left out where none is named', async () => {
    const flags = [...cifar, '--few', 'none', '--neighbours', '1', '--l2', '0.1'];
    const cut = fs.readFileSync('resnet8.safetensors').subarray(0, 500);
    for (const [folder, sound] of [
      ['some/a/seed-0', null],
      ['some/b', cut],
      ['some/c', Buffer.from('')],
    ] as const) {
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(path.join(folder, 'run.json'), '{}');
      if (sound === null) fs.copyFileSync('resnet8.safetensors', path.join(folder, 'best.safetensors'));
      else
        fs.writeFileSync(
          path.join(folder, sound.length > 0 ? 'best.safetensors' : 'last.safetensors'),
          sound,
        );
    }
    const { code, stdout, stderr } = await probe('some', 'some/a/', 'some/a/seed-0', ...flags);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^some\/a +1 +\d+\.\d\d +\d+\.\d\d$/m);
    assert.match(stderr, /some\/a\/seed-0, 2 of 2/);
    assert.match(stderr, /left out: some\/b\/best\.safetensors is not a sound safetensors file/);
    assert.match(stderr, /left out: some\/c is a folder: name a file in it: last\.safetensors/);
    const named = await probe('some', 'some/b', ...flags);
    assert.equal(named.code, 1);
    assert.match(named.stderr, /retort: some\/b\/best\.safetensors is not a sound/);
    assert.doesNotMatch(named.stderr, /top-1|left out/);
    const none = await retort('probe', 'some/c', ...flags);
    assert.match(none.stderr, /retort: some\/c is a folder/);
  });

  for (const [args, code, said] of [
    [['--l2', '0,1'], 2, /--l2 0,1: '0' is none of numbers above 0: e\.g\. --l2 0\.1,0\.01,0\.001/],
    [['--neighbours', '1,,2'], 2, /--neighbours 1,,2: '' is none of whole numbers from 1/],
    [['--neighbours', '61'], 1, /colours of 32 has 60 samples, and 61 neighbours are asked: ask 60 or fewer/],
    [['--few', '0.01'], 1, /1 % of the 60 samples of colours of 32 come to 1 label, and there are 3 classes/],
    [
      ['--epochs', '3'],
      2,
      /--epochs is of the protocols crd, moco and swav, which train a classifier, and the protocol is features/,
    ],
    [['--protocol', 'crd', '--l2', '1'], 2, /--l2 is of the protocol features, and the protocol is crd/],
    [['--protocol', 'dino'], 2, /Allowed choices are features, crd, moco, swav/],
    [['--layer', 'layer9'], 1, /layer9/],
  ] as const)
    test(`refuses ${args.join(' ')}`, async () => {
      const ended = await probe(...cifar, ...args);
      assert.match(ended.stderr, said);
      assert.equal(ended.code, code);
    });
});

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
