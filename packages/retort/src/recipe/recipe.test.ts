import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { manualSeed, saveSafetensors, setNumThreads } from '@retort/torch';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { createModel, prepare, RecipeError, readRecipe, run } from 'retort';
import { parse } from 'yaml';
import { halves } from '../../reference/halves.ts';
import { refuseOtherInputs } from '../runs/index.ts';
import { jsonSchema, leftOut } from './index.ts';

setNumThreads(1);
const root = path.join(import.meta.dirname, '../../../..');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-recipe-'));
after(() => fs.rmSync(scratch, { recursive: true }));

function write(name: string, text: string): string {
  const file = path.join(scratch, name);
  fs.writeFileSync(file, text);
  return file;
}

/** What is said of a recipe, a sentence a line, with file names alone. */
function said(attempt: () => unknown): string[] {
  try {
    attempt();
  } catch (error) {
    assert.ok(error instanceof RecipeError, String(error));
    return error.problems.map((problem) => problem.replace(/[^\s']*\/(?=[\w-]+\.yaml)/g, ''));
  }
  throw new Error('nothing was wrong');
}

write(
  'base.yaml',
  `data: { name: fashion-mnist, train: [] }
batchSize: 10
everyStage:
  epochs: 3
  optimizer: { name: sgd, lr: 0.1, momentum: 0.5 }
  schedule: constant
`,
);
const child = write(
  'child.yaml',
  `extends: base.yaml
student: resnet8
stages:
  - methods: [cross-entropy]
    optimizer: { lr: 0.2 }
  - steps: 7
    methods: [{ name: cross-entropy, labelSmoothing: 0.1 }]
    optimizer: adamw
`,
);

suite('a recipe', () => {
  test('takes from what it extends what it leaves out, and from every stage', () => {
    const { recipe, where } = readRecipe(child);
    assert.equal(recipe.name, 'child');
    assert.deepEqual([recipe.batchSize, recipe.data.name, recipe.seed], [10, 'fashion-mnist', 0]);
    const [first, second] = recipe.stages;
    assert.deepEqual(
      [first?.epochs, first?.optimizer, first?.methods],
      [
        3,
        { name: 'sgd', lr: 0.2, momentum: 0.5, weightDecay: 5e-4, decay: 'all', nesterov: false },
        [{ name: 'cross-entropy', labelSmoothing: 0 }],
      ],
    );
    assert.deepEqual([second?.epochs, second?.steps, second?.schedule.name], [undefined, 7, 'constant']);
    assert.equal(
      second?.optimizer.momentum,
      undefined,
      'another optimizer has none of the first one’s options',
    );
    const place = (...at: (string | number)[]) => path.basename(where(at));
    assert.equal(place('stages', 0, 'optimizer', 'lr'), 'child.yaml:5: stages.0.optimizer.lr');
    assert.equal(place('stages', 0, 'epochs'), 'base.yaml:4: stages.0.epochs');
    assert.equal(place('batchSize'), 'base.yaml:2: batchSize');
  });

  test('is changed by overrides, of which null takes a key away', () => {
    const overrides = [
      'stages.0.epochs=5',
      'stages.1.methods.0.labelSmoothing=0.3',
      'stages.0.methods.0.labelSmoothing=0.2',
      'batchSize=null',
      'data.holdOut=0.1',
    ];
    const { recipe } = readRecipe(child, { overrides });
    assert.deepEqual([recipe.stages[0]?.epochs, recipe.batchSize, recipe.data.holdOut], [5, 64, 0.1]);
    assert.deepEqual(
      recipe.stages.map(({ methods }) => methods[0]?.labelSmoothing),
      [0.2, 0.3],
    );
  });

  test('is told what an override that names another network leaves out of it', () => {
    const file = write(
      'sized.yaml',
      'extends: base.yaml\nstudent: { name: resnet8, input: { size: 16 } }\nstages: [{ methods: [cross-entropy] }]\n',
    );
    const remarks = (text: string) => readRecipe(file, { overrides: [text] }).remarks;
    assert.deepEqual(remarks('student=resnet14'), [
      "'student=resnet14': student.input of the recipe is left out with what it named; student.name=NAME keeps the rest",
    ]);
    assert.deepEqual([remarks('student.name=resnet14'), remarks('batchSize=2')], [[], []]);
  });

  test('finds weights beside it, a .safetensors in the place of a .pth; or leaves them as they are written', () => {
    write('ours.safetensors', '');
    const file = write(
      'found.yaml',
      'extends: base.yaml\nstudent: resnet8\nteacher: resnet20:ours.pth\nstages: [{ methods: [kd] }]\n',
    );
    assert.equal(readRecipe(file).recipe.teacher, `resnet20:${path.join(scratch, 'ours.safetensors')}`);
    assert.equal(readRecipe(file, { weightsAsWritten: true }).recipe.teacher, 'resnet20:ours.pth');
    fs.mkdirSync(path.join(scratch, 'a-run'));
    const of = (teacher: string) => {
      const lines = `extends: base.yaml\nstudent: resnet8\nteacher: ${teacher}\nstages: [{ methods: [kd] }]\n`;
      return String(readRecipe(write('found-too.yaml', lines)).recipe.teacher).replace(scratch, '');
    };
    assert.equal(of('ours.pth#ema.module'), '/ours.safetensors#ema.module');
    assert.equal(of('a-run'), '/a-run');
    write('a#b.safetensors', '');
    assert.equal(of('a#b.pth'), '/a#b.safetensors');
    assert.equal(of('a#b.pth#ema#2'), '/a#b.safetensors#ema#2');
  });

  test('with more than ten mistakes gives a sentence for each: file, line, key, what is wrong, what would be right', (t) => {
    t.assert.snapshot(said(() => readRecipe(path.join(import.meta.dirname, 'mistakes/ten.yaml'))));
  });

  test('with a key by its old name, or that of others, says today’s', () => {
    const old = write(
      'old.yaml',
      'student: resnet8\ndata: { name: cifar10, augmentation: none }\nstages: []\n',
    );
    const sentence =
      "data.augmentation: there is no such key: transforms are the list 'train', e.g. train: [crop-flip], or train: [] for none";
    assert.equal(said(() => readRecipe(old))[0], `old.yaml:2: ${sentence}`);
    for (const key of ['transforms', 'augment']) {
      const [first = ''] = said(() => readRecipe(child, { overrides: [`data.${key}=none`] }));
      assert.match(first, /transforms are the list 'train'/, key);
    }
  });

  test('is refused where it cannot be read, or asks for what is not there', (t) => {
    const bad = (name: string, text: string) => said(() => readRecipe(write(name, text)));
    const override = (text: string) => said(() => readRecipe(child, { overrides: [text] }));
    t.assert.snapshot([
      said(() => readRecipe(path.join(scratch, 'none.yaml'))),
      bad('tabs.yaml', 'student: resnet8\nstages:\n\t- epochs: 1\n'),
      bad('list.yaml', '- student: resnet8\n'),
      bad('grandchild.yaml', 'extends: child.yaml\n'),
      bad('orphan.yaml', 'seed: 1\nextends: nowhere.yaml\n'),
      bad('twice.yaml', 'extends: child.yaml\nstudent: a\nstudent: b\n'),
      bad(
        'names.yaml',
        'extends: base.yaml\nstudent: resnet8\nteachers: { big: resnet20:x.pth }\nstages:\n  - methods: [{ name: kd, from: bg }]\n    start: best\n',
      ).map((line) => line.replace(/looked for as .*/, 'looked for as …')),
      bad('no-teacher.yaml', 'extends: base.yaml\nstudent: resnet8\nstages: [{ methods: [kd] }]\n'),
      override('stages.2.epochs=1'),
      override('stages.first.epochs=1'),
      override('student.depth=8'),
      override('epochs'),
      override('stagse.0.epochs=1'),
      override('batchSize=0'),
      override('extends=base.yaml'),
    ]);
  });
});

suite('the keys that a recipe leaves out', () => {
  test('are those of the schema without a value, described, those of named things too', () => {
    const { recipe } = readRecipe(child);
    const all = leftOut(recipe);
    const keys = new Map(all.map(({ path, description }) => [path, description]));
    assert.deepEqual(all.find(({ path }) => path === 'stages.N.ema')?.keys, [
      'decay',
      'warmUp',
      'updateAfterStep',
      'buffers',
      'fromStart',
    ]);
    for (const path of ['teacher', 'cache', 'data.trainImages', 'stages.N.ema', 'stages.N.freeze'])
      assert.ok(keys.get(path), path);
    for (const path of ['log', 'data.holdOut', 'stages.N.start']) assert.ok(!keys.has(path), path);
    assert.ok([...keys.values()].every((description) => description.length > 0));
    const { recipe: one } = readRecipe(child, {
      overrides: ['stages=[{epochs: 1, methods: [{name: cross-entropy}], ema: {}}]', 'cache={}'],
    });
    const others = leftOut(one).map(({ path }) => path);
    for (const path of ['cache.topK', 'stages.0.methods.0.from']) assert.ok(others.includes(path), path);
    for (const path of ['cache', 'stages.0.ema']) assert.ok(!others.includes(path), path);
  });
});

suite('the JSON Schema', () => {
  const schema = jsonSchema();
  const validate = new Ajv2020({ allErrors: true }).compile(schema);

  test('in the repository is what the code says', () => {
    const file = path.join(root, 'recipes/recipe.schema.json');
    assert.deepEqual(
      JSON.parse(fs.readFileSync(file, 'utf8')),
      schema,
      'npm run recipes brings it up to date',
    );
  });

  test('finds every recipe of the repository right, and a mistaken one wrong', () => {
    const files = fs
      .readdirSync(path.join(root, 'recipes'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.yaml'));
    assert.ok(files.length > 0);
    for (const name of files) {
      const value: unknown = parse(fs.readFileSync(path.join(root, 'recipes', name), 'utf8'));
      assert.ok(validate(value), `${name}: ${JSON.stringify(validate.errors?.slice(0, 3))}`);
    }
    const mistaken = path.join(import.meta.dirname, 'mistakes/ten.yaml');
    assert.ok(!validate(parse(fs.readFileSync(mistaken, 'utf8'))));
  });
});

suite('a prepared recipe', () => {
  const data = { train: halves(40), test: halves(20, 7), source: 'made up' };
  const weights = (name: string, classes: number): string => {
    manualSeed(2);
    const file = path.join(scratch, `${name}-${classes}.safetensors`);
    saveSafetensors(file, createModel(name, { classes, channels: 1 }).stateDict());
    return file;
  };
  const distil = (teacher: string, methods: string): string =>
    write(
      'distil.yaml',
      `extends: base.yaml\nstudent: resnet8\nteacher: ${teacher}\nstages:\n  - methods: ${methods}\n    steps: 2\n`,
    );
  const problems = async (file: string, ...overrides: string[]): Promise<string[]> => {
    const error = await prepare(readRecipe(file, { overrides }), { data }).then(
      () => null,
      (thrown) => thrown,
    );
    assert.ok(error instanceof RecipeError, String(error));
    return error.problems.map((problem) => problem.replaceAll(`${scratch}/`, ''));
  };

  test('is warned of before the first step where a network is shown images of another size than it is made for', async () => {
    const file = distil(weights('mobilenet_v2', 2), '[kd]');
    const warnings: string[] = [];
    const said = async (...overrides: string[]): Promise<string[]> => {
      warnings.length = 0;
      await prepare(readRecipe(file, { overrides }), { data, onWarning: (text) => warnings.push(text) });
      return warnings.map((text) => text.replace(/: .*/, ''));
    };
    const begins = (who: string, like: string, shown: string) =>
      `the ${who}, begins like a network for ${like} and is shown images of ${shown} pixels`;
    assert.deepEqual(await said('student=mobilenetv2_100'), [
      begins('teacher, mobilenet_v2', 'ImageNet', '8x8'),
      begins('student, mobilenetv2_100', 'ImageNet', '8x8'),
    ]);
    const input = `teacher={weights: ${weights('mobilenet_v2', 2)}, input: {size: 96}}`;
    assert.deepEqual(await said(input, 'student={name: resnet8, input: {size: 130}}'), [
      begins('student, resnet8', 'CIFAR', '130x130'),
    ]);
    assert.deepEqual(await said(input), []);
  });

  test('trains; the teacher’s architecture is found by its keys', async () => {
    const file = distil(weights('resnet14', 2), '[kd, fitnet]');
    const prepared = await prepare(readRecipe(file), { data });
    // A teacher with fresh weights knows nothing: the check of its accuracy is another test's.
    const events = [];
    for await (const event of prepared.trainer.run()) events.push(event.kind);
    assert.deepEqual(events, ['step', 'step', 'epoch']);
    assert.equal(prepared.metadata.model, 'resnet8');
    await assert.rejects(run(await prepare(readRecipe(file), { data })), /near the 50\.00 % of chance/);
    const overrides = ['teacherCheck=false', 'stages.0.freeze=[conv1]', 'stages.0.freezeStatistics=true'];
    const weak = await prepare(readRecipe(file, { overrides }), { data });
    const before = String(weak.trainer.student.parameters()[0]?.toFlatArray());
    assert.equal((await run(weak)).epochs, 1);
    assert.equal(String(weak.trainer.student.parameters()[0]?.toFlatArray()), before);
  });

  test('is evaluated as it says, and its stages have the seeds that they say', async () => {
    const file = write(
      'often.yaml',
      [
        'extends: base.yaml',
        'student: resnet8',
        'evaluation: { every: 2, everySteps: 500, atStart: true, best: run }',
        'stages:',
        '  - { methods: [cross-entropy], seed: 42 }',
        '  - { methods: [cross-entropy], seed: 42, start: best }',
      ].join('\n'),
    );
    const { evaluateEvery, evaluateEverySteps, evaluateAtStart, bestOver, trainer } = await prepare(
      readRecipe(file),
      { data },
    );
    assert.deepEqual([evaluateEvery, evaluateEverySteps, evaluateAtStart, bestOver], [2, 500, true, 'run']);
    assert.deepEqual(
      trainer.stages.map(({ seed }) => seed),
      [42, 42],
    );
    const wrong = write('seldom.yaml', 'extends: base.yaml\nevaluation: { everySteps: 0, best: ever }\n');
    assert.deepEqual(
      said(() => readRecipe(wrong)).flatMap((sentence) => /^seldom\.yaml:2: [^:]+/.exec(sentence) ?? []),
      ['seldom.yaml:2: evaluation.everySteps', 'seldom.yaml:2: evaluation.best'],
    );
  });

  test('whose stage freezes what is not there, or all, is refused where that is written', async () => {
    const freezing = (paths: string) =>
      write(
        'frozen.yaml',
        `extends: base.yaml\nstudent: resnet8\nstages:\n  - methods: [cross-entropy]\n  - methods: [cross-entropy]\n    freeze: ${paths}\n`,
      );
    assert.deepEqual(await problems(freezing('[layer1, layer4]')), [
      "frozen.yaml:6: stages.1.freeze: freeze: there is no module or parameter of the student 'layer4': did you mean 'layer1'?",
    ]);
    assert.deepEqual(await problems(freezing('[conv1, bn1, layer1, layer2, layer3, fc]')), [
      'frozen.yaml:6: stages.1.freeze: freeze: conv1, bn1, layer1, layer2, layer3, fc leaves nothing of the student to learn',
    ]);
    assert.match(said(() => readRecipe(freezing('layer1')))[0] ?? '', /^frozen\.yaml:6: stages\.1\.freeze: /);
  });

  test('says where what does not fit was written, before the first step', async () => {
    const [classes] = await problems(distil(weights('resnet14', 5), '[kd]'));
    assert.match(classes ?? '', /^distil\.yaml:3: teacher: .*fc\.weight is \[5, 64\], the model's \[2, 64\]/);
    const [other] = await problems(distil(`resnet20:${weights('resnet14', 2)}`, '[kd]'));
    assert.match(other ?? '', /^distil\.yaml:3: teacher: .*missing: layer1\.2/);
    const taps = await problems(
      distil(
        weights('resnet14', 2),
        '[kd, { name: fitnet, student: layer9 }, { name: fitnet, student: layer1, teacher: layer3 }]',
      ),
    );
    assert.equal(taps.length, 1);
    assert.match(taps[0] ?? '', /^distil\.yaml:5: stages\.0\.methods\.1: .*'layer9'.*layer1/);
  });

  test('whose student takes other images is refused', async () => {
    const file = write(
      'size.yaml',
      'extends: base.yaml\nstudent: vit_tiny_patch4_32\nstages: [{ methods: [cross-entropy] }]\n',
    );
    assert.match((await problems(file))[0] ?? '', /^size\.yaml:3: stages\.0\.methods\.0: .*32/);
  });

  const other = (network: string): string =>
    write(
      'other.yaml',
      `extends: base.yaml\nstudent: resnet8\nteacher: ${network}\nstages:\n  - methods: [kd]\n    steps: 2\n`,
    );

  test('learns from a teacher of other classes, of which it masks what it lacks, with a new head, images cropped', async () => {
    const file = weights('resnet8', 5);
    const teacher = `{ weights: ${file}, classes: [4, null], input: { size: 6, resize: 7 } }`;
    const overrides = [`student={ weights: ${file}, newHead: true }`];
    const said: string[] = [];
    const resolved = readRecipe(other(teacher), { overrides });
    const { trainer, metadata } = await prepare(resolved, { data, onWarning: (text) => said.push(text) });
    assert.deepEqual(trainer.renderings.teacher, { size: 6, resize: 7 });
    assert.deepEqual(said, [
      `${file}: its classifier is left aside; a new one, of 2 classes, begins with fresh weights`,
    ]);
    const losses: number[] = [];
    for await (const event of trainer.run())
      if (event.kind === 'step') losses.push(...Object.values(event.losses));
    assert.ok(losses.length >= 2 && losses.every(Number.isFinite), String(losses));
    assert.deepEqual([metadata.classes, metadata.labels], ['2', '["left","right"]']);
  });

  test('whose networks are of other classes than they say is refused', async () => {
    const file = weights('resnet8', 5);
    const refused = async (network: string) => problems(other(network));
    assert.deepEqual(await refused(`{ weights: ${file}, classes: [5, 0] }`), [
      'other.yaml:3: teacher: classes: 5 is no class of the network, whose classes are 0 to 4',
    ]);
    assert.deepEqual(await refused(`{ weights: ${file}, classes: [0] }`), [
      "other.yaml:3: teacher: classes: a list needs an entry for each of the data's 2 classes, and has 1",
    ]);
    assert.deepEqual(await refused(`{ weights: ${file}, classes: wnids }`), [
      "other.yaml:3: teacher: classes: 'wnids' is for a network of ImageNet's 1,000 classes, and this one has 5",
    ]);
    const unread = (network: string) =>
      said(() => readRecipe(other(file), { overrides: [`student=${network}`] }));
    assert.match(
      unread('{ name: resnet8, newHead: true }')[0] ?? '',
      /has no weights, so that all of it begins anew/,
    );
    assert.match(
      unread('{ name: resnet8, classes: names }')[0] ?? '',
      /has no weights, so that its classes are the data's/,
    );
    const swapped = path.join(scratch, 'swapped.safetensors');
    const labels = JSON.stringify(['right', 'left']);
    saveSafetensors(swapped, createModel('resnet8', { classes: 2, channels: 1 }).stateDict(), {
      model: 'resnet8',
      labels,
    });
    assert.deepEqual(await refused(swapped), [
      "other.yaml:3: teacher: its classes are the data's in another order: have them found by their names (`classes: names`)",
    ]);
    await prepare(readRecipe(other(`{ weights: ${swapped}, classes: names }`)), { data });
    assert.match(
      unread(`{ weights: ${file}, newHead: true, classes: 3 }`)[0] ?? '',
      /has a new head, whose classes are the data's/,
    );
  });

  test('whose networks are named beside the key that says what is meant is refused, and not taken as another', () => {
    const unread = (key: string, network: string) =>
      said(() =>
        readRecipe(other('resnet8:x.pth'), { overrides: [`${key}=${network}`], weightsAsWritten: true }),
      )[0];
    const named = unread('student', '{ name: "resnet8:best.pth" }');
    assert.match(
      named ?? '',
      /student: 'resnet8:best.pth' names weights too: write them as weights: best.pth$/,
    );
    assert.match(
      unread('teacher', '{ name: "hf:a/b" }') ?? '',
      /names weights too: write them as weights: hf:a\/b$/,
    );
    assert.match(unread('teacher', '{ name: resnet9 }') ?? '', /there is no model 'resnet9': did you mean/);
    assert.match(
      unread('teacher', '{ weights: a.pth, input: { sice: 8 } }') ?? '',
      /teacher\.input\.sice: there is no such key: did you mean 'size'\? Here can be size, resize/,
    );
    assert.match(
      unread('teacher', '{ weights: a.pth, input: { size: "8" } }') ?? '',
      /teacher\.input\.size: must be a number, is '8'$/,
    );
  });

  /** Weights that say how they want images, and what their classes are called. */
  const saying = (name: string, metadata: Readonly<Record<string, string>>): string => {
    const file = path.join(scratch, name);
    manualSeed(2);
    const state = createModel('resnet8', { classes: 2, channels: 1 }).stateDict();
    saveSafetensors(file, state, { model: 'resnet8', ...metadata });
    return file;
  };

  test('says of images what it says, and leaves the rest to the weights', async () => {
    const input = { size: 6, resize: 8, interpolation: 'bicubic', mean: [0.25], std: [0.75] };
    const file = saying('input.safetensors', { input: JSON.stringify(input) });
    const shown = async (written: string) =>
      (await prepare(readRecipe(other(`{ weights: ${file}, input: ${written} }`)), { data })).trainer
        .renderings.teacher;
    assert.deepEqual(await shown('{}'), input);
    assert.deepEqual(await shown('{ mean: [0.5] }'), { ...input, mean: [0.5] });
    const { resize: _, ...others } = input;
    assert.deepEqual(await shown('{ size: 4 }'), { ...others, size: 4 });
    assert.deepEqual(await shown('{ size: 4, resize: 5 }'), { ...input, size: 4, resize: 5 });
    assert.deepEqual(await shown('{ interpolation: bilinear }'), { ...input, interpolation: 'bilinear' });
  });

  test('that says of images what cannot be is refused there, and not at what looks at them', async () => {
    const file = weights('resnet8', 2);
    assert.deepEqual(await problems(other(`{ weights: ${file}, input: { mean: [0.5, 0.5] } }`)), [
      'other.yaml:3: teacher.input: in memory, as the teacher is shown it: mean and std need one number for each of the 1 channels',
    ]);
    const [student] = await problems(other(file), 'student={ name: resnet8, input: { size: 6, resize: 5 } }');
    assert.match(student ?? '', /student\.input: .* needs a `size` of at most 5 pixels, not 6/);
    const overrides = ['student={ name: resnet8, input: { size: 9007199254740991 } }'];
    assert.throws(
      () => readRecipe(other(file), { overrides }),
      /student\.input\.size: must be at most 13377/,
    );
  });

  test('says which of the data its teacher does not tell apart', async () => {
    const said: string[] = [];
    const resolved = readRecipe(other(`{ weights: ${weights('resnet8', 5)}, classes: [4, 4] }`));
    await prepare(resolved, { data, onWarning: (text) => said.push(text) });
    assert.match(said.join('\n'), /classes: left, right of the data are not told apart/);
  });

  test('knows by content how its weights want images', async () => {
    const prepared = async (metadata: Readonly<Record<string, string>>) =>
      (await prepare(readRecipe(other(saying('content.safetensors', metadata))), { data })).inputs;
    const [one, same, scaled, silent] = [
      await prepared({ input: '{"mean":[0.25]}' }),
      await prepared({ input: '{"mean":[0.25]}' }),
      await prepared({ input: '{"mean":[0.5]}' }),
      await prepared({}),
    ];
    assert.doesNotThrow(() => refuseOtherInputs('run', one, same));
    assert.throws(
      () => refuseOtherInputs('run', one, scaled),
      /the teacher\.input \(.*content\.safetensors\) has/,
    );
    assert.throws(() => refuseOtherInputs('run', one, silent), /the teacher\.input/);
  });

  test('of classes by other names takes them in their order, and says so', async () => {
    const warnings = async (labels: readonly string[]) => {
      const said: string[] = [];
      const file = saying('names.safetensors', { labels: JSON.stringify(labels) });
      await prepare(readRecipe(other(file)), { data, onWarning: (text) => said.push(text) });
      return said.map((text) => text.replace(`${scratch}/`, ''));
    };
    assert.deepEqual(await warnings(['Left', 'right']), []);
    assert.deepEqual(await warnings(['left', 'up']), [
      "names.safetensors: its classes have other names than the data's, and are taken in their order: 1 is 'up' to it and 'right' to the data; say `classes` where that is another",
    ]);
    const swapped = saying('names.safetensors', { labels: '["Right","Left"]' });
    assert.match((await problems(other(swapped)))[0] ?? '', /in another order, but for capitals/);
  });

  test('whose student would lack a class of the data is refused', async () => {
    const file = write(
      'lacking.yaml',
      `extends: base.yaml\nstudent: { weights: ${weights('resnet8', 5)}, classes: [1, null] }\nstages: [{ methods: [cross-entropy] }]\n`,
    );
    assert.match(
      (await problems(file))[0] ?? '',
      /^lacking\.yaml:2: student: classes: what is trained needs .* none for right: /,
    );
  });

  test('gives a teacher the same new head each time', async () => {
    const file = weights('resnet8', 5);
    const teacher = async () =>
      (await prepare(readRecipe(other(`{ weights: ${file}, newHead: true }`)), { data })).inputs.teacher;
    assert.deepEqual(await teacher(), await teacher());
  });

  test('of too few images is refused', async () => {
    const file = write(
      'few.yaml',
      'extends: base.yaml\nstudent: resnet8\ndata: { trainImages: 50 }\nstages: [{ methods: [cross-entropy] }]\n',
    );
    assert.deepEqual(await problems(file), [
      'few.yaml:3: data.trainImages: in memory has 40 training images, not 50',
    ]);
  });
});
