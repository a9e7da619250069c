/** The objectives of several methods as one. */
import { Generator, nn, type Tensor, withGenerator } from '@retort/torch';
import type { Features, Method, Objective, Pair, Seen, Side } from '../methods/index.ts';

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

const nobody: Side = { outputs: {}, features: {}, mask: null };

interface Member {
  readonly name: string;
  readonly method: Method;
  readonly objective: Objective;
}

/** The terms of all methods, and their parts by the name of the method. Several methods' terms are told apart by their names. */
export class Objectives {
  readonly parts: nn.ModuleDict<nn.Module>;
  /** The most that any of the methods asks for. */
  readonly turns: number;
  readonly #members: readonly Member[];

  /** @param seed  of the parts' initial weights */
  constructor(methods: readonly { readonly method: Method; readonly pair: Pair }[], seed: bigint) {
    const names = methods.map(({ method: { name } }, i) => {
      const same = methods.filter(({ method }) => method.name === name).length > 1;
      return same ? `${name}-${i}` : name;
    });
    using generator = new Generator(seed);
    this.#members = withGenerator(generator, () =>
      methods.map(({ method, pair }, i) => ({
        method,
        name: names[i] ?? method.name,
        objective: method.objective(pair),
      })),
    );
    this.turns = Math.max(...methods.map(({ method: { turns = 1 } }) => turns));
    this.parts = new nn.ModuleDict(
      Object.fromEntries(
        this.#members.flatMap(({ name, objective: { parts } }): [string, nn.Module][] =>
          parts ? [[name, parts]] : [],
        ),
      ),
    );
  }

  /**
   * @param seen  features of as many turns as `turns`; each method gets those that it asked for
   * @param answers  what a teacher said, by its name
   */
  losses(seen: SeenByAll, answers: (name: string | null) => Side | null): Record<string, Tensor> {
    const several = this.#members.length > 1;
    return Object.fromEntries(
      this.#members.flatMap(({ name, objective, method: { turns = 1, needsTeacher, teacher = null } }) => {
        const side = (of: Side): Side => ({
          outputs: of.outputs,
          features: firstTurns(of.features, turns, this.turns),
          get mask() {
            return of.mask;
          },
        });
        const losses = objective.losses({
          ...seen,
          student: side(seen.student),
          teacher: side((needsTeacher ? answers(teacher) : null) ?? nobody),
        });
        return Object.entries(losses).map(([term, value]) => [several ? `${name}.${term}` : term, value]);
      }),
    );
  }
}
