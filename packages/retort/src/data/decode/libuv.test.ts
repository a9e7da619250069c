/** How many images are decoded at a time: in processes of their own, since libuv's threads are made once. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-room-'));
after(() => fs.rmSync(folder, { recursive: true }));

/** What a program says that reads images in six threads, and how many threads libuv has then. */
function decoding(before: string, env: NodeJS.ProcessEnv = {}): { warned: string[]; threads: number } {
  const program = `
    import fs from 'node:fs';
    import { poolOf } from '${new URL('pool.ts', import.meta.url)}';
    ${before}
    const warned = [];
    const pool = poolOf(6, (text) => warned.push(text));
    poolOf(6, (text) => warned.push(text));
    await pool.decode(import.meta.filename).catch(() => {});
    const nameOf = (id) => {
      try {
        return fs.readFileSync('/proc/self/task/' + id + '/comm', 'utf8').trim();
      } catch {}
    };
    const names = fs.readdirSync('/proc/self/task').map(nameOf);
    console.log(JSON.stringify({ warned, threads: names.filter((name) => name === 'libuv-worker').length }));`;
  const script = path.join(folder, 'program.mjs');
  fs.writeFileSync(script, program);
  const { stdout, stderr } = spawnSync(process.execPath, [script], {
    encoding: 'utf8',
    env: { ...process.env, UV_THREADPOOL_SIZE: undefined, ...env },
  });
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

suite('as many images are decoded at a time as there are threads to', () => {
  test('where nothing else was read before', () =>
    assert.deepEqual(decoding(''), { warned: [], threads: 6 }));
  test('or it is said that they are not: what was read before made a pool that stays', () =>
    assert.deepEqual(decoding("await fs.promises.stat('.');"), {
      warned: [
        '6 threads are to decode images, and this process has room for 4 at a time: start it with UV_THREADPOOL_SIZE=6',
      ],
      threads: 4,
    }));
  test('or somebody said how many', () => {
    const { warned, threads } = decoding('', { UV_THREADPOOL_SIZE: '5' });
    assert.equal(threads, 5);
    assert.match(warned.join(), /room for 5 at a time/);
    assert.deepEqual(decoding('', { UV_THREADPOOL_SIZE: '9' }), { warned: [], threads: 9 });
  });
});
