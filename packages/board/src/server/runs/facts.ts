/** What rows show of a run, as it is kept in the index: what changes with its folder alone. */
import { headlineScore, keysOf, type RunRecord, type RunSummary, teacherScore } from 'retort/runs';
import { z } from 'zod';
import type { RunRow } from '../../api.ts';

const number = z.number().nullable();
const text = z.string().nullable();

export const factsSchema = z.object({
  /** As its record says it: whether the process is there is seen when it is asked for. */
  written: z
    .object({
      status: z.enum(['running', 'finished', 'stopped', 'failed']),
      host: z.string().optional(),
      process: z.string(),
    })
    // Of a record that cannot be understood.
    .nullable(),
  /** What tells runs that differ in their seeds alone from others. */
  keys: z.object({ settings: z.string(), contents: text }).nullable(),
  /** Lines of its log. */
  logged: z.number(),
  problem: text,
  task: text,
  method: text,
  student: text,
  teacher: text,
  data: text,
  recipe: text,
  seed: number,
  started: z.string(),
  ended: text,
  seconds: number,
  epochsDone: z.number(),
  epochsTotal: number,
  headline: z
    .object({
      metric: z.string(),
      better: z.enum(['higher', 'lower']),
      last: number,
      best: number,
      teacher: number,
    })
    .nullable(),
  spark: z.array(z.number()),
  parameters: number,
});

export type Facts = z.output<typeof factsSchema>;

const mostPlaces = 32;

/** The headline over epochs. */
function spark({ epochs, headline }: RunSummary): number[] {
  const values = epochs.flatMap(({ scalars }) => scalars[`test/${headline?.metric}`] ?? []);
  if (values.length <= mostPlaces) return values;
  const at = (place: number): number => Math.round((place * (values.length - 1)) / (mostPlaces - 1));
  return Array.from({ length: mostPlaces }, (_, place) => values[at(place)] ?? 0);
}

const textIn = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const numberIn = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** @param logged  lines of its log */
export function factsOf(
  summary: RunSummary,
  { status, host, process, result }: RunRecord,
  logged: number,
): Facts {
  const { settings, headline } = summary;
  const score = headlineScore(summary);
  return {
    written: { status, host, process },
    keys: keysOf(summary),
    logged,
    problem: summary.error,
    task: textIn(settings.task),
    ...{ method: summary.method, student: summary.student, teacher: summary.teacher, data: summary.data },
    recipe: textIn(settings.name),
    seed: numberIn(settings.seed),
    ...{ started: summary.started, ended: summary.ended, seconds: summary.seconds },
    ...{ epochsDone: summary.epochsDone, epochsTotal: summary.epochsTotal },
    headline: headline && {
      metric: headline.metric,
      better: headline.better,
      last: score?.last ?? null,
      best: score?.best ?? null,
      teacher: teacherScore(summary),
    },
    spark: spark(summary),
    parameters: numberIn(result?.parameters),
  };
}

/** Of a run that cannot be read, for a reason. */
export const unreadable = (problem: string): Facts => ({
  ...{ written: null, keys: null, logged: 0, problem },
  ...{ task: null, method: null, student: null, teacher: null, data: null, recipe: null, seed: null },
  ...{ started: '', ended: null, seconds: null, epochsDone: 0, epochsTotal: null },
  ...{ headline: null, spark: [], parameters: null },
});

/** What a row has of the facts as they are. */
export function shownOf(
  facts: Facts,
): Omit<RunRow, 'id' | 'name' | 'group' | 'status' | 'elsewhere' | 'mine'> {
  const { written: _, keys: __, logged: ___, ...shown } = facts;
  return shown;
}
