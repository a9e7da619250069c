import assert from 'node:assert/strict';
import fs from 'node:fs';
import { suite, test } from 'node:test';
import { saveSafetensors } from '@retort/torch';
import { retort } from '../../../reference/command.ts';
import { cifar, inScratch, probe } from '../../../reference/probed.ts';

const weights = inScratch();

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
    assert.match(stderr, /body\.safetensors: it has no classifier, and none is needed$/m);
    const judged = await retort('eval', '--model', 'resnet8', '--weights', 'body.safetensors', ...cifar);
    assert.match(judged.stderr, /but for its classifier: .*what its features are worth, `retort probe` says/);
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
    const flags = [...cifar, '--l2', '0.01', '--few', 'none', '--neighbours', '1'];
    const beside = await probe('own', ...flags, '--layer', 'own=body', '--json');
    assert.equal(beside.code, 0, beside.stderr);
    const { networks } = JSON.parse(beside.stdout);
    assert.deepEqual(
      networks.map((one: { layer: string; features: number }) => [one.layer, one.features]),
      [
        ['fc:input', 64],
        ['body', 6],
      ],
    );
    assert.deepEqual(networks[1].linear, linear);
    const layers = ['own=body', 'layer1', 'layer2', 'layer1'].flatMap((layer) => ['--layer', layer]);
    const each = await probe('own', ...flags, ...layers);
    assert.equal(each.code, 0, each.stderr);
    assert.match(
      each.stdout,
      /^resnet8\.safetensors, layer1 +1 .*\nresnet8\.safetensors, layer2 +1 .*\nown, body +1 .*\n$/m,
    );
    assert.match(each.stderr, /^resnet8\.safetensors, layer2, 2 of 3$/m);
    assert.match(each.stderr, /^own is probed at body, as --layer says of it, and not at layer1, layer2$/m);
    for (const layer of ['own=', '', 'owns=body']) {
      const wrong = await probe('own', ...flags, '--layer', layer);
      assert.match(
        wrong.stderr,
        /--layer .*: write PATH, or SOURCE=PATH with a source as the command names it: resnet8\.safetensors, own/,
      );
      assert.equal(wrong.code, 2);
    }
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
