import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { epochLine, makeRun, running, stepLine } from '../../../reference/made-runs.ts';
import { scratchFolder, served } from '../../../reference/served.ts';
import type { Cost, RunRow } from '../../api.ts';

const scratch = scratchFolder();
after(() => fs.rmSync(scratch, { recursive: true }));

let folders = 0;
const freshFolder = (): string => {
  const folder = path.join(scratch, `runs-${folders++}`);
  fs.mkdirSync(folder);
  return folder;
};

/** Makes a link of a run's file that leads to itself. */
const loop =
  (name: string) =>
  (run: string): void => {
    fs.rmSync(path.join(run, name), { force: true });
    fs.symlinkSync(name, path.join(run, name));
  };

/** Events of a board, as they come. */
async function* eventsOf(url: string): AsyncGenerator<{ name: string; data: unknown }, void, void> {
  const response = await fetch(new URL('/api/events', url));
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString('utf8');
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, name] = /^event: (.*)$/m.exec(block) ?? [];
      const [, data] = /^data: (.*)$/m.exec(block) ?? [];
      if (name && data) yield { name, data: JSON.parse(data) };
    }
  }
}

/** The first event of a name that fits, within a minute. */
async function heard<T>(
  events: AsyncGenerator<{ name: string; data: unknown }>,
  name: string,
  fits: (data: T) => boolean,
): Promise<T> {
  const late = wait(60_000, null, { ref: false });
  for (;;) {
    const next = await Promise.race([events.next(), late]);
    assert.ok(next && !next.done, `no event ${name} came`);
    if (next.value.name === name && fits(next.value.data as T)) return next.value.data as T;
  }
}

suite('runs', () => {
  test('are rows, the newest first, with what tells them from one another', async () => {
    const folder = freshFolder();
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
    const folder = freshFolder();
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
    const folder = freshFolder();
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

  test('are compared by all seeds of their groups, whichever is named', async () => {
    const folder = freshFolder();
    for (const seed of [0, 1, 2]) makeRun(path.join(folder, `kd/seed-${seed}`), { seed });
    makeRun(path.join(folder, 'kd/seed-3'), { seed: 3, ...running() });
    makeRun(path.join(folder, 'hot, with a comma'), { temperature: 8 });
    await using board = await served(folder);
    const { json } = await board.ask(
      `/api/compare?ids=kd%2Fseed-1,${encodeURIComponent('hot, with a comma')}`,
    );
    const [kd, hot] = json.groups;
    assert.deepEqual(kd.ids, ['kd/seed-0', 'kd/seed-1', 'kd/seed-2', 'kd/seed-3']);
    assert.equal(kd.finished, 3);
    assert.deepEqual([kd.scores['test/top1 (best)'].n, kd.scores['test/top1 (best)'].mean], [3, 0.71]);
    assert.ok(Math.abs(kd.scores['test/top1 (best)'].deviation - 0.01) < 1e-9);
    assert.deepEqual(hot.ids, ['hot, with a comma']);
    assert.deepEqual([kd.name, hot.name], ['kd', 'hot, with a comma']);
    const differing = json.settings.find(
      ({ path }: { path: string }) => path === 'stages.0.methods.0.temperature',
    );
    assert.deepEqual(differing.values, ['4', '8']);
    assert.deepEqual(
      json.cost.map(({ isOnFront }: { isOnFront: boolean }) => isOnFront),
      [true, false],
    );
    for (const [ids, status] of [
      ['', 400],
      ['nope', 404],
      ['kd%2Fseed-0,nope', 404],
    ] as const)
      assert.equal((await board.ask(`/api/compare?ids=${ids}`)).status, status, ids);
  });

  test('have what their students cost: each machine’s latency apart, and the command that measures it', async () => {
    const folder = freshFolder();
    const latency = {
      ...{ p50: 0.002, p95: 0.003, batch: 1, precision: 'fp32', runtime: 'onnxruntime-node 1.27.0' },
      ...{ threads: 1, processor: 'here', cores: 2, platform: 'linux-x64' },
      ...{ images: [3, 32, 32], texts: null, measured: '2026-11-29T18:00:00.000Z' },
    };
    const result = { last: { top1: 0.5 }, epochs: 4, parameters: 1000 };
    makeRun(path.join(folder, 'old'), { record: { result } });
    makeRun(path.join(folder, 'hot'), {
      temperature: 8,
      record: { result: { ...result, multiplyAdds: 5000 } },
    });
    await using board = await served(folder);
    const ask = async () => (await board.ask('/api/compare?ids=old,hot')).json;
    const before = await ask();
    assert.deepEqual(
      before.cost.map(({ multiplyAdds, latencies }: Cost) => [multiplyAdds, latencies]),
      [
        [null, []],
        [5000, []],
      ],
    );
    const [old, hot] = ['old', 'hot'].map((id) => path.join(folder, id));
    assert.equal(before.measureCommand, `npx retort measure ${old} ${hot} --keep`);
    const keep = (id: string, latencies: object[]) =>
      fs.writeFileSync(path.join(folder, id, 'latency.json'), JSON.stringify(latencies));
    keep('old', [latency]);
    keep('hot', [{ ...latency, processor: 'there', p50: 1 }]);
    const apart = await ask();
    const on = (place: string) =>
      `${place}, 2 cores, linux-x64: onnxruntime-node 1.27.0, 1 thread, fp32, batch 1`;
    assert.deepEqual(
      apart.cost.map(({ latencies }: Cost) => latencies),
      [[{ conditions: on('here'), ms: 2 }], [{ conditions: on('there'), ms: 1000 }]],
    );
    assert.equal(apart.measureCommand, before.measureCommand);
    keep('hot', [{ ...latency, p50: 0.004 }]);
    assert.equal((await ask()).measureCommand, null);
    const { json: detail } = await board.ask('/api/runs/hot');
    assert.deepEqual([detail.multiplyAdds, detail.latencies], [5000, [{ conditions: on('here'), ms: 4 }]]);

    const outside = path.join(freshFolder(), 'secret.json');
    fs.writeFileSync(outside, JSON.stringify([{ ...latency, processor: 'secret' }]));
    fs.rmSync(path.join(folder, 'hot/latency.json'));
    fs.symlinkSync(outside, path.join(folder, 'hot/latency.json'));
    const { json: linked } = await board.ask('/api/runs/hot');
    assert.deepEqual(linked.latencies, [], 'what a link leads to outside of the runs is not read');
    fs.writeFileSync(path.join(folder, 'old/latency.json'), '[{');
    const { json: damaged } = await board.ask('/api/runs/old');
    assert.deepEqual([damaged.status, damaged.latencies], ['finished', []]);
    assert.match(damaged.notes.join(), /latency\.json was passed over: it is damaged/);
  });

  test('have curves of as many places as are asked for, and what is asked wrongly is a sentence', async () => {
    const folder = freshFolder();
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

  test('are seen as they come, grow, end and go', async () => {
    const folder = freshFolder();
    makeRun(path.join(folder, 'first'), { ...running(), epochs: 1 });
    await using board = await served(folder);
    const events = eventsOf(board.board.url);
    const first = events.next();
    await wait(200);
    await board.ask('/api/runs');
    makeRun(path.join(folder, 'second'));
    await first;
    type Runs = { rows: RunRow[]; gone: string[] };
    await heard<Runs>(events, 'runs', ({ rows }) => rows.some(({ id }) => id === 'second'));
    const log = path.join(folder, 'first/metrics.jsonl');
    fs.appendFileSync(log, stepLine(2, 10, 100, 4) + epochLine(2, 4, 100));
    await heard<{ id: string; rows: number }>(
      events,
      'series',
      ({ id, rows }) => id === 'first' && rows === 13,
    );
    assert.deepEqual(
      (await board.ask('/api/runs/first/series?names=train/loss')).json.series[0].x,
      [100, 200],
    );
    const record = JSON.parse(fs.readFileSync(path.join(folder, 'first/run.json'), 'utf8'));
    fs.writeFileSync(path.join(folder, 'first/run.json'), JSON.stringify({ ...record, status: 'stopped' }));
    await heard<Runs>(events, 'runs', ({ rows }) =>
      rows.some(({ id, status }) => id === 'first' && status === 'stopped'),
    );
    fs.rmSync(path.join(folder, 'first'), { recursive: true });
    await heard<Runs>(events, 'runs', ({ gone }) => gone.includes('first'));
    const { status, json } = await board.ask('/api/runs/first');
    assert.deepEqual([status, json.error], [404, `there is no run first in ${folder}`]);
    assert.equal((await board.ask('/api/runs')).json.runs.length, 1);
    await events.return();
  });

  test('that die without a word are seen to be dead', async () => {
    const folder = freshFolder();
    const { pid } = spawnSync('sleep', ['0']);
    makeRun(path.join(folder, 'kd'), running());
    await using board = await served(folder);
    const events = eventsOf(board.board.url);
    const first = events.next();
    await wait(200);
    assert.equal((await board.ask('/api/runs')).json.runs[0].status, 'running');
    makeRun(path.join(folder, 'kd'), running(`${pid}@1`));
    await first;
    assert.equal((await board.ask('/api/runs')).json.runs[0].status, 'killed');
    await events.return();
  });
});

suite('what no run leaves', () => {
  const odd: [string, (folder: string) => void, RegExp | null][] = [
    ['a log that is a link to itself', loop('metrics.jsonl'), null],
    ['latencies that are', loop('latency.jsonl'), null],
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
      const folder = freshFolder();
      makeRun(path.join(folder, 'good'));
      makeRun(path.join(folder, 'odd'));
      await using board = await served(folder);
      await board.ask('/api/runs');
      const events = eventsOf(board.board.url);
      make(path.join(folder, 'odd'));
      makeRun(path.join(folder, 'new'));
      await heard<{ rows: RunRow[] }>(events, 'runs', ({ rows }) => rows.some(({ id }) => id === 'new'));
      const { status, json } = await board.ask('/api/runs');
      assert.equal(status, 200);
      const rows = new Map((json.runs as RunRow[]).map((row) => [row.id, row]));
      assert.deepEqual([rows.get('good')?.problem, rows.has('new')], [null, true]);
      if (problem) assert.match(rows.get('odd')?.problem ?? '', problem);
      await events.return();
    });

  test('what may not be opened is a sentence each, and the rest is as ever', async () => {
    fs.chmodSync(scratch, 0o755);
    const folder = freshFolder();
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

  test('a run whose name JavaScript has a use for keeps its notes as any', async () => {
    const folder = freshFolder();
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

suite('what is kept', () => {
  test('is nothing where .board is a file, which is said', async () => {
    const folder = freshFolder();
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
    const folder = freshFolder();
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
    const folder = freshFolder();
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

  test('the index is as good as the runs: changed runs are read anew, and a damaged index is none', async () => {
    const folder = freshFolder();
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
    const folder = freshFolder();
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
});

test('a folder that is none, or a run, is refused with what would be right', async () => {
  const folder = freshFolder();
  makeRun(path.join(folder, 'kd'));
  fs.writeFileSync(path.join(folder, 'file'), '');
  await assert.rejects(
    served(path.join(folder, 'nope')),
    /there is no folder .*nope: name the one where runs are/,
  );
  await assert.rejects(served(path.join(folder, 'file')), /is a file: name the folder where runs are/);
  await assert.rejects(served(path.join(folder, 'kd')), /kd is a run: name the folder that holds it/);
  await using board = await served(folder);
  await assert.rejects(served(folder, { port: board.board.port }), /port \d+ of 127\.0\.0\.1 is taken/);
  await assert.rejects(
    served(folder, { host: 'nowhere.invalid' }),
    /the board cannot listen on nowhere\.invalid/,
  );
});

test('a folder that goes while it is served is a sentence, and is served again when it is back', async () => {
  const folder = freshFolder();
  makeRun(path.join(folder, 'kd'));
  await using board = await served(folder);
  await board.ask('/api/runs');
  fs.renameSync(folder, `${folder}-away`);
  const { status, json } = await board.ask('/api/runs');
  assert.deepEqual([status, json.runs], [200, []]);
  assert.match(json.notes.join(), /there is no folder/);
  fs.renameSync(`${folder}-away`, folder);
  assert.equal((await board.ask('/api/runs')).json.runs.length, 1);
});
