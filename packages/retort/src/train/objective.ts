/** The objectives of several methods as one. */
import { Generator, nn, type Tensor, withGenerator } from '@retort/torch';
import type { Method, Objective, Seen, Shapes } from '../methods/index.ts';

/** The terms of all methods, and their parts by the name of the method. Several methods' terms are told apart by their names. */
export class Objectives {
  readonly parts: nn.ModuleDict<nn.Module>;
  readonly #objectives: readonly { readonly prefix: string; readonly objective: Objective }[];

  /** @param seed  of the parts' initial weights */
  constructor(methods: readonly Method[], shapes: Shapes, seed: bigint) {
    const several = methods.length > 1;
    const names = methods.map(({ name }, i) => {
      const same = methods.filter((method) => method.name === name).length > 1;
      return same ? `${name}-${i}` : name;
    });
    using generator = new Generator(seed);
    const objectives = withGenerator(generator, () => methods.map((method) => method.objective(shapes)));
    this.#objectives = objectives.map((objective, i) => ({
      objective,
      prefix: several ? `${names[i]}.` : '',
    }));
    this.parts = new nn.ModuleDict(
      Object.fromEntries(
        objectives.flatMap(({ parts }, i): [string, nn.Module][] => (parts ? [[names[i] ?? '', parts]] : [])),
      ),
    );
  }

  losses(seen: Seen): Record<string, Tensor> {
    return Object.fromEntries(
      this.#objectives.flatMap(({ prefix, objective }) =>
        Object.entries(objective.losses(seen)).map(([name, term]) => [prefix + name, term]),
      ),
    );
  }
}
