/** The story of texts, told of a made table by a made pair, as it is told of film reviews by MiniLM. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import type { nn } from '@retort/torch';
import { retort } from '../../../reference/command.ts';
import { writeBert } from '../../../reference/made-texts.ts';
import { DataError, fetchColumns } from '../../data/index.ts';
import type { Diagnoses } from '../../diagnose/index.ts';
import { evaluate } from '../../evaluate/index.ts';
import { compareRuns, findRuns, readRun } from '../../runs/index.ts';
import { Progress } from '../progress.ts';
import { tellStory } from './command.ts';
import type { Story } from './story.ts';
import { sizesOf, type TextStoryOptions, textStory } from './texts.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-quickstart-'));
process.chdir(scratch);
process.env.RETORT_DATA = scratch;
after(() => fs.rmSync(scratch, { recursive: true }));

const words = ['the', 'film', 'is', 'good', 'fine', 'bad', 'dull', 'and', 'so', 'long'];
const vocabulary = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words];

/** A model folder without a classifier, as MiniLM is. */
const folder = (name: string, depth: number): string =>
  writeBert(path.join(scratch, name), { depth, vocabulary, positions: 512, seed: depth, base: true });

const pair = { l6: folder('large', 2), l3: folder('small', 1) };

/** Texts with labels that their words say; `length` of them each. */
function table(name: string, count: number, length = 4): string {
  const lines = Array.from({ length: count }, (_, i) => {
    const said = i % 2 ? 'good' : 'bad';
    const text = [...new Array<string>(length - 1).fill(words[i % 3] ?? ''), said].join(' ');
    return `${text}\t${i % 2 ? 'yes' : 'no'}`;
  });
  fs.writeFileSync(name, `text\tlabel\n${lines.join('\n')}\n`);
  return `./${name}`;
}

/** What is printed while something is done, on both outputs. */
async function printed<Result>(body: () => Promise<Result>): Promise<{ result: Result; lines: string }> {
  const { log, error } = console;
  const { exitCode } = process;
  let lines = '';
  console.log = console.error = (text: string) => {
    lines += `${text}\n`;
  };
  try {
    return { result: await body(), lines };
  } finally {
    Object.assign(console, { log, error });
    // A student that gained nothing, as made ones may, ends the command with 1.
    process.exitCode = exitCode;
  }
}

const story = (options: TextStoryOptions) => printed(() => textStory({ pair, ...options }, new Progress()));

suite('the quickstart on texts', () => {
  test('shares them out', () => {
    assert.deepEqual(sizesOf(8000), { teacher: 3000, student: 5000, labelled: 200 });
    assert.deepEqual(sizesOf(800), { teacher: 300, student: 500, labelled: 50 });
    assert.deepEqual(sizesOf(40), { teacher: 15, student: 25, labelled: 8 });
  });

  test('tells of one’s own, and the student goes out as it answers', async () => {
    const { result: told, lines: before } = await story({ data: table('own.tsv', 100) });
    // Ten times all of the student's 50, and as many for the one that learns from 8.
    const { alone, distilled } = told.student;
    assert.deepEqual([distilled.stage.epochs, alone.stage.epochs], [10, 63]);
    assert.match(before, /^Texts from .*own\.tsv, of which 20 of 100 texts are held out/);
    const cache = { views: 1, folder: path.join(scratch, 'teachers') };
    const students: nn.Layer[] = [];
    const going: Story['going'] = {
      ...told.going,
      measurable(name, model) {
        students.push(model);
        return told.going.measurable(name, model);
      },
    };
    const { lines } = await printed(() =>
      tellStory({ ...told, cache, going }, { seeds: 2 }, new Progress(), new AbortController().signal),
    );
    assert.match(
      lines,
      /^A teacher learns from 30 labelled texts\. The student has 50 others, 8 of them labelled\./,
    );
    for (const who of ['teacher', 'student alone, seed 1', 'student distilled, seed 1'])
      assert.match(lines, new RegExp(`^${who}: top-1 \\d+\\.\\d\\d % after`, 'm'));
    assert.match(lines, /^student distilled {2,}\d+\.\d\d ± \d+\.\d\d /m);
    assert.match(lines, /^Distillation gained -?\d+\.\d\d ± \d+\.\d\d points of accuracy over 2 seeds\.$/m);
    const [, model = '', text = ''] = /^npx retort predict (\S+) '(.*)'$/m.exec(lines) ?? [];
    assert.equal(model, 'runs/quickstart-text/distilled/seed-0/student');
    const runs = findRuns('runs').map(readRun);
    assert.deepEqual(
      runs.map((run) => [run.folder, run.status, run.student, run.method, run.epochsDone]),
      [
        ...[0, 1].map((seed) => [`alone/seed-${seed}`, 'finished', pair.l3, 'cross-entropy', 63]),
        ...[0, 1].map((seed) => [`distilled/seed-${seed}`, 'finished', pair.l3, 'kd', 10]),
        ['teacher', 'finished', pair.l6, 'cross-entropy', 10],
      ].map(([name, ...others]) => [`runs/quickstart-text/${name}`, ...others]),
    );
    const seeds = compareRuns(runs).groups.map(({ name, runs }) => [name, runs.length]);
    assert.deepEqual(seeds, [
      ['runs/quickstart-text/alone', 2],
      ['runs/quickstart-text/distilled', 2],
      ['runs/quickstart-text/teacher', 1],
    ]);
    for (const network of [model, 'runs/quickstart-text/teacher', 'runs/quickstart-text/distilled/seed-0']) {
      const predicted = await retort('predict', network, text, '--json');
      assert.equal(predicted.code, 0, predicted.stderr);
      const { texts } = JSON.parse(predicted.stdout);
      assert.deepEqual(texts[0].classes.map(({ name }: { readonly name: string }) => name).sort(), [
        'no',
        'yes',
      ]);
    }
    assert.match(lines, /^ +ONNX, MB +a text of 32 tokens takes\n.*\nteacher +0\.\d\d/m);
    const [, student] = students;
    assert.ok(student);
    const { renderings } = told.shown;
    const { crossEntropy } = await evaluate(student, told.data.test, { renderings });
    const asked = ['eval', '--weights', model, '--data', './own.tsv', '--json'];
    const { stdout } = await retort(...asked);
    const { scores } = JSON.parse(stdout);
    assert.ok(Math.abs(scores.crossEntropy - crossEntropy) < 1e-6, `${scores.crossEntropy} ${crossEntropy}`);
    for (const split of ['test', 'train'] as const) {
      const { code, stdout, stderr } = await retort(
        ...['diagnose', 'runs/quickstart-text/distilled/seed-1', '--split', split, '--json'],
      );
      assert.equal(code, 0, stderr);
      const { notes, samples, results }: Diagnoses = JSON.parse(stdout);
      assert.deepEqual([notes, samples], [[], split === 'test' ? 20 : 50]);
      assert.deepEqual(
        results.flatMap((one) => ('silent' in one ? [one.what] : [])),
        ['temperatures', 'annealing', 'projector', 'detections'],
      );
    }
    // Of one teacher, for both seeds.
    assert.equal(fs.readdirSync(cache.folder).length, 1);
  });

  test('takes as many of long texts as are read in time, and says so', async () => {
    const { result, lines } = await story({ data: table('long.tsv', 3000, 300) });
    // Of a text 128 tokens are read.
    const [train, judged] = [Math.floor(200_000 / 128), Math.floor(60_000 / 128)];
    assert.deepEqual([result.data.train.size, result.data.test.size], [train, judged]);
    assert.equal(result.teacher.stage.epochs, 2);
    assert.match(
      lines,
      /^Of 2,400 texts 1,562 are learned from, and of 600 468 are judged on, drawn by chance: so that it takes under five minutes$/m,
    );
  });

  test('takes neighbours that are alike long', async () => {
    const mixed = Array.from({ length: 60 }, (_, i) => `${'so '.repeat(1 + ((7 * i) % 13))}good\t${i % 2}`);
    fs.writeFileSync('mixed.tsv', `text\tlabel\n${mixed.join('\n')}\n`);
    const { result } = await story({ data: './mixed.tsv' });
    const { train } = result.data;
    const all = Int32Array.from({ length: train.size }, (_, i) => i);
    using fetched = await fetchColumns(train, all);
    const lengths = (fetched.columns.text as readonly string[]).map((text) => text.length);
    assert.deepEqual(
      lengths,
      lengths.toSorted((a, b) => b - a),
    );
  });

  test('refuses a table that has no classes, or too few texts', async () => {
    const refused = (data: string, message: RegExp) =>
      assert.rejects(story({ data }), (error) => error instanceof DataError && message.test(error.message));
    await refused(
      table('few.tsv', 30),
      /few\.tsv has 24 texts to learn from, and the quickstart needs 40 at least$/,
    );
    fs.writeFileSync('rated.tsv', `text\tlabel\n${'so good\t0.5\nso bad\t1.5\n'.repeat(40)}`);
    await refused(
      './rated.tsv',
      /rated\.tsv: the quickstart learns of which class a text is, one of several, and its fields are text \(text\), label \(scalar\): give it a column 'label' of classes$/,
    );
    await refused('./none.tsv', /there is no file \.\/none\.tsv/);
  });

  test('is asked for by --text, without which --data is refused', async () => {
    const { code, stderr } = await retort('quickstart', '--data', './own.tsv');
    assert.equal(code, 2);
    assert.match(stderr, /^retort: --data is of a table of texts: say --text, too/);
  });
});
