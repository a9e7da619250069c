import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { listening } from '../../../reference/heard.ts';
import { epochLine, identityOf, makeRun, running, stepLine } from '../../../reference/made-runs.ts';
import { freshFolder, scratchFolder, served } from '../../../reference/served.ts';
import { MineKeeper } from '../kept/mine.ts';
import { Store } from '../kept/store.ts';
import { Catalogue } from './catalogue.ts';

const scratch = scratchFolder();
after(() => fs.rmSync(scratch, { recursive: true }));

suite('runs', () => {
  test('are seen as they come, grow, end and go', async () => {
    const folder = freshFolder(scratch);
    makeRun(path.join(folder, 'first'), { ...running(), epochs: 1 });
    await using board = await served(folder);
    await using events = await listening(board.board.url);
    await board.ask('/api/runs');
    makeRun(path.join(folder, 'second'));
    await events.heard('runs', ({ rows }) => rows.some(({ id }) => id === 'second'));
    const log = path.join(folder, 'first/metrics.jsonl');
    fs.appendFileSync(log, stepLine(2, 10, 100, 4) + epochLine(2, 4, 100));
    await events.heard('series', ({ id, rows }) => id === 'first' && rows === 13);
    assert.deepEqual(
      (await board.ask('/api/runs/first/series?names=train/loss')).json.series[0].x,
      [100, 200],
    );
    const record = JSON.parse(fs.readFileSync(path.join(folder, 'first/run.json'), 'utf8'));
    fs.writeFileSync(path.join(folder, 'first/run.json'), JSON.stringify({ ...record, status: 'stopped' }));
    await events.heard('runs', ({ rows }) =>
      rows.some(({ id, status }) => id === 'first' && status === 'stopped'),
    );
    fs.rmSync(path.join(folder, 'first'), { recursive: true });
    await events.heard('runs', ({ gone }) => gone.includes('first'));
    const { status, json } = await board.ask('/api/runs/first');
    assert.deepEqual([status, json.error], [404, `there is no run first in ${folder}`]);
    assert.equal((await board.ask('/api/runs')).json.runs.length, 1);
  });

  test('that go while they are read are gone, and not left as runs that have logged nothing', async () => {
    const folder = freshFolder(scratch);
    const store = new Store(folder);
    const catalogue = new Catalogue(folder, store, new MineKeeper(store));
    makeRun(path.join(folder, 'stays'));
    // At any moment of their reading.
    for (let moment = 0; moment < 12; moment++) {
      makeRun(path.join(folder, 'goes'));
      await catalogue.refresh();
      fs.appendFileSync(path.join(folder, 'goes/metrics.jsonl'), epochLine(5, 5, 100));
      const asked = [catalogue.summary('goes').then(({ log }) => log), catalogue.log('goes')];
      const looked = catalogue.refresh();
      for (let i = 0; i < moment; i++) await (i % 3 === 0 ? new Promise(setImmediate) : null);
      fs.rmSync(path.join(folder, 'goes'), { recursive: true });
      for (const answer of await Promise.allSettled(asked))
        if (answer.status === 'fulfilled') assert.ok(answer.value.rows > 0, `moment ${moment}`);
        else assert.match(answer.reason.message, /^there is no run goes in /);
      await looked;
      await catalogue.refresh();
      assert.deepEqual(
        catalogue.allRows().map(({ id }) => id),
        ['stays'],
      );
    }
    catalogue.close();
  });

  test('that die without a word are seen to be dead', async () => {
    const folder = freshFolder(scratch);
    const child = spawn('sleep', ['600']);
    makeRun(path.join(folder, 'kd'), running(identityOf(child.pid ?? 0)));
    await using board = await served(folder);
    await using events = await listening(board.board.url);
    await events.heard('runs', ({ rows }) => rows.some(({ status }) => status === 'running'));
    assert.equal((await board.ask('/api/runs')).json.runs[0].status, 'running');
    // Its files stay as they are.
    child.kill();
    await once(child, 'exit');
    await events.heard('runs', ({ rows }) => rows.some(({ status }) => status === 'killed'));
    assert.equal((await board.ask('/api/runs')).json.runs[0].status, 'killed');
  });
});
