/** Processes that are ranks of a test: each does what it is told by name, and answers. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';

/** What a rank answers: what the case gave, or the error that it threw. */
export interface Answer {
  readonly value?: unknown;
  readonly error?: {
    readonly name: string;
    readonly message: string;
    readonly rank?: number | null;
    readonly operation?: string;
  };
  readonly milliseconds: number;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

export class Rank {
  readonly #child: ChildProcess;
  stderr = '';

  constructor() {
    this.#child = fork(path.join(import.meta.dirname, 'rank.ts'), {
      execArgv: [],
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
      env: { ...process.env, OMP_NUM_THREADS: '1' },
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
  }

  /** Has it do the case of that name, with arguments that JSON holds. */
  async does(name: string, ...given: readonly unknown[]): Promise<Answer> {
    const listening = new AbortController();
    const { signal } = listening;
    const answer = Promise.race([
      once(this.#child, 'message', { signal }),
      once(this.#child, 'exit', { signal }).then(([status, killedBy]) => {
        throw new Error(`the rank ended with ${status ?? killedBy} in '${name}': ${this.stderr}`);
      }),
    ]);
    try {
      this.#child.send({ name, given });
      const [message] = await answer;
      return message as Answer;
    } finally {
      listening.abort();
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Lets it end by itself; answers its exit code or signal. */
  async ends(): Promise<number | string> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return exitCode ?? signalCode ?? '';
    const exited = once(this.#child, 'exit');
    if (this.#child.connected) this.#child.disconnect();
    const [status, signal] = await exited;
    return status ?? signal;
  }
}
