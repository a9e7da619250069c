/** What is wrong on a command line. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { manualSeed, saveSafetensors, zeros } from '@retort/torch';
import { retort } from '../../reference/command.ts';
import { readFew, writeData } from '../../reference/garments.ts';
import { createModel } from '../models/index.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-mistakes-'));
process.chdir(scratch);
process.env.RETORT_DATA = scratch;
after(() => fs.rmSync(scratch, { recursive: true }));

suite('a mistake:', () => {
  before(() => writeData(scratch));
  before(readFew);
  const weights = path.join(scratch, 'fresh.safetensors');
  const unknownNet = path.join(scratch, 'unknown.safetensors');
  before(() => {
    manualSeed(0);
    saveSafetensors(unknownNet, { weight: zeros([2, 2]) });
    saveSafetensors(weights, createModel('resnet8', { classes: 10, channels: 1 }).stateDict(), {
      model: 'resnet8',
    });
  });

  const judged = ['eval', '--weights', weights, '--model', 'resnet8', '--data', 'fashion-mnist'];
  const mistakes: Record<string, [args: string[], sentence: RegExp]> = {
    'an unknown model': [
      ['train', '--model', 'resnet9', '--data', 'fashion-mnist'],
      /student: there is no model 'resnet9': did you mean 'resnet8'\?/,
    ],
    'an unknown data set': [
      ['train', '--model', 'resnet8', '--data', 'mnist'],
      /no data set 'mnist': there are cifar10,/,
    ],
    'a missing option': [['train', '--model', 'resnet8'], /a recipe is needed, or --data/],
    'a learning rate that is none': [
      ['train', '--model', 'resnet8', '--data', 'cifar10', '--lr', 'fast'],
      /a number above 0/,
    ],
    'a fraction of an epoch': [
      ['train', '--model', 'resnet8', '--data', 'cifar10', '--epochs', '1.5'],
      /a whole number from 1/,
    ],
    'an unknown schedule': [
      ['train', '--model', 'resnet8', '--data', 'cifar10', '--schedule', 'warp'],
      /no schedule 'warp': there are multi-step, step,/,
    ],
    'a missing file': [
      ['eval', '--weights', 'no.pth', '--model', 'resnet8', '--data', 'fashion-mnist'],
      /no\.pth/,
    ],
    'weights of another model': [
      ['eval', '--weights', weights, '--model', 'resnet14', '--data', 'fashion-mnist'],
      /does not fit ResNet: missing: layer1\.1/,
    ],
    'a teacher without a name': [
      ['distill', '--teacher', unknownNet, '--student', 'resnet8', '--data', 'fashion-mnist'],
      /its keys and shapes fit no model here: write NAME:FILE, e\.g\. resnet20:/,
    ],
    'a teacher that is not there': [
      ['distill', '--teacher', 'resnet20:some.pth', '--student', 'resnet8', '--data', 'fashion-mnist'],
      /teacher: there is no file some\.pth: it was looked for as /,
    ],
    'a recipe with flags': [
      ['distill', 'kd.yaml', '--epochs', '3'],
      /with a recipe --epochs is written as KEY=VALUE/,
    ],
    'a recipe with a flag of two words': [
      ['distill', 'kd.yaml', '--batch-size', '3'],
      /with a recipe --batch-size is written as KEY=VALUE/,
    ],
    'what changes a recipe, without one': [
      ['train', '--model', 'resnet8', '--data', 'fashion-mnist', 'stages.0.epochs=3'],
      /'stages\.0\.epochs=3' changes a recipe, and there is none before it: --print shows that of the flags/,
    ],
    'options of data that are none': [
      ['train', '--model', 'resnet8', '--data', 'fashion-mnist', '--data-options', '3'],
      /--data-options 3: must be a map of keys/,
    ],
    'resuming with a flag of training': [
      ['resume', 'runs/a', '--epochs', '3'],
      /unknown option '--epochs': what is to be otherwise is written as KEY=VALUE, e\.g\. retort resume FOLDER stages\.0\.epochs=5/,
    ],
    'modules to compare of which one has no name': [
      [...judged, '--cka', 'layer1,,layer2'],
      /--cka 'layer1,,layer2' names no module between two commas/,
    ],
    'a teacher in keys that are none': [
      [...judged, '--teacher', '{ weight: a.pth'],
      /--teacher \{ weight: a\.pth: this is not YAML/,
    ],
    'a recipe that is not there': [['distill', 'none.yaml'], /none\.yaml: there is no such file/],
    'an unknown command': [['distil'], /Did you mean distill/],
  };
  const asked = ['a missing option', 'a learning rate that is none', 'a fraction of an epoch', 'a recipe with flags', 'a recipe with a flag of two words', 'what changes a recipe, without one', 'options of data that are none', 'resuming with a flag of training', 'modules to compare of which one has no name', 'a teacher in keys that are none', 'an unknown command']; // biome-ignore format: names
  for (const [what, [args, sentence]] of Object.entries(mistakes)) {
    test(`${what} is answered in a sentence`, async () => {
      const { code, stderr } = await retort(...args);
      assert.equal(code, asked.includes(what) ? 2 : 1);
      assert.match(stderr, sentence);
      assert.doesNotMatch(stderr, /^\s+at /m);
    });
  }
});
