/** What samples are, as messages call one. */
export type What = 'image' | 'text';

/** Of which class each image is. */
export interface Labels {
  /** The names of the classes, by number. */
  readonly classes: readonly string[];
  /** The class of each image. */
  readonly numbers: Int32Array;
}
