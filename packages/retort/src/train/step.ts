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
import type { Batch, Targets } from '../data/index.ts';
import type { Progress } from '../methods/index.ts';
import type { Outputs } from '../models/index.ts';
import type { Averaging, Ranks } from '../ranks/index.ts';
import type { Task } from '../tasks/index.ts';
import { listed } from '../words/listed.ts';
import { causeOf } from './cause.ts';
import { TrainingError } from './errors.ts';
import { type Found, ofAllRanks } from './found.ts';
import type { Objectives } from './objective.ts';
import { inFloat32, type Running } from './precision.ts';
import type { Reach } from './reached.ts';
import type { Scalars } from './readings.ts';
import { sharedBatch } from './shared-batch.ts';
import type { Stage } from './stage.ts';
import { firstOf, sideOf, type Teachers } from './teacher.ts';
import type { TermGradients } from './term-gradients.ts';
import { memoriesOf, StepModes } from './trained.ts';

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
  /** Those that take each step together. */
  readonly ranks: Ranks;
  readonly syncBatchNorm: boolean;
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
  /** Of what is random in the student alone, where ranks have slices of the batch; `seed` where it is left out. */
  readonly sliceSeed?: bigint | undefined;
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

const modulesIn = (network: nn.Module): nn.Module[] =>
  Array.from(network.namedModules(), ([, module]) => module);

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

/** Samples of a batch, also where this is a slice of it. */
const samplesOf = ({ slice, size }: Batch): number => slice?.of ?? size;

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
  #averaging: Averaging | null = null;

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

  /** The loss of a batch, with a graph. Where ranks have slices of it, the student draws from `drawn`, and methods from what all draw from. */
  #terms(
    batch: Batch,
    progress: Progress,
    drawn: Generator | null = null,
  ): { terms: Record<string, Tensor>; outputs: Outputs } {
    const { student, objectives, taps, task, running, ranks, syncBatchNorm } = this.#options;
    return scope(() => {
      const { targets, ids, size, slice } = batch;
      const lossOf = (of: Outputs, are: Targets) => task.loss?.(of, are, student) ?? {};
      const synced = syncBatchNorm ? [...modulesIn(student), ...modulesIn(this.parts)] : null;
      const shared = slice ? sharedBatch(ranks, slice, { loss: lossOf, task, targets, synced }) : null;
      const answers = this.teachers?.answers(batch) ?? (() => null);
      const call = () => task.run(student, batch.inputs.student, { training: true, targets });
      const drawing = () => (drawn ? withGenerator(drawn, call) : call());
      const run = () => running.run(drawing);
      // A copy, since models change what a module returned in place (relu_ after batch norm).
      const tapped = modules.tap(student, taps, () => shared?.ofSlice(run) ?? run(), { copy: true });
      const outputs = firstOf(tapped.output, size);
      const loss = (of: Outputs = outputs) => lossOf(of, targets);
      const own = sideOf({ outputs, features: inFloat32(tapped.taps) }, () => batch.inputs.student);
      const seen = { student: own, targets, ids, progress, loss };
      return { terms: objectives.losses(seen, answers, shared), outputs };
    });
  }

  /**
   * One step over the batches, whose gradients add up. Algorithms are deterministic. Networks are in the modes of the stage, and afterwards
   * in their own.
   *
   * @throws TrainingError that names the term, if a loss or a gradient is not finite and it is not deferred; the optimizer has done nothing then
   */
  step(batches: readonly Batch[], { seed, sliceSeed, progress, place }: StepSetting): Stepped {
    this.#remember();
    using generator = new Generator(seed);
    using drawn = sliceSeed === undefined ? null : new Generator(sliceSeed);
    using _ = this.#modes.enter();
    return inStep(generator, () =>
      scope(() => {
        this.optimizer.zeroGrad();
        const losses: Record<string, Tensor> = {};
        const watched: Record<string, Tensor> = {};
        const samples = batches.reduce((sum, batch) => sum + samplesOf(batch), 0);
        for (const [i, batch] of batches.entries()) {
          const share = samplesOf(batch) / samples;
          const isLast = i === batches.length - 1;
          const found = this.#backward(batch, { share, isLast, drawn }, progress, place);
          addTo(losses, found.terms, share);
          addTo(watched, found.watched, 1);
        }
        const gradientNorm = this.#update(batches, progress, place);
        return { losses, watched, samples, gradientNorm };
      }),
    );
  }

  /** Gives all ranks what the first remembers of batches before this one: each has seen its slices of them. */
  #remember(): void {
    const { student, ranks } = this.#options;
    if (ranks.count > 1) ranks.share_([student, ...this.objectives.partsOfSlices].flatMap(memoriesOf));
  }

  /**
   * Computes the loss of a batch and its gradients as in a first step, and changes nothing. Warns of parameters that have a gradient of it,
   * but are in no optimizer.
   *
   * @param made  parameters that were made for this stage
   * @returns what the loss reaches; null where nothing is learned by it yet
   * @throws what stands in the way; TrainingError with the cause if the loss or a gradient is not finite
   */
  rehearse(
    batch: Batch,
    { seed, progress, place }: StepSetting,
    made: readonly nn.Parameter[],
  ): Reach | null {
    const { student, stage, warn } = this.#options;
    using generator = new Generator(seed);
    return scope(() => {
      using _statistics = withStatistics(student);
      this.parts.train();
      using _ = this.#modes.enter();
      return inStep(generator, () => {
        const { result, made: later } = modules.parametersMadeIn(() => this.#terms(batch, progress));
        this.#refuseNotFinite(result.terms, result.terms, batch, place);
        noGrad(() => this.#options.task.watched?.(result.outputs, batch.targets));
        const loss = total(result.terms);
        // Nothing is learned by it yet: it may begin in a later epoch, beside others.
        if (!loss?.requiresGrad) return null;
        const own = new Set(this.#parameters);
        const all = [...own, ...[...made, ...later].filter((parameter) => !own.has(parameter))];
        const learning = all.filter(({ requiresGrad }) => requiresGrad);
        const gradients = grad([loss], learning, { allowUnused: true });
        const lost = learning.filter((parameter, i) => !own.has(parameter) && gradients[i] !== null);
        if (lost.length) warn(forgotten(stage, lost));
        const norm = optim.totalNorm(gradients.filter((gradient) => gradient !== null));
        this.#checkNorm(norm.item(), [batch], progress, place);
        return { learning, reached: learning.filter((_, i) => gradients[i] !== null) };
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
    {
      share,
      isLast,
      drawn,
    }: { readonly share: number; readonly isLast: boolean; readonly drawn: Generator | null },
    progress: Progress,
    place: Place,
  ): Found {
    const { scaler, task, deferred, ranks } = this.#options;
    return scope(() => {
      // A scope of its own: during backward only the graph holds activations, and lets each go when it has been used.
      const { terms, outputs, loss } = scope(() => {
        const { terms, outputs } = this.#terms(batch, progress, drawn);
        return { terms, outputs, loss: total(terms) };
      });
      if (!loss?.requiresGrad)
        throw new TrainingError(
          `nothing can be learned at ${shownPlace(place)}: the loss of ${namesOf(this.#options.stage)} does not depend on the student's parameters`,
        );
      const watched = noGrad(() => task.watched?.(outputs, batch.targets) ?? {});
      const found = ofAllRanks(ranks, batch.slice, { terms: { ...terms, loss }, watched });
      if (!deferred) this.#refuseNotFinite(found.terms, terms, batch, place);
      const weighted = share === 1 ? loss : loss.mul(share);
      if (isLast && ranks.count > 1) this.#averages().prepare([weighted]);
      (scaler ? scaler.scale(weighted) : weighted).backward();
      return found;
    });
  }

  /** What averages gradients over the ranks, of what the stage trains: in its modes. */
  #averages(): Averaging {
    this.#averaging ??= this.#options.ranks.averaging(
      this.#parameters.filter(({ requiresGrad }) => requiresGrad),
    );
    return this.#averaging;
  }

  /** Lets go of what gradients pass through. */
  [Symbol.dispose](): void {
    this.#averaging?.[Symbol.dispose]();
    this.#averaging = null;
  }

  /**
   * @param terms  of all ranks
   * @param own  of this one
   * @throws TrainingError with the cause if a term is not finite
   */
  #refuseNotFinite(terms: Scalars, own: Scalars, batch: Batch, place: Place): void {
    const isWrong = ([, value]: [string, number]): boolean => !Number.isFinite(value);
    const wrong = Object.entries(numbersOf(terms)).find(isWrong);
    if (!wrong) return;
    const { ranks } = this.#options;
    const why = this.#causeOf(batch, place);
    const causes = ranks.exchange(Object.entries(numbersOf(own)).some(isWrong) ? why : null);
    const rank = causes.findIndex((cause) => cause !== null);
    const where = ranks.count > 1 && rank >= 0 ? ` on rank ${rank}` : '';
    throw new TrainingError(
      `the loss '${wrong[0]}' is ${wrong[1]} at ${shownPlace(place)}${where}: ${causes[rank] ?? why}`,
    );
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
