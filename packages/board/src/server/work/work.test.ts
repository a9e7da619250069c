import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { makeRun, running } from '../../../reference/made-runs.ts';
import { scratchFolder, served, type TestBoard } from '../../../reference/served.ts';
import type { DiagnosesAnswer } from '../../api.ts';
import { Commands } from './command.ts';
import { codeAmongRuns } from './own-code.ts';

const scratch = scratchFolder();
after(() => fs.rmSync(scratch, { recursive: true }));

/** In place of retort: writes down how it was called, and when, and answers as it is told to. */
const standIn = path.join(scratch, 'stand-in.mjs');
const calls = path.join(scratch, 'calls.jsonl');
fs.writeFileSync(
  standIn,
  `import fs from 'node:fs';
   import os from 'node:os';
   const args = process.argv.slice(2);
   const say = (record) => fs.appendFileSync(${JSON.stringify(calls)}, JSON.stringify(record) + '\\n');
   say({ args, pid: process.pid, priority: os.getPriority(), begins: true });
   if (args.includes('disagreements')) setInterval(() => {}, 1000);
   await new Promise((resolve) => args.includes('disagreements') || setTimeout(resolve, 150));
   const autogroup = '/proc/self/autogroup';
   say({ args, begins: false, session: fs.existsSync(autogroup) ? fs.readFileSync(autogroup, 'utf8').trim() : null });
   if (args[0] === 'diagnose') {
     const what = args[args.indexOf('--what') + 1].split(',');
     const folder = args.at(-1);
     if (what.includes('cka')) { console.error('one line\\nretort: the data of the run is gone'); process.exit(1); }
     if (what.includes('temperatures')) { console.log('no JSON'); process.exit(0); }
     if (what.includes('annealing')) fs.appendFileSync(folder + '/best.safetensors', 'learned');
     const results = what.filter((one) => one !== 'projector').map((one) => ({ what: one, title: one, from: 'best', silent: 'as it is a stand-in' }));
     console.log(JSON.stringify({ run: folder, status: 'finished', split: 'test', data: 'd', samples: 5, weights: { file: 'best', sha256: 'f', epoch: 1 }, results }));
   } else {
     const classes = [{ class: 1, name: '1', probability: 0.75 }, { class: 0, name: '0', probability: 0.25 }];
     const sample = args.at(-1);
     if (sample === 'fail') { console.error('retort: it knows no such word'); process.exit(1); }
     if (sample === 'number') { console.log('{"texts":[{"text":"number","number":1}]}'); process.exit(0); }
     const image = args[0] === 'predict' && fs.existsSync(sample) ? fs.readFileSync(sample, 'utf8') : null;
     say({ image });
     console.log(JSON.stringify(image === null ? { texts: [{ text: sample, classes }] } : { images: [{ image: sample, classes }], errors: [] }));
   }`,
);

interface Call {
  readonly args: string[];
  readonly pid?: number;
  readonly priority?: number;
  readonly begins?: boolean;
  /** What Linux says of its session; null where it knows none. */
  readonly session?: string | null;
  readonly image?: string | null;
}
const said = (): Call[] =>
  fs.existsSync(calls)
    ? fs
        .readFileSync(calls, 'utf8')
        .split('\n')
        // The last is not written yet, or nothing.
        .slice(0, -1)
        .map((line) => JSON.parse(line))
    : [];
const begun = (): Call[] => said().filter(({ begins }) => begins);

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

let folders = 0;
function freshRuns(...names: string[]): string {
  fs.rmSync(calls, { force: true });
  const folder = path.join(scratch, `runs-${folders++}`);
  for (const name of names) {
    makeRun(path.join(folder, name));
    fs.writeFileSync(path.join(folder, name, 'best.safetensors'), `weights of ${name}`);
  }
  return folder;
}

const boardOf = (folder: string): Promise<TestBoard> =>
  served(folder, { command: [process.execPath, standIn] });

async function settled(board: TestBoard, id: string): Promise<DiagnosesAnswer> {
  for (let tries = 0; tries < 2000; tries++) {
    const { json } = await board.ask(`/api/runs/${id}/diagnoses`);
    if (json.running.length + json.waiting.length === 0) return json;
    await wait(30);
  }
  throw new Error('it never ended');
}

const whats = (answer: DiagnosesAnswer): string[] => answer.results.map(({ what }) => what);

suite('diagnoses', () => {
  test('are asked of retort, which gives way to all else, one process at a time, and each once', async () => {
    const folder = freshRuns('a', 'b');
    await using board = await boardOf(folder);
    const asked = await board.send('POST', '/api/runs/a/diagnoses', { what: ['agreement', 'per-class'] });
    assert.equal(asked.status, 202);
    assert.deepEqual(asked.json.running, ['agreement', 'per-class']);
    await board.send('POST', '/api/runs/a/diagnoses', { what: ['per-class', 'reliability'] });
    const other = await board.send('POST', '/api/runs/b/diagnoses', { what: ['agreement'] });
    const { json: now } = await board.ask('/api/runs/a/diagnoses');
    assert.deepEqual(
      [now.running, now.waiting, other.json.running, other.json.waiting],
      [['agreement', 'per-class'], ['reliability'], [], ['agreement']],
    );
    const answer = await settled(board, 'a');
    assert.deepEqual(whats(answer), ['per-class', 'agreement', 'reliability']);
    assert.deepEqual(
      [answer.samples, answer.split, answer.weights?.file, answer.failed],
      [5, 'test', 'best', []],
    );
    await settled(board, 'b');
    const { status, json } = await board.send('POST', '/api/runs/a/diagnoses', { what: ['agreement'] });
    assert.deepEqual([status, json.running], [202, []]);
    assert.deepEqual(
      begun().map(({ args }) => args),
      [
        ['diagnose', '--what', 'agreement,per-class', '--json', '--', path.join(folder, 'a')],
        ['diagnose', '--what', 'reliability', '--json', '--', path.join(folder, 'a')],
        ['diagnose', '--what', 'agreement', '--json', '--', path.join(folder, 'b')],
      ],
    );
    assert.deepEqual(
      said().map(({ begins }) => begins),
      [true, false, true, false, true, false],
    );
    assert.ok(begun().every(({ priority }) => priority === 19));
  });

  const knowsSessions = fs.existsSync('/proc/self/autogroup');
  test('give way to a run of another session, while one is going on', {
    skip: !knowsSessions && 'this system shares its processors between processes, not sessions',
  }, async () => {
    const folder = freshRuns('done', 'going');
    const sessionOf = async (what: string): Promise<string> => {
      await using board = await boardOf(folder);
      await board.ask('/api/runs');
      await board.send('POST', '/api/runs/done/diagnoses', { what: [what] });
      await settled(board, 'done');
      return said().at(-1)?.session ?? '';
    };
    assert.match(await sessionOf('agreement'), / nice 0$/);
    makeRun(path.join(folder, 'going'), running());
    assert.match(await sessionOf('per-class'), / nice 19$/);
  });

  test('that are known are asked for again where it is said, and what waits is not asked for twice', async () => {
    const folder = freshRuns('a');
    await using board = await boardOf(folder);
    const ask = (again?: boolean) =>
      board.send('POST', '/api/runs/a/diagnoses', { what: ['agreement'], again });
    await ask();
    await settled(board, 'a');
    assert.deepEqual((await ask(true)).json.running, ['agreement']);
    await ask(true);
    assert.deepEqual(whats(await settled(board, 'a')), ['agreement']);
    assert.equal(begun().length, 2);
  });

  test('are kept as long as the weights are the same, also of another run', async () => {
    const folder = freshRuns('a', 'copy');
    fs.copyFileSync(path.join(folder, 'a/best.safetensors'), path.join(folder, 'copy/best.safetensors'));
    {
      await using board = await boardOf(folder);
      await board.send('POST', '/api/runs/a/diagnoses', { what: ['agreement'] });
      await settled(board, 'a');
    }
    await using board = await boardOf(folder);
    for (const id of ['a', 'copy'])
      assert.deepEqual(whats((await board.ask(`/api/runs/${id}/diagnoses`)).json), ['agreement']);
    fs.writeFileSync(path.join(folder, 'a/best.safetensors'), 'others');
    const { json } = await board.ask('/api/runs/a/diagnoses');
    assert.deepEqual([json.results, json.weights], [[], null]);
  });

  test('that fail say why, in the words of retort, and may be asked for again', async () => {
    const folder = freshRuns('a');
    await using board = await boardOf(folder);
    await board.send('POST', '/api/runs/a/diagnoses', { what: ['cka'] });
    await board.send('POST', '/api/runs/a/diagnoses', { what: ['temperatures'] });
    await board.send('POST', '/api/runs/a/diagnoses', { what: ['projector', 'agreement'] });
    const answer = await settled(board, 'a');
    assert.deepEqual(whats(answer), ['agreement']);
    assert.deepEqual(Object.fromEntries(answer.failed.map(({ what, error }) => [what, error])), {
      cka: 'the data of the run is gone',
      temperatures: 'retort diagnose answered in a form that this board does not know',
      projector: 'nothing was said of it',
    });
    const { json } = await board.send('POST', '/api/runs/a/diagnoses', { what: ['cka'] });
    assert.deepEqual(json.running, ['cka']);
    assert.ok(!json.failed.some(({ what }: { what: string }) => what === 'cka'));
    await settled(board, 'a');
  });

  test('of weights that change meanwhile are not kept', async () => {
    const folder = freshRuns('a');
    await using board = await boardOf(folder);
    await board.send('POST', '/api/runs/a/diagnoses', { what: ['annealing'] });
    const answer = await settled(board, 'a');
    assert.deepEqual(answer.results, []);
    assert.match(answer.failed[0]?.error ?? '', /its weights changed meanwhile/);
  });

  test('that are asked for wrongly are a sentence, and nothing is started', async () => {
    const folder = freshRuns('a');
    makeRun(path.join(folder, 'fresh'));
    await using board = await boardOf(folder);
    for (const body of [
      {},
      { what: [] },
      { what: ['all'] },
      { what: ['--out'] },
      { what: 'cka' },
      { what: ['cka'], run: '/etc' },
    ])
      assert.equal(
        (await board.send('POST', '/api/runs/a/diagnoses', body)).status,
        400,
        JSON.stringify(body),
      );
    const { status, json } = await board.send('POST', '/api/runs/fresh/diagnoses', { what: ['cka'] });
    assert.equal(status, 409);
    assert.match(json.error, /fresh has no weights \(best/);
    assert.equal((await board.send('POST', '/api/runs/nope/diagnoses', { what: ['cka'] })).status, 404);
    assert.deepEqual(said(), []);
  });

  test('end with the board', async () => {
    const folder = freshRuns('a');
    {
      await using board = await boardOf(folder);
      // It would never end.
      await board.send('POST', '/api/runs/a/diagnoses', { what: ['disagreements'] });
      while (begun().length === 0) await wait(10);
    }
    const pid = begun()[0]?.pid ?? 0;
    for (let tries = 0; isThere(pid); tries++) {
      assert.ok(tries < 2000, 'it went on');
      await wait(10);
    }
  });
});

suite('code that a run names', () => {
  test('is not run where it lies among the runs', async () => {
    const folder = freshRuns('a');
    const code = path.join(folder, 'a/net.ts');
    fs.writeFileSync(code, 'export const net = 1;');
    makeRun(path.join(folder, 'a'), { settings: { teacher: `${code}#net:teacher.safetensors` } });
    await using board = await boardOf(folder);
    const diagnosed = await board.send('POST', '/api/runs/a/diagnoses', { what: ['agreement'] });
    const answered = await board.send('POST', '/api/runs/a/teacher', { text: 'a film' });
    for (const { status, json } of [diagnosed, answered]) {
      assert.equal(status, 409);
      assert.match(json.error, /code that lies among the runs, .*net\.ts, and the board runs none of these/);
    }
    assert.deepEqual(said(), []);
  });
  test('is found wherever settings name it, also by a way round', () => {
    const folder = freshRuns('a');
    fs.writeFileSync(path.join(folder, 'a/net.mjs'), '');
    fs.symlinkSync(path.join(folder, 'a/net.mjs'), path.join(scratch, 'link.mjs'));
    fs.writeFileSync(path.join(scratch, 'own.ts'), '');
    const found = (settings: unknown): string | null => codeAmongRuns(folder, settings);
    for (const file of [`${folder}/a/net.mjs`, `${folder}/a/../a/net.mjs`, `${scratch}/link.mjs`])
      for (const settings of [
        { data: { name: `${file}#data` } },
        { stages: [{ methods: [{ name: `${file}#m` }] }] },
        { student: `${file}#net` },
      ])
        assert.equal(found(settings), file);
    assert.equal(found({ student: `${folder}/x.js#y/../a/net.mjs#net` }), `${folder}/x.js#y/../a/net.mjs`);
    assert.equal(found({ student: `${scratch}/own.ts#net` }), null, "a user's own, beside the runs");
    assert.equal(found({ student: 'resnet8', data: { name: 'nothing.ts#x' } }), null);
  });
});

suite('a process of the board', () => {
  test('that ends without a word is said to have ended, and how', async () => {
    const commands = new Commands([process.execPath, '-e', 'process.exit(3)', '--'], scratch);
    await assert.rejects(commands.run([]), { message: 'it ended with 3' });
  });
  test('runs no code of the runs, whoever names it, and any other', async () => {
    const folder = freshRuns('a b');
    const program = path.join(scratch, 'imports.mjs');
    fs.writeFileSync(
      program,
      `const { what } = await import(process.argv[2]).catch(({ message }) => ({ what: message }));
       console.log(what);`,
    );
    const said = async (file: string): Promise<string> => {
      const commands = new Commands([process.execPath, program], folder);
      return (await commands.run([pathToFileURL(file).href])).trim();
    };
    const own = path.join(folder, 'a b/net.ts');
    const beside = path.join(scratch, 'beside.ts');
    for (const file of [own, beside]) fs.writeFileSync(file, 'export const what: string = "it ran";');
    fs.symlinkSync(own, path.join(scratch, 'linked.ts'));
    assert.match(await said(own), /^it lies among the runs, and the board runs no code from there/);
    assert.match(await said(path.join(scratch, 'linked.ts')), /^it lies among the runs/);
    assert.equal(await said(beside), 'it ran');
  });
});

suite('the teacher', () => {
  test('answers of a text and of two, whatever they look like', async () => {
    const folder = freshRuns('a');
    await using board = await boardOf(folder);
    const { status, json } = await board.send('POST', '/api/runs/a/teacher', { text: '--out=/etc/passwd' });
    assert.equal(status, 200);
    assert.deepEqual(json, {
      answers: [
        { name: '1', probability: 0.75 },
        { name: '0', probability: 0.25 },
      ],
    });
    await board.send('POST', '/api/runs/a/teacher', { text: 'one', pair: '; rm -rf /' });
    const network = 'resnet20:teacher.safetensors';
    assert.deepEqual(
      begun().map(({ args }) => args),
      [
        ['predict', '--json', '--top', '5', '--', network, '--out=/etc/passwd'],
        ['predict', '--json', '--top', '5', '--pairs', '--', network, 'one', '; rm -rf /'],
      ],
    );
  });
  test("answers of an image, which is not kept, in the student's names where it has none", async () => {
    const folder = freshRuns('a');
    makeRun(path.join(folder, 'a'), { settings: { teacher: { weights: '-x.onnx', input: { size: 32 } } } });
    fs.mkdirSync(path.join(folder, 'a/student/onnx'), { recursive: true });
    fs.writeFileSync(path.join(folder, 'a/student/config.json'), '{"id2label":{"0":"cat","1":"dog"}}');
    fs.writeFileSync(path.join(folder, 'a/student/preprocessor_config.json'), '{}');
    fs.writeFileSync(path.join(folder, 'a/student/onnx/model.onnx'), 'graph');
    await using board = await boardOf(folder);
    const headers = { origin: `http://127.0.0.1:${board.board.port}`, 'content-type': 'image/png' };
    const { json } = await board.ask('/api/runs/a/teacher', { method: 'POST', headers, body: 'the picture' });
    assert.deepEqual(
      json.answers.map(({ name }: { name: string }) => name),
      ['dog', 'cat'],
    );
    const [{ args = [] } = {}] = begun();
    assert.deepEqual(args.slice(4, -1), ['--input', '{"size":32}', '--', '-x.onnx']);
    assert.match(args.at(-1) ?? '', /image\.png$/);
    assert.equal(said().find(({ image }) => image !== undefined)?.image, 'the picture');
    assert.ok(!fs.existsSync(args.at(-1) ?? ''), 'the picture is still there');
    const { json: detail } = await board.ask('/api/runs/a');
    assert.deepEqual(detail.exported, {
      kind: 'images',
      files: [
        { name: 'config.json', bytes: 34 },
        { name: 'preprocessor_config.json', bytes: 2 },
        { name: 'onnx/model.onnx', bytes: 5 },
      ],
    });
  });
  test('that cannot answer says why', async () => {
    const folder = freshRuns('a', 'alone');
    makeRun(path.join(folder, 'alone'), { settings: { teacher: undefined } });
    await using board = await boardOf(folder);
    const asked = async (id: string, body: unknown): Promise<string> => {
      const { status, json } = await board.send('POST', `/api/runs/${id}/teacher`, body);
      return `${status} ${json.error}`;
    };
    assert.equal(await asked('alone', { text: 'a' }), '409 alone has no teacher that could be asked');
    assert.equal(
      await asked('a', { text: 'fail' }),
      '409 the teacher could not be asked: it knows no such word',
    );
    assert.equal(
      await asked('a', { text: 'number' }),
      '409 the teacher could not be asked: it answers with no classes',
    );
    for (const body of [
      {},
      { text: '' },
      { text: 1 },
      { text: 'x'.repeat(30_000) },
      { text: 'a', file: '/etc/passwd' },
    ])
      assert.match(await asked('a', body), /^400 /);
  });
  test('where there are no exported files the cure is said', async () => {
    const folder = freshRuns('a');
    await using board = await boardOf(folder);
    const { status, json } = await board.ask('/api/runs/a/student/onnx/model.onnx');
    const named = path.join(folder, 'a');
    assert.deepEqual(
      [status, json.error],
      [404, `a has no exported student: npx retort export ${named} --out ${named}/student`],
    );
    makeRun(path.join(folder, "it's new"));
    const { json: detail } = await board.ask("/api/runs/it's%20new");
    const quoted = `'${folder}/it'\\''s new`;
    assert.equal(detail.exportCommand, `npx retort export ${quoted}' --out ${quoted}/student'`);
  });
});

test('a retort that cannot be started is a sentence', async () => {
  const folder = freshRuns('a');
  await using board = await served(folder, { command: ['/nowhere/retort'] });
  await board.send('POST', '/api/runs/a/diagnoses', { what: ['agreement'] });
  assert.match((await settled(board, 'a')).failed[0]?.error ?? '', /nowhere\/retort/);
});
