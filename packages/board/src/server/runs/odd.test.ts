import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { listening } from '../../../reference/heard.ts';
import { makeRun } from '../../../reference/made-runs.ts';
import { freshFolder, scratchFolder, served } from '../../../reference/served.ts';
import type { RunRow } from '../../api.ts';

const scratch = scratchFolder();
after(() => fs.rmSync(scratch, { recursive: true }));

/** Makes a link of a run's file that leads to itself. */
const loop =
  (name: string) =>
  (run: string): void => {
    fs.rmSync(path.join(run, name), { force: true });
    fs.symlinkSync(name, path.join(run, name));
  };

suite('what no run leaves', () => {
  const odd: [string, (folder: string) => void, RegExp | null][] = [
    ['a log that is a link to itself', loop('metrics.jsonl'), null],
    ['latencies that are', loop('latency.json'), null],
    ['a record that is', loop('run.json'), null],
    [
      'a record that is a folder',
      (run) => {
        fs.rmSync(path.join(run, 'run.json'));
        fs.mkdirSync(path.join(run, 'run.json'));
      },
      /run\.json cannot be read: it is a folder, not a file/,
    ],
  ];
  for (const [what, make, problem] of odd)
    test(`${what} is of that run alone, also while it is watched`, async () => {
      const folder = freshFolder(scratch);
      makeRun(path.join(folder, 'good'));
      makeRun(path.join(folder, 'odd'));
      await using board = await served(folder);
      await board.ask('/api/runs');
      await using events = await listening(board.board.url);
      make(path.join(folder, 'odd'));
      makeRun(path.join(folder, 'new'));
      await events.heard('runs', ({ rows }) => rows.some(({ id }) => id === 'new'));
      const { status, json } = await board.ask('/api/runs');
      assert.equal(status, 200);
      const rows = new Map((json.runs as RunRow[]).map((row) => [row.id, row]));
      assert.deepEqual([rows.get('good')?.problem, rows.has('new')], [null, true]);
      if (problem) assert.match(rows.get('odd')?.problem ?? '', problem);
    });

  test('what may not be opened is a sentence each, and the rest is as ever', async () => {
    const folder = freshFolder(scratch);
    for (const own of [scratch, folder]) fs.chmodSync(own, 0o755);
    for (const id of ['good', 'closed/kd', 'listed/kd', 'record', 'log']) makeRun(path.join(folder, id));
    const board = await served(folder);
    await board.send('PUT', '/api/mine/good', { note: 'kept' });
    await board.board.close();
    const modes = {
      closed: 0,
      listed: 0o744,
      'record/run.json': 0,
      'log/metrics.jsonl': 0,
      '.board/mine.json': 0,
      '.board/runs.json': 0,
    };
    for (const [name, mode] of Object.entries(modes)) fs.chmodSync(path.join(folder, name), mode);
    const isRoot = process.geteuid?.() === 0;
    // Root may open everything.
    if (isRoot) process.seteuid?.(65_534);
    try {
      await using board = await served(folder);
      const { json } = await board.ask('/api/runs');
      for (const name of ['closed', 'listed/kd'])
        assert.match(
          json.notes.join('\n'),
          new RegExp(`the folder .*${name} could not be read: it may not be`),
        );
      const problems = Object.fromEntries(
        (json.runs as RunRow[]).map(({ id, problem }) => [id, problem?.replace(folder, '')]),
      );
      assert.deepEqual(problems, {
        good: undefined,
        log: '/log could not be read: it may not be opened',
        record: '/record/run.json cannot be read: it may not be opened',
      });
      const { json: log } = await board.ask('/api/runs/log/log');
      assert.equal(log.error, 'this could not be answered: it may not be opened');
      const { status, json: kept } = await board.send('PUT', '/api/mine/good', { note: 'lost' });
      assert.equal(status, 503);
      assert.match(kept.error, /mine\.json is damaged or cannot be read/);
    } finally {
      if (isRoot) process.seteuid?.(0);
      for (const name of Object.keys(modes)) fs.chmodSync(path.join(folder, name), 0o755);
    }
  });
});
