/** A folder of images of several sizes, from a recipe to a student: trained, resumed, refused where it is another. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { loadSafetensors, saveSafetensors } from '@retort/torch';
import sharp from 'sharp';
import { normalisations } from '../data/normalisation.ts';
import { run } from '../experiment/index.ts';
import { createModel } from '../models/index.ts';
import { prepare, readRecipe } from './index.ts';

const top = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-folder-recipe-'));
after(() => fs.rmSync(top, { recursive: true }));
const photos = path.join(top, 'photos');

/** Red of one class, blue of the other, of another size each. */
async function draw(split: string, count: number): Promise<void> {
  for (const [name, background] of [
    ['blue', { r: 20, g: 30, b: 200 }],
    ['red', { r: 200, g: 30, b: 20 }],
  ] as const) {
    const folder = path.join(photos, split, name);
    fs.mkdirSync(folder, { recursive: true });
    // No image of one split is in the other.
    const [width, height] = split === 'train' ? ([36, 40] as const) : ([32, 38] as const);
    for (let i = 0; i < count; i++)
      await sharp({ create: { width: width + i, height: height - i, channels: 3, background } })
        .jpeg()
        .toFile(path.join(folder, `${i}.jpg`));
  }
}

function recipe(name: string, more: string): string {
  const file = path.join(top, `${name}.yaml`);
  fs.writeFileSync(file, more);
  return file;
}

const stages = 'stages: [{ epochs: 2, methods: [kd], schedule: constant }]';
const alone = 'stages: [{ epochs: 1, methods: [cross-entropy] }]';
const networks = (input: string) =>
  `teacher: { name: resnet8, weights: runs/teacher, input: { size: 24, resize: 28, interpolation: bicubic } }\nstudent: { name: resnet8${input} }`;
const small = ', input: { size: 16 }';
const common = `batchSize: 4\nprecision: fp32\nteacherCheck: false\n`;

suite('a folder of images in a recipe', () => {
  before(async () => {
    await draw('train', 5);
    await draw('val', 2);
    const file = recipe(
      'teacher',
      `data: { name: ./photos }\nstudent: { name: resnet8, input: { size: 24, resize: 28, interpolation: bicubic } }\n${common}stages: [{ epochs: 1, methods: [cross-entropy] }]\n`,
    );
    await run({ ...(await prepare(readRecipe(file))), out: path.join(top, 'runs/teacher') });
  });

  test('trains a student by a teacher who sees another size and is resumed to the same bits, unless the folder is another', async () => {
    const cache = `cache: { views: 1, dtype: fp32, folder: ${path.join(top, 'cache')} }\n`;
    const file = recipe('kd', `data: { name: ./photos }\n${networks(small)}\n${common}${cache}${stages}\n`);
    const [whole, parts] = [path.join(top, 'runs/whole'), path.join(top, 'runs/parts')];
    await run({ ...(await prepare(readRecipe(file))), out: whole });
    const stop = new AbortController();
    const stopped = await run({
      ...(await prepare(readRecipe(file))),
      out: parts,
      signal: stop.signal,
      onEpoch: () => stop.abort(),
    });
    assert.ok(stopped.stopped);
    const more = path.join(photos, 'train/red/more.jpg');
    fs.copyFileSync(path.join(photos, 'train/red/1.jpg'), more);
    await assert.rejects(run({ ...(await prepare(readRecipe(file))), out: parts, resume: true }), {
      name: 'RunError',
      message: /data/,
    });
    fs.rmSync(more);
    const result = await run({ ...(await prepare(readRecipe(file))), out: parts, resume: true });
    assert.equal(result.stopped, false);
    const [one, other] = [whole, parts].map((folder) =>
      fs.readFileSync(path.join(folder, 'last.safetensors')),
    );
    assert.ok(one && other && one.equals(other));
    const { metadata } = loadSafetensors(path.join(whole, 'last.safetensors'));
    assert.equal(metadata.labels, '["blue","red"]');
  });

  test('of which its teacher lacks a class has the same scores of it after a stop', async () => {
    const masked = networks(small).replace(
      'weights: runs/teacher',
      'weights: runs/teacher, classes: [0, null]',
    );
    const file = recipe('masked', `data: { name: ./photos }\n${masked}\n${common}${stages}\n`);
    const out = path.join(top, 'runs/masked');
    const stop = new AbortController();
    const onEpoch = () => stop.abort();
    await run({ ...(await prepare(readRecipe(file))), out, signal: stop.signal, onEpoch });
    const { stopped, teacher } = await run({ ...(await prepare(readRecipe(file))), out, resume: true });
    assert.deepEqual([stopped, teacher?.crossEntropy], [false, Number.POSITIVE_INFINITY]);
  });

  test('that is gone while an epoch is evaluated stops it with where it can go on', async () => {
    const file = recipe(
      'gone',
      `data: { name: ./photos }\nstudent: { name: resnet8${small} }\n${common}${alone}\n`,
    );
    const out = path.join(top, 'runs/gone');
    const prepared = await prepare(readRecipe(file));
    const [val, aside] = [path.join(photos, 'val'), path.join(top, 'val-aside')];
    const training = run({
      ...prepared,
      out,
      onStep: ({ step, steps }) => {
        if (step === steps) fs.renameSync(val, aside);
      },
    });
    await assert.rejects(training, {
      name: 'DataError',
      message:
        /there is no such file or folder; the run in .*gone can be resumed from its last checkpoint when the data can be read$/,
    });
    fs.renameSync(aside, val);
    const { after, last, stopped } = await run({ ...(await prepare(readRecipe(file))), out, resume: true });
    assert.ok(last && !stopped);
    assert.deepEqual(after, { last: 1, best: 1 });
  });

  test('is doubted of its size for a network but where the recipe says that it is chosen', async () => {
    const file = recipe(
      'doubted',
      `data: { name: ./photos }\nstudent: { name: resnet18${small} }\n${common}${alone}\n`,
    );
    const said = async (sizesAreChosen: boolean) => {
      const told: string[] = [];
      await prepare(readRecipe(file), { sizesAreChosen, onWarning: (text) => told.push(text) });
      return told.filter((text) => /begins like a network for ImageNet/.test(text)).length;
    };
    assert.deepEqual([await said(false), await said(true)], [1, 0]);
  });

  test('is normalised for weights that were trained on CIFAR as that is, which is said', async () => {
    const weights = path.join(top, 'of-cifar.safetensors');
    saveSafetensors(weights, createModel('resnet8', { classes: 100 }).stateDict(), {
      ...{ model: 'resnet8', data: 'cifar100' },
    });
    const renderings = async (input: string) => {
      const student = `student: { name: resnet8, weights: ${weights}, newHead: true${input} }`;
      const file = recipe('of-cifar', `data: { name: ./photos }\n${student}\n${common}${alone}\n`);
      const said: string[] = [];
      const { trainer } = await prepare(readRecipe(file), { onWarning: (text) => said.push(text) });
      return { shown: trainer.renderings.student, said: said.join('\n') };
    };
    const { cifar } = normalisations;
    const { shown, said } = await renderings('');
    assert.deepEqual(shown, { size: 32, resize: 32, ...cifar });
    assert.match(
      said,
      /of-cifar\.safetensors: photographs are normalised for it as the images of cifar100, which it was trained on, by a mean of 0\.5071, 0\.4867, 0\.4408; say `input\.mean`/,
    );
    assert.match(said, /32 pixels of 32, as it is made for; say `input`/);
    const own = await renderings(', input: { size: 16, mean: imagenet }');
    assert.deepEqual(own.shown, { size: 16, mean: 'imagenet' });
    assert.doesNotMatch(own.said, /normalised/);
  });

  test('of which nothing says the size is shown as the network is made for, which is said', async () => {
    const file = recipe('unsized', `data: { name: ./photos }\nstudent: resnet8\n${common}${alone}\n`);
    const said: string[] = [];
    const { trainer } = await prepare(readRecipe(file), { onWarning: (text) => said.push(text) });
    assert.deepEqual(trainer.renderings.student, { size: 32, resize: 32 });
    assert.match(said.join('\n'), /student: resnet8 sees the middle of each image, 32 pixels of 32/);
    const partly = readRecipe(file, { overrides: ['student={ name: resnet8, input: { mean: inception } }'] });
    assert.deepEqual((await prepare(partly, { onWarning: () => {} })).trainer.renderings.student, {
      size: 32,
      resize: 32,
      mean: 'inception',
    });
  });

  test('of which the images are not made one size is refused where the recipe names it', async () => {
    fs.writeFileSync(
      path.join(top, 'own.ts'),
      `import { createModel } from ${JSON.stringify(new URL('../models/index.ts', import.meta.url).href)};
       export const own = (options) => createModel('resnet8', options);`,
    );
    const file = recipe('of-several', `data: { name: ./photos }\nstudent: ./own.ts#own\n${common}${alone}\n`);
    await assert.rejects(
      prepare(readRecipe(file)),
      /of-several\.yaml:1:1?.* photos train, as the student is shown it: images of one batch are of \d+x\d+ and \d+x\d+ pixels/,
    );
  });

  test('that is not there, or only to be judged on, is refused where the recipe names it', async () => {
    const none = recipe('none', `data: { name: ./foto }\n${networks(small)}\n${stages}\n`);
    assert.throws(
      () => readRecipe(none),
      /none\.yaml:1: data\.name: there is no folder \.\/foto: it was looked for as .*\/foto/,
    );
    const judged = path.join(top, 'judged');
    fs.cpSync(path.join(photos, 'val'), path.join(judged, 'val'), { recursive: true });
    const file = recipe('judged', `data: { name: ./judged }\n${networks(small)}\n${stages}\n`);
    await assert.rejects(
      prepare(readRecipe(file)),
      /judged train has nothing to learn from: .*judged, which has val\/ alone/,
    );
    const meant = recipe('meant', `data: { name: cifar10O }\n${networks(small)}\n${stages}\n`);
    assert.throws(
      () => readRecipe(meant),
      /no data set 'cifar10O'.*or name a folder of images as \.\/FOLDER/,
    );
  });
});
