/** What the nearest neighbours of vectors say of their classes, by cosine. */
import { functional, ones, scope, type Tensor, zeros } from '@retort/torch';

/** Vectors whose classes are known. */
export interface Known {
  /** Of length 1 each, float32 [N, D]. */
  readonly vectors: Tensor;
  /** Int64 [N]. */
  readonly labels: Tensor;
  /** How many there are. */
  readonly classes: number;
}

/** How neighbours vote. */
export interface Vote {
  /** How many of the nearest. */
  readonly neighbours: number;
  /** τ of the weight exp(cosine / τ) of each; null where all count alike. */
  readonly temperature: number | null;
}

/** Vectors compared with all others at a time. */
const rows = 500;

/** Numbers whose squares float32 can add up, and divide by. */
const [least, most] = [1e-15, 1e15];

/** Vectors of length 1, as cosines are taken of, however large or small they are; [0, …] stays. @example unit(features) */
export const unit = (vectors: Tensor): Tensor =>
  scope(() => {
    const all = vectors.to('float32');
    const largest = all.abs().amax(-1, true);
    const isFar = largest.gt(most).logical_or(largest.lt(least).logical_and(largest.gt(0)));
    return functional.normalize(
      isFar.any().item() ? all.div(largest.masked_fill(isFar.logical_not(), 1)) : all,
    );
  });

/** The class with most votes, of several the one with the lowest number. @param values  cosines [B, K], falling @param labels  [B, K] */
function elected(values: Tensor, labels: Tensor, classes: number, { neighbours, temperature }: Vote): Tensor {
  const near = values.narrow(1, 0, neighbours);
  // Of what each lies behind the nearest, since exp(1 / τ) is infinite where τ is small.
  const behind = near.sub(near.narrow(1, 0, 1));
  const weights = temperature === null ? ones(near.shape) : behind.div(temperature).exp();
  return zeros([near.size(0), classes])
    .scatter_add(1, labels.narrow(1, 0, neighbours), weights)
    .argmax(1);
}

/**
 * How many of the vectors get their own class, for each vote.
 *
 * @param queries  of length 1 each, float32 [M, D]; null where each of the known is asked of all others
 * @param labels  of the queries, int64 [M]
 * @returns a count for each vote
 * @throws RangeError where there are fewer neighbours than a vote asks for
 */
export function rightByNeighbours(
  known: Known,
  votes: readonly Vote[],
  queries: { readonly vectors: Tensor; readonly labels: Tensor } | null,
): number[] {
  const { vectors, labels: theirs, classes } = known;
  const there = vectors.size(0) - (queries ? 0 : 1);
  const most = Math.max(...votes.map(({ neighbours }) => neighbours));
  if (most > there)
    throw new RangeError(`there are ${there} neighbours, and ${most} are asked: ask ${there} or fewer`);
  const asked = queries ?? { vectors, labels: theirs };
  const right = votes.map(() => 0);
  const count = asked.vectors.size(0);
  for (let at = 0; at < count; at += rows)
    scope(() => {
      const few = Math.min(rows, count - at);
      const cosines = asked.vectors.narrow(0, at, few).mm(vectors.t());
      // None is its own neighbour.
      if (!queries) cosines.narrow(1, at, few).fill_diagonal_(Number.NEGATIVE_INFINITY);
      const [values, index] = cosines.topk(most, 1);
      const near = theirs.index_select(0, index.flatten()).reshape([few, most]);
      const own = asked.labels.narrow(0, at, few);
      for (const [i, vote] of votes.entries())
        right[i] = (right[i] ?? 0) + elected(values, near, classes, vote).eq(own).sum().item();
    });
  return right;
}
