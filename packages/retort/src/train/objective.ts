/** The objectives of several methods as one. */
import { Generator, nn, type Tensor, withGenerator } from '@retort/torch';
import type { Features, Method, Objective, Pair, Seen } from '../methods/index.ts';
import type { Answer } from './teacher.ts';

/** The images of the first views only, [V·B, …] → [n·B, …]. */
function firstViews(features: Features, n: number, views: number): Features {
  if (n === views) return features;
  return Object.fromEntries(
    Object.entries(features).map(([path, tensor]) => [
      path,
      tensor.narrow(0, 0, (tensor.size(0) / views) * n),
    ]),
  );
}

/** What all methods see alike. */
export type SeenOfStudent = Omit<Seen, 'teacher' | 'teacherFeatures'>;

interface Member {
  readonly name: string;
  readonly method: Method;
  readonly objective: Objective;
}

/** The terms of all methods, and their parts by the name of the method. Several methods' terms are told apart by their names. */
export class Objectives {
  readonly parts: nn.ModuleDict<nn.Module>;
  /** The most that any of the methods asks for. */
  readonly views: number;
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
    this.views = Math.max(...methods.map(({ method: { views = 1 } }) => views));
    this.parts = new nn.ModuleDict(
      Object.fromEntries(
        this.#members.flatMap(({ name, objective: { parts } }): [string, nn.Module][] =>
          parts ? [[name, parts]] : [],
        ),
      ),
    );
  }

  /**
   * @param seen  features of as many views as `views`; each method gets those that it asked for
   * @param answers  what a teacher said, by its name
   */
  losses(seen: SeenOfStudent, answers: (name: string | null) => Answer | null): Record<string, Tensor> {
    const several = this.#members.length > 1;
    return Object.fromEntries(
      this.#members.flatMap(({ name, objective, method: { views = 1, needsTeacher, teacher = null } }) => {
        const answer = needsTeacher ? answers(teacher) : null;
        const losses = objective.losses({
          ...seen,
          teacher: answer?.logits ?? null,
          studentFeatures: firstViews(seen.studentFeatures, views, this.views),
          teacherFeatures: firstViews(answer?.features ?? {}, views, this.views),
        });
        return Object.entries(losses).map(([term, value]) => [several ? `${name}.${term}` : term, value]);
      }),
    );
  }
}
