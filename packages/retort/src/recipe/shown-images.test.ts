/** What a recipe says of which images are shown, how they are mixed and how they are learned. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { saveSafetensors, setNumThreads } from '@retort/torch';
import { createModel, prepare, RecipeError, readRecipe, run } from 'retort';
import { halves } from '../../reference/halves.ts';
import { reading } from '../../reference/reading.ts';
import { jsonSchema, leftOut, loadAlone } from './index.ts';
import { loadNetwork } from './load-network.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-shown-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const splits = { train: halves(20), test: halves(8, 5), source: 'made up' };

/** A recipe of these lines before its stages, of a student alone. */
function write(lines: string, methods = '[supervised]'): string {
  const file = path.join(scratch, 'mixed.yaml');
  const text = `student: resnet8\nbatchSize: 8\nprecision: fp32\n${lines}\nstages: [{ epochs: 1, methods: ${methods} }]\n`;
  fs.writeFileSync(file, text);
  return file;
}

const mixes =
  'data: { name: fashion-mnist, mixing: { mixup: 0.8, cutmix: 1 }, sampling: balanced, repeats: 2 }';

/** What is said of a recipe, a sentence a line, with file names alone. */
async function said(attempt: () => unknown): Promise<string[]> {
  try {
    await attempt();
  } catch (error) {
    assert.ok(error instanceof RecipeError, String(error));
    return error.problems.map((problem) => problem.replace(/[^\s']*\/(?=[\w-]+\.yaml)/g, ''));
  }
  throw new Error('nothing was wrong');
}

suite('a recipe with mixed images', () => {
  test('has every default filled in, and trains', async () => {
    const resolved = readRecipe(
      write(`${mixes}\nloss: { smoothing: 0.1, kind: bce, classWeights: { left: 2 } }`),
    );
    assert.deepEqual(resolved.recipe.data.mixing, {
      mixup: 0.8,
      cutmix: 1,
      prob: 1,
      switchProb: 0.5,
      mode: 'batch',
    });
    assert.deepEqual(resolved.recipe.loss, { smoothing: 0.1, kind: 'bce', classWeights: { left: 2 } });
    const out = path.join(scratch, 'run');
    const { settings, ...prepared } = await prepare(resolved, { data: splits });
    await run({ ...prepared, settings, out });
    const record = JSON.parse(fs.readFileSync(path.join(out, 'run.json'), 'utf8'));
    assert.deepEqual(record.settings.data.mixing, resolved.recipe.data.mixing);
    assert.deepEqual(record.settings.loss, resolved.recipe.loss);
    const [line = ''] = fs.readFileSync(path.join(out, 'metrics.jsonl'), 'utf8').split('\n');
    assert.deepEqual(Object.keys(JSON.parse(line).losses), ['bce', 'loss']);
  });

  test('is changed by overrides, as by a command line', () => {
    const overrides = [
      'data.mixing.mixup=0.2',
      'data.mixing.mode=elem',
      'loss.classWeights=balanced',
      'data.repeats=3',
    ];
    const { recipe } = readRecipe(write(mixes), { overrides });
    assert.deepEqual(
      [recipe.data.mixing?.mixup, recipe.data.mixing?.mode, recipe.data.repeats],
      [0.2, 'elem', 3],
    );
    assert.equal(recipe.loss?.classWeights, 'balanced');
    const { recipe: plain } = readRecipe(write('data: { name: fashion-mnist }'), {
      overrides: ['data.mixing={ cutmix: 1 }'],
    });
    assert.equal(plain.data.mixing?.cutmix, 1);
  });

  test('without any of it has no key of it, and says which there are', () => {
    const { recipe } = readRecipe(write('data: { name: fashion-mnist }'));
    const keys = leftOut(recipe).map(({ path }) => path);
    for (const key of ['data.mixing', 'data.sampling', 'data.repeats', 'loss'])
      assert.ok(keys.includes(key), key);
    assert.ok(JSON.stringify(jsonSchema()).includes('switchProb'));
  });
});

suite('is refused, with file, line and key:', () => {
  const cache = 'cache: { views: 2 }';
  const wrong: readonly (readonly [
    what: string,
    lines: string,
    methods: string,
    sentences: readonly string[],
  ])[] = [
    [
      'mixing and repeats with a cache',
      `${cache}\n${mixes}`,
      '[supervised]',
      [
        'mixed.yaml:5: data.mixing: a mixed image is of two that chance brings together, and does not come again, so that a cache cannot keep what the teacher says of it: leave out `cache`, or `mixing`',
        'mixed.yaml:5: data.repeats: shows an image changed by another draw each time, and with a cache an epoch has one view of each: leave out `cache`, or `repeats`',
      ],
    ],
    [
      'mixing that mixes nothing',
      'data: { name: fashion-mnist, mixing: { prob: 1 } }',
      '[supervised]',
      ['mixed.yaml:4: data.mixing: mixup or cutmix must be above 0: they are what images are mixed by'],
    ],
    [
      'keys by the names of timm',
      'data: { name: fashion-mnist, mixup: 0.8, mixing: { mixup: 1, mixupProb: 0.5, smoothing: 0.1 } }\nsmoothing: 0.1',
      '[supervised]',
      [
        'mixed.yaml:4: data.mixing.mixupProb: there is no such key: it is `prob`',
        'mixed.yaml:4: data.mixing.smoothing: there is no such key: labels are smoothed by `loss`, e.g. loss: { smoothing: 0.1 }',
        'mixed.yaml:4: data.mixup: there is no such key: images are mixed by `data.mixing`, e.g. data: { mixing: { mixup: 0.8, cutmix: 1, prob: 1, switchProb: 0.5 } }',
        'mixed.yaml:5: smoothing: there is no such key: the loss of labels is said by `loss`, e.g. loss: { smoothing: 0.1, classWeights: balanced, kind: bce }',
      ],
    ],
    [
      'a loss beside cross-entropy',
      'data: { name: fashion-mnist }\nloss: { smoothing: 0.1 }',
      '[cross-entropy]',
      [
        'mixed.yaml:6: stages.0.methods.0: cross-entropy learns the labels by itself, and does not look at `loss`: take supervised, which is that loss, or leave `loss` out',
      ],
    ],
    [
      'a loss of another task, which no method takes',
      'data: { name: fashion-mnist }\ntask: embedding\nloss: { smoothing: 0.1 }\nteacher: resnet8:none.pth',
      '[{ name: kd, gamma: 0 }]',
      [
        'mixed.yaml:6: loss: is that of the task classification, and the task is embedding: leave it out',
        'mixed.yaml:6: loss: no method takes it as a term: give one a weight of the labels (gamma) above 0, or leave it out',
      ],
    ],
  ];
  for (const [what, lines, methods, sentences] of wrong)
    test(what, async () => {
      const found = await said(() => readRecipe(write(lines, methods), { weightsMayCome: true }));
      assert.deepEqual(found, sentences);
    });

  test('what the data cannot have', async () => {
    const attempt = (lines: string) => said(() => prepare(readRecipe(write(lines)), { data: splits }));
    const data = 'data: { name: fashion-mnist }\n';
    assert.deepEqual(await attempt(`${data}loss: { classWeights: { lefft: 1 } }`), [
      "mixed.yaml:5: loss: classWeights: there is no class of in memory 'lefft': did you mean 'left'? There are left, right",
    ]);
    assert.deepEqual(await attempt(`${data}loss: { classWeights: [1, 2, 3] }`), [
      'mixed.yaml:5: loss: classWeights: there are 3 weights, and in memory has 2 classes',
    ]);
    assert.deepEqual(await attempt('data: { name: fashion-mnist, repeats: 21 }'), [
      'mixed.yaml:4: data.repeats: in memory: images are shown 21 times in a row, and that must be a whole number from 1 to 20, of all of them',
    ]);
  });

  test('images of several sizes, before any is trained on', async () => {
    const { train } = splits;
    const sized = reading(train, {
      answer: (samples, ids) =>
        samples.map((sample, i) => {
          const side = 6 + ((ids[i] ?? 0) % 3);
          return { ...sample, image: { pixels: new Uint8Array(side * side), height: side, width: side } };
        }),
    });
    const attempt = (train: string) => {
      const lines = `data: { name: fashion-mnist, mixing: { cutmix: 1 }, train: [${train}] }`;
      const file = write(lines).replace('mixed.yaml', 'sized.yaml');
      const text = fs
        .readFileSync(write(lines), 'utf8')
        .replace('resnet8', '{ name: resnet8, input: { size: 8 } }');
      fs.writeFileSync(file, text);
      return prepare(readRecipe(file), { data: { ...splits, train: sized } });
    };
    assert.deepEqual(await said(() => attempt('flip')), [
      'sized.yaml:4: data: read: images of one batch are mixed with one another, and must be of one size before: have a transform make them one (`train: [{ name: random-resized-crop, size: 224 }]`)',
    ]);
    const { trainer } = await attempt('{ name: random-resized-crop, size: 7 }');
    assert.equal((await trainer.run().next()).value?.kind, 'step');
  });
});

suite('a teacher that is shown what the student is shown', () => {
  const weights = path.join(scratch, 'teacher.safetensors');
  const teacher = createModel('resnet8', { classes: 2, channels: 1 });
  saveSafetensors(weights, teacher.stateDict(), {
    input: JSON.stringify({ size: 20, mean: [0.25], std: [0.125] }),
  });
  const student = 'student: { name: resnet8, input: { size: 16, mean: [0.5], std: [0.5] } }';
  const distilling = (teacherInput: string, own = student): string => {
    const file = path.join(scratch, 'seen.yaml');
    const named = `{ name: resnet8, weights: ${weights}${teacherInput} }`;
    const rest =
      'data: { name: fashion-mnist, train: [] }\nbatchSize: 4\nprecision: fp32\nteacherCheck: false';
    fs.writeFileSync(file, `${own}\nteacher: ${named}\n${rest}\nstages: [{ steps: 1, methods: [kd] }]\n`);
    return file;
  };
  const renderingsOf = async (file: string) => {
    const { trainer, inputs } = await prepare(readRecipe(file), { data: splits, onWarning: () => {} });
    return { ...trainer.renderings, input: inputs['teacher.input']?.sha256 };
  };

  test('sees its own where nothing is said', async () => {
    const { student: ours, teacher: theirs } = await renderingsOf(distilling(''));
    assert.deepEqual(ours, { size: 16, mean: [0.5], std: [0.5] });
    assert.deepEqual(theirs, { size: 20, mean: [0.25], std: [0.125] });
  });
  test('sees the student’s by `input: student`, which another student’s changes', async () => {
    const first = await renderingsOf(distilling(', input: student'));
    assert.deepEqual(first.teacher, first.student);
    assert.deepEqual(first.teacher, { size: 16, mean: [0.5], std: [0.5] });
    const plain = await renderingsOf(distilling(', input: student', 'student: resnet8'));
    assert.deepEqual(plain.teacher, plain.student);
    assert.notEqual(plain.input, first.input);
    const record = readRecipe(distilling(', input: student')).recipe;
    assert.deepEqual(typeof record.teacher === 'object' && record.teacher.input, 'student');
  });
  test('is no student', async () => {
    const file = distilling('', 'student: { name: resnet8, input: student }');
    assert.deepEqual(await said(() => readRecipe(file)), [
      'seen.yaml:1: student: is the student itself, and `input: student` is of a teacher: say here how the student wants its images',
    ]);
  });
  test('is one of a recipe', async () => {
    const network = { name: 'resnet8', weights, input: 'student' } as const;
    await assert.rejects(
      loadAlone(network, {}),
      /^RangeError: `input: student` is of a teacher in a recipe, which has a student: say how it wants its images$/,
    );
  });
});

test('published weights are said to want their images so where `input` leaves any of that to them', async () => {
  const name = 'efficientnet_lite0';
  const weights = path.join(scratch, 'published.safetensors');
  saveSafetensors(weights, createModel(name, { classes: 1000 }).stateDict());
  const options = { classes: 1000, channels: 3 };
  const fits = { options, labels: null, anySize: true };
  const told = async (...input: object[]) => {
    const texts: string[] = [];
    const network = { name, weights, ...(input[0] && { input: input[0] }) };
    const { rendering } = await loadNetwork('teacher', network, fits, {
      onWarning: (text) => texts.push(text),
    });
    return {
      rendering,
      isTold: texts.some(
        (text) =>
          text.includes(' images are shown as the published weights') &&
          text.includes(` want them, ${JSON.stringify(rendering)};`),
      ),
    };
  };
  const whole = { size: 96, resize: 96, interpolation: 'bilinear', mean: 'imagenet' };
  assert.deepEqual(await told(whole), { rendering: whole, isTold: false });
  assert.equal((await told()).isTold, true);
  const partly = await told({ size: 96 });
  assert.deepEqual([partly.isTold, partly.rendering?.interpolation], [true, 'bicubic']);
});
