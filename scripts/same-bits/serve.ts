/**
 * A process that runs one command line after another, since a start takes longer than two steps: its argument is the program, which is
 * evaluated anew for each, as a shell would start it. Told `{ args, folder }` by its parent, it answers `{ code, stdout, stderr }`.
 */
import { pathToFileURL } from 'node:url';
import type { Ended, Request } from './execute.ts';

const program = pathToFileURL(process.argv[2] ?? '').href;
let count = 0;

/** Keeps what is written to a stream, until it is taken. */
function kept(stream: NodeJS.WriteStream): () => string {
  let text = '';
  stream.write = (chunk: string | Uint8Array): boolean => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return true;
  };
  return () => {
    const taken = text;
    text = '';
    return taken;
  };
}

const [stdout, stderr] = [kept(process.stdout), kept(process.stderr)];

process.on('disconnect', () => process.exit());
process.on('message', async ({ args, folder }: Request) => {
  process.chdir(folder);
  process.argv = [process.execPath, program, ...args];
  process.exitCode = 0;
  try {
    await import(`${program}?${count++}`);
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  }
  process.send?.({ code: Number(process.exitCode), stdout: stdout(), stderr: stderr() } satisfies Ended);
});
