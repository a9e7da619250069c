/**
 * The best weights so far: each stage has a best of its own, since after one that learns features only the next begins far above it; or there is
 * one over all stages, as released code of Annealing-KD has it, which a later stage may never beat.
 */
import { keep, type nn, noGrad } from '@retort/torch';
import { type Headline, isBetter } from '../headline.ts';

/** Among which weights the best is: of each stage, or of the whole run. */
export type BestOver = 'stage' | 'run';

export interface Best {
  readonly stage: number;
  readonly score: number;
}

/**
 * Whether weights are the best so far. Where no score says it (no headline), the last are.
 *
 * @param score  by the headline
 */
export function improves(
  best: Best | null,
  stage: number,
  headline: Headline | null,
  score: number,
  over: BestOver,
): boolean {
  if (!best || headline === null) return true;
  return (over === 'stage' && best.stage !== stage) || isBetter(headline, score, best.score);
}

/** Copies of a model's weights, for a run that writes nothing. */
export class KeptWeights {
  #weights: nn.StateDict | null = null;

  get weights(): nn.StateDict | null {
    return this.#weights;
  }

  /** @param weights  to copy: those of a model, or of another rank */
  put(weights: nn.StateDict): void {
    for (const tensor of Object.values(this.#weights ?? {})) tensor.dispose();
    const copies = noGrad(() =>
      Object.entries(weights).map(([name, tensor]) => [name, keep(tensor.clone())]),
    );
    this.#weights = Object.fromEntries(copies);
  }

  keep(model: nn.Module): void {
    this.put(model.stateDict());
  }
}
