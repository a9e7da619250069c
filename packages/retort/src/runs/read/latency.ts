/** How long students take, as `retort measure --keep` leaves it in their run folders: `latency.json`. */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readText } from '../../system/text-file.ts';
import { problemsOf } from '../../words/problems.ts';
import { oneLine } from '../../words/shown.ts';

const whole = z.number().int().min(1);
const seconds = z.number().positive();

const schema = z.looseObject({
  /** In seconds, of `batch` samples in one call: half of the calls took at most so long, and 95 of 100. */
  p50: seconds,
  p95: seconds,
  batch: whole,
  precision: z.string(),
  /** E.g. `onnxruntime-node 1.27.0`. */
  runtime: z.string(),
  threads: whole,
  processor: z.string(),
  cores: whole,
  /** E.g. `linux-x64`. */
  platform: z.string(),
  /** Of one sample: an image's channels, height and width, or how many tokens a text has; null of the other. */
  images: z.tuple([whole, whole, whole]).nullable(),
  texts: z.object({ length: whole }).nullable(),
  /** When, ISO. */
  measured: z.string(),
});

export type Latency = Readonly<z.output<typeof schema>>;

export interface Latencies {
  readonly latencies: readonly Latency[];
  /** A sentence for a file that could not be read. */
  readonly notes: readonly string[];
}

export const noLatencies: Latencies = { latencies: [], notes: [] };

/** Within the folder of a run. */
export const latencyFile = 'latency.json';

/** Far more than machines measure. */
const most = 1 << 20;

const list = z.array(schema);

/**
 * What was measured of a run's student; nothing where nothing was.
 *
 * @example latenciesIn('runs/kd').latencies[0]?.p50
 */
export function latenciesIn(folder: string): Latencies {
  const file = path.join(folder, latencyFile);
  if (!fs.existsSync(file)) return noLatencies;
  const failed = (why: string): Latencies => ({
    latencies: [],
    notes: [`${file} was passed over: ${why}; remove it, and measure anew (npx retort measure ... --keep)`],
  });
  const read = readText(file, most);
  if ('wrong' in read) return failed(read.wrong);
  let content: unknown;
  try {
    content = JSON.parse(read.text);
  } catch (error) {
    return failed(`it is damaged: ${oneLine(error instanceof Error ? error.message : String(error))}`);
  }
  const { success, data, error } = list.safeParse(content);
  if (success) return { latencies: data, notes: [] };
  const wrong = problemsOf(error.issues, list, content).slice(0, 1);
  return failed(wrong.map(({ at, sentence }) => [at.join('.'), sentence].filter(Boolean).join(': ')).join());
}

/**
 * All that a latency depends on but the network: those of other conditions are not comparable.
 *
 * @example conditionsOf(latency) // 'AMD EPYC 9B14, 2 cores, linux-x64: onnxruntime-node 1.27.0, 1 thread, fp32, batch 1'
 */
export function conditionsOf(latency: Latency): string {
  const { processor, cores, platform, runtime, threads, precision, batch } = latency;
  const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
  const machine = `${processor}, ${counted(cores, 'core')}, ${platform}`;
  return `${machine}: ${runtime}, ${counted(threads, 'thread')}, ${precision}, batch ${batch}`;
}
