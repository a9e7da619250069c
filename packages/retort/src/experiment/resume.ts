/** Whether a run can be resumed here: to the same bits, with the contents and the settings that it had. */
import {
  changesOf,
  differingSettings,
  type Inputs,
  machine,
  RunError,
  RunFolder,
  readRecord,
  refuseEdited,
  refuseOtherInputs,
  versions,
} from '../runs/index.ts';
import { isPrecision, type SettledPrecision } from '../train/index.ts';

/** On what something was computed. */
export interface Platform {
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: Readonly<Record<string, unknown>>;
}

/** @param ranks  how many processes compute together */
export const platform = (ranks: number): Platform => ({
  versions: versions(),
  machine: { ...machine(), ...(ranks > 1 && { ranks }) },
});

/** The same bits need the same libtorch and number of threads; another processor, or number of ranks, may round otherwise. @param ranks  how many there are now */
export function comparePlatforms(then: Platform, ranks: number, warn: (text: string) => void): void {
  const now = platform(ranks);
  const { ranks: had = 1 } = then.machine;
  if (had !== ranks)
    warn(
      `the run had ${had === 1 ? 'one process' : `${had} ranks`}, and now has ${ranks === 1 ? 'one' : ranks}: it is shown the same batches, and rounding differs`,
    );
  const fixed = [
    ['libtorch', then.versions.libtorch, now.versions.libtorch],
    // Other ranks round otherwise anyway.
    ...(had === ranks ? [['threads', then.machine.threads, now.machine.threads]] : []),
  ];
  for (const [name, before, after] of fixed) {
    if (before === after) continue;
    const cure = name === 'threads' ? `: set OMP_NUM_THREADS=${before}` : '';
    throw new RunError(
      `the run had ${name} ${before}, and here it is ${after}: resumed, it would not come to the same bits${cure}`,
    );
  }
  if (then.machine.processor !== now.machine.processor)
    warn(`the run began on ${then.machine.processor}, this is ${now.machine.processor}: rounding may differ`);
}

/**
 * The precision that a run had: `auto` may be another here and now; null for runs that did not say it.
 *
 * @throws RunError if another is asked for
 */
export function precisionOf(
  folder: string,
  asked: SettledPrecision | 'auto',
  warn: (text: string) => void,
): SettledPrecision | null {
  const { precision: had } = readRecord(folder);
  if (had === undefined) {
    if (asked === 'auto')
      warn(`${folder} does not say in which precision it was computed: it is resumed in what is faster here`);
    return null;
  }
  if (!isPrecision(had))
    throw new RunError(
      `${folder} was computed in precision '${had}', which does not exist: there are fp32, bf16 and fp16`,
    );
  if (asked !== 'auto' && asked !== had)
    throw new RunError(
      `${folder} was computed in ${had}, and ${asked} is asked for: resumed, it would not come to the same bits`,
    );
  return had;
}

export interface Reopening {
  readonly settings: Readonly<Record<string, unknown>> | undefined;
  readonly takeOver: boolean | undefined;
  /** Whether the settings may be others, as `changesOf` allows. */
  readonly mayChange: boolean;
  readonly inputs: Inputs;
}

/** @throws RunError if the run in the folder is of other settings, or was begun with other contents */
export function reopened(folder: string, { settings, takeOver, mayChange, inputs }: Reopening): RunFolder {
  const record = readRecord(folder);
  refuseEdited(folder, record);
  if (mayChange && settings) changesOf(folder, record, settings);
  const other = !mayChange && settings ? differingSettings(record.settings, settings) : [];
  if (other.length)
    throw new RunError(
      `${folder} holds a run of other settings (${other.join(', ')}): it cannot be resumed with these`,
    );
  refuseOtherInputs(folder, record.inputs, inputs);
  return RunFolder.reopen(folder, { takeOver });
}
