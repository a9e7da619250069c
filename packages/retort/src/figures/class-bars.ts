/** What of each class student and teacher know, as a figure: a bar for the student, a line across it where the teacher is. */
import type { PlotOptions } from '@observablehq/plot';
import type { ClassShares } from '../diagnose/types.ts';
import { sides } from './colours.ts';
import { above } from './legend.ts';
import type { Pen } from './pen.ts';
import { penOf } from './pen-of.ts';
import { percent, shortened, svgOf, widthOf } from './svg.ts';

/** More are not read: of many classes those are shown between whose sides there is most, from both ends. */
const most = 40;
const [top, bottom, rowHeight, width] = [36, 40, 16, 440];

interface Row extends ClassShares {
  readonly student: number;
}

/** By how much the student is above its teacher; its own share where there is none. */
const gap = ({ student, teacher }: Row): number => student - (teacher ?? 0);

/** How many samples and what share of them: a bar's own words. */
function words({ name, samples, student, teacher }: Row): string {
  const ofTeacher = teacher === null ? '' : `, teacher ${percent(teacher)}`;
  return `${name}: student ${percent(student)}${ofTeacher} of ${samples}`;
}

/**
 * Draws the share of each class that both sides are right on: first the class in which the student is furthest behind its teacher, or without a
 * teacher the one that it knows least. Of more than 40 classes the 20 at either end are shown.
 *
 * @param classes  with shares in [0, 1]; one without samples is left out
 * @param given  what it is drawn with; Observable Plot as it is installed where it is left out
 * @param measure  `AP` where shares are average precisions of boxes, and not what is right of samples
 * @returns SVG, whose `<title>` of each bar says its numbers
 * @throws FigureError where what draws is not installed
 * @example await classBars([{ name: 'cat', samples: 100, student: 0.7, teacher: 0.8 }])
 */
export async function classBars(
  classes: readonly ClassShares[],
  given?: Pen,
  measure?: 'AP',
): Promise<string> {
  const pen = await penOf(given);
  const { Plot } = pen;
  const all = classes
    .flatMap(({ student, ...rest }): Row[] => (student === null ? [] : [{ ...rest, student }]))
    .sort((a, b) => gap(a) - gap(b));
  const shown = all.length <= most ? all : [...all.slice(0, most / 2), ...all.slice(-most / 2)];
  const rows = shown.map((row, at) => ({ ...row, at }));
  const taught = rows.filter(({ teacher }) => teacher !== null);
  const names = rows.map(({ name }) => shortened(name));
  const left = 16 + widthOf(names);
  const of =
    shown.length < all.length ? `, ${shown.length} of ${all.length} classes: those at both ends` : '';
  const plot: PlotOptions = {
    ...{ width: left + width, height: top + rowHeight * rows.length + bottom },
    ...{ marginLeft: left, marginRight: 16, marginTop: top, marginBottom: bottom },
    x: { domain: [0, 100], label: `${measure ?? 'right'} %${of}`, labelArrow: 'none', grid: true },
    y: {
      ...{ domain: rows.map(({ at }) => at), tickFormat: (at: number) => names[at] ?? '' },
      ...{ label: null, tickSize: 0, padding: 0.25 },
    },
    marks: [
      Plot.barX(rows, { x: ({ student }: Row) => 100 * student, y: 'at', fill: sides.student, title: words }),
      Plot.tickX(taught, {
        ...{ x: ({ teacher }: Row) => 100 * (teacher ?? 0), y: 'at' },
        ...{ stroke: sides.teacher, strokeWidth: 3, title: words },
      }),
      Plot.ruleX([0]),
      ...above(pen, [
        { name: 'student', colour: sides.student },
        ...(taught.length > 0 ? [{ name: 'teacher', colour: sides.teacher }] : []),
      ]),
    ],
  };
  const what = measure === 'AP' ? 'average precision of each class' : 'what share of each class is right';
  return svgOf(pen, what, left + width, [plot]);
}
