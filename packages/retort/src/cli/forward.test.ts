import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { loadSafetensors, nn, noGrad, randn, saveSafetensors, zeros } from '@retort/torch';
import { type Ended, retort } from '../../reference/command.ts';
import { createModel } from '../models/index.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-forward-'));
process.chdir(scratch);
after(() => fs.rmSync(scratch, { recursive: true }));

const forward = (...args: string[]): Promise<Ended> => retort('forward', ...args);

const network = createModel('resnet8', { classes: 7, channels: 1 });
saveSafetensors('weights.safetensors', network.stateDict());
const images = randn([3, 1, 20, 17]);
saveSafetensors('x.safetensors', { images, labels: zeros([3]) });
const given = ['--model', 'resnet8', '--weights', 'weights.safetensors', '--input', 'x.safetensors'];

suite('retort forward', () => {
  test('writes what a network answers, and what was tapped', async () => {
    const { code, stderr } = await forward(
      ...given,
      '--output',
      'y.safetensors',
      '--tap',
      'layer2',
      'fc:input',
    );
    assert.deepEqual([code, stderr], [0, '']);
    const { tensors } = loadSafetensors('y.safetensors');
    const { output, taps } = noGrad(() =>
      nn.tap(network.eval(), ['layer2', 'fc:input'], () => network.forward(images), { copy: true }),
    );
    assert.deepEqual(Object.keys(tensors).sort(), ['output', 'taps.fc:input', 'taps.layer2']);
    assert.deepEqual(tensors.output?.toList(), output.toList());
    for (const path of ['layer2', 'fc:input'] as const)
      assert.deepEqual(tensors[`taps.${path}`]?.toList(), taps[path].toList());
  });

  test('runs as in training, and in the precision of its input', async () => {
    saveSafetensors('x64.safetensors', { x: images.to('float64') });
    const { code } = await forward(
      ...given.slice(0, 4),
      '--input',
      'x64.safetensors',
      '--output',
      'y.safetensors',
      '--train',
    );
    assert.equal(code, 0);
    const twin = createModel('resnet8', { classes: 7, channels: 1 });
    twin.loadStateDict(network.stateDict());
    const wanted = noGrad(() => twin.to({ dtype: 'float64' }).train().forward(images.to('float64')));
    const { output } = loadSafetensors('y.safetensors').tensors;
    assert.deepEqual([output?.dtype, output?.toList()], ['float64', wanted.toList()]);
  });

  test('never writes over what it reads, also through a link', async () => {
    fs.symlinkSync('x.safetensors', 'link.safetensors');
    for (const output of ['x.safetensors', './weights.safetensors', 'link.safetensors']) {
      const before = fs.readFileSync(output);
      const { code, stderr } = await forward(...given, '--output', output);
      assert.deepEqual(
        [code, stderr],
        [2, `retort: --output ${output} is what is read, and would be lost: write to another file\n`],
      );
      assert.deepEqual(fs.readFileSync(output), before);
    }
  });

  test('refuses a number of classes that a file contradicts, and knows the channels of one without images', async () => {
    saveSafetensors('said.safetensors', network.stateDict(), { model: 'resnet8', channels: '1' });
    const said = await forward('--weights', 'said.safetensors', '--describe');
    assert.deepEqual([said.code, said.stderr], [0, '']);
    const folder = path.join(import.meta.dirname, '../../reference/models/hugging-face/vit');
    const other = await forward('--weights', folder, '--describe', '--classes', '5');
    assert.equal(other.code, 1);
    assert.match(
      other.stderr,
      /tells apart 3 classes, and was asked for 5: leave out the number of classes$/m,
    );
  });

  test('lists modules, with what each gives, of weights in a file and of fresh ones', async () => {
    const { stdout } = await forward(...given, '--describe', '--json');
    const { modules } = JSON.parse(stdout) as {
      modules: { path: string; parameters: number; shapes: number[][] }[];
    };
    assert.deepEqual(
      modules.map(({ path }) => path),
      Array.from(network.namedModules(), ([path]) => path),
    );
    const of = (path: string) => modules.find((module) => module.path === path);
    assert.deepEqual(of('')?.shapes, [[3, 7]]);
    assert.equal(of('')?.parameters, network.parameterCount());
    assert.deepEqual(of('layer3')?.shapes, [[3, 64, 5, 5]]);
    const fresh = await forward('--model', 'vgg8', '--classes', '5', '--describe');
    assert.match(fresh.stdout, /^vgg8\n\npath \(--tap\) +module +parameters +gives\n/);
    assert.match(fresh.stdout, /^classifier +Linear +2,565$/m);
  });

  test('takes a network of one’s own, whose errors are its own', async () => {
    fs.writeFileSync(
      'wide.ts',
      `import { nn } from ${JSON.stringify(import.meta.resolve('@retort/torch'))};
export const create = ({ classes, channels }) => new nn.Conv2d(channels, classes, 3);
`,
    );
    const wide = await forward('--model', './wide.ts#create', '--classes', '2', '--describe');
    assert.deepEqual([wide.code, wide.stderr], [0, '']);
    fs.writeFileSync(
      'net.ts',
      `import { nn } from ${JSON.stringify(import.meta.resolve('@retort/torch'))};
class Net extends nn.Layer {
  body = new nn.Linear(17, 2);
  forward(x) {
    if (x.size(0) > 3) throw new Error('too many');
    return this.body.forward(x);
  }
}
export const create = () => new Net();
`,
    );
    const own = [
      '--model',
      './net.ts#create',
      '--classes',
      '2',
      '--output',
      'y.safetensors',
      '--tap',
      'body',
    ];
    assert.equal((await forward(...own, '--input', 'x.safetensors')).code, 0);
    assert.deepEqual(loadSafetensors('y.safetensors').tensors['taps.body']?.shape, [3, 1, 20, 2]);
    saveSafetensors('many.safetensors', { images: zeros([4, 1, 20, 17]) });
    const { code, stderr } = await forward(...own, '--input', 'many.safetensors');
    assert.equal(code, 1);
    assert.match(stderr, /^retort: \.\/net\.ts#create failed at net\.ts:5: too many\n$/);
  });

  const refusals: [string, string[], RegExp][] = [
    ['no network', ['--describe'], /^retort: --model NAME or --weights FILE says which network/],
    [
      'fresh weights of nobody knows how many classes',
      ['--model', 'resnet8', '--describe'],
      /say --classes N/,
    ],
    [
      'two sets of weights',
      ['--model', 'resnet8:a.pth', '--weights', 'b.pth', '--describe'],
      /leave out --weights b\.pth/,
    ],
    [
      'a model that is none',
      ['--model', 'resnet9', '--weights', 'weights.safetensors', '--describe'],
      /there is no model 'resnet9': did you mean 'resnet8'/,
    ],
    ['no input', ['--model', 'resnet8', '--classes', '3'], /--input FILE\.safetensors and --output/],
    ['a tap that is none', [...given, '--output', 'y.safetensors', '--tap', 'layer9'], /layer9/],
    ['a folder that is not there', [...given, '--output', 'no/y.safetensors'], /there is no folder no\n$/],
    [
      'labels as images',
      [...given.slice(0, 4), '--input', 'int.safetensors', '--output', 'y.safetensors'],
      /its numbers are int64/,
    ],
    [
      'several tensors',
      [...given.slice(0, 4), '--input', 'two.safetensors', '--output', 'y.safetensors'],
      /it has a, b\n$/,
    ],
    [
      'images of other channels',
      [...given.slice(0, 4), '--input', 'rgb.safetensors', '--output', 'y.safetensors'],
      /conv1\.weight/,
    ],
  ];
  saveSafetensors('int.safetensors', { images: zeros([1, 1, 8, 8], { dtype: 'int64' }) });
  saveSafetensors('rgb.safetensors', { images: zeros([1, 3, 8, 8]) });
  saveSafetensors('two.safetensors', { a: zeros([1]), b: zeros([1]) });
  for (const [what, args, message] of refusals)
    test(`refuses ${what} in a sentence`, async () => {
      const { code, stderr } = await forward(...args);
      assert.ok(code === 1 || code === 2);
      assert.match(stderr, message);
      assert.equal(stderr.trimEnd().split('\n').length, 1);
    });
});
