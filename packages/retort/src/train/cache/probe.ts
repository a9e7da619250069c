/**
 * What a teacher answers to a fixed batch. Weights and what a network prints do not say all that it computes with (heads of attention, a
 * forward that was changed): a cache keeps such answers beside its rows, and is only used for a teacher that still gives them.
 */
import fs from 'node:fs';
import path from 'node:path';
import { version as libtorch, scope, type Tensor } from '@retort/torch';
import { z } from 'zod';
import { readText } from '../../system/text-file.ts';
import { version } from '../../version.ts';
import type { Answer } from '../teacher.ts';

/** Numbers of each answer, by its name; null for those that are not finite, as of a class that the teacher has not. */
export type Probe = Readonly<Record<string, readonly (number | null)[]>>;

/** How many samples it has. */
export const probed = 8;

/** How many numbers are kept of a feature, which may be large. */
const most = 1024;

function numbersOf(answer: Tensor): (number | null)[] {
  return scope(() => {
    const flat = answer.to('float64').flatten();
    const stride = Math.ceil(flat.numel() / most);
    return flat
      .slice(0, 0, flat.numel(), stride)
      .toFlatArray()
      .map((value) => (Number.isFinite(Number(value)) ? Number(value) : null));
  });
}

/** The answers to a batch, as they are kept. */
export function probeOf({ outputs, features }: Answer): Probe {
  return Object.fromEntries(
    Object.entries({ ...outputs, ...features }).map(([name, answer]) => [name, numbersOf(answer)]),
  );
}

/** How answers differ, beyond what rounding in another order makes of them; null where they do not. */
export function probeDifference(kept: Probe, now: Probe, tolerance: number): string | null {
  for (const [name, values] of Object.entries(now)) {
    const before = kept[name] ?? [];
    if (before.length !== values.length) return `'${name}' has another size`;
    if (values.some((value, i) => (value === null) !== (before[i] === null)))
      return `'${name}' is finite elsewhere`;
    // Where neither is, they agree.
    const largest = Math.max(...before.map((value) => Math.abs(value ?? 0)));
    const off = Math.max(...values.map((value, i) => Math.abs((value ?? 0) - (before[i] ?? 0))));
    if (!(off <= tolerance * largest))
      return `'${name}' differs by ${off.toPrecision(2)}, where the largest value is ${largest.toPrecision(2)}`;
  }
  return null;
}

/** Bytes of `key.json`: far more than it has to say. */
const maxKey = 64 << 20;

/** A probe, as JSON has it. */
export const probeSchema = z.record(z.string(), z.array(z.number().nullable()));

const record = z.looseObject({ probe: probeSchema });

/** What a cache's folder says of its teacher; null where it holds nothing yet. */
function readProbe(folder: string): Probe | string | null {
  const file = path.join(folder, 'key.json');
  // What is no folder is none of a cache.
  if (!fs.existsSync(folder) || !fs.statSync(folder).isDirectory()) return null;
  if (fs.readdirSync(folder).length === 0) return null;
  try {
    const read = readText(file, maxKey);
    if ('text' in read) return record.parse(JSON.parse(read.text)).probe;
  } catch {
    // As one that cannot be read.
  }
  return `${path.basename(file)} is missing or damaged, so that it does not say whose answers it holds`;
}

/**
 * The folder of a teacher's answers: the first of those with its key in which it answered the probe as it does now, or one that is not there yet.
 *
 * @param folder  named by the key
 * @param key  what `key.json` says beside the probe and the versions that made it
 * @param tolerance  how far answers may differ, as a share of the largest
 */
export function folderOf(
  folder: string,
  key: object,
  probe: Probe,
  tolerance: number,
  warn: (text: string) => void,
): { readonly folder: string; readonly key: object } {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? folder : `${folder}-${n}`;
    const kept = readProbe(candidate);
    const off = kept && typeof kept !== 'string' ? probeDifference(kept, probe, tolerance) : null;
    const why = off ? `its teacher has the same weights, but answered otherwise (${off})` : kept;
    if (typeof why !== 'string')
      return { folder: candidate, key: { ...key, writtenBy: { retort: version, libtorch }, probe } };
    warn(
      `the teacher cache ${candidate} is left as it is: ${why}; this teacher is asked, in a folder of its own`,
    );
  }
}
