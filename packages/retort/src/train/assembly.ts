/** What a stage needs, put together of networks and methods. */
import { nn, type optim, scope } from '@retort/torch';
import type { Batch } from '../data/index.ts';
import type { Method } from '../methods/index.ts';
import { alone, type Ranks } from '../ranks/index.ts';
import type { Task } from '../tasks/index.ts';
import type { CachedTeacher, CacheOf } from './cache/index.ts';
import { TrainingError } from './errors.ts';
import { areUpright, type Measured, Objectives } from './objective.ts';
import { measure, measurePair, type Networks, type Specimen, showsTexts, tapsOf } from './pair.ts';
import type { Running } from './precision.ts';
import type { Reach } from './reached.ts';
import type { Turning } from './source.ts';
import type { Stage } from './stage.ts';
import { Stepper, type StepSetting } from './step.ts';
import { LiveTeacher, type Teacher, Teachers } from './teacher.ts';

export interface AssemblyOptions {
  readonly student: nn.Layer;
  readonly teachers: ReadonlyMap<string, nn.Layer>;
  readonly device: string;
  readonly running: Running;
  readonly scaler: optim.GradScaler | null;
  readonly task: Task;
  readonly ranks: Ranks;
  /** Whether batch norms normalise by the whole batch where ranks have slices of it. */
  readonly syncBatchNorm: boolean;
  /** A few samples of the data, to try networks on; made anew, for the scope that asks. */
  specimen(): Specimen;
  readonly warn: (text: string) => void;
  /** Whether steps read nothing from the device. */
  readonly deferred: boolean;
  /** Keeps what a live teacher says, where there is a cache. */
  cached?: ((teacher: CacheOf) => CachedTeacher) | undefined;
}

/** A step that is tried. */
export interface Rehearsal extends StepSetting {
  batch(turning: Turning): Batch;
}

const unique = (paths: readonly string[]): string[] => [...new Set(paths)];

export class Assembly {
  readonly #options: AssemblyOptions;

  constructor(options: AssemblyOptions) {
    this.#options = options;
  }

  /** The networks that a method compares. Of several teachers' features it sees those of the first. */
  #networks({ needsTeacher, teacher }: Method): Networks {
    const { student, teachers } = this.#options;
    const [first = null] = teachers.values();
    const own = teacher === undefined ? first : (teachers.get(teacher) ?? null);
    return { student, teacher: needsTeacher ? own : null };
  }

  /** A method with what it is told of its networks. */
  #measured(method: Method): Measured {
    const networks = this.#networks(method);
    const { specimen } = this.#options;
    const taps = tapsOf(method, networks);
    return { method, taps, pair: measurePair(method, networks, taps, specimen()) };
  }

  /** @throws TrainingError where a method cannot go on with the parts of the stage before */
  #refuseMisfit({ name, follows }: Method, own: nn.Module, before: readonly Method[]): void {
    if (follows === undefined) return;
    const shapes = (parts: nn.Module): string =>
      String(Object.entries(parts.stateDict()).map(([key, { shape }]) => `${key} ${shape}`));
    const first = before.find((other) => other.name === name && other.phase === follows);
    if (!first)
      throw new TrainingError(
        `${name} must follow a stage with \`phase: ${follows}\`, and the stage before is not one`,
      );
    const taught = new Objectives([this.#measured(first)], 0n).parts;
    if (shapes(taught) !== shapes(own))
      throw new TrainingError(
        `${name} takes over the parts of the stage before, and its options make them of other shapes`,
      );
  }

  /**
   * Tries a method of a stage, after the methods of the stage before, by a step of its own.
   *
   * @returns what it reaches; null where nothing is learned by it yet
   * @throws what stands in its way
   */
  rehearse(
    stage: Stage,
    method: Method,
    before: readonly Method[],
    { batch, ...step }: Rehearsal,
  ): Reach | null {
    return scope(() => {
      const { result: stepper, made } = nn.parametersMadeIn(() =>
        this.stepper({ ...stage, methods: [method] }, step.seed, { tried: true }),
      );
      this.#refuseMisfit(method, stepper.parts, before);
      return stepper.rehearse(batch(stepper.objectives), step, made);
    });
  }

  /**
   * @param seed  of the parts' initial weights
   * @param tried  for one step: teachers are asked themselves, also where there is a cache, and not compiled, which takes as long as several
   * @throws what stands in a method's way
   */
  stepper(stage: Stage, seed: bigint, { tried = false }: { tried?: boolean } = {}): Stepper {
    const { student, device, task, running, scaler, warn, ranks } = this.#options;
    const { methods } = stage;
    const objectives = scope(
      () =>
        new Objectives(
          methods.map((method) => this.#measured(method)),
          seed,
        ),
    );
    objectives.parts.to({ device });
    const taps = unique(methods.flatMap((method) => tapsOf(method, this.#networks(method)).student));
    const teachers = this.teachers(methods, { tried });
    const asked = this.asked(methods).map(([, model]) => model);
    return new Stepper({
      student,
      teachers,
      asked,
      objectives,
      taps,
      stage,
      task,
      running,
      scaler,
      warn,
      ranks: tried ? alone : ranks,
      syncBatchNorm: this.#options.syncBatchNorm,
      deferred: this.#options.deferred,
    });
  }

  /** The teachers that the methods learn from, by name. */
  asked(methods: readonly Method[]): [name: string, model: nn.Layer][] {
    return [...this.#options.teachers].filter(([name]) =>
      methods.some(({ needsTeacher, teacher = name }) => needsTeacher && teacher === name),
    );
  }

  /** Those with what the methods tap of each; null where they ask none. */
  teachers(
    methods: readonly Method[],
    { tried = false }: { readonly tried?: boolean } = {},
  ): Teachers | null {
    const { task, specimen, warn } = this.#options;
    const running = tried ? { ...this.#options.running, compiles: false } : this.#options.running;
    const { cached } = this.#options;
    const learning = methods.filter(({ needsTeacher }) => needsTeacher);
    const asked = this.asked(methods);
    if (asked.length === 0) return null;
    const turns = Math.max(...methods.map(({ turns = 1 }) => turns));
    const upright = areUpright(methods);
    const answering = asked.map(([name, model]): [string, Teacher] => {
      const taps = unique(
        learning.flatMap((method) => {
          const networks = this.#networks(method);
          return networks.teacher === model ? tapsOf(method, networks).teacher : [];
        }),
      );
      const live = new LiveTeacher({ model, task, taps, running, warn });
      if (!cached) return [name, live];
      const { outputs, features, ofTexts } = scope(() => {
        const shown = specimen();
        return { ...measure('teacher', model, taps, shown), ofTexts: showsTexts(shown.batch.inputs.teacher) };
      });
      const listed = (shapes: ReadonlyMap<string, readonly number[]>) =>
        [...shapes].map(([path, shape]) => ({ name: path, shape }));
      const of = {
        model,
        live,
        outputs: listed(outputs),
        features: listed(features),
        turns,
        upright,
        ofTexts,
      };
      // Made also where it is only tried: it says what cannot be kept.
      const keeping = cached(of);
      return [name, tried ? live : keeping];
    });
    return new Teachers(new Map(answering));
  }
}
