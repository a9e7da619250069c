import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { makeRun, running } from '../../../reference/made-runs.ts';
import { freshFolder, scratchFolder, served } from '../../../reference/served.ts';
import type { RunRow } from '../../api.ts';

const scratch = scratchFolder();
after(() => fs.rmSync(scratch, { recursive: true }));

suite('runs', () => {
  test('are rows, the newest first, with what tells them from one another', async () => {
    const folder = freshFolder(scratch);
    for (const seed of [0, 1, 2]) makeRun(path.join(folder, `kd/seed-${seed}`), { seed });
    makeRun(path.join(folder, 'hot'), { temperature: 8, record: { started: '2026-11-02T10:00:00.000Z' } });
    await using board = await served(folder);
    const { json } = await board.ask('/api/runs');
    assert.deepEqual(
      json.runs.map((run: RunRow) => run.id),
      ['hot', 'kd/seed-0', 'kd/seed-1', 'kd/seed-2'],
    );
    assert.deepEqual(json.groups, [
      { group: json.runs[1].group, name: 'kd', ids: ['kd/seed-0', 'kd/seed-1', 'kd/seed-2'] },
    ]);
    assert.notEqual(json.runs[0].group, json.runs[1].group);
    const { group: _, spark, ...row } = json.runs[2];
    assert.deepEqual(row, {
      ...{ id: 'kd/seed-1', name: 'kd/seed-1', status: 'finished', elsewhere: null, problem: null },
      ...{
        task: 'classification',
        method: 'kd',
        student: 'resnet8',
        teacher: 'resnet20:teacher.safetensors',
        data: 'fashion-mnist',
      },
      ...{
        recipe: 'made',
        seed: 1,
        started: '2026-11-01T10:00:00.000Z',
        ended: '2026-11-01T11:00:00.000Z',
        seconds: 8,
      },
      ...{ epochsDone: 4, epochsTotal: 4, parameters: 78_042 },
      headline: { metric: 'top1', better: 'higher', last: 0.71, best: 0.71, teacher: 0.9 },
      mine: { tags: [], note: '', isPinned: false, isHidden: false },
    });
    assert.equal(spark.length, 4);
    assert.equal(json.isReading, false);
    const { json: detail } = await board.ask('/api/runs/kd%2Fseed-1');
    const named = path.join(folder, 'kd/seed-1');
    assert.equal(detail.command, `npx retort distill ${named}/recipe.yaml --out ${named}-again`);
    assert.equal(detail.settings.stages[0].methods[0].temperature, 4);
    assert.ok(detail.scalars.includes('step/train/kd') && detail.scalars.includes('test/top1'));
    assert.deepEqual([...detail.terms].sort(), ['train/ce', 'train/kd']);
    assert.deepEqual(
      [detail.teacherScores, detail.exported, detail.remainingSeconds],
      [{ top1: 0.9 }, null, null],
    );
  });

  test('that are killed, elsewhere, stopped or failed say so', async () => {
    const folder = freshFolder(scratch);
    makeRun(path.join(folder, 'alive'), running());
    makeRun(path.join(folder, 'dead'), running(`${process.pid}@1`));
    makeRun(path.join(folder, 'there'), running('1@1', 'another-machine'));
    makeRun(path.join(folder, 'failed'), {
      record: { status: 'failed', result: { error: 'the disk is full' } },
    });
    await using board = await served(folder);
    const { json } = await board.ask('/api/runs');
    const found = Object.fromEntries(
      json.runs.map((run: RunRow) => [run.id, [run.status, run.elsewhere, run.problem]]),
    );
    assert.deepEqual(found, {
      alive: ['running', null, null],
      dead: ['killed', null, null],
      there: ['running', 'another-machine', null],
      failed: ['failed', null, 'the disk is full'],
    });
    const said = async (id: string): Promise<string> =>
      (await board.ask(`/api/runs/${id}/log?tail=1`)).json.lines.join('\n');
    assert.match(await said('dead'), /the process is gone, and did not say that it ended/);
    assert.match(await said('there'), /running on another-machine/);
    assert.match(await said('failed'), /^\{"stage":0.*\nthe disk is full\nfailed at/);
  });

  test('that cannot be read are rows with a sentence, and the rest is as ever', async () => {
    const folder = freshFolder(scratch);
    makeRun(path.join(folder, 'good'));
    const bad: Record<string, string> = {
      half: '{"settings":{"na',
      list: '[]',
      later: JSON.stringify({
        settings: {},
        started: '',
        status: 'dreaming',
        versions: { retort: '99.0.0' },
      }),
      empty: '',
    };
    for (const [name, text] of Object.entries(bad)) {
      fs.mkdirSync(path.join(folder, name));
      fs.writeFileSync(path.join(folder, name, 'run.json'), text);
    }
    fs.mkdirSync(path.join(folder, 'folder/run.json'), { recursive: true });
    makeRun(path.join(folder, 'pipe'));
    fs.rmSync(path.join(folder, 'pipe/metrics.jsonl'));
    spawnSync('mkfifo', [path.join(folder, 'pipe/metrics.jsonl')]);
    makeRun(path.join(folder, 'binary'));
    fs.writeFileSync(path.join(folder, 'binary/metrics.jsonl'), Buffer.alloc(100_000, 0xff));
    await using board = await served(folder);
    const { json } = await board.ask('/api/runs');
    const rows = new Map<string, RunRow>(json.runs.map((run: RunRow) => [run.id, run]));
    for (const id of [...Object.keys(bad), 'folder']) {
      assert.equal(rows.get(id)?.status, 'unreadable', id);
      assert.match(rows.get(id)?.problem ?? '', /run\.json/, id);
      const { status, json: answer } = await board.ask(`/api/runs/${id}`);
      assert.equal(status, 409, id);
      assert.match(answer.error, /run\.json/);
      assert.equal((await board.ask(`/api/runs/${id}/series?names=train/loss`)).status, 200);
    }
    assert.match(
      rows.get('later')?.problem ?? '',
      /It was written by Retort 99\.0\.0, and this is .*: update it/,
    );
    for (const id of ['good', 'pipe', 'binary']) assert.equal(rows.get(id)?.status, 'finished', id);
    const { json: comparison } = await board.ask('/api/compare?ids=good,half');
    assert.equal(comparison.groups.length, 1);
    assert.match(comparison.notes.join(), /half.*run\.json is damaged/);
  });

  test('have curves of as many places as are asked for, and what is asked wrongly is a sentence', async () => {
    const folder = freshFolder(scratch);
    makeRun(path.join(folder, 'kd'), { epochs: 3, steps: 1000, everySteps: 1 });
    await using board = await served(folder);
    const { json } = await board.ask(
      '/api/runs/kd/series?names=step/train/loss,test/top1,nothing&points=100',
    );
    assert.deepEqual(
      json.series.map(({ name }: { name: string }) => name),
      ['step/train/loss', 'test/top1'],
    );
    assert.equal(json.series[0].rows, 3000);
    assert.ok(json.series[0].x.length <= 100 && json.series[0].x.at(-1) === 3000);
    assert.deepEqual(json.epochEnds, [1000, 2000, 3000]);
    for (const query of ['points=1', 'points=x', 'points=1e9', 'from=x', 'points=-5']) {
      const { status, json: answer } = await board.ask(`/api/runs/kd/series?names=lr&${query}`);
      assert.equal(status, 400, query);
      assert.match(answer.error, /^(points|from): /);
    }
    assert.equal((await board.ask('/api/runs/kd/log?tail=3')).json.lines.length, 4);
    assert.equal((await board.ask('/api/runs/kd/log?tail=0')).status, 400);
  });
});
