/** Memory of large tensors: what is kept when they are freed, and what the system gets back. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { suite, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { full, memory, resetPeakMemory, setMemoryLimit, type Tensor, zeros } from '@retort/torch';

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

/** Makes and frees tensors of 1 to 5 MiB, two of which live, each filled with `value`, and posts how many were not what they were filled with. */
const program = (value: number): string => `
  import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)}).then(({ full }) => {
    let [wrong, held] = [0, []];
    const free = (one) => {
      if (one.min().item() !== ${value} || one.max().item() !== ${value}) wrong++;
      one.dispose();
    };
    for (let i = 0; i < 300; i++) {
      held.push(full([(1 + (i * ${value}) % 5) << 18], ${value}));
      if (held.length > 2) free(held.shift());
    }
    held.forEach(free);
    require('node:worker_threads').parentPort.postMessage(wrong);
  });`;

/** Where each block is malloc's, which has to see it freed (`scripts/sanitize.ts`). */
const isSanitized = process.env.RETORT_CXXFLAGS?.includes('sanitize') ?? false;

suite('large tensors', { skip: isSanitized && 'under AddressSanitizer none has a mapping' }, () => {
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
  test('that are gone are given back while smaller ones come and go, also after one that there was no memory for', () => {
    const { bytes, limit } = memory();
    setMemoryLimit(Number.MAX_SAFE_INTEGER);
    const sentence = /out of memory: the system has no 268435456 MiB more\. Free tensors/;
    assert.throws(() => zeros([2 ** 46]), sentence);
    setMemoryLimit(limit);
    assert.equal(memory().bytes, bytes);
    churn({ rounds: 600, living: 20, most: 24 });
    churn({ rounds: 4000, living: 4, most: 2 });
    const keeps = resident() - before;
    assert.ok(keeps < 128 * MiB, `${keeps / MiB} MiB`);
  });
  test('of several threads at once keep what is theirs', async () => {
    const workers = [2, 3, 4].map((value) => new Worker(program(value), { eval: true }));
    const wrong = await Promise.all(workers.map((worker) => once(worker, 'message')));
    assert.deepEqual(wrong.flat(), [0, 0, 0]);
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
