import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { makeRun } from '../../reference/made-runs.ts';
import { freshFolder, scratchFolder, served } from '../../reference/served.ts';

const scratch = scratchFolder();
after(() => fs.rmSync(scratch, { recursive: true }));

test('a folder that is none, or a run, is refused with what would be right', async () => {
  const folder = freshFolder(scratch);
  makeRun(path.join(folder, 'kd'));
  fs.writeFileSync(path.join(folder, 'file'), '');
  await assert.rejects(
    served(path.join(folder, 'nope')),
    /there is no folder .*nope: name the one where runs are/,
  );
  await assert.rejects(served(path.join(folder, 'file')), /is a file: name the folder where runs are/);
  await assert.rejects(served(path.join(folder, 'kd')), /kd is a run: name the folder that holds it/);
  await using board = await served(folder);
  await assert.rejects(served(folder, { port: board.board.port }), /port \d+ of 127\.0\.0\.1 is taken/);
  await assert.rejects(
    served(folder, { host: 'nowhere.invalid' }),
    /the board cannot listen on nowhere\.invalid/,
  );
});

test('a folder that goes while it is served is a sentence, and is served again when it is back', async () => {
  const folder = freshFolder(scratch);
  makeRun(path.join(folder, 'kd'));
  await using board = await served(folder);
  await board.ask('/api/runs');
  fs.renameSync(folder, `${folder}-away`);
  const { status, json } = await board.ask('/api/runs');
  assert.deepEqual([status, json.runs], [200, []]);
  assert.match(json.notes.join(), /there is no folder/);
  fs.renameSync(`${folder}-away`, folder);
  assert.equal((await board.ask('/api/runs')).json.runs.length, 1);
});
