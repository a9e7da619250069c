/** Curves in a chart, by uPlot, with a legend that says the values under the cursor. */
import 'uplot/dist/uPlot.min.css';
import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { type Curve, valueAt } from '../model/aligned.ts';
import { countText, valueText } from '../model/format.ts';
import type { ChartLine, ChartOptions } from './lines.ts';
import { drawnCurves, plotData, rolesOf } from './plot-data.ts';
import { plotOptions } from './plot-options.ts';

export interface Range {
  readonly from: number;
  readonly to: number;
}

interface Props {
  readonly title: string;
  readonly lines: readonly ChartLine[];
  readonly options: ChartOptions;
  /** What of x is seen; null for all. */
  readonly range: Range | null;
  /** All that could be seen; null where it is not known yet. */
  readonly extent: Range | null;
  readonly onRange: (range: Range | null) => void;
}

const lastOf = ({ y }: Curve): number | null => y.findLast((value) => value !== null) ?? null;

function nearest(curve: Curve, at: number): number | null {
  const [first, last] = [curve.x[0], curve.x.at(-1)];
  if (first === undefined || last === undefined) return null;
  return valueAt(curve, Math.max(first, Math.min(last, at)));
}

function Legend({
  lines,
  curves,
  at,
}: {
  lines: readonly ChartLine[];
  curves: readonly Curve[];
  at: number | null;
}) {
  return (
    <ul class="legend">
      {lines.map(({ key, label, style }, i) => {
        const curve = curves[i];
        const value = curve && (at === null ? lastOf(curve) : nearest(curve, at));
        return (
          <li key={key}>
            <svg width="18" height="8" aria-hidden="true">
              <line
                x1="0"
                x2="18"
                y1="4"
                y2="4"
                stroke={style.colour}
                stroke-width="2.5"
                stroke-dasharray={style.dash.join(' ')}
              />
            </svg>
            <span class="label">{label}</span> <span class="number">{valueText(value)}</span>
          </li>
        );
      })}
    </ul>
  );
}

/** What is seen after a key; undefined for one that is none of the chart's. */
function rangeAfter(key: string, { from, to }: Range, all: Range, at: number): Range | null | undefined {
  if (key === '0' || key === 'Escape') return null;
  const factor = key === '+' || key === '=' ? 0.5 : key === '-' ? 2 : undefined;
  if (factor === undefined) return undefined;
  const half = ((to - from) * factor) / 2;
  if (2 * half >= all.to - all.from) return null;
  const middle = Math.max(all.from + half, Math.min(all.to - half, at));
  return { from: middle - half, to: middle + half };
}

export function CurveChart({ title, lines, options, range, extent, onRange }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const at = useSignal<number | null>(null);
  const data = useMemo(() => plotData(lines, options), [lines, options]);
  const curves = useMemo(() => drawnCurves(lines, options), [lines, options]);
  /** A chart of other lines is another chart; of new values the same. */
  const form = JSON.stringify([lines.map((line) => [line.key, line.style, rolesOf(line, options)]), options]);
  const now = useRef({ onRange, data });
  now.current = { onRange, data };

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const made = new uPlot(
      plotOptions(lines, options, element.clientWidth, {
        onCursor: (place) => {
          at.value = place;
        },
        onZoom: (from, to) => now.current.onRange({ from, to }),
      }),
      now.current.data,
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: made.height }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [form]);
  useEffect(() => {
    const made = plot.current;
    if (!made) return;
    made.setData(data, false);
    const [x] = data;
    const [first = 0, last = 1] = [x[0], x[x.length - 1]];
    made.setScale(
      'x',
      range
        ? { min: range.from, max: range.to }
        : // Of one place alone an axis from there on would have one number, twice.
          {
            min: first === last ? Math.min(first, 0) : first,
            max: first === last ? Math.max(last, 1) : last,
          },
    );
  }, [data, range, form]);

  const all = (): Range => {
    const [x] = data;
    return extent ?? { from: x[0] ?? 0, to: x[x.length - 1] ?? 1 };
  };
  const press = (event: KeyboardEvent): void => {
    const seen = range ?? all();
    const place = at.value ?? (seen.from + seen.to) / 2;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by !== undefined) {
      const to = Math.max(seen.from, Math.min(seen.to, place + (by * (seen.to - seen.from)) / 50));
      const made = plot.current;
      made?.setCursor({ left: made.valToPos(to, 'x'), top: 10 });
    } else {
      const next = rangeAfter(event.key, seen, all(), place);
      if (next === undefined) return;
      onRange(next);
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <figure class="chart">
      <figcaption>
        <h3>{title}</h3>
        <span class="muted number at">
          {at.value === null ? '' : `${options.unit} ${countText(at.value)}`}
        </span>
        {range && (
          <button type="button" class="quiet" onClick={() => onRange(null)}>
            All of it
          </button>
        )}
      </figcaption>
      <div
        class="plot"
        ref={place}
        role="group"
        tabIndex={0}
        aria-label={`Chart of ${title}: arrow keys move, plus and minus change the range, 0 shows all of it`}
        onKeyDown={press}
        onDblClick={() => onRange(null)}
      />
      <Legend lines={lines} curves={curves} at={at.value} />
    </figure>
  );
}
