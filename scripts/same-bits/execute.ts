/** Runs the commands of a case, by the command line of a checkout. */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { Case, Command } from './cases.ts';

export interface Place {
  readonly checkout: string;
  /** Of the case: what it writes lies here. */
  readonly folder: string;
  /** For `RETORT_DATA`. */
  readonly data: string;
}

/** No case takes so long. */
const mostSeconds = 300;

const hasCheckpoint = (folder: string): boolean =>
  fs.globSync('run/checkpoints/*', { cwd: folder }).some((name) => /\d$/.test(name));

const running = new Set<ChildProcess>();

/** Ends what still runs. */
export function endAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

interface Ended {
  readonly stdout: string;
  /** Why it did not end as it should; null where it did. */
  readonly failure: string | null;
}

function runCommand({ args, stop }: Command, { checkout, folder, data }: Place): Promise<Ended> {
  const child = spawn(process.execPath, [path.join(checkout, 'packages/retort/bin/retort.js'), ...args], {
    cwd: folder,
    env: {
      ...process.env,
      RETORT_DATA: data,
      OMP_NUM_THREADS: '1',
      // A start takes half as long where sources are read once.
      NODE_COMPILE_CACHE: path.join(checkout, 'node_modules/.compiled'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 1000 * mostSeconds,
    killSignal: 'SIGKILL',
  });
  running.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  let wasStopped = false;
  const watch = stop
    ? setInterval(() => {
        if (wasStopped || !hasCheckpoint(folder)) return;
        wasStopped = true;
        child.kill(stop);
      }, 2)
    : undefined;
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code, signal) => {
      clearInterval(watch);
      running.delete(child);
      const said = stderr.trim().split('\n').at(-1) ?? '';
      // Of a run that ended before its signal came there is nothing to go on with.
      const isRight = stop ? wasStopped && code !== 0 : code === 0;
      resolve({
        stdout,
        failure: isRight ? null : `retort ${args.join(' ')} ended with ${signal ?? code}: ${said}`,
      });
    });
  });
}

/** Runs a case in its folder, which is made; what commands print lies beside the runs. Answers why it failed, or null. */
export async function execute({ recipe, commands }: Case, place: Place): Promise<string | null> {
  const { folder, checkout } = place;
  fs.mkdirSync(folder, { recursive: true });
  // JSON is YAML too.
  if (recipe) fs.writeFileSync(path.join(folder, 'recipe.yaml'), `${JSON.stringify(recipe, null, 2)}\n`);
  for (const [i, command] of commands.entries()) {
    const { stdout, failure } = await runCommand(command, place);
    if (failure !== null) return failure.replaceAll(folder, 'FOLDER').replaceAll(checkout, 'CHECKOUT');
    // What a stopped run says is of the moment.
    if (!command.stop) fs.writeFileSync(path.join(folder, `printed-${i}.json`), stdout);
  }
  return null;
}
