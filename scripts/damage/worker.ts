/** A process that does what it is asked, and is replaced where it ended or took too long. As a script it is that process. */
import { type ChildProcess, fork } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { Kind } from './made.ts';

/** What is asked for, in a place: to begin its run, or to resume it by arguments of `retort resume`. */
export interface Order {
  readonly place: string;
  readonly kind: Kind;
  /** Steps after which the process kills itself. */
  readonly killAfter?: number | undefined;
  readonly resume?: readonly string[] | undefined;
}

export interface Answer {
  readonly code: number;
  readonly stderr: string;
}

/** Milliseconds that an order may take: many times what one takes on two cores. */
const patience: Readonly<Record<Kind, number>> = { taught: 60_000, 'of-files': 300_000 };

export class Worker {
  #child: ChildProcess | null = null;

  /** What it answered; how it ended otherwise. */
  async ask(order: Order): Promise<Answer | string> {
    this.#child ??= fork(import.meta.filename, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    const asked = this.#child;
    let said = '';
    const listen = (text: Buffer): void => {
      said += text;
    };
    asked.stderr?.on('data', listen);
    let timer: NodeJS.Timeout | undefined;
    const answered = await new Promise<Answer | string>((resolve) => {
      asked.once('message', (answer: Answer) => resolve(answer));
      asked.once('close', (code, signal) =>
        resolve(`the process ended by itself (${signal ?? code}): ${said}`),
      );
      const time = patience[order.kind];
      timer = setTimeout(() => resolve(`there was no answer in ${time / 1000} s`), time);
      asked.send(order);
    });
    clearTimeout(timer);
    asked.removeAllListeners('message').removeAllListeners('close');
    asked.stderr?.off('data', listen);
    if (typeof answered === 'string') this.end();
    return answered;
  }

  end(): void {
    this.#child?.kill('SIGKILL');
    this.#child = null;
  }
}

async function serve(): Promise<void> {
  const { setNumThreads } = await import('@retort/torch');
  const { run } = await import('retort');
  const { datasets } = await import('../../packages/retort/src/data/index.ts');
  const { prepare, readRecipe } = await import('../../packages/retort/src/recipe/index.ts');
  const { retort } = await import('../../packages/retort/reference/command.ts');
  const { halves } = await import('../../packages/retort/reference/halves.ts');
  const { recipes } = await import('./made.ts');
  setNumThreads(1);
  const official = datasets['fashion-mnist'];
  const madeUp = { train: halves(64), test: halves(20, 7), source: 'made up' };
  process.on('message', async ({ place, kind, killAfter, resume }: Order) => {
    process.env.RETORT_CACHE = path.join(place, 'cache');
    process.env.RETORT_DATA = path.join(place, 'data');
    Object.assign(datasets, { 'fashion-mnist': kind === 'taught' ? async () => madeUp : official });
    const out = path.join(place, 'run');
    if (resume) return process.send?.(await retort('resume', out, ...resume));
    const file = path.join(place, 'recipe.yaml');
    fs.writeFileSync(file, recipes[kind](place));
    let steps = 0;
    await run({
      ...(await prepare(readRecipe(file))),
      out,
      onStep: () => {
        if (++steps === killAfter) process.kill(process.pid, 'SIGKILL');
      },
    });
    process.send?.({ code: 0, stderr: '' });
  });
}

if (import.meta.main) await serve();
