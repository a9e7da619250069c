/** What the scripts that stress runs share: processes and how they ended, and runs compared by what they left. */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { logOf } from '../packages/retort/reference/left.ts';

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** A process that runs a script, and how it will have ended. @example await start(import.meta.filename, ['--child', out]).ended */
export function start(
  script: string,
  args: readonly string[],
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, [script, ...args]);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, stderr })),
  );
  return { child, ended };
}

/** The first file that a run left otherwise than the one that nobody disturbed: weights byte for byte, metrics aside from the clock; null where there is none. */
export function differingFile(out: string, whole: string): string | null {
  for (const name of ['last.safetensors', 'best.safetensors']) {
    const [mine, theirs] = [out, whole].map((folder) => fs.readFileSync(path.join(folder, name)));
    if (!theirs || !mine?.equals(theirs)) return name;
  }
  return isDeepStrictEqual(logOf(out), logOf(whole)) ? null : 'metrics.jsonl';
}
