/** Recipes of texts, from a table and model folders to a run that is resumed, evaluated and taught from. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { loadSafetensors, setNumThreads } from '@retort/torch';
import { retort } from '../../reference/command.ts';
import { words, writeBert, writeTable } from '../../reference/made-texts.ts';
import { run } from '../experiment/index.ts';
import { readRecord } from '../runs/index.ts';
import { openTokenizer } from '../tokenizers/index.ts';
import { loadNetwork, prepare, RecipeError, readRecipe } from './index.ts';

const top = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-texts-'));
after(() => fs.rmSync(top, { recursive: true }));
const at = (...parts: readonly string[]): string => path.join(top, ...parts);

before(() => {
  setNumThreads(1);
  writeTable(at('films'));
  writeBert(at('teacher'), { depth: 3 });
  writeBert(at('student'), { seed: 2 });
  // The same words by other numbers, and one more.
  const shuffled = [...words.slice(0, 5), ...words.slice(5).toReversed(), 'more'];
  writeBert(at('others'), { depth: 3, vocabulary: shuffled });
});

let recipes = 0;

function recipe(lines: Readonly<Record<string, string>>): string {
  const file = at(`recipe-${recipes++}.yaml`);
  const all = {
    name: 'films',
    data: '{ name: ./films }',
    student: '{ weights: ./student, newHead: true }',
    teacher: '{ weights: ./teacher }',
    batchSize: '8',
    precision: 'fp32',
    teacherCheck: 'false',
    stages: '[{ epochs: 2, methods: [kd], optimizer: { name: adamw, lr: 1e-3 }, schedule: linear }]',
    ...lines,
  };
  fs.writeFileSync(
    file,
    Object.entries(all)
      .map(([key, value]) => `${key}: ${value}\n`)
      .join(''),
  );
  return file;
}

const prepared = (lines: Readonly<Record<string, string>> = {}) => prepare(readRecipe(recipe(lines)));

async function refusal(lines: Readonly<Record<string, string>>): Promise<string> {
  try {
    await prepared(lines);
  } catch (error) {
    assert.ok(error instanceof RecipeError, String(error));
    return error.message;
  }
  throw new Error('nothing was refused');
}

async function trained(out: string, lines: Readonly<Record<string, string>> = {}): Promise<Buffer> {
  await run({ ...(await prepared(lines)), out });
  return fs.readFileSync(path.join(out, 'last.safetensors'));
}

suite('a run on texts', () => {
  const whole = at('runs/whole');
  before(async () => {
    await trained(whole);
  });

  test('says how its texts were shown, and keeps the tokenizer beside its weights', () => {
    const { settings } = readRecord(whole);
    assert.deepEqual(
      [
        settings.task,
        (settings.data as { train: unknown }).train,
        (settings.data as { sampling: unknown }).sampling,
      ],
      ['classification', [], 'length'],
    );
    assert.equal(openTokenizer(whole).fingerprint, openTokenizer(at('student')).fingerprint);
    assert.equal(loadSafetensors(path.join(whole, 'best.safetensors')).metadata.texts, '1');
  });

  test('is loaded again with its tokenizer, and is refused with another', async () => {
    const fits = { options: { classes: 2 }, labels: null, anySize: false };
    const { rendering } = await loadNetwork('student', whole, fits, {});
    assert.equal(rendering?.tokenizer?.fingerprint, openTokenizer(at('student')).fingerprint);
    fs.cpSync(whole, at('runs/moved'), { recursive: true });
    const kept = at('runs/moved/tokenizer.json');
    const text = fs.readFileSync(kept, 'utf8');
    fs.writeFileSync(kept, text.replace('"film"', '"fill"'));
    await assert.rejects(
      loadNetwork('student', at('runs/moved'), fits, {}),
      /another than the one that its network was trained with/,
    );
    fs.rmSync(kept);
    fs.rmSync(at('runs/moved/tokenizer_config.json'));
    await assert.rejects(
      loadNetwork('student', at('runs/moved'), fits, {}),
      /there is no tokenizer in .*moved/,
    );
  });

  test('is evaluated by the command, and teaches another', async () => {
    const { stdout } = await retort('eval', '--weights', whole, '--data', at('films'), '--json');
    const { last } = readRecord(whole).result as { last: { top1: number } };
    assert.equal(JSON.parse(stdout).scores.top1, last.top1);
    await trained(at('runs/taught'), { teacher: '{ weights: ./runs/whole }' });
  });

  test('is resumed to the same bits, with what the teacher said kept', async () => {
    const cached = { cache: `{ folder: '${at('kept')}' }` };
    const bytes = await trained(at('runs/cached'), cached);
    for (const last of [4, 9]) {
      const out = at(`runs/stopped-${last}`);
      const ending = new AbortController();
      let steps = 0;
      const given = await prepared(cached);
      await run({
        ...given,
        out,
        signal: ending.signal,
        onStep: () => {
          if (++steps === last) ending.abort();
        },
      });
      assert.equal(readRecord(out).status, 'stopped');
      await run({ ...(await prepared(cached)), settings: undefined, out, resume: true });
      assert.ok(bytes.equals(fs.readFileSync(path.join(out, 'last.safetensors'))));
    }
  });

  test('with a cache is what it is with a live teacher, but for its dtype', async () => {
    const live = await trained(at('runs/live'));
    const kept = await trained(at('runs/fp32'), {
      cache: `{ dtype: fp32, folder: '${at('kept')}' }`,
    });
    // Texts are asked in other batches, and so with other padding.
    assert.equal(live.length, kept.length);
    const scores = (out: string) =>
      (readRecord(out).result as { last: { crossEntropy: number } }).last.crossEntropy;
    assert.ok(Math.abs(scores(at('runs/live')) - scores(at('runs/fp32'))) < 1e-4);
  });
});

test('a tokenizer that says fewer tokens than its network has places for says where texts are cut', async () => {
  const fits = { options: { classes: 2 }, labels: null, anySize: false };
  const lengthOf = async (config: object | null, asked = {}): Promise<number | undefined> => {
    const folder = writeBert(at(`lengths-${recipes++}`), { positions: 300 });
    if (config) fs.writeFileSync(path.join(folder, 'tokenizer_config.json'), JSON.stringify(config));
    const { rendering } = await loadNetwork('student', { weights: folder, ...asked }, fits, {});
    return rendering?.maxLength;
  };
  assert.equal(await lengthOf(null), 128);
  assert.equal(await lengthOf({ model_max_length: 300 }), 128);
  assert.equal(await lengthOf({ model_max_length: 1e30 }), 128);
  assert.equal(await lengthOf({ model_max_length: 200 }), 200);
  assert.equal(await lengthOf({ model_max_length: 200 }, { input: { maxLength: 64 } }), 64);
});

suite('a pair of networks of texts', () => {
  test('has each its own tokens where their words differ', async () => {
    const { trainer } = await prepared({ teacher: '{ weights: ./others }' });
    const { student, teacher } = trainer.renderings;
    assert.notEqual(student?.tokenizer?.fingerprint, teacher?.tokenizer?.fingerprint);
  });

  test('shares the tokenizer of one where the other has none', async () => {
    fs.cpSync(at('teacher'), at('wordless'), { recursive: true });
    fs.rmSync(at('wordless/vocab.txt'));
    const { trainer } = await prepared({ teacher: '{ weights: ./wordless }' });
    assert.equal(
      trainer.renderings.teacher?.tokenizer?.fingerprint,
      openTokenizer(at('student')).fingerprint,
    );
    const { trainer: other } = await prepared({ student: '{ weights: ./wordless, newHead: true }' });
    assert.ok(other.renderings.student?.tokenizer);
    assert.match(
      await refusal({
        student: '{ weights: ./wordless, newHead: true }',
        teacher: '{ weights: ./wordless }',
      }),
      /student: films.*: texts need a tokenizer/,
    );
  });

  test('is refused before the first step where something does not fit, with the place in the recipe', async () => {
    const cases: readonly (readonly [lines: Readonly<Record<string, string>>, sentence: RegExp])[] = [
      [
        { student: '{ weights: ./student, newHead: true, input: { tokenizer: ./few } }' },
        /student: .*knows 28 tokens, and the tokenizer in .*few has 29: it is that of another network/,
      ],
      [
        { student: '{ weights: ./student, newHead: true, input: { maxLength: 40 } }' },
        /student: .*has 32 positions, and samples are cut to 40 tokens: set input.maxLength to at most 32/,
      ],
      [{ cache: '{ views: 4 }' }, /cache.views: texts are not changed from epoch to epoch, so that 4 views/],
      [
        { data: '{ name: ./films, train: [flip] }' },
        /data.train: flip changes images, and the samples of films train are texts/,
      ],
      [
        { data: '{ name: ./films, train: [flip] }', probe: '{ protocol: crd }' },
        /data.train: the protocol crd of probes changes images by chance, and the samples of films train are texts: what features of texts/,
      ],
      [{ student: 'resnet20' }, /student: resnet20 takes images, and the samples of .* are texts/],
      [
        { student: '{ weights: ./student, newHead: true, input: { tokenizer: ./nowhere } }' },
        /student.input.tokenizer: there is no \.\/nowhere/,
      ],
      [{ data: '{ name: ./films, mixing: { mixup: 0.2 } }' }, /texts are not mixed/],
      [
        {
          data: '{ name: fashion-mnist }',
          teacher: 'null',
          stages: '[{ epochs: 1, methods: [cross-entropy] }]',
        },
        /student: .*takes texts, and the samples of .* are images/,
      ],
    ];
    fs.mkdirSync(at('few'));
    fs.writeFileSync(at('few/vocab.txt'), `${[...words, 'more'].join('\n')}\n`);
    for (const [lines, sentence] of cases) assert.match(await refusal(lines), sentence);
  });
});

test('flags alone choose for a table of texts what transformers’ example for GLUE does, and say so', async () => {
  const { stdout } = await retort(
    'train',
    '--data',
    at('films'),
    '--model',
    `{ weights: ${at('student')}, newHead: true }`,
    '--print',
  );
  assert.match(stdout, /AdamW at 2e-5/);
  assert.match(stdout, /batchSize: 32/);
  const { stderr } = await retort('train', '--data', at('films'), '--model', at('student'), '--size', '32');
  assert.match(stderr, /--size is of photographs/);
});
