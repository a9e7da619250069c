/** What the features of one network are worth, in full. */
import { type Splits, samplesCalled } from '../../data/index.ts';
import type { Probed } from '../../probe/index.ts';
import { say } from '../output.ts';
import { count, counted, duration, percent, table } from '../table.ts';

/** By what a strength was chosen. */
function chosenText({ chosenOn, chosenBy, tried }: Probed['linear']): string {
  if (chosenOn === null) return 'as it was asked';
  const by = chosenOn === 'validation' ? 'of the validation split' : 'held out of the training split';
  return `of ${counted(tried.length, 'strength')} by ${count(chosenBy)} samples ${by}`;
}

export function printProbed(name: string, { train, test }: Splits, found: Probed): void {
  const { linear, neighbours, few, samples, seconds } = found;
  const rows: [string, string][] = [
    ['network', name],
    [
      'data',
      `${train.name}, ${count(samples.train)} ${samplesCalled(train)}; judged on ${count(samples.test)} of ${test.name}`,
    ],
    [
      'features',
      `${count(found.features)} of ${found.layer ?? 'its answer'}, ${found.standardised ? 'standardised for linear probes' : 'as they are'}; ${duration(seconds.features)}`,
    ],
    [
      'linear probe, top-1',
      `${percent(linear.top1)} (${percent(linear.trainTop1)} in training), L2 ${linear.l2}, ${chosenText(linear)}; ${duration(seconds.linear)}`,
    ],
  ];
  const width = Math.max(...rows.map(([what]) => what.length));
  for (const [what, value] of rows) say(`${what.padEnd(width)}   ${value}`);
  const weighted = neighbours[0]?.temperature;
  const how = weighted == null ? 'all alike' : `weighted by exp(cosine / ${weighted})`;
  say(
    `\n${table(
      [`nearest neighbours, by cosine, ${how}`, 'top-1'],
      neighbours.map((one) => [count(one.neighbours), percent(one.top1)]),
    )}`,
  );
  if (few.length === 0) return;
  const cells = few.map(({ share, perClass, top1, l2, isChosen }) => [
    `${Number((100 * share).toPrecision(6))} %, ${perClass} of each class`,
    `${percent(top1.mean)} ± ${percent(top1.deviation)} (${top1.values.length})`,
    [...new Set(l2)].map((value) => Number(value.toPrecision(3))).join(', '),
    isChosen ? 'on a fifth of them' : 'one for all',
  ]);
  say(`\n${table(['linear probe of a few labels', 'top-1', 'L2', 'chosen'], cells)}`);
}
