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
import type { Progress } from '../methods/index.ts';
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
   * One step over the batches, whose gradients add up. All that is random in it, as dropout, is drawn from `seed`; algorithms are
   * deterministic. Networks are in the modes of the stage, and afterwards in their own.
   *
   * @throws TrainingError that names the term, if a loss or a gradient is not finite; the optimizer has done nothing then
   */
  step(batches: readonly Batch[], seed: bigint, progress: Progress, where: string): Stepped {
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
          const { terms, hits } = this.#backward(batch, share, progress, where);
          right += hits;
          for (const [name, value] of Object.entries(terms))
            losses[name] = (losses[name] ?? 0) + value * share;
        }
        for (const text of this.objectives.forgotten()) this.#options.warn(text);
        this.#update(batches, progress, where);
        return { losses, right, images };
      }),
    );
  }

  #backward(
    batch: Batch,
    share: number,
    progress: Progress,
    where: string,
  ): { terms: Record<string, number>; hits: number } {
    const { scaler } = this.#options;
    return scope(() => {
      // A scope of its own: during backward only the graph holds activations, and lets each go when it has been used.
      const { terms, logits, loss } = scope(() => {
        const { terms, logits } = this.#terms(batch, progress);
        return { terms, logits, loss: Object.values(terms).reduce((sum, term) => sum.add(term)) };
      });
      const values = Object.fromEntries(Object.entries(terms).map(([name, term]) => [name, term.item()]));
      for (const [name, value] of Object.entries(values)) {
        if (!Number.isFinite(value))
          throw new TrainingError(`the loss '${name}' is ${value} at ${where}: ${cure}`);
      }
      const weighted = share === 1 ? loss : loss.mul(share);
      (scaler ? scaler.scale(weighted) : weighted).backward();
      const hits = noGrad(() => logits.argmax(1).eq(batch.labels).sum().item());
      return { terms: { ...values, loss: loss.item() }, hits };
    });
  }

  #update(batches: readonly Batch[], progress: Progress, where: string): void {
    const { stage, scaler } = this.#options;
    scaler?.unscale_(this.optimizer);
    const gradients = this.#parameters.flatMap(({ grad: gradient }) => gradient ?? []);
    const norm = stage.clipNorm
      ? optim.clipGradNorm(this.#parameters, stage.clipNorm).item()
      : optim.totalNorm(gradients).item();
    // With scaled losses an overflow now and then is expected: the scaler leaves the step out.
    if (!Number.isFinite(norm) && !scaler) {
      throw new TrainingError(
        `the gradient of ${this.#culprit(batches, progress)} is not finite at ${where}: ${cure}`,
      );
    }
    if (stage.clipValue) optim.clipGradValue(this.#parameters, stage.clipValue);
    if (scaler) {
      scaler.step(this.optimizer);
      scaler.update();
    } else {
      this.optimizer.step();
    }
    this.ema?.update();
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

const cure = 'a lower learning rate or clipNorm is the usual cure';
