/** Whether what was made of files has to be made again. */
import fs from 'node:fs';
import path from 'node:path';

const written = (file: string): number => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Whether a file is there and newer than all that it is made of. @param sources  as globs, from the folder */
export function isUpToDate(made: string, folder: string, sources: readonly string[]): boolean {
  const when = written(made);
  return fs.globSync([...sources], { cwd: folder }).every((file) => written(path.join(folder, file)) < when);
}
