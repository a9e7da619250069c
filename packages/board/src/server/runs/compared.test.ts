import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { makeRun, running } from '../../../reference/made-runs.ts';
import { freshFolder, scratchFolder, served } from '../../../reference/served.ts';
import type { Cost } from '../../api.ts';

const scratch = scratchFolder();
after(() => fs.rmSync(scratch, { recursive: true }));

suite('runs', () => {
  test('are compared by all seeds of their groups, whichever is named', async () => {
    const folder = freshFolder(scratch);
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
    const folder = freshFolder(scratch);
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

    const outside = path.join(freshFolder(scratch), 'secret.json');
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
});
