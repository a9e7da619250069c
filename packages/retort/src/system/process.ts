import fs from 'node:fs';

/**
 * Tells a process from a later one with its number, as far as the system says when it began; null where there is none.
 *
 * @example identify(process.pid) // '4711@81234'
 */
export function identify(pid: number): string | null {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Another user's process is alive, too.
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return null;
  }
  try {
    // The name, in parentheses, may hold spaces; the start is the twentieth field after it.
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // One that has ended, but whose parent has not asked how, is there in name only.
    return fields[0] === 'Z' || fields[0] === 'X' ? null : `${pid}@${fields[19]}`;
  } catch {
    return String(pid);
  }
}

/** Whether a process that was noted is still there. @example isAlive('4711@81234') // false: 4711 has ended, or is another by now */
export const isAlive = (named: string): boolean => identify(Number.parseInt(named, 10)) === named;
