import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { reportFolder, writeReports } from './api-report.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-report-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const filesIn = (folder: string): Record<string, string> =>
  Object.fromEntries(
    fs
      .readdirSync(folder)
      .sort()
      .map((file) => [file, fs.readFileSync(path.join(folder, file), 'utf8')]),
  );

test('the reports of what is exported are current (npm run docs writes them)', () => {
  writeReports(scratch);
  const [now, checkedIn] = [filesIn(scratch), filesIn(reportFolder)];
  assert.deepEqual(Object.keys(now), Object.keys(checkedIn));
  for (const [file, text] of Object.entries(now))
    assert.ok(
      text === checkedIn[file],
      `${file} is not: run \`npm run docs\`, and say in the changelog what changes`,
    );
  assert.match(now['retort.api.md'] ?? '', /^export function exportFolder\(/m);
});
