/** What cells of the table of runs show, of a run and of a group. */
import type { RunRow } from '../../../api.ts';
import { dataText, networkText } from '../../model/network-text.ts';
import { metricName, unitOf } from '../../model/scores.ts';

export const epochsText = ({ epochsDone, epochsTotal }: RunRow): string =>
  epochsTotal === null ? String(epochsDone) : `${epochsDone}/${epochsTotal}`;

const shortened: Readonly<Record<string, (text: string | null) => string>> = {
  teacher: networkText,
  student: networkText,
  data: dataText,
};

export const Cell = ({ of, text }: { of: string; text: string | null }) => (
  <div role="gridcell" class={`cell of-${of}`} title={text ?? undefined}>
    {shortened[of]?.(text) ?? text}
  </div>
);

/** The folders that a run or a group lies in, which tell those of one name apart. @param name  the end of the path, which is shown behind them */
export const Parent = ({ path, name }: { path: string; name: string }) => {
  const parent = path.endsWith(`/${name}`) ? path.slice(0, -name.length) : '';
  return parent ? <span class="muted parent">{parent}</span> : null;
};

/** A score of a metric, with what it is called. */
export const Score = ({ metric, text }: { metric: string; text: string }) => (
  <>
    <span class="number">{text}</span>{' '}
    <span class="muted unit">
      {metricName(metric)} {unitOf(metric)}
    </span>
  </>
);
