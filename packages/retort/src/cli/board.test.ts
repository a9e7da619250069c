import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { retort } from '../../reference/command.ts';

const bin = path.join(import.meta.dirname, '../../bin/retort.js');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-cli-board-'));
process.chdir(scratch);
after(() => fs.rmSync(scratch, { recursive: true }));

suite('retort board', () => {
  test('serves the runs of a folder until it is interrupted, and never loads the engine', async () => {
    fs.mkdirSync('runs/kd', { recursive: true });
    const record = { settings: { seed: 3 }, started: '2026-11-01T10:00:00.000Z', status: 'finished' };
    fs.writeFileSync('runs/kd/run.json', JSON.stringify(record));
    const child = spawn(process.execPath, [bin, 'board', '--port', '0', '--json'], {
      cwd: scratch,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    after(() => child.kill());
    const closed = new Promise((resolve) => child.once('close', resolve));
    const said = await new Promise<Buffer>((resolve) => child.stdout.once('data', resolve));
    const { url, folder, host, port, token } = JSON.parse(String(said));
    assert.deepEqual([folder, host, token, url], ['runs', '127.0.0.1', null, `http://127.0.0.1:${port}/`]);
    const answer = await fetch(new URL('/api/runs', url));
    const { runs } = (await answer.json()) as { runs: { id: string; seed: number }[] };
    assert.deepEqual(
      runs.map(({ id, seed }) => [id, seed]),
      [['kd', 3]],
    );
    const maps = fs.readFileSync(`/proc/${child.pid}/maps`, 'utf8');
    assert.equal(/libtorch|libc10/.exec(maps)?.[0], undefined);
    child.kill('SIGINT');
    assert.equal(await closed, 0);
    assert.ok(fs.existsSync('runs/.board/runs.json'), 'the index is written when it ends');
  });

  test('says what is wrong with a folder, a port or a host before it serves', async () => {
    const cases: [string[], RegExp][] = [
      [['nowhere'], /there is no folder nowhere: name the one where runs are/],
      [['runs/kd'], /runs\/kd is a run: name the folder that holds it/],
      [['--port', '70000'], /a port: a whole number from 0 to 65,535/],
      [['--host', 'nowhere.invalid'], /the board cannot listen on nowhere\.invalid/],
    ];
    for (const [args, expected] of cases) {
      const { code, stderr } = await retort('board', ...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, expected);
    }
  });
});
