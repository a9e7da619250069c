/** `run.json`: what was run, on what, and how it ended. */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Headline } from '../../headline.ts';
import { readText } from '../../system/text-file.ts';
import { isLater, version } from '../../version.ts';
import { problemsOf } from '../../words/problems.ts';
import { oneLine } from '../../words/shown.ts';
import { RunError } from './errors.ts';
import { findRuns } from './find-runs.ts';
import type { Inputs } from './inputs.ts';

/** A setting that is another from a step on. */
export interface Change {
  /** The epoch, from 1 over all stages, in which it begins to hold. */
  readonly epoch: number;
  /** Steps of that epoch that were done before it. */
  readonly step: number;
  readonly path: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

export interface RunRecord {
  readonly settings: Readonly<Record<string, unknown>>;
  /** Of the settings as JSON, so that edited ones are known. Versions before this one had none. */
  readonly settingsSha256?: string | undefined;
  /** What was changed of the settings on the way. */
  readonly changes?: readonly Change[] | undefined;
  readonly versions: Readonly<Record<string, unknown>>;
  readonly machine: Readonly<Record<string, unknown>>;
  /** In which it is computed: what `precision: auto` was on the machine. Versions before this one did not say so. */
  readonly precision?: string | undefined;
  /** What it was begun with, by content. Versions before this one did not say so. */
  readonly inputs?: Inputs | undefined;
  /** Of the weights that the student had before the first step. Versions before this one did not say so. */
  readonly beganSha256?: string | undefined;
  /** The score by which the best weights are chosen; null where the task has none. Versions before this one said so only when it had ended, in `result`. */
  readonly headline?: Headline | null | undefined;
  readonly started: string;
  readonly ended?: string | undefined;
  readonly status: 'running' | 'finished' | 'stopped' | 'failed';
  /** The process that works on it (see `identify`). */
  readonly process: string;
  /** The machine that it works on: elsewhere, its process cannot be seen. */
  readonly host?: string | undefined;
  readonly result?: Readonly<Record<string, unknown>> | undefined;
}

/** Far more than a run has to say. */
const maxBytes = 16 << 20;

const anything = z.record(z.string(), z.unknown());

/** A headline as JSON has it. */
export const headlineSchema = z.object({ metric: z.string(), better: z.enum(['higher', 'lower']) });

/** As it is read: versions before this one may have said less. */
const schema = z.looseObject({
  settings: anything,
  settingsSha256: z.string().optional(),
  changes: z
    .array(
      z.looseObject({
        epoch: z.number(),
        step: z.number(),
        path: z.string(),
        from: z.unknown().optional(),
        to: z.unknown().optional(),
      }),
    )
    .optional(),
  versions: anything.default({}),
  machine: anything.default({}),
  precision: z.string().optional(),
  inputs: z
    .record(
      z.string(),
      z.looseObject({ sha256: z.string(), weights: z.string().optional(), from: z.string().optional() }),
    )
    .optional(),
  beganSha256: z.string().optional(),
  headline: headlineSchema.nullish(),
  started: z.string(),
  ended: z.string().optional(),
  status: z.enum(['running', 'finished', 'stopped', 'failed']),
  process: z.string().default(''),
  host: z.string().optional(),
  result: anything.optional(),
});

const written = z.looseObject({ versions: z.looseObject({ retort: z.string() }) });

/** The cure, where a later version wrote what this one does not understand. */
function ofLaterVersion(content: unknown): string {
  const { success, data } = written.safeParse(content);
  if (!success || !isLater(data.versions.retort)) return '';
  return `. It was written by Retort ${oneLine(data.versions.retort)}, and this is ${version}: update it (npm install retort@latest)`;
}

/** What `run.json` says. @throws RunError if the folder holds no run, or its `run.json` cannot be understood */
export function readRecord(folder: string): RunRecord {
  if (!fs.existsSync(folder)) throw new RunError(`there is no folder ${folder}`);
  if (!fs.statSync(folder).isDirectory()) throw new RunError(`${folder} is a file: name the folder of a run`);
  const file = path.join(folder, 'run.json');
  if (!fs.existsSync(file)) {
    const [below, ...others] = findRuns(folder, { onUnreadable: () => {} });
    const instead =
      below === undefined
        ? ''
        : `; ${others.length > 0 ? 'runs are' : 'a run is'} below it: name one, as ${below}`;
    throw new RunError(`${folder} holds no run: there is no run.json${instead}`);
  }
  const read = readText(file, maxBytes);
  if ('wrong' in read) throw new RunError(`${file} cannot be read: ${read.wrong}`);
  let content: unknown;
  try {
    content = JSON.parse(read.text);
  } catch (error) {
    throw new RunError(
      `${file} is damaged: ${oneLine(error instanceof Error ? error.message : String(error))}`,
    );
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const problems = problemsOf(parsed.error.issues, schema, content);
  throw new RunError(
    `${file} is not the record of a run: ${problems.map(({ at, sentence }) => [...(at.length ? [at.join('.')] : []), sentence].join(': ')).join('; ')}${ofLaterVersion(content)}`,
  );
}
