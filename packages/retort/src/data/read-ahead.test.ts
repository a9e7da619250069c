/** Samples that are read: in the order asked for, a bounded number ahead, and nothing left of what was not taken. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { memory } from '@retort/torch';
import { halves } from '../../reference/halves.ts';
import { type Reading, reading } from '../../reference/reading.ts';
import { type Fetched, fetchColumns, oneTensorEach, readAhead, sequentialBatches } from './index.ts';

const data = halves(24);

const ahead = (own: Reading, count: number): AsyncGenerator<Fetched> =>
  readAhead(sequentialBatches(own, 2), (ids) => fetchColumns(own, ids), count);

/** Lets what waits come to its end. */
async function settled(own: Reading): Promise<void> {
  while (own.answered.length < own.asked.length) await new Promise((resolve) => setTimeout(resolve, 1));
  await new Promise((resolve) => setImmediate(resolve));
}

suite('reading ahead', () => {
  test('gives what was asked for, in order, whatever is there first', async () => {
    for (const count of [0, 1, 2, 5, 40]) {
      // Each answer comes before those that were asked for earlier.
      const own = reading(data, { delay: (call) => 24 - 2 * call });
      const taken: number[] = [];
      for await (const fetched of ahead(own, count)) {
        using _ = fetched;
        taken.push(...fetched.ids);
        const held = oneTensorEach(data.gather(fetched.ids));
        for (const [field, column] of Object.entries(held))
          assert.deepEqual(oneTensorEach(fetched.columns)[field]?.toList(), column.toList());
      }
      assert.deepEqual(taken, [...Array(24).keys()]);
      assert.equal(own.asked.length, 12);
      if (count >= 2) assert.notDeepEqual(own.answered, own.asked, 'answers did come out of order');
    }
  });

  test('never waits for more than the batch wanted and those ahead of it, and asks for none before they are wanted', async () => {
    for (const count of [0, 1, 2, 3]) {
      const own = reading(data);
      const batches = ahead(own, count);
      assert.equal(own.asked.length, 0);
      let taken = 0;
      for await (const fetched of batches) {
        fetched[Symbol.dispose]();
        taken++;
        assert.ok(
          own.asked.length <= taken + count,
          `${own.asked.length} asked, ${taken} taken, ${count} ahead`,
        );
        assert.equal(own.asked.length, Math.min(12, taken + count), 'the step computes while these are read');
      }
      assert.ok(own.most <= count + 1, `${own.most} waited, ${count} ahead`);
      assert.ok(count === 0 || own.most >= 2, 'several are read at a time');
    }
  });

  test('lets go of what was read and is not taken', async () => {
    const own = reading(data);
    const before = memory();
    for await (const fetched of ahead(own, 4)) {
      using _ = fetched;
      break;
    }
    assert.ok(own.asked.length > 1, 'there is something that is not taken');
    await settled(own);
    const { handles, bytes } = memory();
    assert.ok(
      handles <= before.handles && bytes <= before.bytes,
      `${handles - before.handles} tensors are left`,
    );
  });

  test('fails where the batch is wanted that could not be read, and lets go of the rest', async () => {
    let failed = 0;
    const own = reading(data, {
      // The third batch fails at once, the first comes late.
      delay: (call) => (call === 0 ? 20 : 1),
      answer(samples, ids) {
        if (!ids.includes(4)) return samples;
        failed++;
        throw new Error('the disk is gone');
      },
    });
    const { handles } = memory();
    const taken: number[] = [];
    await assert.rejects(
      async () => {
        for await (const fetched of ahead(own, 4)) {
          assert.equal(failed, 1, 'it has failed before the first is there');
          fetched[Symbol.dispose]();
          taken.push(...fetched.ids);
        }
      },
      { message: 'read: `read` failed: the disk is gone' },
    );
    assert.deepEqual(taken, [0, 1, 2, 3]);
    await settled(own);
    assert.ok(memory().handles <= handles, `${memory().handles - handles} tensors are left`);
  });

  test('of which nothing is taken asks for nothing', async () => {
    const own = reading(data);
    await ahead(own, 4).return(undefined);
    assert.deepEqual(own.asked, []);
  });
});
