import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-ended-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const bin = path.join(import.meta.dirname, '../../bin/retort.js');

/** Data whose samples are read; one of the test split ends the process, as `ENDS` says. */
const code = `
const split = (name, isTest) => ({
  name,
  // The last one is not among the few that are looked at before the run.
  size: 40,
  fields: { image: { kind: 'image', channels: 1, mean: [0.5], std: [0.5] }, label: { kind: 'class', classes: ['a', 'b'] } },
  fingerprint: name,
  async read(ids) {
    if (isTest && ids.includes(39)) {
      if (process.env.ENDS === 'never') await new Promise(() => {});
      process.exit(Number(process.env.ENDS));
    }
    return Array.from(ids, (id) => ({ image: { pixels: new Uint8Array(64).fill(id), height: 8, width: 8 }, label: id % 2 }));
  },
});
export function data() {
  if (process.env.WHEN === 'at once') process.exit(Number(process.env.ENDS));
  return { train: split('train', false), test: split('test', true), source: 'made up' };
}
`;

suite('a process that ends before its run', () => {
  fs.writeFileSync(path.join(scratch, 'data.ts'), code);
  const ended = (out: string, env: object) => {
    const flags = [
      '--model',
      'resnet8',
      '--epochs',
      '1',
      '--no-augment',
      '--precision',
      'fp32',
      '--out',
      out,
    ];
    const { status, stderr } = spawnSync(
      process.execPath,
      [bin, 'train', '--data', './data.ts#data', ...flags],
      {
        cwd: scratch,
        env: { ...process.env, OMP_NUM_THREADS: '1', ...env },
        encoding: 'utf8',
      },
    );
    return [
      status,
      stderr
        .trim()
        .split('\n')
        .findLast((line) => line.startsWith('retort:')),
    ];
  };
  const said = (code: number, out: string, next: string) =>
    `retort: the process ended with exit code ${code} before the run in ${out} was over, as process.exit() in a data set or a task of your own would do it; ${next}`;

  test('says so, with how to go on; it has failed, whatever it says of itself', () => {
    assert.deepEqual(ended('seven', { ENDS: '7' }), [
      7,
      said(7, 'seven', 'go on with: npx retort resume seven'),
    ]);
    assert.deepEqual(ended('zero', { ENDS: '0' }), [
      1,
      said(0, 'zero', 'go on with: npx retort resume zero'),
    ]);
    assert.deepEqual(ended('never', { ENDS: 'never' }), [
      13,
      said(13, 'never', 'go on with: npx retort resume never'),
    ]);
  });

  test('says so where nothing was written yet', () => {
    assert.deepEqual(ended('early', { ENDS: '3', WHEN: 'at once' }), [
      3,
      said(3, 'early', 'nothing of it was written yet'),
    ]);
  });
});
