/** For tests: the command line, in this process. */
import { main } from '../src/cli/main.ts';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param folder  taken away from what is printed */
export async function command(folder: string, ...args: string[]): Promise<Ended> {
  const printed = { stdout: '', stderr: '' };
  const { log, error } = console;
  const write = process.stderr.write;
  const keep =
    (stream: keyof typeof printed) =>
    (text: string): void => {
      printed[stream] += `${text.replaceAll(`${folder}/`, '')}\n`;
    };
  console.log = keep('stdout');
  console.error = keep('stderr');
  process.stderr.write = (text) => {
    printed.stderr += String(text).replaceAll(`${folder}/`, '');
    return true;
  };
  try {
    process.exitCode = 0;
    await main(args);
    return { code: Number(process.exitCode), ...printed };
  } finally {
    Object.assign(console, { log, error });
    process.stderr.write = write;
    process.exitCode = 0;
  }
}
