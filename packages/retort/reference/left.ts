/** For tests: what a run left, beside what another left; and runs in processes of their own that kill themselves. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** The log without what a clock said. */
export const logOf = <Line = Readonly<Record<string, unknown>>>(out: string): Line[] =>
  fs
    .readFileSync(path.join(out, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) =>
      JSON.parse(line, (key, value) => (/^(seconds|samplesPerSecond)$/.test(key) ? undefined : value)),
    );

/** Weights and log are the same to the bit. */
export function assertSame(out: string, whole: string): void {
  for (const name of ['last.safetensors', 'best.safetensors'])
    assert.ok(
      fs.readFileSync(path.join(out, name)).equals(fs.readFileSync(path.join(whole, name))),
      `${name} differs`,
    );
  assert.deepEqual(logOf(out), logOf(whole));
}

/** The script of `interruptible`. */
export const interruptibleScript: string = path.join(import.meta.dirname, 'interruptible.ts');

/** Runs `interruptible` in a process of its own, which kills itself (-9) after so many steps. */
export function killed(out: string, steps: number, ...how: string[]): Promise<NodeJS.Signals | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [interruptibleScript, out, String(steps), ...how], {
      stdio: 'inherit',
    });
    child.on('close', (_, signal) => resolve(signal));
  });
}
