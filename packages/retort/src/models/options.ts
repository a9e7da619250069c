/** What every model of the registry is made from. */
export interface ModelOptions {
  readonly classes: number;
  /** Channels of the images, 3 where it is left out. */
  readonly channels?: number;
  /** What a network of one's own takes beside. */
  readonly [option: string]: unknown;
}
