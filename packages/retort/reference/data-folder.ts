/** For tests: a folder of a test file's own, in which data is looked for. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';

/** `$RETORT_DATA` until the file's tests are done, when it is removed. @param name  of the file */
export function dataFolder(name: string): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `retort-${name}-`));
  const before = process.env.RETORT_DATA;
  process.env.RETORT_DATA = folder;
  after(() => {
    process.env.RETORT_DATA = before;
    if (before === undefined) delete process.env.RETORT_DATA;
    fs.rmSync(folder, { recursive: true });
  });
  return folder;
}

/** The same, and the working folder. */
export function workingFolder(name: string): string {
  const was = process.cwd();
  after(() => process.chdir(was));
  const folder = dataFolder(name);
  process.chdir(folder);
  return folder;
}
