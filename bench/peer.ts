/** PyTorch in a child process, driven a line at a time. */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';

export class Peer {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(python: string) {
    const child = spawn(python, [path.join(import.meta.dirname, 'peer.py')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child = child;
    const reader: Interface = createInterface({ input: child.stdout });
    this.#lines = reader[Symbol.asyncIterator]();
  }

  async ask<Answer>(command: Record<string, unknown>): Promise<Answer> {
    this.#child.stdin?.write(`${JSON.stringify(command)}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('the Python side ended');
    return JSON.parse(value);
  }

  async seconds(count: number): Promise<number> {
    return (await this.ask<{ seconds: number }>({ do: 'run', count })).seconds;
  }

  close(): void {
    this.#child.stdin?.end();
  }
}
