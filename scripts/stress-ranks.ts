/**
 * Ranks that are lost: `node scripts/stress-ranks.ts [--rounds 50] [--seed 0]`. In each round 2 to 4 ranks train a small run, and at a random moment one of them, or the
 * launcher, is killed (-9), stopped (SIGSTOP), or cut off from the others. What goes on by itself, and what is resumed where the launcher is gone, leaves byte for byte what
 * as many ranks left that nobody disturbed, and nothing waits for longer than the time-out and the patience of the launcher.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { permutation } from 'retort';
import { faultyRecipe } from '../packages/retort/reference/faulty.ts';
import { differingFile } from './stress.ts';

const { values: flags } = parseArgs({
  options: { rounds: { type: 'string', default: '50' }, seed: { type: 'string', default: '0' } },
});

const root = path.join(import.meta.dirname, '..');
const bin = path.join(root, 'packages/retort/bin/retort.js');
const timeout = 5;

/** Longest that a lost rank may hold up the others: the time-out, the launcher's patience (30 s), and what the machine takes to start them again, in seconds. */
const mostLost = timeout + 30 + 25;

interface Ended {
  readonly code: number | null;
  readonly said: string;
  readonly seconds: number;
}

/** A command at work; those of its process group are ended with it. */
function start(args: readonly string[], fault: string) {
  const began = performance.now();
  const child = spawn(process.execPath, [bin, ...args], {
    env: { ...process.env, RETORT_TEST_FAULT: fault, RETORT_KERNELS: 'default', OMP_NUM_THREADS: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
  const ended = once(child, 'close').then(
    ([code]): Ended => ({ code, said, seconds: (performance.now() - began) / 1000 }),
  );
  return { child, ended };
}

/** Processes whose environment says that they are a rank of this run. */
function ranksOf(out: string): { pid: number; rank: number }[] {
  return fs.readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const command = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      const [, rank] = /(?:^|\0)RANK=(\d+)/.exec(fs.readFileSync(`/proc/${pid}/environ`, 'utf8')) ?? [];
      return rank !== undefined && command.includes(out) ? [{ pid: Number(pid), rank: Number(rank) }] : [];
    } catch {
      return [];
    }
  });
}

const kinds = ['kill', 'stop', 'cut', 'kill from outside', 'stop from outside', 'launcher'] as const;

interface Round {
  readonly ranks: number;
  readonly kind: (typeof kinds)[number];
  readonly rank: number;
  /** A share of the undisturbed run, in [0, 1]. */
  readonly at: number;
}

function drawn(round: number): Round {
  const words = permutation(997, { seed: Number(flags.seed), epoch: round, purpose: 'subset' });
  const [first = 0, second = 0, third = 0] = words;
  const ranks = 2 + (first % 3);
  return { ranks, kind: kinds[round % kinds.length] ?? 'kill', rank: second % ranks, at: third / 997 };
}

/** Calls of `gather` in an undisturbed run: those before training, and those of its steps. */
const calls = { first: 6, last: 20 };

async function disturbed(recipe: string, out: string, round: Round, length: number): Promise<Ended> {
  const { ranks, kind, rank, at } = round;
  const call = Math.round(calls.first + at * (calls.last - calls.first));
  const isInside = kind === 'kill' || kind === 'stop' || kind === 'cut';
  const args = ['--ranks', String(ranks), '--timeout', String(timeout)];
  const { child, ended } = start(
    ['train', recipe, '--out', out, ...args],
    isInside ? `${kind} ${rank} ${call}` : '',
  );
  if (!isInside) {
    await Promise.race([wait(1000 * length * at), ended]);
    if (kind === 'launcher') child.kill('SIGKILL');
    else {
      const signal = kind.startsWith('kill') ? 'SIGKILL' : 'SIGSTOP';
      for (const one of ranksOf(out))
        if (one.rank === rank)
          try {
            process.kill(one.pid, signal);
          } catch {
            // It has ended meanwhile.
          }
    }
  }
  const first = await ended;
  if (first.code === 0) return first;
  if (kind !== 'launcher')
    throw new Error(`${out}: ${JSON.stringify(round)} ended with ${first.code}: ${first.said}`);
  for (let i = 0; i < 100 && ranksOf(out).length > 0; i++) await wait(100);
  const orphans = ranksOf(out);
  if (orphans.length > 0) throw new Error(`${out}: ${orphans.length} ranks outlive their launcher`);
  const again = fs.existsSync(path.join(out, 'run.json')) ? ['resume', out] : ['train', recipe, '--out', out];
  const second = await start([...again, ...args], '').ended;
  if (second.code !== 0) throw new Error(`${out}: resumed, it ended with ${second.code}: ${second.said}`);
  return { ...second, seconds: first.seconds + second.seconds };
}

async function main(): Promise<void> {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-ranks-'));
  const recipe = path.join(scratch, 'recipe.yaml');
  fs.writeFileSync(recipe, faultyRecipe);
  const lengths = new Map<number, number>();
  for (const ranks of [2, 3, 4]) {
    const out = path.join(scratch, `whole-${ranks}`);
    const { code, said, seconds } = await start(['train', recipe, '--out', out, '--ranks', String(ranks)], '')
      .ended;
    if (code !== 0) throw new Error(said);
    lengths.set(ranks, seconds);
  }
  let longest = 0;
  for (let number = 0; number < Number(flags.rounds); number++) {
    const round = drawn(number);
    const out = path.join(scratch, `run-${number}`);
    const length = lengths.get(round.ranks) ?? 0;
    const { seconds } = await disturbed(recipe, out, round, length);
    const lost = seconds - length;
    longest = Math.max(longest, lost);
    const { ranks, kind, rank, at } = round;
    console.log(
      `${number}: ${ranks} ranks, ${kind} (rank ${rank}, at ${at.toFixed(2)}): ${lost.toFixed(1)} s lost`,
    );
    if (lost > mostLost + 2 * length) throw new Error(`${out}: ${JSON.stringify(round)} took ${seconds} s`);
    const differing = differingFile(out, path.join(scratch, `whole-${ranks}`));
    if (differing) throw new Error(`${out}: ${JSON.stringify(round)}: ${differing} differs`);
    fs.rmSync(out, { recursive: true });
  }
  console.log(
    `${flags.rounds} faults, each byte for byte the undisturbed run; at most ${longest.toFixed(1)} s lost`,
  );
  fs.rmSync(scratch, { recursive: true });
}

await main();
