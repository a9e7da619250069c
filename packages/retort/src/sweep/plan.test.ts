import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { RecipeError, readRecipe } from '../recipe/index.ts';
import { jobName, shortKeys } from './names.ts';
import { othersIn, planOf } from './plan.ts';
import { sweepJsonSchema } from './schema.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-plan-'));
after(() => fs.rmSync(scratch, { recursive: true }));
fs.mkdirSync(path.join(scratch, 'tables'));
process.chdir(scratch);

fs.writeFileSync(
  'tables/kd.yaml',
  `data: { name: fashion-mnist, train: [] }
student: resnet8
seed: 3
stages:
  - { methods: [cross-entropy], epochs: 2, optimizer: sgd, seed: 3 }
  - { methods: [cross-entropy], epochs: 1, optimizer: sgd }
`,
);
fs.writeFileSync('tables/broken.yaml', 'data: { name: fashion-mnist }\nstudent: resnet8\nstages: []\n');

let written = 0;

/** A table in a file, of which no other test knows. */
function table(text: string): string {
  const file = `tables/t${written++}.yaml`;
  fs.writeFileSync(file, text);
  return file;
}

/** The sentences that refuse a table, without the number of its file. */
function refused(text: string): string[] {
  try {
    planOf(table(text));
  } catch (error) {
    assert.ok(error instanceof RecipeError, String(error));
    return error.problems.map((problem) => problem.replaceAll(/tables\/t\d+\.yaml/g, 'T'));
  }
  assert.fail('nothing was refused');
}

suite('the table of a sweep', () => {
  test('is a grid: each value with each of the others, and with each seed', () => {
    const { runs, out } = planOf(
      table(`name: lrs
recipes: kd.yaml
overrides: [batchSize=32]
grid:
  stages.0.optimizer.lr: [0.05, 0.1]
  student: { small: resnet8, large: resnet14 }
seeds: 2
`),
    );
    assert.equal(out, 'runs/lrs');
    assert.deepEqual(
      runs.map(({ name }) => name),
      ['lr=0.05-small', 'lr=0.05-large', 'lr=0.1-small', 'lr=0.1-large'].flatMap((cell) => [
        `kd-${cell}/seed-3`,
        `kd-${cell}/seed-4`,
      ]),
    );
    assert.deepEqual(runs[3]?.args, [
      'train',
      'tables/kd.yaml',
      'batchSize=32',
      'stages.0.optimizer.lr=0.05',
      'student=resnet14',
      'seed=4',
      'stages.0.seed=4',
      '--seeds',
      '1',
      '--out',
      'runs/lrs/kd-lr=0.05-large',
    ]);
  });

  test('is a list, whose cells have recipes, overrides and seeds of their own', () => {
    const { runs } = planOf(
      table(`recipes: kd.yaml
cells:
  - {}
  - { overrides: ['student={ name: resnet14 }'], seeds: [0, 7] }
  - { name: alone, recipe: kd.yaml, overrides: [student=resnet20] }
`),
      { out: 'elsewhere' },
    );
    assert.deepEqual(
      runs.map(({ folder }) => folder),
      ['kd/seed-3', 'kd-student=name-resnet14/seed-0', 'kd-student=name-resnet14/seed-7', 'alone/seed-3'].map(
        (name) => `elsewhere/${name}`,
      ),
    );
  });

  test('plans what its commands run: the recipe by their arguments is the one that was checked', () => {
    const { runs } = planOf(
      table(
        "recipes: kd.yaml\ngrid: { data.train: [[crop-flip], []], precision: ['fp32'] }\nseeds: [3, 4]\n",
      ),
    );
    for (const { args, recipe } of runs) {
      const [, file = '', ...rest] = args;
      const overrides = rest.slice(0, rest.indexOf('--seeds'));
      assert.deepEqual(readRecipe(file, { overrides }).recipe, recipe);
    }
    assert.equal(runs.length, 4);
  });

  test('gives the same folders each time, and the same to what was there before a value is added', () => {
    const folders = (values: string) =>
      planOf(table(`name: same\nrecipes: kd.yaml\ngrid: { batchSize: ${values} }\n`)).runs.map(
        ({ folder }) => folder,
      );
    assert.deepEqual(folders('[16]'), ['runs/same/kd-batchSize=16/seed-3']);
    assert.deepEqual(folders('[16, 32]').slice(0, 1), folders('[16]'));
  });
});

suite('what a table has wrong is said with its line, before anything runs:', () => {
  const cases: readonly [what: string, text: string, said: string | RegExp][] = [
    [
      'a key that there is not',
      'recipes: kd.yaml\nseed: 3\n',
      /^T:2: seed: there is no such key: did you mean 'seeds'\?/,
    ],
    ['no recipe', 'seeds: 3\n', /^T:1: there is no recipe: say which, as `recipes: kd\.yaml` of the table$/],
    [
      'a cell without one',
      'cells:\n  - recipe: kd.yaml\n  - seeds: 2\n',
      /^T:3: cells\.1: there is no recipe/,
    ],
    [
      'a recipe that is not there',
      'recipes:\n  - kd.yaml\n  - dk.yaml\n',
      /^T:3: recipes\.1: .*tables\/dk\.yaml: there is no such file/,
    ],
    [
      'a recipe with a mistake',
      'recipes: broken.yaml\n',
      'T:1: recipes: tables/broken.yaml:3: stages: must have at least 1 item, is []',
    ],
    [
      'an override of a run far down',
      `cells:\n${'  - recipe: kd.yaml\n'.repeat(1)}  - recipe: kd.yaml\n    overrides:\n      - batchSize=32\n      - student=resnet9\n`,
      /^T:6: cells\.1\.overrides\.1: 'student=resnet9': student: there is no model 'resnet9'/,
    ],
    [
      'a value of a grid',
      'recipes: kd.yaml\ngrid:\n  batchSize:\n    - 32\n    - many\n',
      /^T:5: grid\.batchSize\.1: 'batchSize=many': batchSize: must be a number, is 'many'$/,
    ],
    [
      'a key of a grid, once for each value',
      'recipes: kd.yaml\ngrid:\n  batchsize: [1]\n',
      /^T:3: grid\.batchsize\.0: 'batchsize=1': batchsize: there is no such key: did you mean 'batchSize'/,
    ],
    [
      'a grid without values',
      'recipes: kd.yaml\ngrid: { batchSize: [] }\n',
      /^T:2: grid\.batchSize: must have at least 1 item, is \[\]/,
    ],
    [
      'a value that is no list',
      'recipes: kd.yaml\ngrid: { batchSize: 3 }\n',
      /^T:2: grid\.batchSize: is 3: must be a list, is 3; or must be a map of keys, is 3$/,
    ],
    [
      'a name that is no folder',
      'cells: [{ name: a/b, recipe: kd.yaml }]\n',
      /^T:1: cells\.0\.name: names a folder/,
    ],
    [
      'a name of a value that is no folder',
      'recipes: kd.yaml\ngrid: { batchSize: { a/b: 8 } }\n',
      /^T:2: grid\.batchSize\.a\/b: names a folder: it must be of letters/,
    ],
    [
      'a seed among the overrides',
      'recipes: kd.yaml\noverrides: [seed=1]\n',
      /^T:2: overrides\.0: the seeds of a sweep are said by `seeds`/,
    ],
    [
      'a key of a grid that maps lose',
      'recipes: kd.yaml\ngrid:\n  __proto__: [1, 2]\n',
      /^T:3: __proto__ cannot be a key/,
    ],
    [
      'a name of a value that maps lose',
      'recipes: kd.yaml\ngrid:\n  batchSize: { small: 8, __proto__: 16 }\n',
      /^T:3: __proto__ cannot be a key/,
    ],
    [
      'a seed in the grid',
      'recipes: kd.yaml\ngrid: { seed: [1] }\n',
      /^T:2: grid\.seed\.0: the seeds of a sweep/,
    ],
    ['no seeds', 'recipes: kd.yaml\nseeds: 0\n', /^T:2: seeds: must be at least 1, is 0$/],
    ['no YAML', 'recipes: [kd.yaml\n', /^T:\d: this is not YAML/],
    ['no table', '- kd.yaml\n', 'T:1: the table of a sweep is a map of keys, as `recipes: kd.yaml`'],
    [
      'too much',
      `recipes: kd.yaml\ngrid:\n${['a', 'b', 'c', 'd', 'e'].map((key) => `  ${key}: [1, 2, 3, 4, 5, 6, 7]\n`).join('')}`,
      /^T:2: grid: these would be 16,807 cells, and a sweep has at most 10,000$/,
    ],
    [
      'the same run twice',
      'recipes: kd.yaml\ncells:\n  - {}\n  - { name: again }\n',
      'T:4: cells.1: kd-again/seed-3 would be the same run as kd/seed-3 (T:3: cells.0): leave one out',
    ],
    [
      'a seed twice',
      'recipes: kd.yaml\nseeds: [1, 1]\n',
      'T:1: recipes: kd/seed-1 would be the same run as kd/seed-1: leave one out',
    ],
    [
      'two runs in one folder',
      'recipes: kd.yaml\ncells:\n  - { name: A }\n  - { name: a, overrides: [batchSize=3] }\n',
      /^T:4: cells\.1: kd-a\/seed-3 would lie in the folder of another run \(T:3: cells\.0\): give a cell a `name`/,
    ],
  ];
  for (const [what, text, said] of cases)
    test(what, () => {
      const [first = '', ...others] = refused(text);
      if (typeof said === 'string') assert.equal(first, said);
      else assert.match(first, said);
      assert.deepEqual(others, []);
    });

  test('all that is wrong at once, what a recipe has wrong but once', () => {
    const said = refused('recipes: broken.yaml\ngrid: { batchSize: [a, b] }\nseeds: 5\n');
    assert.deepEqual(said, [
      "T:2: grid.batchSize.0: 'batchSize=a': batchSize: must be a number, is 'a'",
      'T:1: recipes: tables/broken.yaml:3: stages: must have at least 1 item, is []',
      "T:2: grid.batchSize.1: 'batchSize=b': batchSize: must be a number, is 'b'",
    ]);
  });
});

test('a folder that holds a run of other settings is said, and one of these is not', () => {
  const file = table('name: held\nrecipes: kd.yaml\n');
  const { runs } = planOf(file);
  const [run] = runs;
  assert.ok(run);
  const hold = (settings: object): void => {
    fs.mkdirSync(run.folder, { recursive: true });
    fs.writeFileSync(
      path.join(run.folder, 'run.json'),
      JSON.stringify({ settings, started: '', status: 'stopped' }),
    );
  };
  hold(run.recipe);
  assert.deepEqual(othersIn({ runs }), []);
  hold({ ...run.recipe, batchSize: 7 });
  assert.deepEqual(othersIn({ runs }), [
    'runs/held/kd/seed-3 holds a run of other settings: batchSize is 7 instead of 64. Choose another --out, or remove it',
  ]);
});

suite('names', () => {
  test('are as much of the ends of keys as tells them apart', () => {
    assert.deepEqual(
      [...shortKeys(['a.lr', 'b.lr', 'c.d.e', 'lr'])],
      [
        ['a.lr', 'a.lr'],
        ['b.lr', 'b.lr'],
        ['c.d.e', 'e'],
        ['lr', 'lr'],
      ],
    );
  });
  test('of jobs are labels of RFC 1123, each another for another folder', () => {
    const names = ['KD_lr=0.1', '--', '9 lives', 'ü', 'a'.repeat(200), 'a.b-'].map((name) =>
      jobName(name, name),
    );
    for (const name of names) assert.match(name, /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/);
    assert.equal(names[0]?.slice(0, -8), 'kd-lr-0-1-');
    assert.notEqual(jobName('a', '/x/a'), jobName('a', '/y/a'));
    assert.equal(jobName('a', '/x/a'), jobName('a', '/x/a'));
  });
});

suite('the JSON Schema of a table', () => {
  const schema = sweepJsonSchema();
  const validate = new Ajv2020({ allErrors: true }).compile(schema);
  test('in the repository is what the code says', () => {
    const file = path.join(import.meta.dirname, '../../../../recipes/sweep.schema.json');
    assert.deepEqual(
      JSON.parse(fs.readFileSync(file, 'utf8')),
      schema,
      'npm run recipes brings it up to date',
    );
  });
  test('finds tables right and wrong', () => {
    for (const right of [
      'recipes: a.yaml\nseeds: 3',
      'cells: [{ recipe: a.yaml, name: b, seeds: [1] }]',
      'recipes: [a.yaml]\ngrid: { a.0.b: [1, null], c: { x: 1 } }',
    ])
      assert.ok(validate(parse(right)), right);
    for (const wrong of ['seed: 3', 'cells: []', 'grid: { a: 1 }', 'seeds: 0', 'cells: [{ name: a/b }]'])
      assert.ok(!validate(parse(wrong)), wrong);
  });
});
