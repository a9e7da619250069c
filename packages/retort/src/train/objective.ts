/** The objectives of several methods as one. */
import { Generator, nn, type Tensor, withGenerator } from '@retort/torch';
import type { Features, Method, Objective, Pair, Seen, Side, Taps, TeacherSide } from '../methods/index.ts';
import type { Outputs } from '../models/index.ts';
import { TrainingError } from './errors.ts';
import type { AnsweringSide } from './teacher.ts';

/** The samples of the first turns only, [V·B, …] → [n·B, …]. */
function firstTurns(features: Features, n: number, turns: number): Features {
  if (n === turns) return features;
  return Object.fromEntries(
    Object.entries(features).map(([path, tensor]) => [
      path,
      tensor.narrow(0, 0, (tensor.size(0) / turns) * n),
    ]),
  );
}

/** What all methods see alike. */
export type SeenByAll = Omit<Seen, 'teacher'>;

const nobody: AnsweringSide = { outputs: {}, features: {}, mask: null };

/** A method, with what it is told of its networks and what it taps of them. */
export interface Measured {
  readonly method: Method;
  readonly pair: Pair;
  readonly taps: Taps;
}

interface Member extends Omit<Measured, 'pair'> {
  readonly name: string;
  readonly objective: Objective;
}

/** How ranks see a batch of which each has a slice. */
export interface Shared {
  /** The whole batch, of what one method sees of it. */
  whole(seen: Seen, turns: number): Seen;
  /** What a mean over the slice weighs. */
  readonly weight: number;
  /** Runs what sees a slice alone, so that batch norms in it see all, where that is asked for. */
  ofSlice<Result>(body: () => Result): Result;
  /** The task's own loss of outputs of the slice, where that is no mean over samples: of the whole batch; else null. */
  readonly lossOfAll: ((outputs: Outputs) => ReturnType<Seen['loss']>) | null;
}

const tapped = (features: Features, paths: readonly string[]): Features =>
  Object.fromEntries(Object.entries(features).filter(([path]) => paths.includes(path)));

/** Whether the turns that methods of one stage compare are upright. @throws TrainingError where some are and others are not */
export function areUpright(methods: readonly Method[]): boolean {
  const turning = methods.filter(({ turns = 1 }) => turns > 1);
  const [own, other] = [true, false].map((which) => turning.find(({ upright = false }) => upright === which));
  if (own && other)
    throw new TrainingError(
      `${own.name} compares several draws of each image, and ${other.name} its quarter turns: they cannot learn of one batch; put them in stages of their own`,
    );
  return own !== undefined;
}

/** What a method sees of a slice: a loss of the whole batch counts whole, whatever the slice weighs. */
function ofSlice(seen: Seen, { lossOfAll }: Shared, weight: number): Seen {
  if (!lossOfAll) return seen;
  const loss: Seen['loss'] = (outputs = seen.student.outputs) =>
    Object.fromEntries(Object.entries(lossOfAll(outputs)).map(([name, term]) => [name, term.div(weight)]));
  return { ...seen, loss };
}

/** The terms of all methods, and their parts by the name of the method. Several methods' terms are told apart by their names. */
export class Objectives {
  readonly parts: nn.ModuleDict<nn.Module>;
  /** The most that any of the methods asks for. */
  readonly turns: number;
  /** Whether these are upright. */
  readonly upright: boolean;
  readonly #members: readonly Member[];

  /** @param seed  of the parts' initial weights */
  constructor(methods: readonly Measured[], seed: bigint) {
    const names = methods.map(({ method: { name } }, i) => {
      const same = methods.filter(({ method }) => method.name === name).length > 1;
      return same ? `${name}-${i}` : name;
    });
    using generator = new Generator(seed);
    this.#members = withGenerator(generator, () =>
      methods.map(({ method, pair, taps }, i) => ({
        method,
        taps,
        name: names[i] ?? method.name,
        objective: method.objective(pair),
      })),
    );
    this.turns = Math.max(...methods.map(({ method: { turns = 1 } }) => turns));
    this.upright = areUpright(methods.map(({ method }) => method));
    this.parts = new nn.ModuleDict(
      Object.fromEntries(
        this.#members.flatMap(({ name, objective: { parts } }): [string, nn.Module][] =>
          parts ? [[name, parts]] : [],
        ),
      ),
    );
  }

  /** Of methods that see a rank's slice of a batch. */
  get partsOfSlices(): nn.Module[] {
    return this.#members.flatMap(({ method, objective: { parts } }) =>
      parts && !method.needs?.wholeBatch ? parts : [],
    );
  }

  /**
   * @param seen  features of as many turns as `turns`; each method gets those that it asked for
   * @param answers  what a teacher said, by its name
   * @param shared  where the batch is one rank's slice: terms are then such that their gradients, averaged over the ranks, are those of the whole batch
   */
  losses(
    seen: SeenByAll,
    answers: (name: string | null) => AnsweringSide | null,
    shared: Shared | null = null,
  ): Record<string, Tensor> {
    const several = this.#members.length > 1;
    return Object.fromEntries(
      this.#members.flatMap(({ name, objective, method, taps }) => {
        const { turns = 1, needsTeacher, teacher = null, needs = {} } = method;
        const featuresOf = (of: Side, paths: readonly string[]): Features =>
          tapped(firstTurns(of.features, turns, this.turns), paths);
        const { student } = seen;
        const theirs = (needsTeacher ? answers(teacher) : null) ?? nobody;
        const { judge } = theirs;
        const taught: TeacherSide = {
          outputs: theirs.outputs,
          features: featuresOf(theirs, taps.teacher),
          // A teacher's may have to be made first.
          get mask() {
            return theirs.mask;
          },
          ...(judge && { judge: () => judge(student.outputs) }),
        };
        const own: Seen = {
          ...seen,
          student: { ...student, features: featuresOf(student, taps.student) },
          teacher: taught,
        };
        const { wholeBatch = false } = needs;
        const { weight = 1 } = (!wholeBatch && shared) || {};
        const losses =
          !shared || wholeBatch
            ? objective.losses(shared?.whole(own, turns) ?? own)
            : shared.ofSlice(() => objective.losses(ofSlice(own, shared, weight)));
        return Object.entries(losses).map(([term, value]) => [
          several ? `${name}.${term}` : term,
          weight === 1 ? value : value.mul(weight),
        ]);
      }),
    );
  }
}
