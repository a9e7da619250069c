/** Classes of very different sizes. */
import { classCounts, classNames, type Dataset } from '../data/index.ts';

/** The commonest class has more than so many times the samples of the rarest. */
const uneven = 10;

/** A sentence for data whose rarest class, of those that have samples, has less than a tenth of the commonest's; null for others. */
export function imbalance(data: Dataset): string | null {
  const names = classNames(data) ?? [];
  const counts = (classCounts(data) ?? []).map((count, i) => ({ name: names[i], count }));
  const [rarest, ...others] = counts.filter(({ count }) => count > 0).sort((a, b) => a.count - b.count);
  const commonest = others.at(-1);
  if (!rarest || !commonest || rarest.count * uneven >= commonest.count) return null;
  const of = ({ name, count }: { name: string | undefined; count: number }): string =>
    `${count.toLocaleString('en')} of '${name}'`;
  return (
    `the classes of ${data.name} are of very different sizes, from ${of(rarest)} to ${of(commonest)}: ` +
    '`loss: { classWeights: balanced }` has each class count alike in the loss, `data: { sampling: balanced }` shows each equally often'
  );
}
