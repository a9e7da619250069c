/** The story of images, told of a few. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { served } from '../../../../board/reference/served.ts';
import { retort } from '../../../reference/command.ts';
import { subset } from '../../data/index.ts';
import type { RunSummary } from '../../runs/index.ts';
import { Progress } from '../progress.ts';
import { chosenSamples } from './chosen.ts';
import { tellStory } from './command.ts';
import { imageStory } from './images.ts';
import { sharesOf } from './samples.ts';
import type { Story } from './story.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-quickstart-'));
process.chdir(scratch);
after(() => fs.rmSync(scratch, { recursive: true }));

let story: Story;
const lines: string[] = [];

/** Does something with what is printed in `lines`. */
async function listening<Result>(body: () => Promise<Result>): Promise<Result> {
  const { log, error } = console;
  const { exitCode } = process;
  console.log = console.error = (text: string) => lines.push(text);
  try {
    return await body();
  } finally {
    Object.assign(console, { log, error });
    // A student that gained nothing, as one of few images may, ends the command with 1.
    process.exitCode = exitCode;
  }
}

/** The story, told of a few images. */
function short(): Story {
  const { train, test: judged, source } = story.data;
  const test = subset(
    judged,
    Int32Array.from({ length: 50 }, (_, i) => 150 * i),
  );
  const { options } = story.going;
  return {
    ...story,
    data: { train, source, test },
    sizes: { teacher: 128, student: 96, labelled: 32 },
    student: { ...story.student, alone: story.teacher },
    going: { ...story.going, options: { ...options, data: test } },
  };
}

const runsIn = async (folder: string): Promise<readonly RunSummary[]> =>
  JSON.parse((await retort('runs', folder, '--sort', 'name', '--json')).stdout);

suite('the quickstart on images', () => {
  const shown: string[] = [];
  before(async () => {
    class Watched extends Progress {
      override show(given: Parameters<Progress['show']>[0]): void {
        shown.push(given.what);
      }
    }
    story = await listening(() => imageStory(new Progress()));
    const { signal } = new AbortController();
    await listening(() => tellStory(short(), { seeds: 1 }, new Watched(), signal));
  });

  test('ends with a student that says what an image is', async () => {
    const said = lines.join('\n');
    assert.deepEqual(story.sizes, { teacher: 12_000, student: 16_000, labelled: 200 });
    assert.match(
      said,
      /^A teacher learns from 128 labelled images\. The student has 96 others, 32 of them labelled\.$/m,
    );
    assert.match(said, /^ +top-1 % +parameters +images\/s +training\n.*\nteacher +\d+\.\d\d +174,970 /m);
    assert.match(said, /^student distilled +\d+\.\d\d +19,810 /m);
    assert.match(said, /^ +ONNX, MB +an image takes\n.*\nteacher +0\.7\d /m);
    const [, model = '', image = ''] = /^npx retort predict (\S+) (\S+)$/m.exec(said) ?? [];
    const student = 'runs/quickstart/distilled/seed-0/student';
    assert.deepEqual([model, image], [`${student}/onnx/model.onnx`, `${student}/example.png`]);
    for (const network of [model, 'runs/quickstart/teacher']) {
      const { code, stdout, stderr } = await retort('predict', network, image, '--json');
      assert.equal(code, 0, stderr);
      assert.ok(JSON.parse(stdout).images[0].classes[0].probability > 0.1);
    }
  });

  test('leaves runs, which say what they were', async () => {
    const runs = await runsIn('runs');
    const names = ['alone/seed-0', 'distilled/seed-0', 'teacher'];
    assert.deepEqual(
      runs.map(({ folder, status, notes }) => [folder, status, notes]),
      names.map((name) => [`runs/quickstart/${name}`, 'finished', []]),
    );
    const teacher = `resnet14:${path.resolve('runs/quickstart/teacher')}`;
    assert.deepEqual(
      runs.map((run) => [run.student, run.teacher, run.method, run.data, run.epochsDone, run.parameters]),
      [
        ['resnet8x0.5', null, 'cross-entropy', 'fashion-mnist', 3, 19_810],
        ['resnet8x0.5', teacher, 'kd', 'fashion-mnist', 2, 19_810],
        ['resnet14', null, 'cross-entropy', 'fashion-mnist', 3, 174_970],
      ],
    );
    const [, distilled, taught] = runs;
    assert.deepEqual(distilled?.settings.data, {
      ...{ name: 'fashion-mnist', samples: 96 },
      train: [{ name: 'crop-flip', padding: 2, flip: true }],
    });
    assert.match(
      JSON.stringify(distilled?.settings),
      /"batchSize":32,.*"epochs":2,.*"temperature":4,"alpha":1,"gamma":0,.*"lr":0\.1,/,
    );
    // Each is judged once, the teacher when it had learned.
    assert.deepEqual(
      shown.filter((what) => what.endsWith(', judged')),
      ['teacher, judged', 'student alone, judged', 'student distilled, judged'],
    );
    assert.equal(distilled?.teacherScores?.top1, taught?.scores.top1?.last);
    assert.equal(distilled?.inputs?.data?.sha256, taught?.inputs?.data?.sha256);
    assert.ok(!fs.existsSync('runs/quickstart/alone/seed-0/checkpoints'));
  });

  test('leaves students that every command takes, as runs and as the folder that went out', async () => {
    const folder = 'runs/quickstart/distilled/seed-0';
    const image = `${folder}/student/example.png`;
    for (const network of [folder, `${folder}/student`, 'runs/quickstart/alone/seed-0']) {
      const { code, stdout, stderr } = await retort('predict', network, image, '--json');
      assert.equal(code, 0, stderr);
      assert.equal(JSON.parse(stdout).images.length, 1);
    }
    const inspected = await retort('inspect', folder);
    assert.match(inspected.stdout, /resnet8x0\.5/);
    const exported = await retort('export', folder, '--out', 'again', '--no-check');
    assert.equal(exported.code, 0, exported.stderr);
  });

  test('are shown by the board, to which its last lines lead', async () => {
    assert.deepEqual(lines.slice(-2), [
      '\nIts runs are in runs/quickstart, and this shows them on a page:\n',
      'npx retort board',
    ]);
    await using board = await served('runs');
    const { json } = await board.ask('/api/runs');
    assert.deepEqual(json.runs.map(({ id }: { readonly id: string }) => id).sort(), [
      'quickstart/alone/seed-0',
      'quickstart/distilled/seed-0',
      'quickstart/teacher',
    ]);
    const { json: run } = await board.ask('/api/runs/quickstart%2Fdistilled%2Fseed-0');
    assert.equal(run.exported.kind, 'images');
  });

  test('leaves runs that are diagnosed, on samples that are chosen anew', async () => {
    const folder = 'runs/quickstart/distilled/seed-0';
    const { code, stdout, stderr } = await retort('diagnose', folder, '--json');
    assert.equal(code, 0, stderr);
    // This story was told of fewer.
    const chosen =
      /^the run learned from 96 samples, and `npx retort quickstart` of this version chooses 16000: /;
    const silent = JSON.parse(stdout).results.filter((one: object) => 'silent' in one);
    assert.match(silent[0].silent, chosen);
    const { learned, whole } = await chosenSamples(
      { name: 'quickstart-alone', seed: 1, data: { name: 'fashion-mnist', holdOut: 0 } },
      () => {},
    );
    const { teacher, pool, labelled } = sharesOf(story);
    assert.deepEqual(
      [teacher.size, pool.size, labelled(1).fingerprint, whole.test.fingerprint],
      [12_000, 16_000, learned.fingerprint, story.data.test.fingerprint],
    );
    assert.notEqual(labelled(0).fingerprint, learned.fingerprint);
  });

  test('says why its runs are not resumed', async () => {
    const folder = 'runs/quickstart/distilled/seed-0';
    const resumed = await retort('resume', folder);
    assert.equal(resumed.code, 2);
    assert.match(resumed.stderr, /is a run of `npx retort quickstart`, which begins anew each time: /);
  });

  test('that is stopped leaves a run that was, in another folder where one is taken', async () => {
    const controller = new AbortController();
    class Stopping extends Progress {
      override show(given: Parameters<Progress['show']>[0]): void {
        if (given.what === 'student alone') controller.abort();
      }
    }
    const stopped = listening(() => tellStory(short(), { seeds: 1 }, new Stopping(), controller.signal));
    await assert.rejects(stopped, (error) => error === controller.signal.reason);
    assert.deepEqual(
      (await runsIn('runs/quickstart-2')).map(({ folder, status }) => [folder, status]),
      [
        ['runs/quickstart-2/alone/seed-0', 'stopped'],
        ['runs/quickstart-2/teacher', 'finished'],
      ],
    );
  });
});
