/** What boxes are judged by: those of an image and those that a network found in it, as plain numbers. */

/** The boxes of an image, of n of them an array each, in the order of the data. */
export interface ImageBoxes {
  /** x, y, width and height of each in pixels, one box after another: [n · 4]. */
  readonly rows: Float64Array;
  /** The number of the class of each. */
  readonly classes: Int32Array;
  /** In square pixels, as the data says it: of COCO that of the outline, and not width times height. */
  readonly areas: Float64Array;
  /** Why each is not to be found, as `ignoredAs` of the data has it; 0 where it is. */
  readonly ignored: Uint8Array;
  /** What the data calls each, from 1 on. A box with the number 0 takes the detection that is matched with it, which is wrong nevertheless: as in pycocotools. */
  readonly ids: Float64Array;
}

/** What a network found in an image, of n detections an array each. */
export interface ImageDetections {
  /** x, y, width and height of each in pixels: [n · 4]. */
  readonly rows: Float64Array;
  /** The number of the class of each. */
  readonly classes: Int32Array;
  readonly scores: Float64Array;
}

/** An image with both. */
export interface JudgedImage {
  readonly boxes: ImageBoxes;
  readonly detections: ImageDetections;
}

/** Which of an image are of each class that it has any of, by class, in their order. */
function placesByClass(classes: Int32Array): ReadonlyMap<number, readonly number[]> {
  const places = new Map<number, number[]>();
  for (const [place, of] of classes.entries()) {
    const found = places.get(of);
    if (found) found.push(place);
    else places.set(of, [place]);
  }
  return places;
}

/** What an image has of one class: places in its boxes, and in its detections the best first, of equals the first. */
export interface OfClass {
  readonly image: JudgedImage;
  readonly boxes: readonly number[];
  readonly detections: readonly number[];
}

const nothing: readonly number[] = [];

/** Of each class the images that have boxes or detections of it, in the order of the images. @param classes  how many there are */
export function byClass(images: readonly JudgedImage[], classes: number): readonly (readonly OfClass[])[] {
  const found: OfClass[][] = Array.from({ length: classes }, () => []);
  for (const image of images) {
    const { scores } = image.detections;
    const boxes = placesByClass(image.boxes.classes);
    const detections = placesByClass(image.detections.classes);
    for (const of of new Set([...boxes.keys(), ...detections.keys()]))
      found[of]?.push({
        image,
        boxes: boxes.get(of) ?? nothing,
        detections: (detections.get(of) ?? nothing).toSorted((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0)),
      });
  }
  return found;
}

/** Places in a list of scores, the largest first and of equals the first. */
export const bestFirst = (scores: Float64Array): Uint32Array =>
  Uint32Array.from(scores.keys()).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
