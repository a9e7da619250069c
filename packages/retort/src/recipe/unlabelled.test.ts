/** Images without labels in a recipe: learned from a teacher alone, and judged where there are labels. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { loadSafetensors, manualSeed, saveSafetensors } from '@retort/torch';
import sharp from 'sharp';
import { retort } from '../../reference/command.ts';
import { run } from '../experiment/index.ts';
import { createModel, imagenetWnids } from '../index.ts';
import { prepare, readRecipe } from './index.ts';

const top = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-unlabelled-'));
after(() => fs.rmSync(top, { recursive: true }));

async function draw(folder: string, count: number): Promise<void> {
  fs.mkdirSync(path.join(top, folder), { recursive: true });
  for (let i = 0; i < count; i++)
    await sharp({ create: { width: 12, height: 10, channels: 3, background: { r: 40 * i, g: 30, b: 200 } } })
      .png()
      .toFile(path.join(top, folder, `${i}.png`));
}

function recipe(
  name: string,
  data: string,
  method: string,
  teacher = 'teacher: { name: resnet8, weights: teacher.safetensors }\n',
) {
  const file = path.join(top, `${name}.yaml`);
  fs.writeFileSync(
    file,
    `data: ${data}\n${teacher}student: { name: resnet8, input: { size: 8 } }\nbatchSize: 4\nprecision: fp32\nteacherCheck: false\nstages: [{ epochs: 2, methods: [${method}], schedule: constant }]\n`,
  );
  return readRecipe(file);
}

const kd = '{ name: kd, gamma: 0 }';

suite('images without labels', () => {
  before(async () => {
    await draw('photos', 6);
    await draw('judged/train', 6);
    for (const name of ['a', 'b', 'c']) await draw(`judged/val/${name}`, 2);
    manualSeed(0);
    saveSafetensors(
      path.join(top, 'teacher.safetensors'),
      createModel('resnet8', { classes: 3, channels: 3 }).stateDict(),
      { model: 'resnet8', classes: '3', labels: '["a","b","c"]', input: '{"size":8}' },
    );
  });

  test('make a student of the classes of its teacher, whose last weights are kept, and who is resumed', async () => {
    const resolved = recipe('alone', '{ name: ./photos, train: [flip], options: { workers: 1 } }', kd);
    const out = path.join(top, 'runs/alone');
    const stop = new AbortController();
    await run({ ...(await prepare(resolved)), out, signal: stop.signal, onEpoch: () => stop.abort() });
    const photos = path.join(top, 'photos');
    fs.renameSync(photos, `${photos}-moved`);
    const { code, stderr } = await retort('resume', out);
    fs.renameSync(`${photos}-moved`, photos);
    assert.equal(code, 1);
    assert.match(stderr, /data\.name: there is no folder .*photos; bring it back there\n$/);
    const result = await run({ ...(await prepare(resolved)), out, resume: true });
    assert.deepEqual([result.stopped, result.epochs, result.headline], [false, 2, null]);
    assert.deepEqual(Object.keys(result.last ?? {}).sort(), ['samples', 'samplesPerSecond']);
    const [last, best] = ['last', 'best'].map((name) =>
      loadSafetensors(path.join(out, `${name}.safetensors`)),
    );
    assert.deepEqual([last?.metadata.classes, last?.metadata.labels], ['3', '["a","b","c"]']);
    assert.deepEqual(last?.tensors['fc.weight']?.toList(), best?.tensors['fc.weight']?.toList());
  });

  test('are judged on a split with labels', async () => {
    const result = await run(
      await prepare(recipe('judged', '{ name: ./judged, options: { workers: 1 } }', kd)),
    );
    assert.equal(result.headline?.metric, 'top1');
    assert.ok((result.last?.top1 ?? -1) >= 0);
    assert.equal(result.last?.samples, 6);
  });

  test('make vectors that are judged beside the teacher, which has no row of its own then', async () => {
    const file = path.join(top, 'vectors.yaml');
    fs.writeFileSync(
      file,
      'task: embedding\ndata: { name: ./photos, train: [], options: { workers: 1 } }\nteacher: { name: resnet8, weights: teacher.safetensors }\nstudent: { name: resnet8, input: { size: 8 } }\nbatchSize: 4\nprecision: fp32\nstages: [{ epochs: 1, methods: [cosine] }]\n',
    );
    const { code, stdout, stderr } = await retort('train', file, '--out', path.join(top, 'runs/vectors'));
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^student, epoch 1 +\d+\.\d\d$/m);
    assert.doesNotMatch(stdout, /NaN|^teacher /m);
    const shown = ['eval', '--weights', path.join(top, 'runs/vectors')];
    const alone = await retort(...shown);
    assert.equal(alone.code, 0, alone.stderr);
    assert.match(
      alone.stderr,
      /photos samples of train has no labels, so that the task embedding has no score: .* \(--teacher\)/,
    );
    const teacher = `resnet8:${path.join(top, 'teacher.safetensors')}`;
    const beside = await retort(...shown, '--teacher', teacher);
    const [, score] = /^nearest neighbours shared with the teacher +(\d+\.\d\d)$/m.exec(beside.stdout) ?? [];
    assert.equal(score, /^student, epoch 1 +(\d+\.\d\d)$/m.exec(stdout)?.[1], beside.stderr);
    assert.doesNotMatch(beside.stderr, /nothing to say|no score/);
    const probed = await retort('probe', path.join(top, 'runs/vectors'));
    assert.equal(probed.code, 2, probed.stderr);
    assert.match(
      probed.stderr,
      /photos train, from which the run learned, has no classes to tell apart: name data that has some \(--data\)/,
    );
  });

  test('are mixed, for what the teacher says of the mixture', async () => {
    const data =
      '{ name: ./photos, train: [{ name: random-resized-crop, size: 8 }], mixing: { mixup: 1 }, options: { workers: 1 } }';
    const result = await run(await prepare(recipe('mixed', data, kd)));
    assert.equal(result.epochs, 2);
    await assert.rejects(prepare(recipe('mixed', data, 'kd')), { message: /set its weight \(gamma\) to 0/ });
  });

  test('are judged on many, where there are many: of a few all are neighbours', async () => {
    await draw('many', 30);
    const { test } = (await prepare(recipe('many', '{ name: ./many, options: { workers: 1 } }', kd))).data;
    assert.equal(test.size, 30);
  });

  test('are not held out, since nothing can be chosen by them', () =>
    assert.rejects(prepare(recipe('held', '{ name: ./judged, holdOut: 0.5, options: { workers: 1 } }', kd)), {
      name: 'RecipeError',
      message:
        /held\.yaml:1: data\.holdOut: nothing of judged train can be judged, as its images have no labels, so that no epoch is chosen by those that are held out: leave out holdOut/,
    }));

  const cases: readonly [what: string, method: string, message: RegExp][] = [
    [
      'a weight on the labels',
      'kd',
      /methods\.0: kd takes the task's own loss as a term, which is of labels, and the samples of photos train have none: set its weight \(gamma\) to 0/,
    ],
    ['the task’s loss', 'supervised', /supervised takes the task's own loss as a term, which is of labels/],
    [
      'labels',
      'dkd',
      /dkd needs the labels of the samples, and of the task classification they have nothing/,
    ],
  ];
  for (const [what, method, message] of cases)
    test(`are refused, before the first step, by a method that needs ${what}`, () =>
      assert.rejects(prepare(recipe('refused', '{ name: ./photos, options: { workers: 1 } }', method)), {
        name: 'RecipeError',
        message,
      }));

  test('are refused where nobody says what is to be told apart', async () => {
    await assert.rejects(
      prepare(recipe('nobody', '{ name: ./photos, options: { workers: 1 } }', 'cross-entropy', '')),
      {
        name: 'RecipeError',
        message: /nobody\.yaml:1: data: the samples of photos train have no labels, and there is no teacher/,
      },
    );
    const { 'fc.weight': _, 'fc.bias': __, ...body } = createModel('resnet8', { classes: 4 }).stateDict();
    saveSafetensors(path.join(top, 'body.safetensors'), body);
    await assert.rejects(
      prepare(
        recipe(
          ...(['body', '{ name: ./photos, options: { workers: 1 } }', kd] as const),
          'teacher: { name: resnet8, weights: body.safetensors }\n',
        ),
      ),
      {
        message:
          /photos train have no labels, so that the teacher says what is to be told apart, and .*body\.safetensors has the weights of resnet8 but for its classifier: .*; its vectors are learned without labels by a recipe of `task: embedding`$/,
      },
    );
    const other = path.join(top, 'other.safetensors');
    saveSafetensors(other, createModel('resnet8', { classes: 4, channels: 3 }).stateDict(), {
      model: 'resnet8',
    });
    const teachers =
      'teachers: { a: { name: resnet8, weights: teacher.safetensors }, b: { name: resnet8, weights: other.safetensors } }\n';
    await assert.rejects(
      prepare(recipe('several', '{ name: ./photos, options: { workers: 1 } }', kd, teachers)),
      {
        message: /the teachers tell apart different numbers of classes: a 3, b 4/,
      },
    );
    await assert.rejects(
      prepare(
        recipe(
          'more',
          '{ name: ./judged, options: { workers: 1 } }',
          kd,
          'teacher: { name: resnet8, weights: other.safetensors }\n',
        ),
      ),
      {
        message: /it tells apart 4 classes: say which of them stand for the 3 that are wanted/,
      },
    );
  });

  test('of several teachers the last table says whose scores it has', async () => {
    const file = path.join(top, 'second.safetensors');
    manualSeed(1);
    saveSafetensors(file, createModel('resnet8', { classes: 3, channels: 3 }).stateDict(), {
      ...{ model: 'resnet8', classes: '3', labels: '["a","b","c"]', input: '{"size":8}' },
    });
    const teachers =
      'teachers: { old: { name: resnet8, weights: teacher.safetensors }, new: { name: resnet8, weights: second.safetensors } }\n';
    recipe('both', '{ name: ./judged, options: { workers: 1 } }', kd, teachers);
    const { code, stdout, stderr } = await retort(
      ...['distill', path.join(top, 'both.yaml'), '--out', path.join(top, 'runs/both')],
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^teacher old, the first of 2 +\d/m);
  });

  test('are not judged by eval, which says so', async () => {
    const { code, stderr } = await retort(
      'eval',
      '--model',
      'resnet8',
      '--weights',
      path.join(top, 'teacher.safetensors'),
      '--data',
      path.join(top, 'photos'),
    );
    assert.equal(code, 1);
    assert.match(
      stderr,
      /photos samples of train has no labels, so that nothing can be judged: name a split that has some/,
    );
  });

  test('or are of another task', async () => {
    const { code, stderr } = await retort(
      ...['eval', '--model', 'resnet8', '--weights', path.join(top, 'teacher.safetensors')],
      ...['--data', path.join(top, 'judged'), '--task', 'detection'],
    );
    assert.equal(code, 1);
    assert.match(
      stderr,
      /judged.* has nothing by which the task detection judges, only 'image', 'label': name data that has it/,
    );
  });
});

test('a network of 1,000 classes is judged among ImageNet’s on folders that are called by wnids, which is said', async () => {
  const [tench = '', goldfish = ''] = imagenetWnids;
  for (const name of [tench, goldfish]) await draw(`wnids/val/${name}`, 2);
  const weights = path.join(top, 'thousand.safetensors');
  saveSafetensors(weights, createModel('resnet8', { classes: 1000, channels: 3 }).stateDict(), {
    model: 'resnet8',
  });
  const evaluated = async (...more: string[]) => {
    const { code, stdout, stderr } = await retort(
      'eval',
      '--weights',
      weights,
      '--data',
      path.join(top, 'wnids'),
      '--json',
      ...more,
    );
    assert.equal(code, 0, stderr);
    return { ...JSON.parse(stdout), stderr };
  };
  const all = await evaluated();
  assert.match(
    all.assumed,
    /the 2 classes of wnids val are called by wnids of ImageNet, and the network tells apart 1,000: it is judged among all of these/,
  );
  assert.ok(all.stderr.includes(all.assumed));
  assert.equal(all.perClass.length, 1000);
  const own = await evaluated('--classes', 'wnids');
  assert.deepEqual([own.assumed, own.perClass.length], [null, 2]);

  for (const name of [tench, goldfish]) await draw(`wnids/train/${name}`, 2);
  const taught = await retort(
    'distill',
    ...['--teacher', weights, '--student', 'resnet8', '--data', path.join(top, 'wnids')],
    ...['--epochs', '1', '--batch-size', '2', '--no-teacher-check', '--out', path.join(top, 'taught')],
  );
  assert.equal(taught.code, 0, taught.stderr);
  assert.match(taught.stderr, /those of wnids train are called by their wnids: it is asked for these/);

  // Vectors are of no class.
  const file = path.join(top, 'of-wnids.yaml');
  const out = path.join(top, 'runs/of-wnids');
  const backbone = path.join(top, 'backbone.safetensors');
  saveSafetensors(backbone, createModel('resnet8', { classes: 0, channels: 3 }).stateDict());
  for (const teacher of [backbone, weights]) {
    fs.rmSync(out, { recursive: true, force: true });
    fs.writeFileSync(
      file,
      `task: embedding\ndata: { name: ./wnids, train: [], options: { workers: 1 } }\nteacher: { name: resnet8, weights: ${teacher} }\nstudent: { name: resnet8, input: { size: 8 } }\nbatchSize: 2\nprecision: fp32\nstages: [{ epochs: 1, methods: [cosine] }]\n`,
    );
    const { code, stderr } = await retort('train', file, '--out', out);
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /it is asked for these/);
  }
  const { code, stderr } = await retort('eval', '--weights', out, '--data', path.join(top, 'wnids'));
  assert.equal(code, 0, stderr);
});
