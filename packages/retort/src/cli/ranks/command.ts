/** The command that each rank runs: that of the launcher, without what only the launcher is told. */
import { fileURLToPath } from 'node:url';

/** A program, and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** Flags that the launcher keeps for itself, each with a value. */
const ownFlags = ['--ranks', '--max-restarts'];

/**
 * Arguments without the launcher's own flags, and with the run folder that it chose.
 *
 * @param out  null where the arguments say it
 * @example rankArguments(['train', '--ranks', '2', 'kd.yaml'], 'runs/kd') // ['train', '--out', 'runs/kd', 'kd.yaml']
 */
export function rankArguments(args: readonly string[], out: string | null): string[] {
  const kept = args.filter((arg, i) => {
    const isValue = i > 0 && ownFlags.includes(args[i - 1] ?? '');
    return !isValue && !ownFlags.includes(arg) && !ownFlags.some((flag) => arg.startsWith(`${flag}=`));
  });
  const [command = '', ...rest] = kept;
  // Before the others, as `--` may be among them.
  return out === null ? kept : [command, '--out', out, ...rest];
}

/** Retort as it is installed, run by this Node. */
export function retortCommand(args: readonly string[]): Command {
  const entry = new URL('bin/retort.js', import.meta.resolve('retort/package.json'));
  return [process.execPath, ...process.execArgv, fileURLToPath(entry), ...args];
}
