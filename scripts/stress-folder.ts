/**
 * Two processes at one folder: `node scripts/stress-folder.ts [--rounds 100]`. In each round two start a small run at once, the one that
 * trains is killed (-9) at a random moment, and two resume it at once. One trains, the other is refused, and what is left is byte for byte what
 * a run left that nobody disturbed.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { differingFile, start } from './stress.ts';

const { values: flags } = parseArgs({
  options: { rounds: { type: 'string', default: '100' }, child: { type: 'string' } },
});

/** In a process of its own: begins the run, or resumes it. */
async function child(out: string): Promise<void> {
  const { run } = await import('retort');
  const { interruptible } = await import('../packages/retort/reference/interruptible.ts');
  try {
    await run({ ...interruptible(out), resume: fs.existsSync(path.join(out, 'run.json')) });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

const begin = (out: string) => start(import.meta.filename, ['--child', out]);

/** Two at once, of which one may be killed. */
async function both(out: string, killAfter: number | null): Promise<void> {
  const two = [begin(out), begin(out)];
  const timer = killAfter === null ? null : setTimeout(() => two[0]?.child.kill('SIGKILL'), killAfter);
  const ended = await Promise.all(two.map((one) => one.ended));
  if (timer) clearTimeout(timer);
  for (const { code, signal, stderr } of ended)
    if (code !== 0 && !signal && !/is being trained by|already holds a run/.test(stderr))
      throw new Error(`${out}: ${stderr}`);
}

async function main(): Promise<void> {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-folder-'));
  const whole = path.join(scratch, 'whole');
  const began = performance.now();
  await begin(whole).ended;
  const length = performance.now() - began;
  for (let round = 0; round < Number(flags.rounds); round++) {
    const out = path.join(scratch, `run-${round}`);
    await both(out, Math.random() * 2 * length);
    const record = path.join(out, 'run.json');
    const isDone = fs.existsSync(record) && JSON.parse(fs.readFileSync(record, 'utf8')).status === 'finished';
    if (!isDone) await both(out, null);
    const differing = differingFile(out, whole);
    if (differing) throw new Error(`${out}: ${differing} differs`);
    fs.rmSync(out, { recursive: true });
  }
  console.log(`${flags.rounds} rounds, each byte for byte the undisturbed run`);
  fs.rmSync(scratch, { recursive: true });
}

await (flags.child ? child(flags.child) : main());
