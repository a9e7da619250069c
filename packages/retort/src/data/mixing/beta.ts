/** Numbers of the beta distribution. */
import { normal, type Uniforms } from '../transforms/chance.ts';

/**
 * The logarithm of a number of the gamma distribution (Marsaglia & Tsang, "A simple method for generating gamma variables", 2000; below shape 1
 * by their note on α < 1): a logarithm, since for small shapes the numbers themselves are too small to be told from 0.
 */
function logGamma(next: Uniforms, shape: number): number {
  if (shape < 1) return logGamma(next, shape + 1) + Math.log(1 - next()) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(next);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - next()) < x ** 2 / 2 + d - d * v + d * Math.log(v)) return Math.log(d * v);
  }
}

/** A number in [0, 1] of the distribution Beta(alpha, alpha). @param alpha  above 0; with 1 all are equally likely @example beta(next, 0.8) */
export function beta(next: Uniforms, alpha: number): number {
  const [one, other] = [logGamma(next, alpha), logGamma(next, alpha)];
  return 1 / (1 + Math.exp(other - one));
}
