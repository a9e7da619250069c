/** Where a story's runs lie. */
import fs from 'node:fs';
import path from 'node:path';

/** A folder in `runs` that is not there yet. @example freeFolder('quickstart') // 'runs/quickstart-2' */
export function freeFolder(name: string): string {
  for (let i = 1; ; i++) {
    const folder = path.join('runs', i === 1 ? name : `${name}-${i}`);
    if (!fs.existsSync(folder)) return folder;
  }
}
