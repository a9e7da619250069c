/** Runs something, and how long that took, in seconds. */
export async function timed<Result>(body: () => Result | Promise<Result>): Promise<[Result, number]> {
  const start = performance.now();
  return [await body(), (performance.now() - start) / 1000];
}
