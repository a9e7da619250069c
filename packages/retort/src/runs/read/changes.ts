/** Changes of a run's settings on its way: what may be changed is written down with the place from which it holds, the rest is refused. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { RunError } from './errors.ts';
import type { Change, RunRecord } from './record.ts';
import { differingSettings, settingsOf } from './settings.ts';

/** Where a run stands: its stage, and the epoch and step that it has reached. */
export interface Reached {
  readonly stage: number;
  readonly epoch: number;
  readonly step: number;
  /** The epoch after the last of the stages before. */
  readonly first: number;
  /** Steps of the stage that are done. */
  readonly done: number;
}

type Settings = RunRecord['settings'];

/** The checksum that settings carry, as JSON has them. */
export const sumOf = (settings: Settings): string =>
  createHash('sha256').update(JSON.stringify(settings)).digest('hex');

/** What is wrong where somebody wrote into `run.json` what the run was not trained with, or null; runs of versions before this one carry no checksum. */
export function edited(folder: string, { settings, settingsSha256 }: RunRecord): string | null {
  if (settingsSha256 === undefined || sumOf(settings) === settingsSha256) return null;
  return `${path.join(folder, 'run.json')}: its settings were edited, and are not those that the run was trained with: put them back; what may change is given to the command, e.g. npx retort resume ${folder} stages.0.epochs=5`;
}

/** @throws RunError where settings were edited */
export function refuseEdited(folder: string, record: RunRecord): void {
  const sentence = edited(folder, record);
  if (sentence !== null) throw new RunError(sentence);
}

/** Whether a path is another, or leads to something in it. */
const isWithin = (path: string, other: string): boolean => `${path}.`.startsWith(`${other}.`);

const ofStage = /^stages\.(\d+)\.(epochs|steps|optimizer\.lr|schedule(\..+)?)$/;
const ofAll =
  /^(evaluation\.every(Steps)?|log\.everySteps|checkpoint\..+|teacherCheck|data\.options\.(onCorrupt|workers))$/;
/** Files of weights, which may have moved: what they hold is compared by itself. A network may be written in keys. */
const ofFiles = /^(student|teacher|teachers\..+?)(?:\.(?:name|weights|key))?$/;

/**
 * What is changed in a run's settings where it is resumed with others.
 *
 * @param given  paths that were asked to be otherwise: one that is no setting of a run, as of what its recipe extends, would change nothing
 * @throws RunError for a setting that must stay as it was when the run began
 */
export function changesOf(
  folder: string,
  { settings, inputs }: RunRecord,
  wanted: Settings,
  given: readonly string[] = [],
): string[] {
  const changed = differingSettings(settings, wanted);
  const isOfFile = (path: string): boolean => inputs?.[ofFiles.exec(path)?.[1] ?? ''] !== undefined;
  const known = [settings, wanted].flatMap((of) => [...settingsOf(of).keys()]);
  const fixed = [
    ...changed.filter((path) => !ofStage.test(path) && !ofAll.test(path) && !isOfFile(path)),
    ...given.filter((path) => !known.some((other) => isWithin(path, other) || isWithin(other, path))),
  ];
  if (fixed.length)
    throw new RunError(
      `${folder}: ${fixed.join(', ')} cannot be changed in a run that has begun: only epochs (or steps), optimizer.lr and schedule of its stages, evaluation.every and everySteps, log, checkpoint, teacherCheck, and onCorrupt and workers of data.options can, and where files of weights lie. Begin anew in another folder (--out)`,
    );
  return changed;
}

/**
 * The changes, with the place from which they hold.
 *
 * @throws RunError for a stage that is over, or that would have been
 */
export function placed(
  folder: string,
  before: Settings,
  wanted: Settings,
  { stage, epoch, step, first, done }: Reached,
): Change[] {
  const [from, to] = [settingsOf(before), settingsOf(wanted)];
  return differingSettings(before, wanted).map((path) => {
    const [, index, what] = ofStage.exec(path) ?? [];
    if (index !== undefined && Number(index) < stage)
      throw new RunError(`${folder}: ${path} cannot be changed any more: stage ${index} is over`);
    const length = to.get(path);
    const next = epoch - first + 1;
    if (Number(index) === stage && what === 'epochs' && typeof length === 'number' && length < next)
      throw new RunError(
        `${folder}: ${path} cannot be ${length} any more: epoch ${next} of this stage comes next`,
      );
    if (Number(index) === stage && what === 'steps' && typeof length === 'number' && length <= done)
      throw new RunError(
        `${folder}: ${path} cannot be ${length} any more: ${done} steps of this stage are done`,
      );
    return { epoch, step, path, from: from.get(path), to: length };
  });
}

/** Changes, of which none holds from later on than a run is resumed, as from a checkpoint before the newest: there it holds already. */
export const heldFrom = (changes: readonly Change[], { epoch, step }: Reached): Change[] =>
  changes.map((change) =>
    change.epoch > epoch || (change.epoch === epoch && change.step > step)
      ? { ...change, epoch, step }
      : change,
  );

/** Whether a run that is finished has something to do by other settings: more of its last stage. */
export function isLonger({ settings }: RunRecord, wanted: Settings): boolean {
  const changed = differingSettings(settings, wanted);
  const last = (settings.stages as readonly unknown[] | undefined)?.length ?? 0;
  return changed.includes(`stages.${last - 1}.epochs`);
}
