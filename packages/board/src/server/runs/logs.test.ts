import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { makeRun } from '../../../reference/made-runs.ts';
import { scratchFolder } from '../../../reference/served.ts';
import { Store } from '../kept/store.ts';
import { Logs } from './logs.ts';

const folder = scratchFolder();
after(() => fs.rmSync(folder, { recursive: true }));

test('the largest log stays in memory, and others make way for one another', async () => {
  const sizes = { small: 2, large: 50, other: 3 };
  for (const [id, epochs] of Object.entries(sizes)) makeRun(path.join(folder, id), { epochs });
  const logs = new Logs(folder, new Store(folder), 1);
  const first = { small: await logs.of('small'), large: await logs.of('large') };
  await logs.of('other');
  assert.equal(await logs.of('large'), first.large);
  assert.notEqual(await logs.of('small'), first.small, 'there was no room for it');
  assert.equal(await logs.of('large'), first.large);
  assert.equal((await logs.of('small')).rows, first.small.rows);
});
