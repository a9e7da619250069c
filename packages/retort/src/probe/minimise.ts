/**
 * L-BFGS (Liu & Nocedal 1989): the minimum of a smooth function of one tensor, by its gradients. The product of the inverse Hessian with the
 * gradient is made of the last ten steps (Nocedal & Wright 2006, algorithm 7.4); how far a step goes is found by halving or doubling it until
 * both of Wolfe's conditions hold, or, where values are told apart no more, their approximate form (Hager & Zhang 2005), which asks slopes alone.
 */
import { nextTurn, scope, type Tensor } from '@retort/torch';

/** A function at a place. */
export interface Valued {
  readonly value: number;
  /** Of the place's shape. */
  readonly gradient: Tensor;
}

export interface MinimiseOptions {
  /** The length of the gradient at which it ends. */
  readonly tolerance: number;
  /** Steps at most. */
  readonly iterations: number;
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: ((iteration: number) => void) | undefined;
}

/** Where it ended. */
export interface Minimum extends Valued {
  readonly place: Tensor;
  readonly iterations: number;
  /** Whether the gradient is small enough, or nothing more can be told apart in the numbers' precision; false where the steps ran out. */
  readonly converged: boolean;
}

/** Steps that are remembered. */
const memory = 10;

/** Of Wolfe's conditions: the share of the promised decrease, and of the slope that may be left. */
const [decrease, curvature] = [1e-4, 0.9];

/** Of a value, what float32 cannot tell apart. */
const rounding = 1e-7;

/** Places that are tried for one step. */
const tries = 25;

/** A step that lowers the value by less, of what it is, is lost in rounding; after so many in a row nothing more is told apart. */
const [least, patience] = [1e-10, 3];

/** What one step changed. */
interface Change {
  readonly place: Tensor;
  readonly gradient: Tensor;
  /** 1 / (sᵀ y). */
  readonly rho: number;
}

const dot = (a: Tensor, b: Tensor): number => a.mul(b).sum({ dtype: 'float64' }).item();

/** The way down, by the steps that are remembered. */
function direction(gradient: Tensor, changes: readonly Change[]): Tensor {
  let way = gradient;
  const shares: number[] = [];
  for (const { place, gradient: y, rho } of changes.toReversed()) {
    const share = rho * dot(place, way);
    shares.unshift(share);
    way = way.sub(y, { alpha: share });
  }
  const last = changes.at(-1);
  if (last) way = way.mul(1 / (last.rho * dot(last.gradient, last.gradient)));
  for (const [i, { place, gradient: y, rho }] of changes.entries())
    way = way.add(place, { alpha: (shares[i] ?? 0) - rho * dot(y, way) });
  return way.neg();
}

/** A place further on along a way. */
interface Tried extends Valued {
  readonly place: Tensor;
}

/** As far along a way as both conditions hold; null where nothing there is lower. */
function search(
  { place, value, gradient }: Tried,
  way: Tensor,
  first: number,
  at: (place: Tensor) => Valued,
): Tried | null {
  const slope = dot(gradient, way);
  if (!(slope < 0)) return null;
  let [low, high, size] = [0, Number.POSITIVE_INFINITY, first];
  let best: Tried | null = null;
  for (let tried = 0; tried < tries; tried++) {
    const there = place.add(way, { alpha: size });
    const found = { place: there, ...at(there) };
    const slopeThere = dot(found.gradient, way);
    const isLower = found.value <= value + decrease * size * slope;
    // Where values are alike but for rounding, slopes tell how far it is to the lowest.
    const isBefore =
      slopeThere <= (2 * decrease - 1) * slope && found.value <= value + rounding * Math.abs(value);
    if (isLower) best = best && best.value < found.value ? best : found;
    if (!isLower && !isBefore) high = size;
    else if (slopeThere < curvature * slope) low = size;
    else return found;
    size = high === Number.POSITIVE_INFINITY ? 2 * size : (low + high) / 2;
  }
  return best;
}

/** How long a gradient is. */
export const lengthOf = (gradient: Tensor): number => Math.sqrt(dot(gradient, gradient));

/**
 * Goes down from a place to where the gradient vanishes. Other work has its turn between two steps.
 *
 * @param start  stays as it is
 * @param at  is called in a scope
 * @throws the signal's reason if it is aborted
 * @example const { place } = await minimise(zeros([2]), (x) => ({ value: x.sub(1).square().sum().item(), gradient: x.sub(1).mul(2) }), { tolerance: 1e-6, iterations: 100 });
 */
export async function minimise(
  start: Tensor,
  at: (place: Tensor) => Valued,
  { tolerance, iterations, signal, onStep }: MinimiseOptions,
): Promise<Minimum> {
  let here: Tried = scope(() => ({ place: start.clone(), ...at(start) }));
  let changes: readonly Change[] = [];
  let done = 0;
  let idle = 0;
  let converged = scope(() => lengthOf(here.gradient)) <= tolerance;
  while (!converged && done < iterations) {
    const went = scope(() => {
      const way = direction(here.gradient, changes);
      // The first step has no curvature to go by.
      const first = changes.length > 0 ? 1 : Math.min(1, 1 / here.gradient.abs().sum().item());
      const there = search(here, way, first, at);
      if (!there) return null;
      const [s, y] = [there.place.sub(here.place), there.gradient.sub(here.gradient)];
      const along = dot(s, y);
      const change = along > 0 ? { place: s, gradient: y, rho: 1 / along } : null;
      return { there, change, isFlat: lengthOf(there.gradient) <= tolerance };
    });
    if (!went && changes.length > 0) {
      // Rounding may have spoilt what is remembered.
      forget(changes);
      changes = [];
      continue;
    }
    if (!went) converged = true;
    else {
      idle = here.value - went.there.value > least * Math.abs(here.value) ? 0 : idle + 1;
      here.place.dispose();
      here.gradient.dispose();
      here = went.there;
      const all = went.change ? [...changes, went.change] : changes;
      forget(all.slice(0, -memory));
      changes = all.slice(-memory);
      converged = went.isFlat || idle >= patience;
      done++;
      onStep?.(done);
    }
    await nextTurn();
    if (signal?.aborted) {
      forget(changes);
      signal.throwIfAborted();
    }
  }
  forget(changes);
  return { ...here, iterations: done, converged };
}

function forget(changes: readonly Change[]): void {
  for (const { place, gradient } of changes) {
    place.dispose();
    gradient.dispose();
  }
}
