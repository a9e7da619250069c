/** What answers for the teacher. */
import { nn, noGrad, scope, type Tensor } from '@retort/torch';
import type { Batch } from '../data/index.ts';
import type { Features } from '../methods/index.ts';

export interface Answer {
  /** [B, C], without a graph. */
  readonly logits: Tensor;
  /** [V·B, …] */
  readonly features: Features;
}

/** Answers for batches: a network that is asked each time, or what it said before. */
export interface Teacher {
  answer(batch: Batch): Answer;
}

/** Runs a model in whatever precision the stage has. */
export type Forward = (model: nn.Layer, images: Tensor) => Tensor;

/** One frozen network, or several whose logits are averaged; features are those of the first. */
export class LiveTeacher implements Teacher {
  readonly #models: readonly nn.Layer[];
  readonly #taps: readonly string[];
  readonly #forward: Forward;

  constructor(models: readonly nn.Layer[], taps: readonly string[], forward: Forward) {
    for (const model of models) model.to({ memoryFormat: 'channels_last' }).requiresGrad(false).eval();
    this.#models = models;
    this.#taps = taps;
    this.#forward = forward;
  }

  answer({ images, labels }: Batch): Answer {
    return scope(() =>
      noGrad(() => {
        const [first, ...others] = this.#models;
        if (!first) throw new RangeError('there is no teacher to ask');
        const { output, taps } = nn.tap(first, this.#taps, () => this.#forward(first, images), {
          copy: true,
        });
        const count = labels.size(0);
        const logits = output.narrow(0, 0, count);
        if (others.length === 0) return { logits, features: taps };
        const upright = images.narrow(0, 0, count);
        const sum = others.reduce((total, model) => total.add(this.#forward(model, upright)), logits);
        return { logits: sum.div(this.#models.length), features: taps };
      }),
    );
  }
}
