/** Latencies that runs keep, and what groups of runs cost by them. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import {
  compareRuns,
  conditionsOf,
  keepLatency,
  type Latency,
  RunError,
  RunFolder,
  type RunSummary,
  readRun,
} from './index.ts';
import { costOfGroup, measureCommand, placesMeasured, secondsThere } from './read/cost.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-latency-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const latency: Latency = {
  ...{ p50: 0.002, p95: 0.003, batch: 1, precision: 'fp32', runtime: 'onnxruntime-node 1.27.0' },
  ...{ threads: 2, processor: 'here', cores: 2, platform: 'linux-x64' },
  ...{ images: [3, 32, 32], texts: null, measured: '2026-11-29T18:00:00.000Z' },
};
const here = 'here, 2 cores, linux-x64: onnxruntime-node 1.27.0, 2 threads, fp32, batch 1';

/** What a run leaves, where it is measured too. */
function made(
  name: string,
  { seed = 0, temperature = 4, status = 'finished' as 'finished' | 'stopped' } = {},
): string {
  const folder = path.join(scratch, name);
  const run = RunFolder.create(folder, {
    settings: { seed, stages: [{ epochs: 1, methods: [{ name: 'kd', temperature }] }] },
  });
  run.end(status, { parameters: 1000, ...(status === 'finished' && { multiplyAdds: 5000 }) });
  return folder;
}

suite('the latency of a run', () => {
  test('is kept beside that of other conditions, and in place of that of the same', () => {
    const folder = made('kept');
    assert.deepEqual(readRun(folder).latencies, []);
    keepLatency(folder, latency);
    const others = [
      { threads: 1 },
      { processor: 'there' },
      { cores: 1 },
      { platform: 'linux-arm64' },
      { runtime: 'onnxruntime-node 1.28.0' },
      { precision: 'int8' },
      { batch: 8 },
    ];
    for (const other of others) keepLatency(folder, { ...latency, ...other });
    keepLatency(folder, { ...latency, p50: 0.004 });
    const { latencies, notes } = readRun(folder);
    assert.deepEqual(notes, []);
    assert.equal(new Set(latencies.map(conditionsOf)).size, 8);
    assert.deepEqual(
      latencies.filter((one) => conditionsOf(one) === here),
      [{ ...latency, p50: 0.004 }],
    );
    assert.deepEqual(
      fs.readdirSync(folder).filter((name) => name.includes('latency')),
      ['latency.json'],
    );
  });

  for (const [what, content, why] of [
    ['is cut off', '[{ "p50":', /it is damaged: /],
    ['is no list', '{}', /must be a list/],
    ['has no time', JSON.stringify([{ ...latency, p50: 'fast' }]), /: 0\.p50: must be a number, is 'fast'/],
  ] as const)
    test(`that ${what} is a sentence of the run, which is read, and is not written over`, () => {
      const folder = made(`damaged-${what}`);
      const file = path.join(folder, 'latency.json');
      fs.writeFileSync(file, content);
      const { status, latencies, notes } = readRun(folder);
      assert.deepEqual([status, latencies, notes.length], ['finished', [], 1]);
      assert.match(notes[0] ?? '', /latency\.json was passed over: .*; remove it, and measure anew/);
      assert.match(notes[0] ?? '', why);
      assert.throws(() => keepLatency(folder, latency), RunError);
      assert.equal(fs.readFileSync(file, 'utf8'), content);
    });

  test('goes with the run that it is of', () => {
    const folder = made('anew');
    keepLatency(folder, latency);
    fs.rmSync(path.join(folder, 'run.json'));
    made('anew');
    assert.deepEqual(readRun(folder).latencies, []);
  });
});

suite('what groups cost', () => {
  const groupsOf = (folders: readonly string[]) => compareRuns(folders.map(readRun)).groups;

  test('is of all seeds, and latencies of other conditions stay apart', () => {
    const [first, second, hot] = [
      made('seed-0'),
      made('seed-1', { seed: 1, status: 'stopped' }),
      made('hot', { temperature: 8 }),
    ];
    keepLatency(first, latency);
    keepLatency(second, { ...latency, p50: 0.004 });
    const elsewhere = { ...latency, processor: 'there', p50: 1 };
    keepLatency(second, elsewhere);
    keepLatency(hot, elsewhere);
    const costs = groupsOf([second, first, hot]).map(costOfGroup);
    assert.deepEqual(
      costs.map(({ parameters, multiplyAdds }) => [parameters, multiplyAdds]),
      [
        [1000, 5000],
        [1000, 5000],
      ],
    );
    assert.deepEqual(placesMeasured(costs), [
      { title: 'latency (1)', conditions: here },
      { title: 'latency (2)', conditions: conditionsOf(elsewhere) },
    ]);
    assert.equal(placesMeasured(costs.slice(1))[0]?.title, 'latency');
    assert.deepEqual(
      placesMeasured(costs).map(({ conditions }) => costs.map((cost) => secondsThere(cost, conditions))),
      [
        [0.003, null],
        [1, 1],
      ],
    );
  });

  test('is measured by a command where that is not done in one place', () => {
    const [one, other, stopped] = [
      made("o'ne"),
      made('other', { temperature: 8 }),
      made('stopped', { temperature: 16, status: 'stopped' }),
    ];
    const all = [one, other, stopped];
    const command = `npx retort measure '${one.replace("'", "'\\''")}' ${other} --keep`;
    assert.equal(measureCommand(groupsOf(all)), command);
    keepLatency(one, latency);
    keepLatency(other, { ...latency, threads: 1 });
    assert.equal(measureCommand(groupsOf(all)), command);
    keepLatency(other, latency);
    assert.equal(measureCommand(groupsOf(all)), null);
    assert.equal(measureCommand(groupsOf([stopped])), null);
  });

  test('is nothing of runs that do not say it', () => {
    const none = { name: '', runs: [] as RunSummary[] };
    assert.deepEqual(costOfGroup(none), { parameters: null, multiplyAdds: null, latencies: [] });
  });
});
