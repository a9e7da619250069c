/** How long a run's student takes, kept in its folder. */
import fs from 'node:fs';
import path from 'node:path';
import { RunError } from '../read/errors.ts';
import { conditionsOf, type Latency, latenciesIn, latencyFile } from '../read/latency.ts';

/**
 * Keeps it beside what was measured under other conditions, and in place of what was under the same.
 *
 * @throws RunError where what is there cannot be read, or the folder cannot be written
 * @example keepLatency('runs/kd', latency)
 */
export function keepLatency(folder: string, latency: Latency): void {
  const { latencies, notes } = latenciesIn(folder);
  const [damage] = notes;
  if (damage !== undefined) throw new RunError(damage);
  const others = latencies.filter((one) => conditionsOf(one) !== conditionsOf(latency));
  const file = path.join(folder, latencyFile);
  const aside = `${file}.${process.pid}-0.tmp`;
  try {
    fs.writeFileSync(aside, `${JSON.stringify([...others, latency], null, 2)}\n`, { flush: true });
    fs.renameSync(aside, file);
  } catch (error) {
    throw RunError.of(error, `${file} could not be written`);
  }
}
