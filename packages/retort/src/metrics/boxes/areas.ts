/** COCO's sizes of boxes. */

/** Square pixels from and to, both within. */
export interface AreaRange {
  readonly least: number;
  readonly most: number;
}

const range = (least: number, most: number): AreaRange => ({ least: least ** 2, most: most ** 2 });

/** By name: boxes of any size, and of three; what is on a bound is of both sides of it. */
export const areaRanges = {
  all: range(0, 1e5),
  small: range(0, 32),
  medium: range(32, 96),
  large: range(96, 1e5),
} as const;

export type AreaName = keyof typeof areaRanges;

export const areaNames = Object.keys(areaRanges) as AreaName[];

export const isWithin = (area: number, { least, most }: AreaRange): boolean => area >= least && area <= most;
