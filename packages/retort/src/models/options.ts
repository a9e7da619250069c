/** What every model of the registry is made from. */
export interface ModelOptions {
  /** 0 for a network without its classifier, which answers its features [N, D]. */
  readonly classes: number;
  /** Channels of the images, 3 where it is left out. */
  readonly channels?: number;
  /** The side of the images, for Vision Transformers, whose positions are then of as many patches; that of their names where it is left out. */
  readonly imageSize?: number;
  /** What a network of one's own takes beside. */
  readonly [option: string]: unknown;
}
