/** Two processes of a test file that are ranks of one group after another, and do what `cases.ts` says. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { type Answer, Rank } from './start.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-ranks-'));
after(() => fs.rmSync(folder, { recursive: true }));

export const ranks = [new Rank(), new Rank()];
let stores = 0;

/** A file where no ranks have met. */
export const newStore = (): string => `file://${folder}/${stores++}`;

/** Has ranks do the same at once. */
export const all = (
  name: string,
  given: readonly unknown[] = [],
  these: readonly Rank[] = ranks,
): Promise<Answer[]> => Promise.all(these.map((rank) => rank.does(name, ...given)));

/** What they gave, none of them having thrown. */
export async function values<Value>(name: string, ...given: readonly unknown[]): Promise<Value[]> {
  const answers = await all(name, given);
  for (const { error } of answers) assert.equal(error, undefined);
  return answers.map(({ value }) => value as Value);
}

/** A new group, by a file. */
export async function join(timeout = 20, these: readonly Rank[] = ranks): Promise<void> {
  const initMethod = newStore();
  const answers = await Promise.all(
    these.map((rank, i) => rank.does('join', { initMethod, rank: i, worldSize: these.length, timeout })),
  );
  for (const { error } of answers) assert.equal(error, undefined);
}

export const leave = (these: readonly Rank[] = ranks): Promise<Answer[]> => all('leave', [], these);

export const close = (actual: number, most: number, what: string): void =>
  assert.ok(actual <= most, `${what}: ${actual} is more than ${most}`);

after(() => {
  for (const rank of ranks) rank.signal('SIGKILL');
});
