/** Runs the commands of cases, by the command line of a checkout: those that are stopped in a process of their own, others one after another in one. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { makeOwnCache } from '../own-cache.ts';
import type { Case } from './cases.ts';
import { inWordsOf } from './renamed.ts';

export interface Request {
  readonly args: readonly string[];
  readonly folder: string;
}

export interface Ended {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** No command takes so long. */
const mostSeconds = 300;

const running = new Set<ChildProcess>();

/** Ends what still runs. */
export function endAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

const hasCheckpoint = (folder: string): boolean =>
  fs.globSync('run/checkpoints/*', { cwd: folder }).some((name) => /\d$/.test(name));

export class Executor {
  readonly #checkout: string;
  readonly #environment: NodeJS.ProcessEnv;
  #server: ChildProcess | null = null;

  /** @param data  the folder for `RETORT_DATA` */
  constructor(checkout: string, data: string) {
    this.#checkout = checkout;
    // Scores of a teacher that the other checkout evaluated are not to be found.
    const cache = path.join(checkout, 'node_modules/.retort');
    if (!fs.existsSync(cache)) makeOwnCache(cache, /^(addon|libtorch|precision$)/);
    this.#environment = {
      ...process.env,
      RETORT_CACHE: cache,
      RETORT_DATA: data,
      OMP_NUM_THREADS: '1',
      // What is compared is not which kernels are fastest.
      RETORT_KERNELS: 'default',
      // A start takes half as long where sources are read once.
      NODE_COMPILE_CACHE: path.join(checkout, 'node_modules/.compiled'),
    };
  }

  get #program(): string {
    return path.join(this.#checkout, 'packages/retort/bin/retort.js');
  }

  #started(): ChildProcess {
    if (this.#server) return this.#server;
    const server = fork(path.join(import.meta.dirname, 'serve.ts'), [this.#program], {
      env: this.#environment,
    });
    running.add(server);
    server.on('exit', () => {
      running.delete(server);
      this.#server = null;
    });
    this.#server = server;
    return server;
  }

  /** In the process that runs one command after another; one that ends is begun anew by the next. */
  #serve(request: Request): Promise<Ended> {
    const server = this.#started();
    return new Promise((resolve) => {
      const timer = setTimeout(() => server.kill('SIGKILL'), 1000 * mostSeconds);
      const end = (ended: Ended): void => {
        clearTimeout(timer);
        server.off('message', end).off('exit', die);
        resolve(ended);
      };
      const die = (code: number | null, signal: NodeJS.Signals | null): void =>
        end({ code: signal ?? code ?? 1, stdout: '', stderr: 'its process ended' });
      server.on('message', end).on('exit', die);
      server.send(request);
    });
  }

  /** In a process of its own, which gets a signal as soon as there is a checkpoint. Code 0 is that of a run that ended before. */
  #stop({ args, folder }: Request, signal: NodeJS.Signals): Promise<Ended> {
    const child = spawn(process.execPath, [this.#program, ...args], {
      cwd: folder,
      env: this.#environment,
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 1000 * mostSeconds,
    });
    running.add(child);
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const watch = setInterval(() => {
      if (!hasCheckpoint(folder)) return;
      clearInterval(watch);
      child.kill(signal);
    }, 2);
    return new Promise((resolve, reject) => {
      child.on('error', reject).on('close', (code, ended) => {
        clearInterval(watch);
        running.delete(child);
        resolve({ code: ended ?? code ?? 1, stdout: '', stderr });
      });
    });
  }

  /** Runs a case in a folder, which is made; what commands print lies beside the runs. Answers why it failed, or null. */
  async execute({ recipe, commands }: Case, folder: string): Promise<string | null> {
    fs.mkdirSync(folder, { recursive: true });
    if (recipe) {
      const schema = path.join(path.dirname(this.#program), '../src/recipe/schema.ts');
      const words = inWordsOf(fs.readFileSync(schema, 'utf8'), { ...recipe });
      // JSON is YAML too.
      fs.writeFileSync(path.join(folder, 'recipe.yaml'), `${JSON.stringify(words, null, 2)}\n`);
    }
    for (const [i, { args, stop }] of commands.entries()) {
      const { code, stdout, stderr } = await (stop
        ? this.#stop({ args, folder }, stop)
        : this.#serve({ args, folder }));
      // Stopped by Ctrl-C it ends with 130.
      const isRight = stop ? code === (stop === 'SIGINT' ? 130 : stop) : code === 0;
      if (!isRight)
        return `retort ${args.join(' ')} ended with ${code}: ${stderr.trim().split('\n').at(-1)}`
          .replaceAll(folder, 'FOLDER')
          .replaceAll(this.#checkout, 'CHECKOUT');
      // What a stopped run says is of the moment.
      if (!stop) fs.writeFileSync(path.join(folder, `printed-${i}.json`), stdout);
    }
    return null;
  }

  /** Ends the process that waits for commands. */
  [Symbol.dispose](): void {
    // Commands listen to signals.
    this.#server?.disconnect();
  }
}
