import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunRow } from '../../api.ts';
import { type Line, linesOf, matches, type Shown, seedsText } from './table.ts';

type Change = Partial<Omit<RunRow, 'mine'>> & { mine?: Partial<RunRow['mine']>; best?: number | null };

function run(id: string, { mine, best = null, ...change }: Change = {}): RunRow {
  return {
    ...{
      id,
      name: id,
      group: id,
      status: 'finished',
      elsewhere: null,
      problem: null,
      task: 'classification',
    },
    ...{ method: 'kd', student: 'resnet8', teacher: null, data: 'fashion-mnist', recipe: null, seed: 0 },
    ...{ started: '2026-11-29T10:00:00Z', ended: null, seconds: 1, epochsDone: 1, epochsTotal: 1 },
    ...{ spark: [], parameters: null },
    headline: best === null ? null : { metric: 'top1', better: 'higher', last: null, best, teacher: null },
    ...change,
    mine: { tags: [], note: '', isPinned: false, isHidden: false, ...mine },
  } as RunRow;
}

const shown: Shown = {
  ...{ text: '', order: { column: 'name', isDown: false }, withHidden: false, bySeeds: false },
  opened: new Set(),
};
const keys = (lines: readonly Line[]): string[] => lines.map(({ key }) => key);

test('words are looked for in all that is known of a run', () => {
  const one = run('a/seed-1', { mine: { tags: ['Paper'], note: 'Try again' } });
  for (const text of ['', 'KD fashion', '#paper', 'again seed-1', '-ofa'])
    assert.ok(matches(one, text), text);
  for (const text of ['ofa', 'kd ofa', '#try', '-kd']) assert.ok(!matches(one, text), text);
});

test('a changed run is searched as it is now', () => {
  const before = run('a');
  assert.ok(!matches(before, 'killed'));
  assert.ok(matches({ ...before, status: 'killed' }, 'killed'));
});

test('names are sorted as people count, what is pinned first, and hidden ones are left out', () => {
  const runs = [
    run('b10'),
    run('b9'),
    run('c', { mine: { isPinned: true } }),
    run('a', { mine: { isHidden: true } }),
  ];
  assert.deepEqual(keys(linesOf(runs, shown)), ['c', 'b9', 'b10']);
  assert.deepEqual(keys(linesOf(runs, { ...shown, withHidden: true })), ['c', 'a', 'b9', 'b10']);
});

test('runs without a score come last in either direction', () => {
  const runs = [run('none'), run('low', { best: 0.1 }), run('high', { best: 0.9 })];
  const by = (isDown: boolean) => keys(linesOf(runs, { ...shown, order: { column: 'score', isDown } }));
  assert.deepEqual(by(true), ['high', 'low', 'none']);
  assert.deepEqual(by(false), ['low', 'high', 'none']);
});

test('seeds stand together, with the mean of all finished ones, also of those that are filtered out', () => {
  const runs = [
    run('k/0', { group: 'k', best: 0.5 }),
    run('k/1', { group: 'k', best: 0.7, mine: { isHidden: true } }),
    run('k/2', { group: 'k', best: 0.1, status: 'running' }),
    run('alone', { best: 0.6 }),
    run('odd', { group: '', status: 'unreadable' }),
  ];
  const lines = linesOf(runs, { ...shown, bySeeds: true });
  assert.deepEqual(keys(lines), ['alone', 'group k', 'odd']);
  const group = lines[1];
  assert.ok(group?.kind === 'group' && group.score);
  assert.equal(group.runs.length, 2);
  assert.equal(group.score.n, 2);
  assert.ok(Math.abs(group.score.mean - 0.6) < 1e-12);
  const opened = linesOf(runs, { ...shown, bySeeds: true, opened: new Set(['group k']) });
  assert.deepEqual(keys(opened), ['alone', 'group k', 'k/0', 'k/2', 'odd']);
});

test('groups are in the order of their means, not of their luckiest seeds', () => {
  const runs = Array.from({ length: 1000 }, (_, i) =>
    run(`kd-${i}`, { group: `g${i % 300}`, best: (i * 7919) % 997 }),
  );
  const order = { column: 'score', isDown: true } as const;
  const lines = linesOf(runs, { ...shown, text: 'kd', bySeeds: true, order });
  assert.equal(lines.length, 300);
  const scores = lines.map((line) => (line.kind === 'group' && line.score ? line.score.mean : Number.NaN));
  assert.deepEqual(
    scores,
    scores.toSorted((a, b) => b - a),
  );
  assert.ok(scores.every(Number.isFinite));
});

test('a run that was repeated with its seed is no other seed', () => {
  assert.equal(seedsText([run('a', { seed: 0 }), run('b', { seed: 1 })]), '2 seeds');
  assert.equal(seedsText([run('a', { seed: 0 }), run('again', { seed: 0 })]), '2 runs, 1 seed');
});
