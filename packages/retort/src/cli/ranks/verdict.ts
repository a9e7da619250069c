/** What follows from how the ranks of an attempt ended. */
import { listed } from '../../words/listed.ts';
import { isFault, lostOthers, type RankEnd, saysWhy } from './attempt.ts';

export interface Verdict {
  /** Whether another attempt may help. */
  readonly again: boolean;
  /** That of the command, where it does not come to one. */
  readonly code: number;
  /** What has happened, as the beginning of a sentence; null where the ranks have said it. */
  readonly why: string | null;
}

const plural = (ranks: readonly number[]): string =>
  `rank${ranks.length > 1 ? 's' : ''} ${listed(ranks.map(String))}`;

function said({ rank, code, signal }: RankEnd): string {
  if (signal === 'SIGKILL')
    return `rank ${rank} was killed (SIGKILL, as the system does it where memory runs out)`;
  if (signal !== null) return `rank ${rank} was ended by ${signal}`;
  if (code === lostOthers) return `rank ${rank} lost the others`;
  return `rank ${rank} ended with exit code ${code}`;
}

/**
 * The first that broke off is why the others did, too.
 *
 * @param ends  in the order in which they ended
 */
export function verdictOf(ends: readonly RankEnd[]): Verdict {
  const faults = ends.filter(isFault);
  const [first] = faults;
  if (!first) return { again: false, code: ends.some(({ code }) => code === 130) ? 130 : 0, why: null };
  const hanging = ends.flatMap(({ rank, hung }) => (hung ? rank : []));
  const hung = hanging.length ? `, and ${plural(hanging)} did not leave and had to be ended` : '';
  // What a rank says itself, as of a recipe that is wrong, is no better the second time.
  const final = faults.find(({ code }) => code !== null && code !== lostOthers);
  if (final) {
    const isSaid = faults.some((end) => end.rank === 0 && saysWhy(end));
    return { again: false, code: final.code ?? 1, why: isSaid ? null : said(final) };
  }
  return { again: true, code: lostOthers, why: `${said(first)}${hung}` };
}
