/** Memory of large tensors: what is kept when they are freed, and what the system gets back. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { full, memory, resetPeakMemory, setMemoryLimit, type Tensor } from '@retort/torch';

const MiB = 2 ** 20;

/** The same numbers in [0, 1) each time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Held {
  readonly tensor: Tensor;
  readonly value: number;
}

/** Frees a tensor that still has what it was filled with. */
function free({ tensor, value }: Held): void {
  using least = tensor.min();
  using most = tensor.max();
  assert.deepEqual([least.item(), most.item()], [value, value]);
  tensor.dispose();
}

/** Makes and frees tensors of 1 to `most` MiB in no order, of which so many live. */
function churn({ rounds, living, most }: { rounds: number; living: number; most: number }): void {
  const next = numbers(rounds);
  const held: Held[] = [];
  for (let i = 0; i < rounds; i++) {
    const elements = Math.floor(MiB * (1 + (most - 1) * next() ** 3)) / 4;
    const value = i % 251;
    held.push({ tensor: full([Math.floor(elements)], value), value });
    if (held.length > living) free(held.splice(Math.floor(next() * held.length), 1)[0] as Held);
  }
  for (const one of held) free(one);
}

const resident = (): number => process.memoryUsage.rss();

suite('large tensors', () => {
  churn({ rounds: 4, living: 2, most: 2 });
  const before = resident();
  test('of many sizes take little more than the most that lived, and keep what is theirs', () => {
    const living = memory().bytes;
    resetPeakMemory();
    churn({ rounds: 600, living: 20, most: 24 });
    const most = memory().peak - living;
    assert.ok(most > 150 * MiB, `${most / MiB} MiB lived`);
    const took = resident() - before;
    assert.ok(took < 1.3 * most + 64 * MiB, `${took / MiB} MiB for ${most / MiB}`);
  });
  test('that are gone are given back while smaller ones come and go', () => {
    churn({ rounds: 4000, living: 4, most: 2 });
    const keeps = resident() - before;
    assert.ok(keeps < 128 * MiB, `${keeps / MiB} MiB`);
  });
  test('take and keep no more than the memory limit, near to which none lies in a much larger block', () => {
    const { limit } = memory();
    const start = resident();
    const many = (count: number, mebibytes: number): Held[] =>
      Array.from({ length: count }, (_, i) => ({ tensor: full([(mebibytes * MiB) / 4], i), value: i }));
    setMemoryLimit(memory().bytes + 400 * MiB);
    try {
      for (const one of many(15, 25)) free(one);
      const held = many(30, 13);
      const took = resident() - start;
      assert.ok(took < 460 * MiB, `${took / MiB} MiB for 390`);
      for (const one of held) free(one);
      const keeps = resident() - start;
      assert.ok(keeps < 420 * MiB, `${keeps / MiB} MiB`);
      setMemoryLimit(memory().bytes + 100 * MiB);
      assert.ok(resident() - start < 120 * MiB, `${(resident() - start) / MiB} MiB`);
    } finally {
      setMemoryLimit(limit);
    }
  });
});
