/** Runs over a folder of images: killed, left without its images, with damaged ones, and resumed to the same bits. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { DamagedImageError, type Dataset, evaluate, readRun, run } from 'retort';
import { retort } from '../../reference/command.ts';
import { assertSame, logOf } from '../../reference/left.ts';
import { drawFolder, ofFolder } from '../../reference/of-folder.ts';

const top = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-of-folder-'));
after(() => fs.rmSync(top, { recursive: true }));
const photos = path.join(top, 'photos');
const at = (name: string): string => path.join(top, 'runs', name);
const damaged = ['train/dark/7.png', 'train/light/19.png', 'val/dark/2.png'];

suite('a run over a folder of images', () => {
  const whole = at('whole');
  const warnings: string[] = [];

  before(async () => {
    await drawFolder(photos);
    for (const name of damaged) fs.truncateSync(path.join(photos, name), 60);
    const given = await ofFolder(photos, whole, undefined, (text) => warnings.push(text));
    await run(given);
  });

  test('leaves damaged images out: each is named once, and counted in the log, and in no score', () => {
    const named = warnings.filter((text) => /left out/.test(text));
    assert.deepEqual(
      named.toSorted(),
      damaged.map(
        (name) =>
          `${path.join(photos, name)}: it is cut off: of this PNG there are 60 bytes, and its end is missing; it is left out: training shows the next of its class in its place, and evaluation does not count it`,
      ),
    );
    const epochs = logOf(whole).filter(({ kind }) => kind === undefined);
    assert.deepEqual(
      epochs.map(({ standIns, test }) => [standIns, (test as { samples: number }).samples]),
      [
        [2, 7],
        [2, 7],
      ],
    );
  });

  test('comes to what it would with others of their classes in their places', async () => {
    const replaced = path.join(top, 'replaced', 'photos');
    fs.cpSync(photos, replaced, { recursive: true });
    // The next of its class, and after the last the first.
    for (const [name, next] of [
      ['train/dark/7.png', 'train/dark/8.png'],
      ['train/light/19.png', 'train/light/2.png'],
    ])
      fs.copyFileSync(path.join(replaced, next ?? ''), path.join(replaced, name ?? ''));
    fs.rmSync(path.join(replaced, 'val/dark/2.png'));
    const out = at('replaced');
    await run(await ofFolder(replaced, out, { workers: 1, onCorrupt: 'fail' }));
    const [one, other] = [out, whole].map((folder) => fs.readFileSync(path.join(folder, 'last.safetensors')));
    assert.ok(one && other?.equals(one));
    const scores = [out, whole].map(
      (folder) => (logOf(folder).at(-1) as { test: { crossEntropy: number } }).test,
    );
    assert.equal(scores[0]?.crossEntropy, scores[1]?.crossEntropy);
  });

  test('stops at a damaged image unless it is told to go on, and says which', async () => {
    const out = at('fails');
    const failed = /(dark\/7|light\/19|dark\/2)\.png: it is cut off/;
    await assert.rejects(run(await ofFolder(photos, out, { workers: 2 })), {
      name: 'DataError',
      message: failed,
    });
  });

  test('that stopped at a damaged image is resumed without it, to the same bits', async () => {
    const mended = path.join(top, 'mended', 'photos');
    fs.cpSync(photos, mended, { recursive: true });
    fs.rmSync(path.join(mended, 'val/dark/2.png'));
    const out = at('without');
    const settings = (options: object) => ({ data: { name: 'photos', options } });
    const given = await ofFolder(mended, out, { workers: 2 });
    await assert.rejects(run({ ...given, settings: settings({ workers: 2 }) }), {
      message:
        /put a whole one in its place, .* onCorrupt: skip of the data; a checkpoint after step \d+ of epoch 1 is kept/,
    });
    const skipping = { workers: 1, onCorrupt: 'skip' } as const;
    const again = { ...(await ofFolder(mended, out, skipping)), resume: 'change' } as const;
    await assert.rejects(run({ ...again, settings: settings({ workers: 2, exif: 'apply' }) }), {
      message: /data\.options\.exif cannot be changed in a run that has begun/,
    });
    await run({ ...again, settings: settings(skipping) });
    const [one, other] = [out, whole].map((folder) => fs.readFileSync(path.join(folder, 'last.safetensors')));
    assert.ok(one && other?.equals(one));
  });

  test('is told of in the commands, with what was left out', async () => {
    const recipe = path.join(top, 'recipe.yaml');
    fs.writeFileSync(
      recipe,
      `data: { name: ${photos}, options: { onCorrupt: skip } }
student: { name: resnet8, input: { size: 16 } }
batchSize: 20
precision: fp32
stages: [{ epochs: 1, methods: [cross-entropy] }]
`,
    );
    const out = at('command');
    const trained = await retort('train', recipe, '--out', out);
    assert.equal(trained.code, 0, trained.stderr);
    assert.match(trained.stderr, /epoch 1\/1: .*, damaged images left out: 2 \(/);
    assert.match(
      trained.stderr,
      /damaged images that were left out: 2 of 40 in training, where others of their classes were shown, and 1 of 8 in the test split/,
    );
    const judge = [
      'eval',
      '--model',
      'resnet8',
      '--weights',
      out,
      '--data',
      photos,
      '--input',
      '{ size: 16 }',
    ];
    const judged = await retort(...judge, '--data-options', '{ onCorrupt: skip, exif: apply }');
    assert.match(judged.stdout, /photos val, 7 images; damaged and not counted: 1/);
    const said = await retort(...judge, '--data-options', '{ onCorrupt: skip }', '--json');
    const { samples, leftOut } = JSON.parse(said.stdout);
    assert.deepEqual([samples, leftOut], [7, 1]);
    const failed = await retort(...judge);
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, /val\/dark\/2\.png: it is cut off/);
  });

  test('by kill -9 is resumed to the same bits', async () => {
    const out = at('killed');
    const script = path.join(import.meta.dirname, '../../reference/of-folder.ts');
    const { signal } = spawnSync(process.execPath, [script, photos, out, '14'], { stdio: 'ignore' });
    assert.equal(signal, 'SIGKILL');
    assert.ok(fs.readdirSync(path.join(out, 'checkpoints')).length > 0);
    await run({ ...(await ofFolder(photos, out)), resume: true });
    assertSame(out, whole);
  });

  test('whose images vanish stops with a sentence and a checkpoint, and is resumed to the same bits when they are back', async () => {
    const out = at('vanished');
    const away = path.join(top, 'away');
    let steps = 0;
    const given = await ofFolder(photos, out);
    await assert.rejects(
      run({ ...given, onStep: () => ++steps === 13 && fs.renameSync(photos, away) }),
      (error) => {
        assert.ok(error instanceof Error);
        assert.equal(error.name, 'DataError');
        assert.match(
          error.message,
          new RegExp(
            `^${photos} is not there any more: ${photos}/train/.*: it cannot be read: there is no such file`,
          ),
        );
        assert.ok(
          error.message.includes(
            `a checkpoint after step ${steps - 10} of epoch 2 is kept in ${out}, which can be resumed when the data can be read`,
          ),
        );
        return true;
      },
    );
    assert.equal(readRun(out).status, 'failed');
    await assert.rejects(ofFolder(photos, out), {
      message: `${photos} cannot be read: there is no such file or folder`,
    });
    fs.renameSync(away, photos);
    let again = 0;
    await run({ ...(await ofFolder(photos, out)), resume: true, onStep: () => again++ });
    assert.equal(again, 20 - steps, 'no step is computed twice');
    assertSame(out, whole);
  });

  test('is not resumed with images that are turned as EXIF says, which are other data', async () => {
    const out = at('turned');
    const stop = new AbortController();
    const given = await ofFolder(photos, out);
    await run({ ...given, signal: stop.signal, onStep: () => stop.abort() });
    const turned = await ofFolder(photos, out, { workers: 2, onCorrupt: 'skip', exif: 'apply' });
    assert.notEqual(turned.data.train.fingerprint, given.data.train.fingerprint);
    assert.match(turned.data.source, /photos; turned as EXIF says$/);
    await assert.rejects(run({ ...turned, resume: true }), { name: 'RunError', message: /data/ });
  });

  test('is judged on classes of which no image is whole, and not on nothing', async () => {
    const few = path.join(top, 'few');
    fs.cpSync(photos, few, { recursive: true });
    for (let i = 0; i < 4; i++) fs.writeFileSync(path.join(few, `val/light/${i}.png`), `no image ${i}`);
    const { student, data, renderings } = await ofFolder(few, at('few'));
    assert.equal((await evaluate(student, data.test, { renderings })).samples, 3);
    for (let i = 0; i < 4; i++) fs.writeFileSync(path.join(few, `val/dark/${i}.png`), `none either ${i}`);
    const none = await ofFolder(few, at('few'));
    await assert.rejects(evaluate(student, none.data.test, { renderings }), {
      name: 'DataError',
      message: 'few val: not one of its images can be decoded',
    });
    const own: Dataset = {
      name: 'one of my own',
      size: 4,
      fields: data.test.fields,
      fingerprint: 'mine',
      read: async (ids) => Array.from(ids, (id) => new DamagedImageError(`${id} is cut off`)),
    };
    await assert.rejects(evaluate(student, own, { renderings, batchSize: 4 }), {
      name: 'EvaluationError',
      message: 'one of my own: not one of its samples can be read',
    });
  });

  test('does not learn from a class of which no image is whole', async () => {
    const lacking = path.join(top, 'lacking');
    fs.cpSync(photos, lacking, { recursive: true });
    for (let i = 0; i < 20; i++)
      fs.writeFileSync(path.join(lacking, `train/light/${i}.png`), `no image ${i}`);
    await assert.rejects(run(await ofFolder(lacking, at('lacking'))), {
      name: 'DataError',
      message: /^lacking train: not one of its images of the class 'light' can be decoded/,
    });
  });
});
