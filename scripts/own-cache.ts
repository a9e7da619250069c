/** A cache folder for what a script starts, so that it finds nothing that others asked or measured. */
import fs from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '@retort/torch/setup';

/** Makes one with links to the entries of the user's whose names are asked for, as libraries. */
export function makeOwnCache(folder: string, shared: RegExp): void {
  const all = cacheFolder();
  fs.mkdirSync(folder, { recursive: true });
  for (const entry of fs.readdirSync(all).filter((entry) => shared.test(entry)))
    fs.symlinkSync(path.join(all, entry), path.join(folder, entry));
}
