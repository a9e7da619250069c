/** Whether networks are right as often as they are sure, as a figure. */
import type { PlotOptions } from '@observablehq/plot';
import type { CalibrationCurve, ConfidenceBin } from '../diagnose/types.ts';
import { sides } from './colours.ts';
import { above } from './legend.ts';
import type { Pen } from './pen.ts';
import { penOf } from './pen-of.ts';
import { percent, spanFromZero, svgOf } from './svg.ts';

export interface ReliabilityDiagram {
  readonly student: CalibrationCurve;
  readonly teacher: CalibrationCurve | null;
}

type Side = keyof typeof sides;

const [width, side, left, right, top, bottom, counts] = [400, 340, 60, 16, 36, 18, 130];

const words =
  (name: Side) =>
  ({ from, to, confidence, accuracy, samples }: ConfidenceBin): string =>
    `${name}, ${percent(from)} to ${percent(to)} sure: ${percent(accuracy ?? 0)} right, ${percent(confidence ?? 0)} sure on average, ${samples} samples`;

/**
 * Draws how often each side is right over how sure it is, bars for the student and lines for the teacher, beside the diagonal on which both are
 * the same; below it, how many samples each bin has.
 *
 * @param given  what it is drawn with; Observable Plot as it is installed where it is left out
 * @returns SVG, whose `<title>` of each bin says its numbers
 * @throws FigureError where what draws is not installed
 * @example await reliabilityDiagram({ student: { error: 0.04, bins }, teacher: null })
 */
export async function reliabilityDiagram(
  { student, teacher }: ReliabilityDiagram,
  given?: Pen,
): Promise<string> {
  const pen = await penOf(given);
  const { Plot } = pen;
  const both = Object.entries({ student, teacher }).flatMap(([name, calibration]) =>
    calibration === null ? [] : [{ name: name as Side, ...calibration }],
  );
  const x = { domain: [0, 100], labelArrow: 'none' } as const;
  const margins = { marginLeft: left, marginRight: right };
  const between = {
    x1: ({ from }: ConfidenceBin) => 100 * from,
    x2: ({ to }: ConfidenceBin) => 100 * to,
  };
  const paint = (name: Side) =>
    name === 'student'
      ? { fill: sides.student, fillOpacity: 0.6, insetLeft: 1, insetRight: 1 }
      : { fill: sides.teacher, fillOpacity: 0.08, stroke: sides.teacher, strokeWidth: 1.5 };
  const filled = (bins: readonly ConfidenceBin[]) => bins.filter(({ samples }) => samples > 0);
  const diagram: PlotOptions = {
    ...{ width, height: side, ...margins, marginTop: top, marginBottom: bottom },
    x: { ...x, label: null },
    y: { domain: [0, 100], label: 'right %', labelArrow: 'none', labelAnchor: 'center', grid: true },
    marks: [
      ...both.map(({ name, bins }) =>
        Plot.rect(filled(bins), {
          ...{ ...between, ...paint(name), title: words(name) },
          ...{ y1: 0, y2: ({ accuracy }: ConfidenceBin) => 100 * (accuracy ?? 0) },
        }),
      ),
      Plot.line(
        [
          [0, 0],
          [100, 100],
        ],
        { strokeDasharray: '4 3', strokeOpacity: 0.7 },
      ),
      Plot.ruleY([0]),
      ...above(
        pen,
        both.map(({ name, error }) => ({ name: `${name}, off by ${percent(error)}`, colour: sides[name] })),
      ),
    ],
  };
  const histogram: PlotOptions = {
    ...{ width, height: counts, ...margins, marginTop: 12, marginBottom: 40 },
    x: { ...x, label: 'sure %' },
    y: {
      domain: spanFromZero(both.flatMap(({ bins }) => bins.map(({ samples }) => samples))),
      label: 'samples',
      labelArrow: 'none',
      labelAnchor: 'center',
      ticks: 3,
      tickFormat: '~s',
      grid: true,
    },
    marks: [
      ...both.map(({ name, bins }) =>
        Plot.rect(filled(bins), {
          ...{ ...between, ...paint(name), y1: 0, y2: 'samples', title: words(name) },
        }),
      ),
      Plot.ruleY([0]),
    ],
  };
  return svgOf(pen, 'how often they are right over how sure they are', width, [diagram, histogram]);
}
