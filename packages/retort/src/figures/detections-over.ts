/** What somebody finds in an image, or what is there, laid over its picture. */
import type { DetectedImage, ShownObject } from '../diagnose/types.ts';
import { boxesOver } from './boxes-over.ts';

/** What of objects is shown. */
export interface ShownDetections {
  /** The names of all classes, by which colours are chosen. */
  readonly classes: readonly string[];
  /** The least score of those that somebody finds. */
  readonly threshold: number;
  /** Of one class alone; of all where it is left out. */
  readonly only?: string | undefined;
}

/** Objects that are shown, in their order. @example detectionsShown(image.student, { classes, threshold: 0.5 }).length */
export const detectionsShown = (
  objects: readonly ShownObject[],
  { threshold, only }: Omit<ShownDetections, 'classes'>,
): readonly ShownObject[] =>
  objects.filter(
    ({ class: name, score }) => (score ?? 1) >= threshold && (only === undefined || name === only),
  );

/**
 * An SVG of the image's size with the boxes of one side.
 *
 * @param objects  what is there, or what one of both finds, of the image
 * @example detectionsOver(image, image.student, { classes, threshold: 0.5 })
 */
export function detectionsOver(
  { width, height }: Pick<DetectedImage, 'width' | 'height'>,
  objects: readonly ShownObject[],
  shown: ShownDetections,
): string {
  const boxes = detectionsShown(objects, shown).map(({ class: name, score, ...box }) => ({
    ...{ ...box, class: Math.max(0, shown.classes.indexOf(name)) },
    label: score === null ? name : `${name} ${(100 * score).toFixed(0)} %`,
  }));
  return boxesOver({ width, height, boxes });
}
