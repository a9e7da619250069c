/** The end of a run's log as text. */
import type { LogAnswer } from '../../api.ts';
import { openWithin } from '../kept/inside.ts';
import type { Catalogue } from './catalogue.ts';

/** So much of the end of the file is looked at, at most. */
const mostBytes = 4 << 20;

async function lastLines(folder: string, count: number): Promise<string[]> {
  const handle = await openWithin(folder, 'metrics.jsonl');
  if (!handle) return [];
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.min(size, mostBytes));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, size - buffer.length);
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n');
    // The first may be the rest of one.
    if (size > buffer.length) lines.shift();
    return lines.filter((line) => line !== '').slice(-count);
  } finally {
    await handle.close();
  }
}

/** The last lines of `metrics.jsonl`, and what is said of the run's end. @throws BoardError where there is no such run */
export async function logText(catalogue: Catalogue, id: string, tail: number): Promise<LogAnswer> {
  const { status, problem, ended, elsewhere } = await catalogue.row(id);
  const end = [
    ...(problem === null ? [] : [problem]),
    ...(status === 'killed' ? ['the process is gone, and did not say that it ended'] : []),
    ...(status === 'running' && elsewhere !== null
      ? [`it is running on ${elsewhere}, as far as it says: its process cannot be seen from here`]
      : []),
    ...(ended === null ? [] : [`${status} at ${ended}`]),
  ];
  return { lines: [...(await lastLines(catalogue.folderOf(id), tail)), ...end] };
}
