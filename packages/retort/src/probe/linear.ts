/**
 * A linear probe: multinomial logistic regression with an L2 penalty of its weights, solved to its optimum,
 *
 *     J(W, b) = − 1/N Σ_i log softmax(W x_i + b)_{y_i} + λ/2 ‖W‖²
 *
 * x_i [D] are the features of sample i, y_i its class, λ the strength. It is the minimum that scikit-learn's `LogisticRegression` has for
 * C = 1 / (λ N); b is not penalised there either.
 */
import { cat, functional, noGrad, ones, scope, type Tensor, zeros } from '@retort/torch';
import type { Labelled } from './labelled.ts';
import { lengthOf, minimise } from './minimise.ts';

export interface FitOptions {
  /** λ. */
  readonly l2: number;
  readonly classes: number;
  /** What it begins with, [D + 1, C]; zeros where it is left out. */
  readonly start?: Tensor | undefined;
  /** How long the gradient is when it ends, of what it is where all weights are 0; 1e-5 where it is left out. */
  readonly tolerance?: number | undefined;
  /** Steps of L-BFGS at most; 1,000 where it is left out. */
  readonly iterations?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A classifier of features. */
export interface Fitted {
  /** Float32 [D + 1, C]: W transposed, and b below it. */
  readonly weights: Tensor;
  /** J at the optimum. */
  readonly objective: number;
  readonly iterations: number;
  /** Whether it is at the optimum as far as float32 tells; false where the steps ran out. */
  readonly converged: boolean;
}

/** Mean and deviation of each feature of the training samples, [D]. */
export interface Scaling {
  readonly mean: Tensor;
  readonly deviation: Tensor;
}

/** Of a feature's mean, what float32 cannot tell from 0. */
const rounding = 1e-6;

/** Of features [N, D]; the deviation of one that varies by no more than rounding is 1. */
export const scalingOf = (vectors: Tensor): Scaling =>
  scope(() =>
    noGrad(() => {
      const [mean, deviation] = [vectors.mean(0), vectors.std(0, { correction: 0 })];
      const isStill = deviation.le(mean.abs().mul(rounding));
      return { mean, deviation: deviation.masked_fill(isStill, 1) };
    }),
  );

/**
 * Features as a fit takes them, [N, D + 1]: about their mean, which changes b and nothing that is penalised; divided by their deviation where they are to
 * be; and a column of ones for b.
 */
export const prepared = (vectors: Tensor, { mean, deviation }: Scaling, standardise: boolean): Tensor =>
  scope(() =>
    noGrad(() => {
      const centred = vectors.sub(mean);
      return cat([standardise ? centred.div_(deviation) : centred, ones([vectors.size(0), 1])], 1);
    }),
  );

/**
 * What the weights of each column are multiplied by while the optimum is looked for, [D + 1, 1]: the root of about how J bends along them, so that
 * it bends alike along all, however large features are.
 */
const bending = (inputs: Tensor, penalised: Tensor, classes: number): Tensor => {
  // Squares of float32 may be infinite where their mean's root is not.
  const largest = inputs
    .abs()
    .amax(0)
    .clamp(2 ** -126);
  const mean = inputs.div(largest).square().mean(0).to('float64').mul(largest.to('float64').square());
  return mean
    .mul((1 - 1 / classes) / classes)
    .unsqueeze(1)
    .add(penalised)
    .clamp(Number.EPSILON)
    .sqrt()
    .to('float32');
};

/**
 * The optimum for features that are `prepared`.
 *
 * @param inputs  float32 [N, D + 1]
 * @param labels  int64 [N]
 * @throws the signal's reason if it is aborted
 */
export async function fitted(
  inputs: Tensor,
  labels: Tensor,
  { l2, classes, start, tolerance = 1e-5, iterations = 1000, signal }: FitOptions,
): Promise<Fitted> {
  const [count, width] = [inputs.size(0), inputs.size(1)];
  using penalised = scope(() => cat([ones([width - 1, 1]), zeros([1, 1])], 0).mul(l2));
  using bent = scope(() => noGrad(() => bending(inputs, penalised, classes)));
  using first = start?.mul(bent) ?? zeros([width, classes]);
  using column = labels.unsqueeze(1);
  const at = (place: Tensor) =>
    noGrad(() => {
      const weights = place.div(bent);
      const said = functional.log_softmax(inputs.mm(weights), 1);
      const own = said.gather(1, column);
      const pull = weights.mul(penalised);
      const value =
        pull.mul(weights).sum({ dtype: 'float64' }).item() / 2 - own.mean({ dtype: 'float64' }).item();
      // What is said of each class, less 1 for its own.
      const wrong = said.exp_().scatter_add_(1, column, ones([count, 1]).neg_());
      return { value, gradient: inputs.t().mm(wrong).div_(count).add_(pull).div_(bent) };
    });
  const steepness = scope(() => lengthOf(at(zeros([width, classes])).gradient));
  const { place, gradient, value, ...found } = await minimise(first, at, {
    ...{ iterations, signal },
    tolerance: tolerance * steepness,
  });
  gradient.dispose();
  return { weights: noGrad(() => place.div_(bent)), objective: value, ...found };
}

/** The share of samples that get their own class. */
export const accuracyOf = (inputs: Tensor, { labels }: Pick<Labelled, 'labels'>, weights: Tensor): number =>
  scope(() => noGrad(() => inputs.mm(weights).argmax(1).eq(labels).sum().item())) / inputs.size(0);
