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
  const problems = async (file: string): Promise<string[]> => {
    const error = await prepare(readRecipe(file), { data }).then(
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
