/** What training tells on its way. */

/** Where in an epoch it stands. */
export interface At {
  readonly stage: number;
  /** From 1, over all stages. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps done, and to do, in this epoch. */
  readonly step: number;
  readonly steps: number;
}

export interface StepEvent extends At {
  readonly kind: 'step';
  /** Seen in this epoch. */
  readonly samples: number;
  readonly loss: number;
  /** The weighted terms, by name: of this step, or where not each is read, of the last that was. */
  readonly losses: Readonly<Record<string, number>>;
  readonly lr: number;
  /** Of all gradients together, before they are clipped; as with losses. */
  readonly gradientNorm: number;
}

export interface Epoch {
  readonly kind: 'epoch';
  readonly stage: number;
  /** From 1, over all stages. */
  readonly epoch: number;
  readonly epochs: number;
  /** The mean over the epoch of each weighted term, by name, and their sum as `loss`. */
  readonly losses: Readonly<Record<string, number>>;
  /** What the task watches while the student learns, over the epoch: `top1` of a classification. */
  readonly watched: Readonly<Record<string, number>>;
  /** Samples that were shown in place of others, which are damaged; left out where there were none. */
  readonly standIns?: number;
  /** At the end of the epoch. */
  readonly lr: number;
  readonly samplesPerSecond: number;
  readonly seconds: number;
}
