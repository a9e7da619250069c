/** The score by which the best weights of a task are chosen. */
export interface Headline {
  readonly metric: string;
  readonly better: 'higher' | 'lower';
}

/** Whether a score is better than another by the headline. @example isBetter({ metric: 'top1', better: 'higher' }, 0.7, 0.6) // true */
export const isBetter = ({ better }: Headline, score: number, than: number): boolean =>
  better === 'higher' ? score > than : score < than;
