/** One optimizer step: forward, backward, update. */
import {
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
import type { Outputs } from '../models/index.ts';
import type { Task } from '../tasks/index.ts';
import { listed } from '../words/listed.ts';
import { causeOf } from './cause.ts';
import { TrainingError } from './errors.ts';
import type { Objectives } from './objective.ts';
import { inFloat32, type Running } from './precision.ts';
import type { Scalars } from './readings.ts';
import type { Stage } from './stage.ts';
import { firstOf, sideOf, type Teachers } from './teacher.ts';
import type { TermGradients } from './term-gradients.ts';
import { StepModes } from './trained.ts';

/** Runs a step with what the whole process has: what is random from the generator, and deterministic algorithms. */
const inStep = <Result>(generator: Generator, body: () => Result): Result =>
  withDeterministicAlgorithms(() => withGenerator(generator, body));

export interface StepperOptions {
  readonly student: nn.Layer;
  readonly teachers: Teachers | null;
  readonly objectives: Objectives;
  /** Paths of the student. */
  readonly taps: readonly string[];
  readonly stage: Stage;
  readonly task: Task;
  readonly running: Running;
  /** Scales the loss, for float16. */
  readonly scaler: optim.GradScaler | null;
  /** The networks that are asked, by whatever. */
  readonly asked: readonly nn.Layer[];
  readonly warn: (text: string) => void;
  /**
   * Whether nothing is read from the device in a step: what is not finite is then for whoever reads what the step measured, and by
   * then the optimizer has used it.
   */
  readonly deferred: boolean;
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

/** A step in a sentence. */
export const shownPlace = ({ epoch, step, lr }: Place): string =>
  `step ${step} of epoch ${epoch} (learning rate ${lr})`;

/** A student whose buffers, such as running statistics, are as they were when the result is disposed of; in a scope. */
function withStatistics(student: nn.Module): Disposable {
  const statistics = noGrad(() => student.buffers().map((buffer) => [buffer, buffer.clone()] as const));
  return {
    [Symbol.dispose]: () =>
      noGrad(() => {
        for (const [buffer, before] of statistics) buffer.copy_(before);
      }),
  };
}

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
  readonly losses: Scalars;
  /** What the task watches, summed up over the samples. */
  readonly watched: Scalars;
  readonly samples: number;
  /** Of all gradients together, before they are clipped. */
  readonly gradientNorm: Tensor;
}

/** Adds to sums by name, in float64, each `share` of its value. */
function addTo(sums: Record<string, Tensor>, values: Scalars, share: number): void {
  noGrad(() => {
    for (const [name, value] of Object.entries(values)) {
      const own = value.detach().to('float64').mul(share);
      const before = sums[name];
      sums[name] = before ? before.add(own) : own;
    }
  });
}

const numbersOf = (tensors: Scalars): Record<string, number> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.item()]));

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
  #terms(batch: Batch, progress: Progress): { terms: Record<string, Tensor>; outputs: Outputs } {
    const { student, objectives, taps, task, running } = this.#options;
    return scope(() => {
      const { targets, ids, size } = batch;
      const answers = this.teachers?.answers(batch) ?? (() => null);
      const call = () => task.run(student, batch.inputs.student, { training: true, targets });
      // A copy, since models change what a module returned in place (relu_ after batch norm).
      const tapped = modules.tap(student, taps, () => running.run(call), { copy: true });
      const outputs = firstOf(tapped.output, size);
      const loss = (of: Outputs = outputs) => task.loss?.(of, targets) ?? {};
      const own = sideOf({ outputs, features: inFloat32(tapped.taps) }, () => batch.inputs.student);
      const seen = { student: own, targets, ids, progress, loss };
      return { terms: objectives.losses(seen, answers), outputs };
    });
  }

  /**
   * One step over the batches, whose gradients add up. Algorithms are deterministic. Networks are in the modes of the stage, and afterwards
   * in their own.
   *
   * @throws TrainingError that names the term, if a loss or a gradient is not finite and it is not deferred; the optimizer has done nothing then
   */
  step(batches: readonly Batch[], { seed, progress, place }: StepSetting): Stepped {
    using generator = new Generator(seed);
    using _ = this.#modes.enter();
    return inStep(generator, () =>
      scope(() => {
        this.optimizer.zeroGrad();
        const losses: Record<string, Tensor> = {};
        const watched: Record<string, Tensor> = {};
        const samples = batches.reduce((sum, { size }) => sum + size, 0);
        for (const batch of batches) {
          const share = batch.size / samples;
          const found = this.#backward(batch, share, progress, place);
          addTo(losses, found.terms, share);
          addTo(watched, found.watched, 1);
        }
        const gradientNorm = this.#update(batches, progress, place);
        return { losses, watched, samples, gradientNorm };
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
      using _statistics = withStatistics(student);
      this.parts.train();
      using _ = this.#modes.enter();
      inStep(generator, () => {
        const { result, made: later } = modules.parametersMadeIn(() => this.#terms(batch, progress));
        this.#refuseNotFinite(result.terms, batch, place);
        noGrad(() => this.#options.task.watched?.(result.outputs, batch.targets));
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
    });
  }

  /**
   * Adds the gradient of each term of a batch's loss in those of the student's parameters that the stage trains. The student stays as it is, its
   * running statistics too; parts that remember batches remember this one.
   */
  addGradients(batch: Batch, { seed, progress }: Omit<StepSetting, 'place'>, sums: TermGradients): void {
    const { student } = this.#options;
    using generator = new Generator(seed);
    scope(() => {
      using _statistics = withStatistics(student);
      this.parts.train();
      using _ = this.#modes.enter();
      inStep(generator, () => {
        const trained = student.parameters().filter(({ requiresGrad }) => requiresGrad);
        for (const [name, term] of Object.entries(this.#terms(batch, progress).terms))
          sums.add(
            name,
            term.requiresGrad ? grad([term], trained, { retainGraph: true, allowUnused: true }) : [],
          );
      });
    });
  }

  #backward(
    batch: Batch,
    share: number,
    progress: Progress,
    place: Place,
  ): { terms: Scalars; watched: Scalars } {
    const { scaler, task, deferred } = this.#options;
    return scope(() => {
      // A scope of its own: during backward only the graph holds activations, and lets each go when it has been used.
      const { terms, outputs, loss } = scope(() => {
        const { terms, outputs } = this.#terms(batch, progress);
        return { terms, outputs, loss: total(terms) };
      });
      if (!deferred) this.#refuseNotFinite(terms, batch, place);
      if (!loss?.requiresGrad)
        throw new TrainingError(
          `nothing can be learned at ${shownPlace(place)}: the loss of ${namesOf(this.#options.stage)} does not depend on the student's parameters`,
        );
      const weighted = share === 1 ? loss : loss.mul(share);
      (scaler ? scaler.scale(weighted) : weighted).backward();
      const watched = noGrad(() => task.watched?.(outputs, batch.targets) ?? {});
      return { terms: { ...terms, loss }, watched };
    });
  }

  /** @throws TrainingError with the cause if a term is not finite */
  #refuseNotFinite(terms: Scalars, batch: Batch, place: Place): void {
    for (const [name, value] of Object.entries(numbersOf(terms))) {
      if (!Number.isFinite(value))
        throw new TrainingError(
          `the loss '${name}' is ${value} at ${shownPlace(place)}: ${this.#causeOf(batch, place)}`,
        );
    }
  }

  #causeOf(batch: Batch, { epoch, step }: Place): string {
    const { student, taps, teachers, task, running } = this.#options;
    return causeOf(
      { student, parts: this.parts, taps, teachers, task, running, learned: epoch > 1 || step > 1 },
      batch,
    );
  }

  /** @returns the gradients' norm */
  #update(batches: readonly Batch[], progress: Progress, place: Place): Tensor {
    const { stage, scaler, deferred } = this.#options;
    scaler?.unscale_(this.optimizer);
    const gradients = this.#parameters.flatMap(({ grad: gradient }) => gradient ?? []);
    const norm = stage.clipNorm
      ? optim.clipGradNorm(this.#parameters, stage.clipNorm)
      : optim.totalNorm(gradients);
    if (!deferred) this.#checkNorm(norm.item(), batches, progress, place);
    if (stage.clipValue) optim.clipGradValue(this.#parameters, stage.clipValue);
    if (scaler) {
      scaler.step(this.optimizer);
      scaler.update();
    } else {
      this.optimizer.step();
    }
    this.ema?.update();
    return norm;
  }

  /** @throws TrainingError with the cause if the gradients' norm is not finite */
  #checkNorm(norm: number, batches: readonly Batch[], progress: Progress, place: Place): void {
    const [batch] = batches;
    // With scaled losses an overflow now and then is expected: the scaler leaves the step out.
    if (Number.isFinite(norm) || this.#options.scaler || !batch) return;
    throw new TrainingError(
      `the gradient of ${this.#culprit(batches, progress)} is not finite at ${shownPlace(place)}: ${this.#causeOf(batch, place)}`,
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
