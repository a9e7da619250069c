/** Several networks that were probed on the same data, beside one another. */
import path from 'node:path';
import { type Splits, samplesCalled } from '../../data/index.ts';
import type { Probed } from '../../probe/index.ts';
import { spread } from '../../runs/index.ts';
import { shownFile } from '../../words/shown.ts';
import { say } from '../output.ts';
import { count, counted, percent, table } from '../table.ts';
import type { FeaturesFlags } from './flags.ts';
import type { ProbedNetwork } from './of-network.ts';
import { isSeed } from './sources.ts';

export interface ComparedNetwork extends ProbedNetwork {
  /** As the command names it. */
  readonly source: string;
  /** As the command names it; undefined where the network says it. */
  readonly layer: string | undefined;
}

/** A network, and its layer where the command names one. */
export const calledBy = (source: string, layer: string | undefined): string =>
  layer === undefined ? source : `${source}, ${layer}`;

/** What is said of one when it is done. */
export function inALine({ source, layer, found: { linear, neighbours } }: ComparedNetwork): string {
  const near = neighbours.map(
    ({ neighbours: k, top1 }) => `, ${percent(top1)} by ${counted(k, 'neighbour')}`,
  );
  return `${calledBy(source, layer)}: top-1 ${percent(linear.top1)} by a linear probe${near.join('')}`;
}

/** The folder of a run's seeds, where it is one of them. */
const groupOf = (source: string): string =>
  isSeed(source) ? shownFile(path.dirname(path.resolve(source))) : source;

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
  const groups = Map.groupBy(probed, ({ source, layer }) => calledBy(groupOf(source), layer));
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

/** What came of several. */
export function sayCompared(
  probed: readonly ComparedNetwork[],
  splits: Splits,
  { json }: Pick<FeaturesFlags, 'json'>,
): void {
  if (!json) printCompared(probed, splits);
  else if (probed.length > 0)
    say(
      JSON.stringify({
        ...{ data: splits.train.name, source: splits.source },
        networks: probed.map(({ source: from, name: network, found }) => ({ from, network, ...found })),
      }),
    );
}
