/** A class, and how likely it is. */
export interface Answer {
  readonly name: string;
  readonly probability: number;
}
