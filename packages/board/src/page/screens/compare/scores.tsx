/** What groups of runs came to: means and spreads over all their seeds. */
import type { ComparedGroup, Comparison } from '../../../api.ts';
import { valueText } from '../../model/format.ts';
import { metricName, spreadShown, unitOf } from '../../model/scores.ts';
import { DataTable } from '../../parts/data-table.tsx';

const isScore = (tag: string): boolean =>
  unitOf(tag) !== '' || (/^(test|validation|teacher)\//.test(tag) && !tag.endsWith('PerSecond'));

/** By what the best weights are chosen, and then the others in their order. */
function headlineFirst(tags: readonly string[], metric: string | undefined): string[] {
  const first = [`test/${metric} (best)`, `test/${metric}`, `teacher/${metric}`].filter((tag) =>
    tags.includes(tag),
  );
  return [...first, ...tags.filter((tag) => !first.includes(tag))];
}

function text(tag: string, { scores }: ComparedGroup): string {
  const score = Object.hasOwn(scores, tag) ? scores[tag] : undefined;
  if (!score) return '';
  if (isScore(tag)) return spreadShown(tag, score);
  const mean = valueText(score.mean);
  return score.n > 1 ? `${mean} ± ${valueText(score.deviation)}` : mean;
}

const titles: ReadonlyMap<string, string> = new Map([
  ['samplesPerSecond', 'throughput, samples a second'],
  ['lr', 'learning rate'],
  ['seconds', 'training, seconds'],
]);

/** @example titleOf('test/top1 (best)') // 'test top-1 (best)' */
function titleOf(tag: string): string {
  const [name = '', ...note] = tag.split(' ');
  const side = name.includes('/') ? `${name.split('/')[0]} ` : '';
  return [`${side}${titles.get(name.split('/').at(-1) ?? '') ?? metricName(name)}`, ...note].join(' ');
}

const runsOf = ({ ids, finished }: ComparedGroup): string =>
  finished === ids.length || finished === 0 ? `${ids.length}` : `${finished} finished of ${ids.length}`;

export function Scores({ comparison: { groups, tags, terms, headline } }: { comparison: Comparison }) {
  const rows = [
    ['Runs', ...groups.map(runsOf)],
    ...headlineFirst(tags, headline?.metric).map((tag) => [
      <>
        {titleOf(tag)}
        {terms.includes(tag) && <span class="muted"> times its weight</span>}
      </>,
      ...groups.map((group) => text(tag, group)),
    ]),
  ];
  return (
    <section aria-label="Scores">
      <h2>Scores</h2>
      <p class="muted">Means over all finished runs of a group, and the standard deviation of the sample.</p>
      <DataTable caption="Scores" head={['', ...groups.map(({ name }) => name)]} rows={rows} isNumeric />
    </section>
  );
}
