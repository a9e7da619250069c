/** `retort report`. */
import fs from 'node:fs';
import { installedPen } from '../figures/installed-pen.ts';
import { UsageError } from './load.ts';
import { checkOutFile, writeOut } from './out-file.ts';
import { say, tell } from './output.ts';
import { mark } from './report/mark.ts';
import { type Reported, readReported } from './report/reported.ts';
import { foldersOf } from './run-folders.ts';
import { counted } from './table.ts';

export interface ReportFlags {
  readonly out: string;
  /** With what `retort diagnose` says of each run. */
  readonly diagnose?: boolean;
  readonly json?: boolean;
}

/** As much of a file as a report's mark is in. */
const beginning = 2000;

/** @throws UsageError for a file that is there and was not written by this command */
function refuseForeign(out: string): void {
  if (!fs.existsSync(out)) return;
  const file = fs.openSync(out, 'r');
  const bytes = Buffer.alloc(beginning);
  try {
    const text = bytes.toString('utf8', 0, fs.readSync(file, bytes));
    if (text !== '' && !text.includes(mark))
      throw new UsageError(`--out ${out}: it is there, and is no report: name another file, or remove it`);
  } finally {
    fs.closeSync(file);
  }
}

/** What writes a report, which is the user's to install, as what draws figures is. @throws UsageError where it is not there */
async function loadPage(): Promise<typeof import('./report/page.ts')> {
  try {
    return await import('./report/page.ts');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes('hono')) throw error;
    throw new UsageError(
      "a report is written by hono's templates, which are not installed: npm install hono @observablehq/plot linkedom",
    );
  }
}

/** With the engine, which a report of numbers alone does without. */
async function diagnosed(read: Reported): Promise<Reported['diagnosed']> {
  const { diagnosedRuns } = await import('./report/diagnosed-runs.ts');
  return diagnosedRuns(read);
}

export async function reportCommand(given: readonly string[], flags: ReportFlags): Promise<void> {
  checkOutFile(flags.out, 'html');
  refuseForeign(flags.out);
  const { reportPage } = await loadPage();
  await installedPen();
  const read = readReported(foldersOf(given));
  for (const { error } of read.unreadable) tell(`left out: ${error}`);
  for (const { run } of read.runs) for (const note of run.notes) tell(note);
  const reported = flags.diagnose ? { ...read, diagnosed: await diagnosed(read) } : read;
  writeOut(flags.out, await reportPage(reported, new Date()));
  const { runs, groups, unreadable } = reported;
  if (flags.json)
    return say(
      JSON.stringify({
        out: flags.out,
        runs: runs.map(({ run }) => ({ folder: run.folder, status: run.status })),
        groups: groups.map(({ name, runs }) => ({ name, runs: runs.map(({ folder }) => folder) })),
        unreadable: unreadable.map(({ folder, error }) => ({ folder, error })),
        diagnosed: Array.from(reported.diagnosed, ([folder, of]) => ({
          folder,
          ...('failed' in of ? of : { results: of.results.map(({ what }) => what) }),
        })),
      }),
    );
  say(`${flags.out}: ${counted(runs.length, 'run')} in ${counted(groups.length, 'group')}`);
}
