import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';
import { setNumThreads } from '@retort/torch';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readRecipe } from 'retort';
import { parse } from 'yaml';
import { said, scratch, write } from '../../reference/written-recipes.ts';
import { jsonSchema, leftOut } from './index.ts';

setNumThreads(1);
const root = path.join(import.meta.dirname, '../../../..');
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
