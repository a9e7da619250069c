/**
 * Scores of teachers, kept in the cache folder: what is judged again and again, by each seed and each method, is the same network on the same
 * samples. They are found by all that they depend on, as far as it can be read, and by what the teacher answers to a few samples, as the
 * teacher cache is. Where they cannot be trusted, or the code that makes them is not known, the teacher is evaluated.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { type nn, roundingTolerance } from '@retort/torch';
import { cacheFolder, readKept, writeKept } from '@retort/torch/setup';
import { z } from 'zod';
import { type Dataset, type Rendering, subset } from '../data/index.ts';
import type { Evaluated, EvaluateOptions } from '../evaluate/index.ts';
import { batchSizeFor, pass } from '../evaluate/pass.ts';
import { alone, shareValue } from '../ranks/index.ts';
import { machine, versions } from '../runs/index.ts';
import { isClassification } from '../tasks/classification.ts';
import { classification, judgedByDefault, type Task, tasks } from '../tasks/index.ts';
import {
  describeShown,
  describeTeacher,
  hashKey,
  type Probe,
  probeDifference,
  probed,
  probeOf,
  probeSchema,
} from '../train/cache/index.ts';

/** Grows when a score changes its meaning, or comes to be computed otherwise. */
const format = 1;

/** SHA-256 of the code of modules of the user's own, by what they are to the run: `task.module`. */
export type OwnCode = Readonly<Record<string, string>>;

export interface Scoring extends EvaluateOptions {
  readonly ownCode: OwnCode;
}

const scores = z.looseObject({ samples: z.number(), samplesPerSecond: z.number() }).catchall(z.number());

/** Whether a task's code is known: it is Retort's, by whichever metrics it is judged and whichever loss it learns, or a module's. */
const isKnown = (task: Task, ownCode: OwnCode): boolean =>
  Object.values(tasks).includes(judgedByDefault(task)) ||
  isClassification(judgedByDefault(task)) ||
  ownCode['task.module'] !== undefined;

/** By what it is judged, in their order, which scores have too. */
const metricsOf = (task: Task, test: Dataset): string[] =>
  task.metrics(test).map(({ constructor: { name } }) => name);

/** All that scores depend on, and speed. */
function describe(
  teacher: nn.Layer,
  test: Dataset,
  task: Task,
  rendering: Rendering | undefined,
  code: OwnCode,
) {
  const { retort, libtorch } = versions();
  const { processor, instructions, threads } = machine();
  const devices = new Set(teacher.parameters().map(({ device }) => device));
  return {
    format,
    versions: { retort, libtorch },
    machine: { processor, instructions, threads, devices: [...devices] },
    task: task.name,
    metrics: metricsOf(task, test),
    teacher: describeTeacher(teacher, 'fp32'),
    ...describeShown(test, rendering),
    fields: test.fields,
    code,
  };
}

/** What a teacher answers to the first samples; null where that is no answer. */
async function probe(teacher: nn.Layer, test: Dataset, task: Task, options: Scoring): Promise<Probe | null> {
  const { renderings, signal } = options;
  // Of large images fewer.
  const batchSize = Math.min(probed, test.size, await batchSizeFor(test, renderings));
  const seen = { task, renderings, signal, batchSize };
  const first = Int32Array.from({ length: batchSize }, (_, i) => i);
  let found: Probe | null = null;
  await pass([teacher], subset(test, first), seen, ({ inputs }) => {
    const outputs = task.run(teacher, inputs.student, { training: false, targets: null });
    found = task.unanswered(outputs) === null ? probeOf({ outputs, features: {} }) : null;
  });
  return found;
}

const sha256 = (of: unknown): string => createHash('sha256').update(JSON.stringify(of)).digest('hex');

/** The scores that a file has; null where it is damaged, of another key, or of a teacher that answered otherwise. */
function read(file: string, key: object, now: Probe, samples: number): Evaluated | null {
  const content = readKept(file);
  const found = { key: content?.get('key'), probe: content?.get('probe'), scores: content?.get('scores') };
  if (content?.get('sha256') !== sha256(found)) return null;
  if (JSON.stringify(found.key) !== JSON.stringify(key)) return null;
  const kept = probeSchema.safeParse(found.probe);
  const judged = scores.safeParse(found.scores);
  if (!kept.success || !judged.success || judged.data.samples > samples) return null;
  return probeDifference(kept.data, now, roundingTolerance('float32')) === null ? judged.data : null;
}

/**
 * What is known of a teacher on a split, or found now and kept. One that draws at random answers otherwise each time, and is evaluated.
 *
 * @param evaluate  evaluates it
 */
export async function keptScores(
  teacher: nn.Layer,
  test: Dataset,
  options: Scoring,
  evaluate: () => Promise<Evaluated>,
): Promise<Evaluated> {
  const { task = classification, renderings, ownCode, ranks = alone } = options;
  const answers = isKnown(task, ownCode) ? await probe(teacher, test, task, options) : null;
  if (answers === null) return evaluate();
  const key = describe(teacher, test, task, renderings?.student, ownCode);
  const file = path.join(cacheFolder(), 'scores', `${hashKey(key)}.json`);
  const kept = shareValue(ranks, () => read(file, key, answers, test.size));
  if (kept) return kept;
  const found = await evaluate();
  const content = { key, probe: answers, scores: found };
  // JSON has no infinity.
  if (ranks.rank === 0 && Object.values(found).every(Number.isFinite))
    writeKept(file, { sha256: sha256(content), ...content });
  return found;
}
