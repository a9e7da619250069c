/**
 * Kills a run of some minutes at random moments, resumes it each time, and compares it with the one that was not stopped: `node
 * scripts/stress-resume.ts --teacher resnet20:resnet20.pth [--kills 20] [--runs 2]`. A quarter of the kills are aimed at a checkpoint
 * that is being written. Needs CIFAR-100.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { recipeOf } from 'retort';
import { differingFile } from './stress.ts';

const { values: flags } = parseArgs({
  options: {
    teacher: { type: 'string', default: 'resnet20:resnet20-cifar100.pth' },
    kills: { type: 'string', default: '20' },
    runs: { type: 'string', default: '2' },
    epochs: { type: 'string', default: '20' },
    child: { type: 'string' },
    resume: { type: 'boolean', default: false },
  },
});

const recipe = () =>
  recipeOf(
    {
      name: 'stress',
      data: { name: 'cifar100', trainImages: 10_000 },
      student: 'resnet8',
      teacher: flags.teacher,
      cache: { views: 2 },
      evaluation: { every: 5 },
      checkpoint: { everySeconds: 4 },
      stages: [
        {
          epochs: Number(flags.epochs),
          methods: ['kd'],
          schedule: 'one-cycle',
          ema: { decay: 0.99 },
        },
      ],
    },
    'stress-resume',
  );

/** In a process of its own: the run, saying each step. */
async function child(out: string): Promise<void> {
  const { prepare, run } = await import('retort');
  await run({
    ...(await prepare(recipe())),
    out,
    resume: flags.resume,
    onStep: ({ epoch, step }) => console.log(`${epoch} ${step}`),
    onWarning: (text) => console.error(text),
  });
}

interface Killed {
  /** The first and the last step that it said, as `[epoch, step]`. */
  readonly first: string | null;
  readonly last: string | null;
  readonly wasKilled: boolean;
  readonly atWrite: boolean;
}

/** Runs until a moment, or until a checkpoint is half written after it. */
function attempt(out: string, resume: boolean, after: number, aimed: boolean): Promise<Killed> {
  const args = [import.meta.filename, '--child', out, '--epochs', flags.epochs, '--teacher', flags.teacher];
  const process_ = spawn(process.execPath, [...args, ...(resume ? ['--resume'] : [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let first: string | null = null;
  let last: string | null = null;
  let atWrite = false;
  let timer: NodeJS.Timeout | undefined;
  const kill = () => process_.kill('SIGKILL');
  const writing = (): boolean => {
    const folder = path.join(out, 'checkpoints');
    return fs.existsSync(folder) && fs.readdirSync(folder).some((name) => !/^\d+$/.test(name));
  };
  if (Number.isFinite(after)) {
    timer = setTimeout(() => {
      if (!aimed) return kill();
      timer = setInterval(() => {
        if (!writing()) return;
        atWrite = true;
        kill();
      }, 1);
    }, after);
  }
  createInterface({ input: process_.stdout }).on('line', (line) => {
    first ??= line;
    last = line;
  });
  return new Promise((resolve, reject) => {
    process_.on('close', (code, signal) => {
      clearTimeout(timer);
      clearInterval(timer);
      if (code) reject(new Error(`the run ended with code ${code}`));
      else resolve({ first, last, wasKilled: signal === 'SIGKILL', atWrite });
    });
  });
}

/** Where the newest checkpoint stands: `epoch step`. */
function checkpointed(out: string): string {
  const folder = path.join(out, 'checkpoints');
  const numbers = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => /^\d+$/.test(name)) : [];
  const newest = numbers.map(Number).sort((a, b) => b - a)[0];
  if (newest === undefined) return '1 0';
  const names = fs.readdirSync(folder).filter((name) => Number(name) === newest);
  const { record } = JSON.parse(
    fs.readFileSync(path.join(folder, names[0] ?? '', 'checkpoint.json'), 'utf8'),
  );
  const { epoch, step } = record.trainer.position;
  return `${epoch} ${step}`;
}

const count = (line: string | null): number => {
  const [epoch = 0, step = 0] = (line ?? '1 0').split(' ').map(Number);
  return (epoch - 1) * 157 + step;
};

async function main(): Promise<void> {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-stress-'));
  const whole = path.join(scratch, 'whole');
  const start = performance.now();
  await attempt(whole, false, Number.POSITIVE_INFINITY, false);
  const length = performance.now() - start;
  console.log(`uninterrupted: ${(length / 1000).toFixed(0)} s`);
  const perRun = Math.ceil(Number(flags.kills) / Number(flags.runs));
  let kills = 0;
  let late = 0;
  let written = 0;
  // A run may end before its last kill.
  for (let run = 0; kills < Number(flags.kills); run++) {
    const out = path.join(scratch, `run-${run}`);
    let last = '1 0';
    for (let i = 0; ; i++) {
      const wants = i < perRun && kills < Number(flags.kills);
      const from = checkpointed(out);
      // So that the kills are spread over the whole run, with what each start takes.
      const moment = wants ? 4000 + Math.random() * ((2 * length) / perRun) : Number.POSITIVE_INFINITY;
      const resume = fs.existsSync(path.join(out, 'run.json'));
      const ended = await attempt(out, resume, moment, i % 4 === 3);
      const expected = count(from) + 1;
      if (ended.first !== null && count(ended.first) !== expected)
        throw new Error(`it resumed with step ${count(ended.first)}, not with ${expected}`);
      if (ended.wasKilled) {
        kills++;
        const hadCheckpoint = checkpointed(out) !== '1 0';
        if (hadCheckpoint) late++;
        if (ended.atWrite) written++;
        last = ended.last ?? last;
        const again = count(last) - count(checkpointed(out));
        const where = ended.atWrite ? ', while a checkpoint was written' : '';
        console.log(
          `run ${run}, kill ${i + 1}: after step ${count(last)}${where}; ${again} steps are computed again`,
        );
        continue;
      }
      break;
    }
    const differing = differingFile(out, whole);
    if (differing) throw new Error(`run ${run}: ${differing} differs`);
    console.log(`run ${run}: byte for byte the uninterrupted one`);
  }
  console.log(`${kills} kills, ${late} after the first checkpoint, ${written} while one was written`);
  fs.rmSync(scratch, { recursive: true });
}

await (flags.child ? child(flags.child) : main());
