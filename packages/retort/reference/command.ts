/** For tests: a command line, run in this process. */
import { main } from '../src/cli/main.ts';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const signals = ['SIGINT', 'SIGTERM'] as const;

/** Runs a command and answers what it printed; one at a time. @example const { code, stdout } = await retort('eval', '--help') */
export async function retort(...args: string[]): Promise<Ended> {
  const printed = { stdout: '', stderr: '' };
  const { log, error } = console;
  const { write } = process.stderr;
  const { exitCode } = process;
  const listeners = signals.map((signal) => new Set(process.listeners(signal)));
  console.log = (text: string) => {
    printed.stdout += `${text}\n`;
  };
  console.error = (text: string) => {
    printed.stderr += `${text}\n`;
  };
  process.stderr.write = (text) => {
    printed.stderr += String(text);
    return true;
  };
  try {
    process.exitCode = 0;
    await main(args);
    return { code: Number(process.exitCode), ...printed };
  } finally {
    Object.assign(console, { log, error });
    process.stderr.write = write;
    process.exitCode = exitCode;
    // A command listens until its process ends.
    for (const [i, signal] of signals.entries())
      for (const listener of process.listeners(signal))
        if (!listeners[i]?.has(listener)) process.off(signal, listener);
  }
}
