/** Which series are drawn together. */
import { capital } from './format.ts';
import { metricName, unitOf } from './scores.ts';
import { hasAll, wordsIn } from './search.ts';

export interface Chart {
  readonly key: string;
  readonly title: string;
  readonly series: readonly { readonly name: string; readonly label: string }[];
  /** Shares are shown in percent. */
  readonly isShare: boolean;
}

const bare = (name: string): string => name.replace(/^step\//, '');
const isSpeed = (name: string): boolean => /(^|\/)(samples|images)PerSecond$/.test(name);
const sides = ['train', 'validation', 'test'];

const titles: ReadonlyMap<string, string> = new Map([
  ['lr', 'Learning rate'],
  ['gradientNorm', 'Gradient norm'],
  ['speed', 'Throughput, samples a second'],
  ['loss', 'Loss and its terms'],
]);

interface Sorted {
  readonly key: string;
  readonly rank: number;
  readonly label: string;
}

/** Between two epochs and after them a number goes by one name, with `step/` before the first. */
function sortedOf(name: string, terms: ReadonlySet<string>): Sorted {
  const tag = bare(name);
  const [side = ''] = tag.split('/');
  if (tag === 'train/loss' || terms.has(tag)) return { key: 'loss', rank: 0, label: tag.slice(6) };
  if (isSpeed(tag)) return { key: 'speed', rank: 4, label: side };
  if (tag === 'lr' || tag === 'gradientNorm') return { key: tag, rank: tag === 'lr' ? 2 : 3, label: tag };
  if (sides.includes(side)) return { key: tag.slice(side.length + 1), rank: 1, label: side };
  return { key: tag, rank: 5, label: tag };
}

/** Losses, learning rates, norms and throughput are taken by the step where there are steps; scores as often as there are any. */
function chosen(names: readonly string[]): string[] {
  const there = new Set(names);
  return names.filter((name) => {
    if (/^(step\/)?(test|validation)\//.test(name)) return true;
    return name.startsWith('step/') || !there.has(`step/${name}`);
  });
}

function titleOf(key: string): string {
  const unit = unitOf(key);
  const title = capital(titles.get(key) ?? metricName(key));
  return unit ? `${title}, ${unit}` : title;
}

/**
 * @param text  shows charts of whose title or series each of its words is a part
 * @example chartsOf({ scalars: ['train/loss', 'train/kd', 'lr'], terms: ['train/kd'] }, '')
 */
export function chartsOf(
  { scalars, terms }: { readonly scalars: readonly string[]; readonly terms: readonly string[] },
  text: string,
): Chart[] {
  const words = wordsIn(text);
  const ofLoss = new Set(terms.map(bare));
  const sorted = chosen(scalars).map((name) => ({ name, ...sortedOf(name, ofLoss) }));
  const groups = [...Map.groupBy(sorted, ({ key }) => key)].sort(
    ([, [a]], [, [b]]) => (a?.rank ?? 0) - (b?.rank ?? 0),
  );
  return groups.flatMap(([key, members]) => {
    // What the terms add up to is drawn first, wherever it was logged.
    const all = [...members].sort((a, b) => Number(b.label === 'loss') - Number(a.label === 'loss'));
    const title = titleOf(key);
    const series = all.filter(({ name }) => hasAll(`${name} ${title}`, words));
    const again = new Set(series.map(({ label }) => label)).size < series.length;
    const labelled = series.map(({ name, label }) => ({
      name,
      label: again && name.startsWith('step/') ? `${label}, between epochs` : label,
    }));
    return series.length ? [{ key, title, series: labelled, isShare: unitOf(key) === '%' }] : [];
  });
}
