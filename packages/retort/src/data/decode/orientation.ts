/** How a picture that says so is to be turned, as Pillow's `ImageOps.exif_transpose` turns it. */
import type { Metadata, Sharp } from 'sharp';

/** Pillow's own pattern: XMP is asked where EXIF says nothing. */
const inXmp = /tiff:Orientation(?:="|>)([0-9])/;

/** From 1, as it lies, to 8; what is none counts as 1. */
export function orientationOf({ orientation, xmp }: Pick<Metadata, 'orientation' | 'xmp'>): number {
  const said = orientation ?? Number(inXmp.exec(xmp?.toString('latin1') ?? '')?.[1] ?? 1);
  return said >= 1 && said <= 8 ? said : 1;
}

/** By what sharp does, in its order: top to bottom, left to right, and a turn clockwise. */
const turns: readonly (readonly [flip: boolean, flop: boolean, degrees: number])[] = [
  [false, false, 0],
  [false, true, 0],
  [false, false, 180],
  [true, false, 0],
  [true, false, 90],
  [false, false, 90],
  [false, true, 90],
  [false, false, 270],
];

/** Turns and mirrors it. */
export function orient(image: Sharp, orientation: number): void {
  const [flip, flop, degrees] = turns[orientation - 1] ?? [false, false, 0];
  image.flip(flip).flop(flop);
  if (degrees !== 0) image.rotate(degrees);
}
