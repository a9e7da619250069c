/** What lies outside of the folder of runs, asked for in every way that there is. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { makeRun, makeStudent } from '../../../reference/made-runs.ts';
import { scratchFolder, served } from '../../../reference/served.ts';

const scratch = scratchFolder();
after(() => fs.rmSync(scratch, { recursive: true }));

const secret = 'this is outside of the folder of runs';
fs.writeFileSync(path.join(scratch, 'secret.txt'), secret);
fs.mkdirSync(path.join(scratch, 'outside/onnx'), { recursive: true });
fs.writeFileSync(path.join(scratch, 'outside/onnx/secret.bin'), secret);

const page = path.join(scratch, 'page');
fs.mkdirSync(path.join(page, 'assets'), { recursive: true });
for (const name of ['index.html', 'playground.html'])
  fs.writeFileSync(path.join(page, name), '<!doctype html>');
fs.writeFileSync(path.join(page, 'assets/start-1.js'), 'export {};');
fs.symlinkSync(path.join(scratch, 'secret.txt'), path.join(page, 'assets/link.txt'));

const runs = path.join(scratch, 'runs');
makeRun(path.join(runs, 'kd'));
const student = makeStudent(path.join(runs, 'kd'));
fs.writeFileSync(path.join(student, 'page.html'), '<script>alert(1)</script>');
fs.symlinkSync(path.join(scratch, 'secret.txt'), path.join(student, 'link.txt'));
fs.symlinkSync(path.join(scratch, 'outside/onnx'), path.join(student, 'linked'));
fs.symlinkSync('model.onnx', path.join(student, 'onnx/own.onnx'));

suite('the board serves nothing outside of the folder of runs:', () => {
  const isRefused = async (target: string): Promise<void> => {
    await using board = await served(runs, { page });
    const { status, text } = await board.ask(target);
    assert.ok(status === 404 || status === 400, `${target}: ${status}`);
    assert.ok(!text.includes(secret) && !text.includes('root:'), target);
  };
  for (const way of [
    '../secret.txt',
    '..%2fsecret.txt',
    '%2e%2e/%2e%2e/secret.txt',
    '%2e%2e%2f%2e%2e%2fsecret.txt',
    '%252e%252e%252fsecret.txt',
    '..%5c..%5csecret.txt',
    '....//....//secret.txt',
    '/etc/passwd',
    '%2fetc%2fpasswd',
    '..%00/secret.txt',
    'link.txt',
    'linked/secret.bin',
    '../run.json',
    '%2e%2e%2frun.json',
    '%ff%fe',
  ]) {
    test(`${way} of an exported student`, () => isRefused(`/api/runs/kd/student/${way}`));
    test(`${way} of the page`, () => isRefused(`/assets/${way}`));
  }
  for (const id of [
    '..',
    '%2e%2e',
    '..%2foutside',
    '%2e%2e%2foutside',
    '%2fetc',
    'kd%2f..%2f..%2foutside',
    'kd%00',
    '.board',
  ])
    for (const what of ['', '/log', '/series', '/diagnoses', '/student/onnx/secret.bin'])
      test(`the run ${id}${what}`, () => isRefused(`/api/runs/${id}${what}`));

  test('but files of an exported student are, as bytes that no browser runs', async () => {
    await using board = await served(runs, { page });
    for (const name of ['onnx/model.onnx', 'onnx/own.onnx']) {
      const graph = await board.ask(`/api/runs/kd/student/${name}`);
      assert.deepEqual([graph.status, graph.text], [200, 'the graph']);
    }
    const { headers } = await board.ask('/api/runs/kd/student/page.html');
    assert.equal(headers['content-type'], 'application/octet-stream');
    assert.equal(headers['x-content-type-options'], 'nosniff');
  });

  test('not records and logs that are links out of it, nor runs that are', async () => {
    const folder = path.join(scratch, 'linked-runs');
    makeRun(path.join(scratch, 'elsewhere/run'), { record: { started: secret } });
    makeRun(path.join(folder, 'record'));
    fs.rmSync(path.join(folder, 'record/run.json'));
    fs.symlinkSync(path.join(scratch, 'elsewhere/run/run.json'), path.join(folder, 'record/run.json'));
    makeRun(path.join(folder, 'log'));
    fs.rmSync(path.join(folder, 'log/metrics.jsonl'));
    fs.symlinkSync(path.join(scratch, 'secret.txt'), path.join(folder, 'log/metrics.jsonl'));
    fs.symlinkSync(path.join(scratch, 'secret.txt'), path.join(folder, 'log/best.safetensors'));
    fs.rmSync(path.join(folder, 'log/recipe.yaml'));
    fs.symlinkSync(path.join(scratch, 'secret.txt'), path.join(folder, 'log/recipe.yaml'));
    fs.symlinkSync(path.join(scratch, 'elsewhere'), path.join(folder, 'whole'));
    await using board = await served(folder, { page });
    const texts = [];
    for (const target of [
      '/api/runs',
      '/api/runs/record',
      '/api/runs/log',
      '/api/runs/log/log',
      '/api/compare?ids=log',
    ])
      texts.push((await board.ask(target)).text);
    assert.ok(!texts.join().includes(secret), texts.join());
    const { json } = await board.ask('/api/runs');
    const problems = Object.fromEntries(
      json.runs.map((run: { id: string; problem: string }) => [run.id, run.problem]),
    );
    assert.deepEqual(Object.keys(problems).sort(), ['log', 'record']);
    assert.deepEqual(json.notes, [
      `a run is left out, where a symbolic link leads out of ${folder}: whole/run; a board on the folder that it leads to shows what is there`,
    ]);
    assert.match(problems.record, /run\.json leads out of .*linked-runs, and is not read/);
  });

  test('nor what such a record says, when its teacher or a diagnosis is asked for', async () => {
    const folder = path.join(scratch, 'linked-record');
    makeRun(path.join(folder, 'kd'));
    fs.writeFileSync(path.join(folder, 'kd/best.safetensors'), 'weights');
    fs.rmSync(path.join(folder, 'kd/run.json'));
    fs.symlinkSync(path.join(scratch, 'secret.txt'), path.join(folder, 'kd/run.json'));
    await using board = await served(folder, { page });
    for (const [target, body] of [
      ['/api/runs/kd/diagnoses', { what: ['agreement'] }],
      ['/api/runs/kd/teacher', { text: 'a' }],
    ] as const) {
      const { status, json } = await board.send('POST', target, body);
      assert.deepEqual([status, /leads out of .*, and is not read/.test(json.error)], [409, true], target);
      assert.ok(!json.error.includes(secret.slice(0, 8)), json.error);
    }
  });

  test('nor a run that a link took the place of while it is served', async () => {
    const folder = path.join(scratch, 'swapped');
    const elsewhere = path.join(scratch, 'swapped-elsewhere');
    for (const run of [path.join(folder, 'kd'), elsewhere]) makeRun(run);
    fs.appendFileSync(path.join(elsewhere, 'metrics.jsonl'), `${secret}\n`);
    fs.writeFileSync(path.join(elsewhere, 'recipe.yaml'), secret);
    fs.mkdirSync(path.join(elsewhere, 'onnx'));
    fs.writeFileSync(path.join(elsewhere, 'config.json'), JSON.stringify(secret));
    await using board = await served(folder, { page });
    for (const what of ['', '/log', '/student/config.json', '/series?names=lr', '/diagnoses']) {
      fs.rmSync(path.join(folder, 'kd'), { recursive: true });
      makeRun(path.join(folder, 'kd'));
      assert.equal((await board.ask('/api/runs')).json.runs.length, 1);
      fs.rmSync(path.join(folder, 'kd'), { recursive: true });
      fs.symlinkSync(elsewhere, path.join(folder, 'kd'));
      const { status, text } = await board.ask(`/api/runs/kd${what}`);
      assert.deepEqual([status, text.includes(secret)], [404, false], what);
    }
  });

  test('and writes nowhere else, also where .board is a link', async () => {
    const folder = path.join(scratch, 'link-kept');
    const target = path.join(scratch, 'kept-elsewhere');
    makeRun(path.join(folder, 'kd'));
    fs.mkdirSync(target);
    fs.symlinkSync(target, path.join(folder, '.board'));
    {
      await using board = await served(folder, { page });
      const { json } = await board.ask('/api/runs');
      assert.match(json.notes.join(), /\.board is a link, and nothing is written where it leads/);
      const { status, json: answer } = await board.send('PUT', '/api/mine/kd', { note: 'mine' });
      assert.equal(status, 503);
      assert.match(answer.error, /notes are not kept/);
    }
    assert.deepEqual(fs.readdirSync(target), []);
  });

  test('and leaves run folders as they are', async () => {
    const before = fs.readdirSync(path.join(runs, 'kd'), { recursive: true }).sort();
    {
      await using board = await served(runs, { page });
      await board.ask('/api/runs');
      await board.send('PUT', '/api/mine/kd', { tags: ['a'] });
    }
    assert.deepEqual(fs.readdirSync(path.join(runs, 'kd'), { recursive: true }).sort(), before);
  });
});
