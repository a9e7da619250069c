/** Teachers and students of other classes than the data's. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import {
  Generator,
  manualSeed,
  nn,
  noGrad,
  randn,
  saveSafetensors,
  setNumThreads,
  type Tensor,
  zeros,
} from '@retort/torch';
import { assertClose } from '../../../torch/reference/load.ts';
import { imagenetWnids } from '../data/index.ts';
import { classNumbers } from './classes.ts';
import { createModel, loadModel, publishedInput } from './index.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-classes-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const dogs = { count: 4, labels: ['cat', 'dog', 'hound', 'cup'] };

suite('the classes of a network for those of the data', () => {
  test('are found by number, by name, by the data’s names, and among ImageNet’s', () => {
    const classes = ['dog', 'fork', 'cat'];
    assert.deepEqual(classNumbers({ mapping: [2, null, 0], classes }, dogs), [2, -1, 0]);
    assert.deepEqual(classNumbers({ mapping: ['hound', null, 0], classes }, dogs), [2, -1, 0]);
    assert.deepEqual(classNumbers({ mapping: 'names', classes }, dogs), [1, -1, 0]);
    assert.deepEqual(classNumbers({ mapping: { dog: 'hound', cat: 0 }, classes }, dogs), [2, -1, 0]);
    const imagenet = { count: 1000, labels: null };
    const wnids = ['n02123045', 'n01440764', 'n15075141', 'n00000000'];
    assert.deepEqual(classNumbers({ mapping: 'wnids', classes: wnids }, imagenet), [281, 0, 999, -1]);
    assert.deepEqual(
      classNumbers({ mapping: ['n02123045', 3], classes: ['cat', 'shark'] }, imagenet),
      [281, 3],
    );
    assert.deepEqual([...imagenetWnids].sort(), imagenetWnids);
  });

  const classes = ['dog', 'cat'];
  const refusals: [string, Parameters<typeof classNumbers>, string][] = [
    [
      'a list of another length',
      [{ mapping: [0], classes }, dogs],
      "classes: a list needs an entry for each of the data's 2 classes, and has 1",
    ],
    [
      'a number that is no class',
      [{ mapping: [0, 4], classes }, dogs],
      'classes: 4 is no class of the network, whose classes are 0 to 3',
    ],
    [
      'a name that is none',
      [{ mapping: ['dog', 'caat'], classes }, dogs],
      "classes: the network has no class 'caat': did you mean 'cat'?",
    ],
    [
      'a name that several have',
      [
        { mapping: 'names', classes: ['crane', 'cat'] },
        { count: 3, labels: ['crane', 'cat', 'crane'] },
      ],
      "classes: the network has several classes 'crane', as 0 and 2: give the number of the one that is meant",
    ],
    [
      'names that nobody says',
      [
        { mapping: ['dog', 0], classes },
        { count: 4, labels: null },
      ],
      "classes: 'dog' is a name, and the network does not say the names of its classes: give their numbers",
    ],
    [
      'names of a network without any',
      [
        { mapping: 'names', classes },
        { count: 4, labels: null },
      ],
      "classes: 'names' needs a network that says the names of its classes, and this one does not: give a list of their numbers",
    ],
    [
      'no class in common',
      [{ mapping: 'names', classes: ['a', 'b'] }, dogs],
      "classes: no class of the data is one of the network's: the data has a, b, the network cat, dog, hound and 1 more",
    ],
    [
      'wnids of another number of classes',
      [{ mapping: 'wnids', classes }, dogs],
      "classes: 'wnids' is for a network of ImageNet's 1,000 classes, and this one has 4",
    ],
    [
      'a class that the data has not',
      [{ mapping: { fox: 1 }, classes }, dogs],
      "classes: the data has no class 'fox'; its classes are dog, cat",
    ],
  ];
  for (const [what, given, message] of refusals)
    test(`are not ${what}`, () =>
      assert.throws(() => classNumbers(...given), { name: 'RangeError', message }));
});

const images = randn([2, 3, 32, 32]);
const logitsOf = (model: nn.Layer): Tensor => noGrad(() => model.eval().forward(images));

for (const name of ['resnet8', 'deit_tiny_distilled_patch4_32'] as const)
  test(`${name} answers for the data's classes with what it knew of them, and -inf where it knew none`, async () => {
    manualSeed(5);
    const made = createModel(name, { classes: 7 });
    const file = path.join(scratch, `${name}.safetensors`);
    saveSafetensors(file, made.stateDict());
    const mapped = { mapping: [6, null, 2], classes: ['a', 'b', 'c'] };
    const { model } = await loadModel(`${name}:${file}`, { classes: 3 }, { mapped });
    const [found, whole] = [logitsOf(model), logitsOf(made)];
    assert.deepEqual(found.shape, [2, 3]);
    for (const [i, number] of [
      [0, 6],
      [2, 2],
    ] as const)
      assertClose(found.select(1, i), whole.select(1, number), 1e-5, `class ${i}`);
    assert.deepEqual(found.select(1, 1).toList(), [-Infinity, -Infinity]);
    const { output, taps } = noGrad(() =>
      nn.tap(model, [made.anatomy.penultimate], () => model.forward(images)),
    );
    assert.deepEqual(output.shape, [2, 3]);
    assert.equal(Object.values(taps).length, 1);
  });

suite('a new head', () => {
  const options = (seed: bigint, said: string[] = []) => ({
    newHead: true,
    generator: new Generator(seed),
    onWarning: (text: string) => said.push(text),
  });

  test('has the data’s classes, the same weights by the same seed, and says so; all else is the file’s', async () => {
    const made = createModel('resnet8', { classes: 7 });
    const file = path.join(scratch, 'body.safetensors');
    saveSafetensors(file, made.stateDict());
    const said: string[] = [];
    const load = async (seed: bigint) =>
      (await loadModel(`resnet8:${file}`, { classes: 3 }, options(seed, said))).model.stateDict();
    const [one, same, other] = [await load(1n), await load(1n), await load(2n)];
    assert.deepEqual(one['fc.weight']?.shape, [3, 64]);
    assert.deepEqual(one['fc.weight']?.toList(), same['fc.weight']?.toList());
    assert.notDeepEqual(one['fc.weight']?.toList(), other['fc.weight']?.toList());
    for (const [key, value] of Object.entries(made.stateDict()))
      if (!key.startsWith('fc.')) assert.deepEqual(one[key]?.toList(), value.toList(), key);
    assert.equal(
      said[0],
      `${file}: its classifier is left aside; a new one, of 3 classes, begins with fresh weights`,
    );
  });

  test('is put on weights that have none, and on no weights that lack more', async () => {
    const state = createModel('resnet8', { classes: 7 }).stateDict();
    const headless = Object.entries(state).filter(([key]) => !key.startsWith('fc.'));
    const file = path.join(scratch, 'headless.safetensors');
    saveSafetensors(file, Object.fromEntries(headless));
    const { model } = await loadModel(`resnet8:${file}`, { classes: 3 }, options(1n));
    assert.deepEqual(logitsOf(model).shape, [2, 3]);
    saveSafetensors(file, Object.fromEntries(headless.filter(([key]) => key !== 'conv1.weight')));
    await assert.rejects(
      loadModel(`resnet8:${file}`, { classes: 3 }, options(1n)),
      /does not fit ResNet: missing: conv1\.weight/,
    );
  });
});

suite('weights of pre-training', () => {
  /** As MoCo v2's file: two encoders with projections in the classifier's place, and a queue. */
  const file = path.join(scratch, 'moco.safetensors');
  const [query, key] = [createModel('resnet8', { classes: 7 }), createModel('resnet8', { classes: 7 })];
  const encoder = (prefix: string, { stateDict }: { stateDict: nn.StateDict }) =>
    Object.fromEntries([
      ...Object.entries(stateDict)
        .filter(([name]) => !name.startsWith('fc.'))
        .map(([name, value]) => [`${prefix}${name}`, value] as const),
      [`${prefix}fc.0.weight`, zeros([64, 64])],
      [`${prefix}fc.2.weight`, zeros([16, 64])],
    ]);
  saveSafetensors(file, {
    ...encoder('module.encoder_q.', { stateDict: query.stateDict() }),
    ...encoder('module.encoder_k.', { stateDict: key.stateDict() }),
    'module.queue': zeros([16, 8]),
  });
  const options = (said: string[] = []) => ({
    ...{ newHead: true, generator: new Generator(1n) },
    onWarning: (text: string) => said.push(text),
  });

  test('begin any other network, chosen by what stands before their keys, and projections are left aside', async () => {
    const said: string[] = [];
    const { model } = await loadModel(`resnet8:${file}#module.encoder_q`, { classes: 3 }, options(said));
    const state = model.stateDict();
    assert.deepEqual(state['fc.weight']?.shape, [3, 64]);
    for (const [name, value] of Object.entries(query.stateDict()))
      if (!name.startsWith('fc.')) assert.deepEqual(state[name]?.toList(), value.toList(), name);
    assert.equal(said[0], `${file}: 2 other keys were left aside: fc.0.weight, fc.2.weight`);
    assert.equal(
      said[1],
      `${file}: it has no classifier; a new one, of 3 classes, begins with fresh weights`,
    );
  });

  test('are MoCo’s query encoder without being asked for it, and asked for where nothing says which of two is meant', async () => {
    const said: string[] = [];
    const { model } = await loadModel(`resnet8:${file}`, { classes: 3 }, options(said));
    assert.equal(
      said[0],
      `${file} is a MoCo v2 checkpoint: its query encoder is taken; its projection head is left out`,
    );
    assert.deepEqual(
      model.stateDict()['conv1.weight']?.toList(),
      query.stateDict()['conv1.weight']?.toList(),
    );
    const two = path.join(scratch, 'two.safetensors');
    saveSafetensors(two, {
      ...encoder('online.', { stateDict: query.stateDict() }),
      ...encoder('target.', { stateDict: key.stateDict() }),
    });
    await assert.rejects(loadModel(`resnet8:${two}`, { classes: 3 }, options()), {
      message: new RegExp(`name one, as ${two}#(online|target) or`),
    });
  });

  test('need a new classifier, which is said', async () => {
    await assert.rejects(loadModel(`resnet8:${file}#module.encoder_q`, { classes: 3 }), {
      message: `${file} has the weights of resnet8 but for its classifier: begin with a new one where it is trained (\`newHead\`); what its features are worth, \`retort probe\` says`,
    });
  });

  test('may have prototypes beside the network, but nothing more within it', async () => {
    const swav = path.join(scratch, 'swav.safetensors');
    const body = encoder('module.', { stateDict: query.stateDict() });
    saveSafetensors(swav, { ...body, 'module.prototypes.weight': zeros([5, 16]) });
    const said: string[] = [];
    await loadModel(`resnet8:${swav}`, { classes: 3 }, options(said));
    assert.match(
      said.join(),
      /its projection head and prototypes are left out,.*: 2 other keys were left aside/,
    );
    const siam = path.join(scratch, 'siam.safetensors');
    saveSafetensors(siam, { ...body, 'module.predictor.weight': zeros([5, 16]) });
    const saidOfSiam: string[] = [];
    await loadModel(`resnet8:${siam}`, { classes: 3 }, options(saidOfSiam));
    assert.match(
      saidOfSiam.join(),
      /"module\." was taken off 5\d keys; 3 other keys were left aside: .*module\.predictor\.weight/,
    );
    saveSafetensors(swav, { ...body, 'module.layer1.0.se.weight': zeros([5, 16]) });
    await assert.rejects(loadModel(`resnet8:${swav}`, { classes: 3 }, options()), {
      message: /the state dict does not fit ResNet: unexpected: .*layer1\.0\.se\.weight/,
    });
  });

  test('will do where the body alone is asked for, and what has a classifier keeps it', async () => {
    const bodyAlone = { bodyAlone: true, classesOfWeights: true, onWarning: () => {} };
    const { model } = await loadModel(`resnet8:${file}#module.encoder_q`, { classes: 3 }, bodyAlone);
    assert.deepEqual(model.stateDict()['fc.weight']?.shape, [3, 64]);
    const whole = path.join(scratch, 'whole.safetensors');
    saveSafetensors(whole, query.stateDict());
    const kept = await loadModel(`resnet8:${whole}`, { classes: 3 }, bodyAlone);
    assert.deepEqual(kept.model.stateDict()['fc.weight']?.shape, [7, 64]);
  });
});

suite('a model folder of transformers', () => {
  const folder = path.join(import.meta.dirname, '../../reference/models/hugging-face/vit');
  const images = randn([2, 3, 8, 8]);

  test('answers for the data’s classes by their names', async () => {
    const { model: whole } = await loadModel(folder, { classes: 3 });
    const mapped = { mapping: 'names' as const, classes: ['above', 'below', 'left'] };
    const { model, classes } = await loadModel(folder, { classes: 3 }, { mapped });
    assert.equal(classes, 3);
    const [found, wanted] = noGrad(() => [model.eval().forward(images), whole.eval().forward(images)]);
    assertClose(found.select(1, 0), wanted.select(1, 2), 1e-5, 'above');
    assertClose(found.select(1, 2), wanted.select(1, 0), 1e-5, 'left');
    assert.deepEqual(found.select(1, 1).toList(), [-Infinity, -Infinity]);
  });

  test('gets a new head, of another number of classes', async () => {
    const said: string[] = [];
    const { model } = await loadModel(
      folder,
      { classes: 5 },
      { newHead: true, generator: new Generator(1n), onWarning: (text) => said.push(text) },
    );
    assert.deepEqual(noGrad(() => model.eval().forward(images)).shape, [2, 5]);
    assert.match(
      said.join('\n'),
      /its classifier is left aside; a new one, of 5 classes, begins with fresh weights/,
    );
  });
});

test('weights of another number of classes are refused with what can be done about it', async () => {
  const file = path.join(scratch, 'seven.safetensors');
  saveSafetensors(file, createModel('resnet8', { classes: 7 }).stateDict());
  await assert.rejects(loadModel(`resnet8:${file}`, { classes: 3 }), {
    name: 'TorchError',
    message: `${file}: the state dict does not fit ResNet: of another shape: fc.weight, fc.bias (fc.weight is [7, 64], the model's [3, 64]); it tells apart 7 classes: say which of them stand for the 3 that are wanted (\`classes\`), or that its classifier begins anew (\`newHead\`)`,
  });
});

test('weights with a key too many are refused for that alone, not for the number of their classes', async () => {
  const file = path.join(scratch, 'extra.safetensors');
  saveSafetensors(file, {
    ...createModel('resnet8', { classes: 7 }).stateDict(),
    'head_dist.weight': zeros([3]),
  });
  await assert.rejects(loadModel(`resnet8:${file}`, { classes: 1 }, { classesOfWeights: true }), {
    name: 'TorchError',
    message: `${file}: the state dict does not fit ResNet: unexpected: head_dist.weight`,
  });
});

test('weights that say the names of their classes in a way that is none are refused', async () => {
  const file = path.join(scratch, 'labels.safetensors');
  saveSafetensors(file, createModel('resnet8', { classes: 2 }).stateDict(), {
    model: 'resnet8',
    labels: '{"a": 1}',
  });
  const mapped = { mapping: 'names' as const, classes: ['a', 'b'] };
  await assert.rejects(loadModel(file, { classes: 2 }, { mapped }), {
    name: 'RangeError',
    message: 'the weights say the names of their classes (`labels`) in a way that is none',
  });
});

test('how published weights want their images is known of ImageNet’s 1,000 classes only', () => {
  const mean = 127 / 255;
  const { mean: found, ...rest } = publishedInput('efficientnet_lite4', 1000) ?? {};
  assert.deepEqual(
    [found, rest.size, rest.resize, rest.interpolation],
    [[mean, mean, mean], 300, 342, 'bicubic'],
  );
  const swin = publishedInput('swin_tiny_patch4_window7_224', 1000);
  assert.deepEqual([swin?.size, swin?.resize, swin?.interpolation], [224, 248, 'bicubic']);
  assert.deepEqual(swin?.mean, [0.485, 0.456, 0.406]);
  assert.equal(publishedInput('swin_nano_patch4_window7_224', 1000), undefined);
  assert.equal(publishedInput('efficientnet_lite4', 10), undefined);
  assert.equal(publishedInput('resnet50', 1000), undefined);
});
