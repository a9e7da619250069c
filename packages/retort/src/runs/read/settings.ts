/** A run's settings, each by its path, and where two runs' differ. */
import { asRecord } from './log.ts';

/** Settings that say where a run goes, what it prints and which published row it is beside, not what it is. */
const incidental = new Set(['out', 'json', 'published']);

/** Every setting by its path, e.g. `stages.0.epochs`; lists of plain values stay whole. */
export function flatten(value: unknown, path = ''): [path: string, value: unknown][] {
  const isList = Array.isArray(value) && value.some((item) => typeof item === 'object' && item !== null);
  const inner = isList ? Object.entries(value) : Object.entries(asRecord(value) ?? {});
  if (inner.length === 0) return path ? [[path, value]] : [];
  return inner.flatMap(([key, item]) => flatten(item, path ? `${path}.${key}` : key));
}

/** What a run is, each setting by its path. @example settingsOf({ stages: [{ epochs: 5 }] }) // 'stages.0.epochs' → 5 */
export const settingsOf = (settings: Readonly<Record<string, unknown>>): Map<string, unknown> =>
  new Map(flatten(settings).filter(([path]) => !incidental.has(path.split('.', 1)[0] ?? '')));

/** The paths of settings that are not the same in both. @example differingSettings({ lr: 1 }, { lr: 2 }) // ['lr'] */
export function differingSettings(
  one: Readonly<Record<string, unknown>>,
  other: Readonly<Record<string, unknown>>,
): string[] {
  const [a, b] = [settingsOf(one), settingsOf(other)];
  return [...new Set([...a.keys(), ...b.keys()])].filter(
    (path) => JSON.stringify(a.get(path)) !== JSON.stringify(b.get(path)),
  );
}
