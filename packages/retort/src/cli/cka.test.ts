import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, mock, suite, test } from 'node:test';
import { manualSeed, saveSafetensors } from '@retort/torch';
import { type Ended, retort } from '../../reference/command.ts';
import { halves } from '../../reference/halves.ts';
import { datasets } from '../data/index.ts';
import { createModel } from '../models/index.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-cka-'));
process.chdir(scratch);
after(() => fs.rmSync(scratch, { recursive: true }));
mock.method(datasets, 'fashion-mnist', async () => ({ train: halves(30), test: halves(40), source: 'made' }));

manualSeed(0);
for (const model of ['resnet8', 'resnet14'])
  saveSafetensors(`${model}.safetensors`, createModel(model, { classes: 2, channels: 1 }).stateDict(), {
    model,
  });

const cka = (...args: string[]): Promise<Ended> => retort('cka', ...args, '--data', 'fashion-mnist');
const both = ['resnet14.safetensors', 'resnet8.safetensors'] as const;

suite('retort cka', () => {
  test('compares all blocks with all blocks, and draws them', async () => {
    const { code, stdout, stderr } = await cka(...both, '--images', '24', '--out', 'a.svg', '--json');
    assert.deepEqual([code, stderr], [0, '']);
    const { rows, columns, values, samples, out } = JSON.parse(stdout);
    assert.deepEqual(
      [rows.network, rows.paths.length, columns.paths],
      ['resnet14', 6, ['layer1.0', 'layer2.0', 'layer3.0']],
    );
    assert.deepEqual([samples, out, values.length, values[0].length], [24, 'a.svg', 6, 3]);
    const svg = fs.readFileSync('a.svg', 'utf8');
    assert.ok(svg.includes(`<title>layer1.1, layer2.0: ${values[1][1].toFixed(3)}</title>`));
    const again = JSON.parse((await cka(...both, '--images', '24', '--json')).stdout);
    assert.deepEqual(again.values, values);
  });

  test('takes paths, and prints a table', async () => {
    const { code, stdout } = await cka(both[1], both[1], '--rows', 'layer1,fc:input', '--columns', 'layer1');
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^resnet8 \(rows\) beside resnet8 \(columns\) on .*, 40 images: linear CKA, unbiased/,
    );
    assert.match(stdout, /layer1 +1\.00\n/);
  });

  test('networks may tell apart other classes than the data', async () => {
    const other = createModel('resnet8', { classes: 5, channels: 1 }).stateDict();
    saveSafetensors('five.safetensors', other, { model: 'resnet8' });
    const { code, stdout } = await cka('five.safetensors', both[1], '--rows', 'fc');
    assert.equal(code, 0);
    assert.match(stdout, /^resnet8 \(rows\) beside resnet8/);
  });

  test('without --data, on what the run of either was judged on', async () => {
    const data = ['--data', 'fashion-mnist', '--no-augment'];
    const trained = await retort('train', '--model', 'resnet8', ...data, '--epochs', '1', '--out', 'run');
    assert.equal(trained.code, 0, trained.stderr);
    const { code, stdout, stderr } = await retort('cka', both[1], 'run', '--columns', 'layer1');
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^resnet8 \(rows\) beside resnet8 \(columns\) on .*, 40 images: /);
    const none = await retort('cka', ...both);
    assert.equal(none.code, 2);
    assert.match(
      none.stderr,
      /--data says on which samples, and may be left out of the weights of a run folder/,
    );
  });

  test('a network without weights is refused', async () => {
    const { code, stderr } = await cka(both[0], 'resnet8');
    assert.equal(code, 1);
    assert.match(stderr, /the network: has no weights: write resnet8:FILE/);
  });

  fs.mkdirSync('folder.svg');
  for (const [what, args, said] of [
    ['another kind of figure', ['--out', 'cka.png'], /--out cka\.png: the figure is an SVG file/],
    [
      'an empty name',
      ['--rows', 'layer1,,layer2'],
      /--rows 'layer1,,layer2' names no module between two commas/,
    ],
    ['a module that there is not', ['--columns', 'layer9'], /layer9/],
    ['a folder that there is not', ['--out', 'no/cka.svg'], /--out no\/cka\.svg: there is no folder no/],
    [
      'a folder as its file',
      ['--out', 'folder.svg'],
      /--out folder\.svg: it is no file, and cannot become one/,
    ],
    ['three samples', ['--images', '3'], /CKA needs four samples or more, and these are 3 of /],
  ] as const)
    test(`refuses ${what}`, async () => {
      const { code, stderr } = await cka(...both, ...args);
      assert.notEqual(code, 0);
      assert.match(stderr, said);
    });
});
