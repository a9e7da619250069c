/** What answers for the teachers. */
import { freeze, nn, noGrad, scope, type Tensor, withDeterministicAlgorithms } from '@retort/torch';
import type { Batch } from '../data/index.ts';
import type { Features } from '../methods/index.ts';
import { inEvaluation } from '../modes.ts';

export interface Answer {
  /** [B, C], without a graph. */
  readonly logits: Tensor;
  /** [V·B, …] */
  readonly features: Features;
}

/** Answers for batches: a network that is asked each time, or what it said before. */
export interface Teacher {
  /** Who is asked. */
  readonly model: nn.Layer;
  answer(batch: Batch): Answer;
  /** How it computes, where numbers depend on it, e.g. `frozen`. */
  readonly form?: string;
  /** Does what must be done before batches of a view are shown; answers cannot wait. */
  fill?(view: number, onProgress?: (progress: Filling) => void, signal?: AbortSignal): Promise<void>;
}

/** How far a teacher is in seeing all images in a view. */
export interface Filling {
  readonly view: number;
  readonly done: number;
  readonly total: number;
}

/** Runs a model in whatever precision the stage has. */
export type Forward = (model: nn.Layer, images: Tensor) => Tensor;

/** Features as methods see them, whatever the precision that a network is run in. */
export function inFloat32(features: Features): Features {
  return Object.fromEntries(Object.entries(features).map(([path, tensor]) => [path, tensor.to('float32')]));
}

/** How networks are run in a precision. */
export interface Precise {
  readonly forward: Forward;
  /** Whether teachers are compiled. */
  readonly compiles: boolean;
}

/**
 * A network in evaluation, without gradients. In float32 it is compiled (`freeze` of `@retort/torch`: batch norms folded, activations and
 * additions fused), which is checked against its plain forward. The network itself stays as its owner has it, but for its memory format,
 * which is channels_last from then on.
 */
export class LiveTeacher implements Teacher {
  readonly model: nn.Layer;
  readonly form: string;
  readonly #taps: readonly string[];
  readonly #run: (images: Tensor) => nn.Tapped<Tensor, Features>;

  /** @param warn  is told where it cannot be compiled */
  constructor(
    model: nn.Layer,
    taps: readonly string[],
    { forward, compiles }: Precise,
    warn: (text: string) => void,
  ) {
    this.model = model.to({ memoryFormat: 'channels_last' });
    this.#taps = taps;
    this.form = compiles ? 'frozen' : 'plain';
    if (compiles) {
      using _ = inEvaluation(model);
      const frozen = freeze(model);
      this.#run = (images) => {
        const answer = frozen.tap(images, taps);
        if (frozen.reason) warn(`a teacher is run as it is, not compiled, which is slower: ${frozen.reason}`);
        return answer;
      };
    } else {
      this.#run = (images) => nn.tap(model, taps, () => forward(model, images), { copy: true });
    }
  }

  answer({ images, labels }: Batch): Answer {
    using _ = inEvaluation(this.model);
    return withDeterministicAlgorithms(() =>
      scope(() =>
        noGrad(() => {
          // Views but the first are looked at for their features only.
          const seen = this.#taps.length ? images : images.narrow(0, 0, labels.size(0));
          const { output, taps } = this.#run(seen);
          return { logits: output.narrow(0, 0, labels.size(0)), features: inFloat32(taps) };
        }),
      ),
    );
  }
}

/** All teachers of a stage. Each answers once for a batch, whoever asks. */
export class Teachers {
  readonly #teachers: ReadonlyMap<string, Teacher>;

  constructor(teachers: ReadonlyMap<string, Teacher>) {
    this.#teachers = teachers;
  }

  async fill(view: number, onProgress?: (progress: Filling) => void, signal?: AbortSignal): Promise<void> {
    for (const teacher of this.#teachers.values()) await teacher.fill?.(view, onProgress, signal);
  }

  byName(): ReadonlyMap<string, Teacher> {
    return this.#teachers;
  }

  /** The answer by the name of a teacher; for null the mean of all logits, with the features of the first. */
  answers(batch: Batch): (name: string | null) => Answer {
    const said = new Map([...this.#teachers].map(([name, teacher]) => [name, teacher.answer(batch)]));
    const [first, ...others] = said.values();
    if (!first) throw new RangeError('there is no teacher to ask');
    const together = {
      ...first,
      logits: others.length
        ? others.reduce((sum, { logits }) => sum.add(logits), first.logits).div(said.size)
        : first.logits,
    };
    return (name) => (name === null ? together : (said.get(name) ?? together));
  }
}
