/** `retort diagnose`. */
import fs from 'node:fs';
import os from 'node:os';
import { setNumThreads } from '@retort/torch';
import { checkedDiagnoses, diagnose } from '../diagnose/diagnose.ts';
import { statusText } from './compared.ts';
import { linesOf } from './diagnosis-lines.ts';
import { stopOnInterrupt } from './interrupt.ts';
import { UsageError } from './load.ts';
import { namesGiven } from './names-given.ts';
import { say } from './output.ts';
import { Progress } from './progress.ts';
import { chosenSamples } from './quickstart/chosen.ts';
import { count } from './table.ts';

export interface DiagnoseFlags {
  /** With commas; all where it is left out. */
  readonly what?: string;
  readonly split: 'test' | 'train';
  readonly samples?: number;
  readonly threads: number;
  readonly json?: boolean;
}

/** All threads of this process give way to whatever else the machine does; those that come later too. */
export function giveWay(): void {
  const tasks = '/proc/self/task';
  const threads = fs.existsSync(tasks) ? fs.readdirSync(tasks).map(Number) : [0];
  for (const thread of threads)
    try {
      os.setPriority(thread, os.constants.priority.PRIORITY_LOW);
    } catch {
      // A thread that has ended meanwhile.
    }
}

function namesOf(what: string): ReturnType<typeof checkedDiagnoses> {
  try {
    return checkedDiagnoses(namesGiven('--what', what, 'diagnosis', 'agreement,cka'));
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`--what: ${error.message}`);
    throw error;
  }
}

/** @throws UsageError for an override of something else than where teachers and data lie */
function checkOverrides(overrides: readonly string[]): void {
  for (const text of overrides)
    if (!/^(teacher|teachers|data\.(name|options))(\.[^=]*)?=/.test(text))
      throw new UsageError(
        `'${text}': a run is diagnosed as it was trained; only where its teacher and its data lie is said otherwise, as teacher=NAME:FILE, data.name=PLACE or data.options.KEY=VALUE`,
      );
}

export async function diagnoseCommand(
  folder: string,
  overrides: readonly string[],
  { what, split, samples, threads, json }: DiagnoseFlags,
): Promise<void> {
  const names = what === undefined ? undefined : namesOf(what);
  checkOverrides(overrides);
  giveWay();
  setNumThreads(threads);
  const progress = new Progress();
  const signal = stopOnInterrupt((line) => progress.line(line));
  const onProgress = (what: string, done: number, total: number): void =>
    progress.show({ what, done, total });
  const found = await diagnose(folder, {
    ...{ what: names, split, samples, overrides, signal, workers: threads, onProgress },
    chosen: (recipe) => chosenSamples(recipe, onProgress),
  });
  progress.clear();
  if (json) return say(JSON.stringify(found));
  for (const note of found.notes) progress.line(note);
  const { run, data, weights, results } = found;
  const on = found.samples > 0 ? `${data}, ${count(found.samples)} samples` : data;
  say(`${run} (${statusText(found)}): ${weights ? `${weights.file} weights` : 'no weights'}; ${on}`);
  for (const one of results) say(`\n${linesOf(one)}`);
}
