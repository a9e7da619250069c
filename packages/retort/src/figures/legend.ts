/** What lines and colours stand for, in words beside or above a drawing. */
import type { Markish } from '@observablehq/plot';
import type { HeldPen } from './pen-of.ts';
import { widthOf } from './svg.ts';

export interface LegendEntry {
  readonly name: string;
  readonly colour: string;
  /** Of a line; a patch of the colour where it is left out. */
  readonly dash?: string;
}

const swatch = 18;

/** Pixels from one name to the next below it. */
export const nameHeight = 14;

/** Pixels to the right of a drawing that names beside it take. */
export const besideWidth = (names: readonly string[]): number => {
  const width = widthOf(names);
  return 12 + (width > 0 ? width + swatch + 6 : 0);
};

const mark = (
  { Plot }: HeldPen,
  { name, colour, dash }: LegendEntry,
  place: { readonly frameAnchor: 'top-left' | 'top-right'; readonly dx: number; readonly dy: number },
): Markish[] => [
  Plot.vector([0], {
    ...{ ...place, dy: place.dy + 5, anchor: 'start', length: swatch, rotate: 90 },
    ...{ stroke: colour, strokeWidth: dash === undefined ? 8 : 2, strokeLinecap: 'butt' },
    ...(dash === undefined || dash === 'none' ? {} : { strokeDasharray: dash }),
    shape: {
      draw(context, length) {
        context.moveTo(0, 0);
        context.lineTo(0, -length);
      },
    },
  }),
  Plot.text([name], {
    ...{ ...place, dx: place.dx + swatch + 6, text: (name: string) => name, textAnchor: 'start' },
  }),
];

/** Names to the right of a drawing, the first at its top. */
export const beside = (pen: HeldPen, entries: readonly LegendEntry[]): Markish[] =>
  entries.flatMap((entry, i) =>
    entry.name === '' ? [] : mark(pen, entry, { frameAnchor: 'top-right', dx: 10, dy: nameHeight * i }),
  );

/** Names in the margin above a drawing, one after the other. */
export function above(pen: HeldPen, entries: readonly LegendEntry[]): Markish[] {
  let dx = 0;
  return entries.flatMap((entry) => {
    const marks = mark(pen, entry, { frameAnchor: 'top-left', dx, dy: -20 });
    dx += swatch + 6 + widthOf([entry.name]) + 14;
    return marks;
  });
}
