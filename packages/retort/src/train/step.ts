/** One optimizer step: forward, backward, update. */
import {
  autocast,
  Generator,
  grad,
  nn as modules,
  type nn,
  noGrad,
  optim,
  scope,
  type Tensor,
  withDeterministicAlgorithms,
  withGenerator,
} from '@retort/torch';
import type { Batch } from '../data/index.ts';
import { listed } from '../listed.ts';
import type { Progress } from '../methods/index.ts';
import { diagnose } from './diagnosis.ts';
import { TrainingError } from './errors.ts';
import type { Objectives } from './objective.ts';
import type { Stage } from './stage.ts';
import { type Forward, inFloat32, type Teachers } from './teacher.ts';
import { StepModes } from './trained.ts';

const computes = ['fp32', 'bf16', 'fp16'] as const;

/** A precision that is decided. */
export type Compute = (typeof computes)[number];

/** Whether a word is one. @example isCompute('auto') // false */
export const isCompute = (word: string): word is Compute => computes.some((known) => known === word);

/** Runs a step with what the whole process has: what is random from the generator, and deterministic algorithms. */
const inStep = <Result>(generator: Generator, body: () => Result): Result =>
  withDeterministicAlgorithms(() => withGenerator(generator, body));

/** Runs a model in a precision; what comes out is float32. */
export function forwardIn(precision: Compute, device: 'cpu' | 'cuda'): Forward {
  if (precision === 'fp32') return (model, images) => model.forward(images);
  const dtype = precision === 'bf16' ? 'bfloat16' : 'float16';
  return (model, images) => autocast(dtype, () => model.forward(images), device).to('float32');
}

export interface StepperOptions {
  readonly student: nn.Layer;
  readonly teachers: Teachers | null;
  readonly objectives: Objectives;
  /** Paths of the student. */
  readonly taps: readonly string[];
  readonly stage: Stage;
  readonly forward: Forward;
  /** Scales the loss, for float16. */
  readonly scaler: optim.GradScaler | null;
  /** The networks that are asked, by whatever. */
  readonly asked: readonly nn.Layer[];
  readonly warn: (text: string) => void;
}

/** What a step is told beside its batches. */
export interface StepSetting {
  /** Of all that is random in it, as dropout. */
  readonly seed: bigint;
  readonly progress: Progress;
  readonly place: Place;
}

/** Which step it is. */
export interface Place {
  readonly epoch: number;
  /** From 1, in the epoch. */
  readonly step: number;
  readonly lr: number;
}

const shown = ({ epoch, step, lr }: Place): string => `step ${step} of epoch ${epoch} (learning rate ${lr})`;

const namesOf = ({ methods }: Stage): string => methods.map(({ name }) => name).join(' and ');

/** The loss; undefined where there are no terms. */
function total(terms: Readonly<Record<string, Tensor>>): Tensor | undefined {
  const [first, ...others] = Object.values(terms);
  return first && others.reduce((sum, term) => sum.add(term), first);
}

const forgotten = (stage: Stage, parameters: readonly nn.Parameter[]): string =>
  `${namesOf(stage)} made parameters that nothing trains: ${listed(parameters.map(({ shape }) => `[${shape.join(', ')}]`))}. They have gradients of ` +
  'its loss, but are not in the `parts` of its objective: hand the module that holds them over there, or give them requiresGrad(false) if they ' +
  'are to stay as they are';

export interface Stepped {
  /** The weighted terms and their sum as `loss`. */
  readonly losses: Record<string, number>;
  /** Images that the student had right. */
  readonly right: number;
  readonly images: number;
}

/** What a stage trains: the student, the methods' parts, the optimizer, the average of the weights. */
export class Stepper {
  readonly optimizer: optim.Optimizer;
  readonly ema: optim.EMA | null;
  readonly parts: nn.Module;
  readonly objectives: Objectives;
  readonly teachers: Teachers | null;
  readonly #options: StepperOptions;
  readonly #modes: StepModes;
  readonly #parameters: readonly nn.Parameter[];

  constructor(options: StepperOptions) {
    const { student, objectives, stage } = options;
    this.#options = options;
    this.objectives = objectives;
    this.teachers = options.teachers;
    this.#modes = new StepModes(stage, student, options.asked);
    this.parts = objectives.parts.to({ memoryFormat: 'channels_last' });
    this.#parameters = [...student.parameters(), ...this.parts.parameters()];
    this.optimizer = stage.optimizer([...this.#parameters]);
    this.ema = stage.ema ? new optim.EMA(student, stage.ema) : null;
  }

  /** The loss of a batch, with a graph. */
  #terms(batch: Batch, progress: Progress): { terms: Record<string, Tensor>; logits: Tensor } {
    const { student, objectives, taps, forward } = this.#options;
    return scope(() => {
      const answers = this.teachers?.answers(batch) ?? (() => null);
      // A copy, since models change what a module returned in place (relu_ after batch norm).
      const tapped = modules.tap(student, taps, () => forward(student, batch.images), { copy: true });
      const studentFeatures = inFloat32(tapped.taps);
      const logits = tapped.output.narrow(0, 0, batch.labels.size(0));
      const { labels, ids } = batch;
      const terms = objectives.losses({ student: logits, labels, ids, studentFeatures, progress }, answers);
      return { terms, logits };
    });
  }

  /**
   * One step over the batches, whose gradients add up. Algorithms are deterministic. Networks are in the modes of the stage, and afterwards
   * in their own.
   *
   * @throws TrainingError that names the term, if a loss or a gradient is not finite; the optimizer has done nothing then
   */
  step(batches: readonly Batch[], { seed, progress, place }: StepSetting): Stepped {
    using generator = new Generator(seed);
    using _ = this.#modes.enter();
    return inStep(generator, () =>
      scope(() => {
        this.optimizer.zeroGrad();
        const losses: Record<string, number> = {};
        let right = 0;
        const images = batches.reduce((sum, { labels }) => sum + labels.numel(), 0);
        for (const batch of batches) {
          const share = batch.labels.numel() / images;
          const { terms, hits } = this.#backward(batch, share, progress, place);
          right += hits;
          for (const [name, value] of Object.entries(terms))
            losses[name] = (losses[name] ?? 0) + value * share;
        }
        this.#update(batches, progress, place);
        return { losses, right, images };
      }),
    );
  }

  /**
   * Computes the loss of a batch and its gradients as in a first step, and changes nothing. Warns of parameters that have a gradient of it,
   * but are in no optimizer.
   *
   * @param made  parameters that were made for this stage
   * @throws what stands in the way; TrainingError with the cause if the loss or a gradient is not finite
   */
  rehearse(batch: Batch, { seed, progress, place }: StepSetting, made: readonly nn.Parameter[]): void {
    const { student, stage, warn } = this.#options;
    using generator = new Generator(seed);
    scope(() => {
      const statistics = noGrad(() => student.buffers().map((buffer) => [buffer, buffer.clone()] as const));
      this.parts.train();
      using _ = this.#modes.enter();
      try {
        inStep(generator, () => {
          const { result, made: later } = modules.parametersMadeIn(() => this.#terms(batch, progress));
          this.#values(result.terms, batch, place);
          const loss = total(result.terms);
          // Nothing is learned by it yet: it may begin in a later epoch, beside others.
          if (!loss?.requiresGrad) return;
          const own = new Set(this.#parameters);
          const all = [...own, ...[...made, ...later].filter((parameter) => !own.has(parameter))];
          const learning = all.filter(({ requiresGrad }) => requiresGrad);
          const gradients = grad([loss], learning, { allowUnused: true });
          const lost = learning.filter((parameter, i) => !own.has(parameter) && gradients[i] !== null);
          if (lost.length) warn(forgotten(stage, lost));
          const norm = optim.totalNorm(gradients.filter((gradient) => gradient !== null));
          this.#checkNorm(norm.item(), [batch], progress, place);
        });
      } finally {
        noGrad(() => {
          for (const [buffer, before] of statistics) buffer.copy_(before);
        });
      }
    });
  }

  #backward(
    batch: Batch,
    share: number,
    progress: Progress,
    place: Place,
  ): { terms: Record<string, number>; hits: number } {
    const { scaler } = this.#options;
    return scope(() => {
      // A scope of its own: during backward only the graph holds activations, and lets each go when it has been used.
      const { terms, logits, loss } = scope(() => {
        const { terms, logits } = this.#terms(batch, progress);
        return { terms, logits, loss: total(terms) };
      });
      const values = this.#values(terms, batch, place);
      if (!loss?.requiresGrad)
        throw new TrainingError(
          `nothing can be learned at ${shown(place)}: the loss of ${namesOf(this.#options.stage)} does not depend on the student's parameters`,
        );
      const weighted = share === 1 ? loss : loss.mul(share);
      (scaler ? scaler.scale(weighted) : weighted).backward();
      const hits = noGrad(() => logits.argmax(1).eq(batch.labels).sum().item());
      return { terms: { ...values, loss: loss.item() }, hits };
    });
  }

  /** The terms as numbers. @throws TrainingError with the cause if one is not finite */
  #values(terms: Readonly<Record<string, Tensor>>, batch: Batch, place: Place): Record<string, number> {
    const values = Object.fromEntries(Object.entries(terms).map(([name, term]) => [name, term.item()]));
    for (const [name, value] of Object.entries(values)) {
      if (!Number.isFinite(value))
        throw new TrainingError(
          `the loss '${name}' is ${value} at ${shown(place)}: ${this.#diagnosis(batch, place)}`,
        );
    }
    return values;
  }

  #diagnosis(batch: Batch, { epoch, step }: Place): string {
    const { student, taps, teachers, forward } = this.#options;
    return diagnose(
      { student, parts: this.parts, taps, teachers, forward, learned: epoch > 1 || step > 1 },
      batch,
    );
  }

  #update(batches: readonly Batch[], progress: Progress, place: Place): void {
    const { stage, scaler } = this.#options;
    scaler?.unscale_(this.optimizer);
    const gradients = this.#parameters.flatMap(({ grad: gradient }) => gradient ?? []);
    const norm = stage.clipNorm
      ? optim.clipGradNorm(this.#parameters, stage.clipNorm).item()
      : optim.totalNorm(gradients).item();
    this.#checkNorm(norm, batches, progress, place);
    if (stage.clipValue) optim.clipGradValue(this.#parameters, stage.clipValue);
    if (scaler) {
      scaler.step(this.optimizer);
      scaler.update();
    } else {
      this.optimizer.step();
    }
    this.ema?.update();
  }

  /** @throws TrainingError with the cause if the gradients' norm is not finite */
  #checkNorm(norm: number, batches: readonly Batch[], progress: Progress, place: Place): void {
    const [batch] = batches;
    // With scaled losses an overflow now and then is expected: the scaler leaves the step out.
    if (Number.isFinite(norm) || this.#options.scaler || !batch) return;
    throw new TrainingError(
      `the gradient of ${this.#culprit(batches, progress)} is not finite at ${shown(place)}: ${this.#diagnosis(batch, place)}`,
    );
  }

  /** The terms whose gradients are not finite, found by computing each alone. */
  #culprit(batches: readonly Batch[], progress: Progress): string {
    const guilty = new Set<string>();
    const trained = this.#parameters.filter(({ requiresGrad }) => requiresGrad);
    for (const batch of batches) {
      scope(() => {
        const { terms } = this.#terms(batch, progress);
        for (const [name, term] of Object.entries(terms)) {
          if (!term.requiresGrad) continue;
          const gradients = grad([term], trained, { retainGraph: true, allowUnused: true });
          const norm = optim.totalNorm(gradients.filter((gradient) => gradient !== null));
          if (!Number.isFinite(norm.item())) guilty.add(`'${name}'`);
        }
      });
    }
    return guilty.size ? [...guilty].join(' and ') : 'the sum of the terms';
  }
}
