/** Features that are there, probed. */
import { nextTurn, noGrad, scope, type Tensor } from '@retort/torch';
import { defaults } from '../defaults.ts';
import { rightByNeighbours, unit, type Vote } from '../metrics/nearest.ts';
import { spread } from '../runs/index.ts';
import { type AskedOfFeatures, answerable, checkAsked, type Named, settled } from './asked.ts';
import { drawEach, perClass, refuseEmptyClasses } from './few.ts';
import { placesByClass } from './labelled.ts';
import {
  enough,
  type FeatureSplits,
  type FewProbe,
  fewOnce,
  type LinearProbe,
  linearProbe,
} from './linear-probe.ts';
import { timed } from './timed.ts';

/** By the k nearest training samples. */
export interface NeighboursProbe {
  readonly neighbours: number;
  readonly temperature: number | null;
  readonly top1: number;
}

export interface ProbedFeatures {
  /** D. */
  readonly features: number;
  readonly classes: number;
  readonly samples: { readonly train: number; readonly validation: number | null; readonly test: number };
  readonly standardised: boolean;
  readonly linear: LinearProbe;
  readonly neighbours: readonly NeighboursProbe[];
  readonly few: readonly FewProbe[];
  /** What of the defaults could not be asked, a sentence each. */
  readonly notes: readonly string[];
  readonly seconds: { readonly linear: number; readonly neighbours: number; readonly few: number };
}

/** Test samples that are asked between two turns of other work. */
const together = 1000;

/** How many test samples get their own class by each vote of the training samples. @throws the signal's reason if it is aborted */
async function askedOfNeighbours(
  { train, test }: FeatureSplits,
  classes: number,
  votes: readonly Vote[],
  { onProgress, signal }: AskedOfFeatures,
): Promise<number[]> {
  using vectors = unit(train.vectors);
  using asking = unit(test.vectors);
  const known = { vectors, labels: train.labels, classes };
  const [size, right] = [test.labels.size(0), votes.map(() => 0)];
  for (let at = 0; at < size; at += together) {
    onProgress?.('nearest neighbours', at, size);
    const count = Math.min(together, size - at);
    const found = scope(() =>
      noGrad(() => {
        const part = (of: Tensor): Tensor => of.narrow(0, at, count);
        return rightByNeighbours(known, votes, { vectors: part(asking), labels: part(test.labels) });
      }),
    );
    for (const [i, more] of found.entries()) right[i] = (right[i] ?? 0) + more;
    await nextTurn();
    signal?.throwIfAborted();
  }
  return right;
}

/** What is said where the best strength is the last one of a range, beyond which better ones may lie. */
function atTheEnd(strengths: readonly number[], { l2 }: LinearProbe): readonly string[] {
  if (strengths.length < 3) return [];
  const end = l2 === Math.min(...strengths) ? 'weak' : l2 === Math.max(...strengths) ? 'strong' : null;
  return end === null
    ? []
    : [
        `the strength of the linear probe, ${l2}, is the ${end}est of those that are tried, and a ${end}er one may do better: say others (l2, or --l2 on a command line)`,
      ];
}

/**
 * The same of features that are there already.
 *
 * @param splits  features float32 [N, D] and labels int64 [N] of each; where there is no `validation`, the strength is chosen on a tenth of the training samples
 * @param named  the data as messages call it, and the names of its classes
 * @throws ProbeError for classes without samples to learn from, and for what was asked by name and cannot be
 * @throws the signal's reason if it is aborted
 * @example const { linear } = await probeFeatures({ train, test }, { name: 'cifar10', classes });
 */
export async function probeFeatures(
  splits: FeatureSplits,
  named: Named,
  asked: AskedOfFeatures = {},
): Promise<ProbedFeatures> {
  checkAsked(asked);
  const { train, validation, test } = splits;
  const { classes: names } = named;
  const classes = names.length;
  const samples = train.labels.size(0);
  const { seeds = defaults.probing.seeds, temperature = defaults.probing.temperature } = asked;
  const { onProgress } = asked;
  const settings = settled(asked, classes);
  const { l2, standardise, seed } = settings;
  const places = placesByClass(train, classes);
  refuseEmptyClasses(places, names, named.name);
  const { neighbours, few, notes } = answerable(asked, samples, named);
  onProgress?.('linear probe', 0, 1);
  const [linear, linearSeconds] = await timed(() => linearProbe(splits, settings));
  const [nearest, nearestSeconds] = await timed(async () => {
    const votes = neighbours.map((count) => ({ neighbours: count, temperature }));
    const right = await askedOfNeighbours(splits, classes, votes, asked);
    return votes.map((vote, i) => ({ ...vote, top1: (right[i] ?? 0) / test.labels.size(0) }));
  });
  const [ofFew, fewSeconds] = await timed(async () => {
    const found: FewProbe[] = [];
    for (const [i, share] of few.entries()) {
      const each = perClass(share, samples, classes);
      const isChosen = each >= enough && l2.length > 1;
      const draws: { top1: number; l2: number }[] = [];
      for (let draw = 0; draw < seeds; draw++) {
        onProgress?.('a few labels', i * seeds + draw, few.length * seeds);
        const { drawn } = drawEach(places, () => each, { seed: seed + draw });
        draws.push(await fewOnce(splits, drawn, isChosen, settings));
      }
      found.push({
        ...{ share, perClass: each, isChosen },
        l2: draws.map((one) => one.l2),
        top1: spread(draws.map((one) => one.top1)),
      });
    }
    return found;
  });
  return {
    ...{ features: train.vectors.size(1), classes, standardised: standardise },
    samples: { train: samples, validation: validation?.labels.size(0) ?? null, test: test.labels.size(0) },
    ...{ linear, neighbours: nearest, few: ofFew, notes: [...notes, ...atTheEnd(l2, linear)] },
    seconds: { linear: linearSeconds, neighbours: nearestSeconds, few: fewSeconds },
  };
}
