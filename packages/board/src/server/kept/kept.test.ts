import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { listening } from '../../../reference/heard.ts';
import { epochLine, makeRun } from '../../../reference/made-runs.ts';
import { freshFolder, scratchFolder, served } from '../../../reference/served.ts';
import type { RunRow } from '../../api.ts';

const scratch = scratchFolder();
after(() => fs.rmSync(scratch, { recursive: true }));

suite('what is kept', () => {
  test('is nothing where .board is a file, which is said', async () => {
    const folder = freshFolder(scratch);
    makeRun(path.join(folder, 'kd'));
    fs.writeFileSync(path.join(folder, '.board'), '');
    await using board = await served(folder);
    const { json } = await board.ask('/api/runs');
    assert.match(
      json.notes.join(),
      /\.board is a file, and no folder of that name can be made, .*: remove it$/,
    );
    assert.equal((await board.send('PUT', '/api/mine/kd', { note: 'a' })).status, 503);
  });

  test('the index is not written with each line of a run, but when the board ends', async () => {
    const folder = freshFolder(scratch);
    const log = path.join(folder, 'kd/metrics.jsonl');
    makeRun(path.join(folder, 'kd'));
    const index = path.join(folder, '.board/runs.json');
    const board = await served(folder);
    await board.ask('/api/runs');
    const first = fs.readFileSync(index, 'utf8');
    fs.appendFileSync(log, epochLine(5, 6, 100));
    const began = performance.now();
    const { json } = await board.ask('/api/runs');
    assert.equal(json.runs[0].epochsDone, 4, 'the record counts of a run that is done');
    // On a machine as slow as that it may be due again.
    if (performance.now() - began < 5000) assert.equal(fs.readFileSync(index, 'utf8'), first);
    await board.board.close();
    assert.notEqual(fs.readFileSync(index, 'utf8'), first);
  });

  test('tags and notes are there again, and only what is asked for changes', async () => {
    const folder = freshFolder(scratch);
    makeRun(path.join(folder, 'kd'));
    {
      await using board = await served(folder);
      await board.send('PUT', '/api/mine/kd', { tags: ['paper', 'paper'], note: '<b>good</b>' });
      const { json } = await board.send('PUT', '/api/mine/kd', { isPinned: true });
      assert.deepEqual(json, { tags: ['paper'], note: '<b>good</b>', isPinned: true, isHidden: false });
      for (const body of [
        { tags: 'a' },
        { note: 1 },
        { other: 1 },
        { tags: [''] },
        [],
        null,
        { isPinned: 'yes' },
      ]) {
        const { status, json: answer } = await board.send('PUT', '/api/mine/kd', body);
        assert.equal(status, 400, JSON.stringify(body));
        assert.ok(answer.error.length > 5);
      }
      assert.equal((await board.send('PUT', '/api/mine/nope', {})).status, 404);
    }
    await using board = await served(folder);
    assert.equal((await board.ask('/api/runs')).json.runs[0].mine.note, '<b>good</b>');
    fs.writeFileSync(path.join(folder, '.board/mine.json'), '{"kd":{"no');
    const { status, json } = await board.send('PUT', '/api/mine/kd', { note: 'new' });
    assert.equal(status, 503);
    assert.match(json.error, /mine\.json is damaged/);
  });

  test('what one board keeps is told by another of the same folder, and neither loses it', async () => {
    const folder = freshFolder(scratch);
    for (const name of ['a', 'b']) makeRun(path.join(folder, name));
    await using one = await served(folder);
    await using other = await served(folder);
    await other.ask('/api/runs');
    await using events = await listening(other.board.url);
    await one.send('PUT', '/api/mine/a', { note: 'of one' });
    const { rows } = await events.heard('runs', ({ rows }) => rows.some(({ mine }) => mine.note !== ''));
    assert.deepEqual(
      rows.filter(({ mine }) => mine.note).map(({ id, mine }) => [id, mine.note]),
      [['a', 'of one']],
    );
    await other.send('PUT', '/api/mine/b', { note: 'of the other' });
    const { json } = await one.ask('/api/runs');
    const notes = (json.runs as RunRow[]).map(({ id, mine }) => [id, mine.note]).sort();
    assert.deepEqual(notes, [
      ['a', 'of one'],
      ['b', 'of the other'],
    ]);
  });

  test('the index is as good as the runs: changed runs are read anew, and a damaged index is none', async () => {
    const folder = freshFolder(scratch);
    for (const name of ['a', 'b', 'c']) makeRun(path.join(folder, name));
    const rows = async (): Promise<RunRow[]> => {
      await using board = await served(folder);
      return (await board.ask('/api/runs')).json.runs;
    };
    const before = await rows();
    const index = path.join(folder, '.board/runs.json');
    const kept = JSON.parse(fs.readFileSync(index, 'utf8'));
    assert.deepEqual(Object.keys(kept.runs).sort(), ['a', 'b', 'c']);
    // What the index says is shown, so that it is known to be used.
    kept.runs.a.facts.recipe = 'of the index';
    fs.writeFileSync(index, JSON.stringify(kept));
    assert.equal((await rows()).find(({ id }) => id === 'a')?.recipe, 'of the index');
    fs.appendFileSync(path.join(folder, 'a/metrics.jsonl'), epochLine(5, 5, 100));
    assert.equal((await rows()).find(({ id }) => id === 'a')?.recipe, 'made');
    makeRun(path.join(folder, 'a'));
    for (const damage of ['', '{', '{"version":1,"runs":{"a":{}}}', '{"version":99}']) {
      fs.writeFileSync(index, damage);
      assert.deepEqual(await rows(), before, damage);
    }
    fs.rmSync(path.join(folder, 'b'), { recursive: true });
    assert.equal((await rows()).length, 2);
    assert.deepEqual(Object.keys(JSON.parse(fs.readFileSync(index, 'utf8')).runs).sort(), ['a', 'c']);
  });

  test('large logs are in the index, and read on from there', async () => {
    const folder = freshFolder(scratch);
    makeRun(path.join(folder, 'kd'), { epochs: 8, steps: 1000, everySteps: 1 });
    const curve = async () => {
      await using board = await served(folder);
      return (await board.ask('/api/runs/kd/series?names=step/train/loss,test/top1&points=50')).json;
    };
    const before = await curve();
    const [file = ''] = fs.globSync(path.join(folder, '.board/logs/*.bin'));
    assert.ok(fs.statSync(file).size < fs.statSync(path.join(folder, 'kd/metrics.jsonl')).size / 3);
    assert.deepEqual(await curve(), before);
    fs.appendFileSync(path.join(folder, 'kd/metrics.jsonl'), epochLine(9, 9, 1000));
    assert.equal((await curve()).series[1].rows, 9);
    fs.writeFileSync(file, 'damaged');
    assert.equal((await curve()).series[1].rows, 9);
  });

  test('a run whose name JavaScript has a use for keeps its notes as any', async () => {
    const folder = freshFolder(scratch);
    for (const id of ['__proto__', 'toString', 'plain']) makeRun(path.join(folder, id));
    {
      await using board = await served(folder);
      for (const id of ['__proto__', 'toString', 'plain'])
        assert.equal((await board.send('PUT', `/api/mine/${id}`, { note: `of ${id}` })).status, 200);
    }
    await using board = await served(folder);
    const { json } = await board.ask('/api/runs');
    const notes = (json.runs as RunRow[]).map(({ id, mine }) => [id, mine.note]);
    assert.deepEqual(notes.sort(), [
      ['__proto__', 'of __proto__'],
      ['plain', 'of plain'],
      ['toString', 'of toString'],
    ]);
  });
});
