/** Sides timed by turns in one run, each first in every other round; speeds are medians, ratios medians over rounds. */

export interface Line {
  readonly name: string;
  /** Steps (or calls) a second; bytes where it is memory. */
  readonly ours: number;
  readonly theirs: number;
  readonly ratio: number;
  readonly pairs: number;
}

/** Does so much and says in how many seconds. */
export type Side = (count: number) => number | Promise<number>;

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
};

export function time(step: () => void, count: number): number {
  const start = performance.now();
  for (let i = 0; i < count; i++) step();
  return (performance.now() - start) / 1000;
}

/** libgomp's idle threads spin for a moment after their last work; the other side waits that out. */
const rest = () => new Promise((resolve) => setTimeout(resolve, 30));

/** Seconds of each side in each round, after one that does not count. */
export async function alternate<Name extends string>(
  sides: Readonly<Record<Name, Side>>,
  count: number,
  rounds: number,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(sides) as Name[];
  const took = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = -1; round < rounds; round++) {
    for (const name of round % 2 ? names.toReversed() : names) {
      await rest();
      const seconds = await sides[name](count);
      if (round >= 0) took[name].push(seconds);
    }
  }
  return took;
}

/** @param unit  how many calls a step stands for */
export function lineOf(
  name: string,
  ours: readonly number[],
  theirs: readonly number[],
  count: number,
  unit = 1,
): Line {
  const speed = (took: readonly number[]) => (count * unit) / median(took);
  const ratio = median(ours.map((seconds, i) => (theirs[i] ?? 0) / seconds));
  return { name, ours: speed(ours), theirs: speed(theirs), ratio, pairs: ours.length };
}

export function print({ name, ours, theirs, ratio, pairs }: Line): void {
  console.log(
    `${name}: ${ours.toPrecision(4)} against ${theirs.toPrecision(4)} a second, ratio ${ratio.toFixed(3)} (median of ${pairs} pairs)`,
  );
}
