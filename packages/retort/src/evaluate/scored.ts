/** What may be scored: every image must have an answer. */
import type { nn, Tensor } from '@retort/torch';
import type { Batch } from '../data/index.ts';
import { causeIn, unanswered } from '../not-finite.ts';

/** An evaluation that would score what is no answer. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
}

/**
 * A classifier's logits [B, C] of a batch. A class may be masked (−∞).
 *
 * @param whose  e.g. `the teacher`
 * @throws EvaluationError where an image's largest logit is no finite number, with the cause
 */
export function scored(whose: string, model: nn.Layer, { images }: Batch, logits: Tensor): Tensor {
  const what = unanswered(logits);
  if (what === null) return logits;
  throw new EvaluationError(`${whose} cannot be scored: its logits are ${what}; ${causeIn(model, images)}`);
}
