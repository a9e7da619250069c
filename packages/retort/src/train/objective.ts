/** The objectives of several methods as one. */
import { Generator, nn, type Tensor, withGenerator } from '@retort/torch';
import type { Features, Method, Objective, Pair, Seen } from '../methods/index.ts';

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

/** The terms of all methods, and their parts by the name of the method. Several methods' terms are told apart by their names. */
export class Objectives {
  readonly parts: nn.ModuleDict<nn.Module>;
  /** The most that any of the methods asks for. */
  readonly views: number;
  readonly #objectives: readonly {
    readonly prefix: string;
    readonly objective: Objective;
    readonly views: number;
  }[];

  /** @param seed  of the parts' initial weights */
  constructor(methods: readonly Method[], pair: Pair, seed: bigint) {
    const several = methods.length > 1;
    const names = methods.map(({ name }, i) => {
      const same = methods.filter((method) => method.name === name).length > 1;
      return same ? `${name}-${i}` : name;
    });
    using generator = new Generator(seed);
    const objectives = withGenerator(generator, () => methods.map((method) => method.objective(pair)));
    this.#objectives = objectives.map((objective, i) => ({
      objective,
      prefix: several ? `${names[i]}.` : '',
      views: methods[i]?.views ?? 1,
    }));
    this.views = Math.max(...this.#objectives.map(({ views }) => views));
    this.parts = new nn.ModuleDict(
      Object.fromEntries(
        objectives.flatMap(({ parts }, i): [string, nn.Module][] => (parts ? [[names[i] ?? '', parts]] : [])),
      ),
    );
  }

  /** @param seen  features of as many views as `views`; each method gets those that it asked for */
  losses(seen: Seen): Record<string, Tensor> {
    return Object.fromEntries(
      this.#objectives.flatMap(({ prefix, objective, views }) => {
        const losses = objective.losses({
          ...seen,
          studentFeatures: firstViews(seen.studentFeatures, views, this.views),
          teacherFeatures: firstViews(seen.teacherFeatures, views, this.views),
        });
        return Object.entries(losses).map(([name, term]) => [prefix + name, term]);
      }),
    );
  }
}
