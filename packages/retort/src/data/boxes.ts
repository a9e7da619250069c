/** Boxes of samples as rows of numbers: what stands in which column, and the same as a batch has them. */
import { type Tensor, tensor } from '@retort/torch';
import type { Boxes } from './sample.ts';

/**
 * What stands where in the row of a box. `x` and `y` are its left and upper edge, and `width` and `height` its extent, in pixels, as COCO has them; `class` its number
 * from 0, -1 in a row without a box; `area` in pixels, of the object and not of its box where the data says that; `ignored` why it is neither learned nor counted:
 * 0 it is not, 1 it stands for a crowd, 2 it is difficult; `id` the number of its annotation, from 1.
 */
export const boxColumns = {
  x: 0,
  y: 1,
  width: 2,
  height: 3,
  class: 4,
  area: 5,
  ignored: 6,
  id: 7,
} as const;

/** Numbers of a box. */
export const boxWidth = 8;

/** What the column `ignored` says. */
export const ignoredAs = { no: 0, crowd: 1, difficult: 2 } as const;

/** One box, by the names of the columns. */
export type NamedBox = Readonly<Record<keyof typeof boxColumns, number>>;

/** A sample without boxes. */
export const noBoxes: Boxes = { rows: new Float64Array() };

/** How many boxes there are. @example boxCount({ rows: new Float64Array(16) }) // 2 */
export const boxCount = ({ rows }: Boxes): number => rows.length / boxWidth;

/** Boxes as rows, of boxes by name. @example boxesOf([{ x: 0, y: 0, width: 4, height: 2, class: 1, area: 8, ignored: 0, id: 7 }]) */
export function boxesOf(boxes: readonly NamedBox[]): Boxes {
  const rows = new Float64Array(boxes.length * boxWidth);
  for (const [i, box] of boxes.entries())
    for (const [name, column] of Object.entries(boxColumns))
      rows[i * boxWidth + column] = box[name as keyof NamedBox];
  return { rows };
}

/** Boxes by name. @example boxesIn(sample.boxes)[0]?.width */
export function boxesIn({ rows }: Boxes): readonly NamedBox[] {
  const names = Object.entries(boxColumns);
  return Array.from(
    { length: rows.length / boxWidth },
    (_, i) =>
      Object.fromEntries(names.map(([name, column]) => [name, rows[i * boxWidth + column] ?? 0])) as NamedBox,
  );
}

/** Another box in the place of each, or none where it is null. */
export const mapBoxes = (boxes: Boxes, change: (box: NamedBox) => NamedBox | null): Boxes =>
  boxesOf(boxesIn(boxes).flatMap((box) => change(box) ?? []));

/** Boxes of several samples as a batch has them. @param most  rows of each @returns float64 [B, most, 8] */
export function boxesTensor(samples: readonly Boxes[], most: number): Tensor {
  const all = new Float64Array(samples.length * most * boxWidth);
  for (const [i, { rows }] of samples.entries()) {
    const from = i * most * boxWidth;
    all.set(rows, from);
    for (let at = rows.length; at < most * boxWidth; at += boxWidth) all[from + at + boxColumns.class] = -1;
  }
  return tensor(all, { dtype: 'float64', shape: [samples.length, most, boxWidth] });
}

/** The boxes of each sample of a batch's. @param column  float64 [B, most, 8] */
export function boxesOfTensor(column: Tensor): readonly Boxes[] {
  const [count = 0, most = 0] = column.shape;
  const all = Float64Array.from(column.toFlatArray(), Number);
  const each = most * boxWidth;
  return Array.from({ length: count }, (_, i) => {
    const own = all.subarray(i * each, (i + 1) * each);
    const boxes = Array.from({ length: most }, (_, row) => row).filter(
      (row) => (own[row * boxWidth + boxColumns.class] ?? -1) >= 0,
    );
    const rows = new Float64Array(boxes.length * boxWidth);
    for (const [to, row] of boxes.entries())
      rows.set(own.subarray(row * boxWidth, (row + 1) * boxWidth), to * boxWidth);
    return { rows };
  });
}
