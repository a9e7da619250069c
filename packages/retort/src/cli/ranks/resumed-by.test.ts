import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placement } from '../../ranks/placement.ts';
import { resumedBy } from './resumed-by.ts';

test('a run is resumed by as many ranks as it had', () => {
  const placed = placement({ RANK: '0', WORLD_SIZE: '2', MASTER_ADDR: 'node0', MASTER_PORT: '29500' });
  assert.equal(resumedBy('runs/kd', placed, true), 'npx retort resume runs/kd --ranks 2');
  assert.equal(
    resumedBy('runs/kd', placed, false),
    'npx retort resume runs/kd, started as this was, on 2 ranks',
  );
  assert.equal(resumedBy('runs/kd', null, false), 'npx retort resume runs/kd');
});
