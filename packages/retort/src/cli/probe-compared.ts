/** Several networks that were probed on the same data, beside one another. */
import fs from 'node:fs';
import path from 'node:path';
import { type Splits, samplesCalled } from '../data/index.ts';
import type { Probed } from '../probe/index.ts';
import { findRuns, spread } from '../runs/index.ts';
import { say } from './output.ts';
import { count, counted, percent, table } from './table.ts';

export interface ProbedNetwork {
  readonly name: string;
  readonly found: Probed;
}

export interface ComparedNetwork extends ProbedNetwork {
  /** As the command names it. */
  readonly source: string;
}

/** The runs below a folder that is none itself, as the seeds of a recipe are; of anything else what was named. */
export function runsIn(source: string): readonly string[] {
  const isFolder = fs.statSync(source, { throwIfNoEntry: false })?.isDirectory();
  const isNetwork = fs.existsSync(path.join(source, 'config.json'));
  const runs = isFolder && !isNetwork ? findRuns(source) : [];
  return runs.length > 0 ? runs : [source];
}

/** Something that is to be probed. */
export interface Source {
  readonly source: string;
  /** Whether the command names it; else it lies below a folder that is named, where it may be another program's, or not done. */
  readonly isNamed: boolean;
}

/** What is named, and runs below folders that are, each once: a run that came twice would be two of its own seeds. */
export function sourcesOf(named: readonly string[]): readonly Source[] {
  const placeOf = (source: string): string => (fs.existsSync(source) ? fs.realpathSync(source) : source);
  const places = new Set(named.map(placeOf));
  const found = new Map<string, Source>();
  for (const source of named.flatMap(runsIn)) {
    const place = placeOf(source);
    if (!found.has(place)) found.set(place, { source, isNamed: places.has(place) });
  }
  return [...found.values()];
}

/** What is said of one when it is done. */
export function inALine({ source, found: { linear, neighbours } }: ComparedNetwork): string {
  const near = neighbours.map(
    ({ neighbours: k, top1 }) => `, ${percent(top1)} by ${counted(k, 'neighbour')}`,
  );
  return `${source}: top-1 ${percent(linear.top1)} by a linear probe${near.join('')}`;
}

/** The folder of a run's seeds, where it is one of them. */
const groupOf = (source: string): string =>
  /^seed-\d+$/.test(path.basename(source)) ? path.dirname(source) : source;

/** Mean and deviation where there are several. */
function shown(shares: readonly number[]): string {
  const { mean, deviation } = spread(shares);
  return shares.length > 1 ? `${percent(mean)} ± ${percent(deviation)}` : percent(mean);
}

/** A row for each network, or for all seeds of one. */
export function printCompared(probed: readonly ComparedNetwork[], { train, test }: Splits): void {
  const [first] = probed;
  if (!first) return;
  const { samples, neighbours, few } = first.found;
  say(
    `${train.name}, ${count(samples.train)} ${samplesCalled(train)}; judged on ${count(samples.test)} of ${test.name}; top-1\n`,
  );
  const groups = Map.groupBy(probed, ({ source }) => groupOf(source));
  const rows = [...groups].map(([name, members]) => {
    const each = (of: (found: Probed) => number | undefined): string =>
      shown(members.map(({ found }) => of(found) ?? Number.NaN));
    return [
      name,
      String(members.length),
      each(({ linear }) => linear.top1),
      ...neighbours.map((_, i) => each((found) => found.neighbours[i]?.top1)),
      ...few.map((_, i) => each((found) => found.few[i]?.top1.mean)),
    ];
  });
  const weighted = neighbours[0]?.temperature == null ? '' : ', weighted';
  say(
    table(
      [
        ...['network', 'runs', 'linear probe'],
        ...neighbours.map(({ neighbours: k }) => `${counted(k, 'neighbour')}${weighted}`),
        ...few.map(({ share }) => `${Number((100 * share).toPrecision(6))} % of the labels`),
      ],
      rows,
    ),
  );
}
