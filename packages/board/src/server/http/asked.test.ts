import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { makeRun } from '../../../reference/made-runs.ts';
import { freshFolder, scratchFolder, served } from '../../../reference/served.ts';

const scratch = scratchFolder();
after(() => fs.rmSync(scratch, { recursive: true }));

test('what is asked wrongly is said with what would be right', async () => {
  const folder = freshFolder(scratch);
  makeRun(path.join(folder, 'kd'));
  await using board = await served(folder);
  const said: string[] = [];
  for (const query of ['points=1', 'points=x', 'points=1.5', 'from=x'])
    said.push((await board.ask(`/api/runs/kd/series?${query}`)).json.error);
  for (const body of [
    { tags: 'a' },
    { note: 1 },
    { notes: 'a' },
    { tags: [''] },
    { note: 'x'.repeat(20_001) },
    [],
    null,
  ])
    said.push((await board.send('PUT', '/api/mine/kd', body)).json.error);
  for (const body of [{}, { what: [] }, { what: ['all'] }])
    said.push((await board.send('POST', '/api/runs/kd/diagnoses', body)).json.error);
  assert.deepEqual(said, [
    "points: must be at least 2, is '1'",
    "points: must be a number, is 'x'",
    "points: must be a whole number, is '1.5'",
    "from: must be a number, is 'x'",
    "tags: must be a list, is 'a'",
    'note: must be text, is 1',
    "notes: there is no such key: did you mean 'note'? Here can be tags, note, isPinned, isHidden",
    "tags.0: must not be empty, is ''",
    `note: must have at most 20000 characters, is '${'x'.repeat(100)}…'`,
    'must be a map of keys, is []',
    'must be a map of keys, is null',
    'what: is missing: it must be a list',
    'what: must have at least 1 item, is []',
    "what.0: there is no what 'all': there are per-class, agreement, reliability, disagreements, detections, cka, gradient-norms, temperatures, annealing, projector",
  ]);
});
