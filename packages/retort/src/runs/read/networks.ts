/** How a network is called that a run's settings name, whichever way they wrote it. */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { RunError } from './errors.ts';
import { asRecord } from './log.ts';
import { readRecord } from './record.ts';
import { settingsOf } from './settings.ts';

/** `SOURCE[:FILE[#KEY]]`, or the same in keys. */
export const network = z.union([
  z.string(),
  z.looseObject({
    name: z.string().optional(),
    weights: z.string().optional(),
    key: z.string().optional(),
  }),
]);

type Written = z.output<typeof network>;

/** What it is, and the weights with which it begins; either may be left out. */
interface Parts {
  readonly source: string;
  readonly file: string;
}

/** A model, or an export of a module, and what stands behind its colon. */
const form = /^(?:([\w.-]+|.+?\.[mc]?[jt]s#[\w$]+)(?::|$))?(.*)$/s;

function partsOf(written: Written): Parts {
  if (typeof written !== 'string') {
    const { name = '', weights = '', key } = written;
    return { source: name, file: key === undefined ? weights : `${weights}#${key}` };
  }
  const [, source = '', file = ''] = form.exec(written) ?? [];
  return { source, file };
}

/** What the student of a run is; null where a folder holds none that says so. */
function modelOf(folder: string): string | null {
  if (!fs.existsSync(path.join(folder, 'run.json'))) return null;
  try {
    const { success, data } = network.safeParse(readRecord(folder).settings.student);
    return (success && partsOf(data).source) || null;
  } catch (error) {
    // A run that is damaged is told of by whoever reads it.
    if (!(error instanceof RunError)) throw error;
    return null;
  }
}

/**
 * One spelling for one network, as command lines take it: the best weights of a run are its folder, and what they are for comes before them
 * as long as that run is there to say it.
 *
 * @example spelling({ name: 'resnet20', weights: 'runs/kd/best.safetensors' }) // 'resnet20:runs/kd'
 */
export function spelling(written: Written): string {
  const { source, file } = partsOf(written);
  const folder = path.basename(file) === 'best.safetensors' ? path.dirname(file) : file;
  const model = file ? modelOf(folder) : null;
  return [source || model, model === null ? file : folder].filter(Boolean).join(':');
}

/** Every setting by its path, with networks in one spelling. */
export function settingsSpelled(settings: Readonly<Record<string, unknown>>): Map<string, unknown> {
  const found = settingsOf(settings);
  const { student, teacher } = settings;
  const several = Object.entries(asRecord(settings.teachers) ?? {});
  const networks = [
    ['student', student],
    ['teacher', teacher],
    ...several.map(([name, one]) => [`teachers.${name}`, one] as const),
  ] as const;
  for (const [at, written] of networks) {
    const { success, data } = network.safeParse(written);
    if (!success) continue;
    for (const key of ['name', 'weights', 'key']) found.delete(`${at}.${key}`);
    found.set(at, spelling(data));
  }
  return found;
}
