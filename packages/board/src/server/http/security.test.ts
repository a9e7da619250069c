/** What the board promises to whoever runs it, and tries to break it. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { makeRun, makeStudent } from '../../../reference/made-runs.ts';
import { askRaw, scratchFolder, served } from '../../../reference/served.ts';
import { isOwnName, nameIn } from './hosts.ts';

const scratch = scratchFolder();
after(() => fs.rmSync(scratch, { recursive: true }));

const page = path.join(scratch, 'page');
fs.mkdirSync(page);
for (const name of ['index.html', 'playground.html'])
  fs.writeFileSync(path.join(page, name), '<!doctype html>');

const runs = path.join(scratch, 'runs');
makeRun(path.join(runs, 'kd'));
makeStudent(path.join(runs, 'kd'));

suite('the board is asked by its own name and pages alone:', () => {
  test('it listens on this machine alone, unless it is told otherwise', async () => {
    await using own = await served(runs, { page });
    assert.equal(own.board.host, '127.0.0.1');
    assert.equal(own.board.token, null);
    // Another address of this machine.
    const socket = net.connect({ host: '127.0.0.2', port: own.board.port });
    const [error] = await new Promise<unknown[]>((resolve) => {
      socket.on('error', (...args) => resolve(args)).on('connect', () => resolve([null]));
    });
    socket.destroy();
    assert.ok(error instanceof Error, 'it is reached at another address');
  });

  for (const host of [
    'evil.example',
    'evil.example:80',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '10.1.2.3',
    'a/b',
    'user@localhost',
  ])
    test(`not as ${host}, as a name that was made to lead here`, async () => {
      await using board = await served(runs, { page });
      for (const target of ['/', '/api/runs', '/api/events']) {
        const { status, json } = await board.ask(target, { headers: { host } });
        // What is no name at all is refused before.
        assert.equal(status, /[/@]/.test(host) ? 400 : 421);
        if (status === 421) assert.match(json.error, /this board is not known as/);
      }
    });
  test('but as this machine calls itself, also through a tunnel from another port', async () => {
    await using board = await served(runs, { page });
    for (const host of [`localhost:${board.board.port}`, 'localhost:9000', '127.0.0.1', '[::1]:80'])
      assert.equal((await board.ask('/api/runs', { headers: { host } })).status, 200, host);
  });
  test('names are read as browsers read them', () => {
    assert.equal(nameIn('LOCALHOST:1'), 'localhost');
    assert.equal(nameIn('[::1]:1'), '::1');
    assert.equal(nameIn('localhost#x'), 'localhost');
    assert.equal(nameIn('x y'), null);
    assert.ok(isOwnName('192.168.1.7', '0.0.0.0'));
    assert.ok(!isOwnName('evil.example', '0.0.0.0'));
    assert.ok(isOwnName('gpu.lan', 'gpu.lan'));
  });

  const json = { 'content-type': 'application/json' };
  const put = (headers: Readonly<Record<string, string>>, body = '{"note":"theirs"}') => ({
    method: 'PUT',
    headers,
    body,
  });
  test('not by pages of others, whichever way they ask', async () => {
    await using board = await served(runs, { page });
    const own = `http://127.0.0.1:${board.board.port}`;
    const cases: [string, Record<string, string>][] = [
      ['no Origin', json],
      ['another Origin', { ...json, origin: 'http://evil.example' }],
      ['another port', { ...json, origin: 'http://127.0.0.1:1' }],
      ['no page at all', { ...json, origin: 'null' }],
      ['a name that begins alike', { ...json, origin: `${own}.evil.example` }],
      ['another site, as the browser says', { ...json, origin: own, 'sec-fetch-site': 'cross-site' }],
    ];
    for (const [what, headers] of cases) {
      const { status, json: answer } = await board.ask('/api/mine/kd', put(headers));
      assert.equal(status, 403, what);
      assert.match(answer.error, /Origin|are not answered/);
    }
    for (const [target, method] of [
      ['/api/runs/kd/diagnoses', 'POST'],
      ['/api/runs/kd/teacher', 'POST'],
    ] as const) {
      const { status } = await board.ask(target, {
        method,
        headers: { ...json, origin: 'http://evil.example' },
        body: '{}',
      });
      assert.equal(status, 403, target);
    }
    const reading = await board.ask('/api/runs', { headers: { origin: 'http://evil.example' } });
    assert.equal(reading.status, 403);
    const image = await board.ask('/api/runs/kd/student/onnx/model.onnx', {
      headers: { 'sec-fetch-site': 'cross-site' },
    });
    assert.equal(image.status, 403);
    assert.equal((await board.ask('/api/runs')).json.runs[0].mine.note, '');
  });
  test('not with what forms send', async () => {
    await using board = await served(runs, { page });
    const origin = `http://127.0.0.1:${board.board.port}`;
    for (const type of [
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'text/plain',
      'text/plain; application/json',
      '',
    ])
      for (const [target, method] of [
        ['/api/mine/kd', 'PUT'],
        ['/api/runs/kd/diagnoses', 'POST'],
        ['/api/runs/kd/teacher', 'POST'],
      ] as const) {
        const headers = { origin, ...(type ? { 'content-type': type } : {}) };
        const { status, json: answer } = await board.ask(target, {
          method,
          headers,
          body: '{"note":"theirs","what":["cka"]}',
        });
        assert.equal(status, 415, `${target} ${type}`);
        assert.match(answer.error, /this is sent as application\/json/);
      }
  });
  test('no other site is let read, nor asked whether it may', async () => {
    await using board = await served(runs, { page });
    const own = `http://127.0.0.1:${board.board.port}`;
    for (const headers of [{}, { origin: own }, { origin: 'http://evil.example' }])
      for (const target of ['/', '/api/runs']) {
        const answer = await board.ask(target, { headers });
        assert.ok(!Object.keys(answer.headers).some((name) => name.startsWith('access-control-')), target);
      }
    const asked = await board.ask('/api/mine/kd', {
      method: 'OPTIONS',
      headers: { origin: 'http://evil.example', 'access-control-request-method': 'PUT' },
    });
    assert.ok(asked.status >= 400 && !('access-control-allow-origin' in asked.headers));
  });
  test('who asks for the headers of events alone is answered, and not waited for', async () => {
    await using board = await served(runs, { page });
    const { status, text } = await board.ask('/api/events', { method: 'HEAD' });
    assert.deepEqual([status, text], [200, '']);
  });
  test('what is sent is no longer than it needs to be', async () => {
    await using board = await served(runs, { page });
    const { status, json: answer } = await board.send('PUT', '/api/mine/kd', { note: 'x'.repeat(2 << 20) });
    assert.equal(status, 413);
    assert.match(answer.error, /longer than 1 MB/);
    const unannounced = await fetch(new URL('/api/mine/kd', board.board.url), {
      method: 'PUT',
      headers: { ...json, origin: new URL(board.board.url).origin },
      body: ReadableStream.from([Buffer.alloc(1 << 20, ' '), Buffer.from('{"note":"theirs"}')]),
      duplex: 'half',
    });
    assert.equal(unannounced.status, 413);
  });
});

suite('scripts:', () => {
  test('none but the files of the board, and WebAssembly in the playground alone', async () => {
    await using board = await served(runs, { page });
    const policyOf = async (target: string): Promise<string> =>
      String((await board.ask(target)).headers['content-security-policy']);
    const policy = await policyOf('/');
    assert.match(policy, /default-src 'none'; script-src 'self'\s*;/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.ok(!/script-src[^;]*(unsafe|data:|blob:|\*|http)/.test(policy), policy);
    const thread = await policyOf('/assets/playground-thread-Xy_1.js');
    assert.match(thread, /script-src 'self' 'wasm-unsafe-eval'\s*;/);
    for (const target of [
      ...['/api/runs', '/playground.html', '/assets/start-1.js', '/assets/playground-1.js'],
      ...['/?/assets/playground-thread-1.js', '/x/assets/playground-thread-1.js'],
    ])
      assert.doesNotMatch(await policyOf(target), /wasm-unsafe-eval/, target);
  });
  test('text of runs is text: it comes as JSON that nobody takes for a page', async () => {
    const folder = path.join(scratch, 'scripts');
    const bad = '<script>alert(1)</script>';
    makeRun(path.join(folder, bad), {
      settings: {
        name: bad,
        student: bad,
        teacher: `${bad}:${bad}`,
        stages: [{ epochs: 1, methods: [{ name: bad }] }],
      },
      record: { result: { error: bad }, status: 'failed' },
    });
    fs.appendFileSync(
      path.join(folder, bad, 'metrics.jsonl'),
      `{"epoch":9,"losses":{${JSON.stringify(bad)}:1}}\n`,
    );
    await using board = await served(folder, { page });
    const id = encodeURIComponent(bad);
    for (const target of [
      '/api/runs',
      `/api/runs/${id}`,
      `/api/runs/${id}/log`,
      `/api/runs/${id}/series?names=train/${id}`,
      `/api/compare?ids=${id}`,
      `/api/runs/${id}-not`,
    ]) {
      const { headers, text } = await board.ask(target);
      assert.match(String(headers['content-type']), /^application\/json/);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.ok(text.includes(bad), target);
    }
    const { json } = await board.ask('/api/runs');
    assert.deepEqual([json.runs[0].id, json.runs[0].recipe, json.runs[0].problem], [bad, bad, bad]);
  });
});

suite('where it listens to other machines', () => {
  test('it is for whoever has its token', async () => {
    await using board = await served(runs, { page, host: '0.0.0.0' });
    const { token, url, port } = board.board;
    assert.ok(token !== null && token.length >= 32 && url.includes(`?token=${token}`));
    for (const target of [
      '/',
      '/api/runs',
      '/api/events',
      '/playground.html',
      '/?token=',
      '/?token=wrong',
      `/?token=${token}x`,
    ])
      assert.equal((await board.ask(target)).status, 403, target);
    const opened = await board.ask(`/?token=${token}`);
    assert.equal(opened.status, 302);
    assert.equal(opened.headers.location, '/', 'the token stays in no address');
    const [set = ''] = opened.headers['set-cookie'] ?? [];
    assert.match(set, /HttpOnly/);
    assert.match(set, /SameSite=Strict/);
    const [cookie = ''] = set.split(';');
    assert.equal((await board.ask('/api/runs', { headers: { cookie } })).status, 200);
    assert.equal((await board.ask('/api/runs', { headers: { cookie: `${cookie}x` } })).status, 403);
    const led = await board.ask(`//evil.example/?token=${token}`);
    assert.equal(led.headers.location, '/evil.example/', 'it leads to no other site');
    // A token in the address changes nothing.
    const changed = await askRaw(port, `/api/mine/kd?token=${token}`, {
      method: 'PUT',
      headers: { origin: `http://127.0.0.1:${port}`, 'content-type': 'application/json' },
      body: '{"note":"theirs"}',
    });
    assert.equal(changed.status, 403);
    assert.equal((await board.ask('/api/runs', { headers: { cookie, host: 'evil.example' } })).status, 421);
  });
  test('each board has another', async () => {
    await using one = await served(runs, { page, host: '0.0.0.0' });
    await using other = await served(runs, { page, host: '0.0.0.0' });
    assert.notEqual(one.board.token, other.board.token);
  });
});
