/** Folders of several runs, which are no run themselves. */
import fs from 'node:fs';
import path from 'node:path';
import { holdsRun, RunFolder } from '../runs/index.ts';
import { UsageError } from './usage-error.ts';

/** Several runs lie in a folder that is no run itself: it would hide them. @param whose  e.g. `--seeds` @throws UsageError */
export function refuseRun(out: string, whose: string): void {
  const record = path.join(out, 'run.json');
  if (!fs.existsSync(record)) return;
  if (holdsRun(out))
    throw new UsageError(
      `${out} holds a run itself, which would hide those of ${whose}: choose another --out, or remove it`,
    );
  // A run that came to nothing, as after a teacher near chance, has nothing to keep.
  using _ = RunFolder.reopen(out);
  fs.rmSync(record);
}
