/** What a student's logits say. */
import type { LikelyClass } from '../../api.ts';

/** As `config.json` of a model folder says it. */
export type ProblemType = 'single_label_classification' | 'multi_label_classification' | 'regression';

export interface Told {
  /** The likeliest first, at most five; of a regression none. */
  readonly answers: readonly LikelyClass[];
  /** Of a regression. */
  readonly value: number | null;
}

const most = 5;

function softmax(logits: readonly number[]): number[] {
  const highest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - highest));
  const sum = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / sum);
}

/** @example told([2, 0], ['cat', 'dog'], 'single_label_classification').answers[0].name // 'cat' */
export function told(logits: readonly number[], names: readonly string[], problem: ProblemType): Told {
  if (problem === 'regression') return { answers: [], value: logits[0] ?? null };
  const shares =
    problem === 'multi_label_classification'
      ? logits.map((logit) => 1 / (1 + Math.exp(-logit)))
      : softmax(logits);
  const answers = shares.map((probability, i) => ({ name: names[i] ?? `class ${i}`, probability }));
  return { answers: answers.sort((a, b) => b.probability - a.probability).slice(0, most), value: null };
}
