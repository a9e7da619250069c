import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { found } from './found.ts';
import { instructionSets, sweep } from './sweep.ts';

const calls = found.length + 60;

suite(
  'convolutions of odd shapes, with their first and second gradients, in float32 and bfloat16, both layouts',
  () => {
    for (const isa of instructionSets) {
      test(`write nowhere but where they should, and are what float64 says: ${isa}`, async () => {
        const { failures, answered } = await sweep({ isa, seed: 1, calls });
        assert.deepEqual(failures, []);
        assert.equal(answered, calls);
      });
    }
  },
);
