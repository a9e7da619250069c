/** The task's own loss as a term of a method. */
import type { Tensor } from '@retort/torch';
import { z } from 'zod';
import type { Seen } from './method.ts';

const gamma = z.number().nonnegative();
const said = (source: string): string =>
  `γ, the weight of the labels; ${source}. With 0 the labels are not looked at.`;

/** The weight of the task's own loss (cross entropy, of a classification), which every method brings as its paper does. */
export const gammaOption = (value: number, source: string) => gamma.default(value).describe(said(source));

/** The same where its default depends on other options. */
export const dependentGamma = (source: string) => gamma.optional().describe(said(source));

/** γ times the task's own loss, by the names of its terms; nothing where γ is 0, and then the labels are not looked at. */
export function taskLoss(gamma: number, seen: Pick<Seen, 'loss'>): Record<string, Tensor> {
  if (gamma === 0) return {};
  return Object.fromEntries(Object.entries(seen.loss()).map(([name, term]) => [name, term.mul(gamma)]));
}
