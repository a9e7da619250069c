import fs from 'node:fs';

/** Takes a file away, or a link without what it leads to, where there is one. @throws the system's error for a folder */
export function removeFile(file: string): void {
  if (fs.lstatSync(file, { throwIfNoEntry: false })) fs.unlinkSync(file);
}
