/** What all optimizers share: groups of parameters with their options, a state for each parameter, and saving both. */
import { noGrad } from '../autograd/index.ts';
import { zeros, zeros_like } from '../create.ts';
import { TorchError } from '../dispatch/errors.ts';
import { keep, scope } from '../dispatch/scope.ts';
import { Tensor } from '../tensor.ts';
import { layoutOf, sameShape, sideBySide } from './layout.ts';
import { type Batch, batchesOf, type Move, moveOf, type ParameterState, type StatefulMove } from './moves.ts';
import { checkOptions, notNegativeOrNull, type Rules } from './options.ts';
import type { Setting } from './schedule.ts';
import { fitState, type OptimizerState } from './state.ts';

/** What every optimizer has. */
export interface CommonOptions {
  lr: number;
}

/** Parameters with options of their own; what is left out is as the optimizer has it. */
export type ParameterGroup<Options> = Partial<Options> & { readonly params: readonly Tensor[] };

/** A group as the optimizer holds it: options may be changed between steps. */
export type Group<Options> = Options & {
  readonly params: readonly Tensor[];
  /** The ratio of its `lr` to the optimizer's when it was added, which `apply()` keeps; null where there is none, the latter being 0. */
  lrScale: number | null;
};

const isPlainList = <Options>(
  parameters: readonly Tensor[] | readonly ParameterGroup<Options>[],
): parameters is readonly Tensor[] => parameters.every((item) => item instanceof Tensor);

/**
 * The base of optimizers. A subclass says which state tensors a parameter has and how a batch of parameters moves; everything that it
 * is given lies in the memory order of the parameter (a gradient or state that does not is copied first).
 *
 * @example for (const group of optimizer.groups) group.lr *= 0.5;
 */
export abstract class Optimizer<Options extends CommonOptions = CommonOptions> {
  /** The groups in the order given; one for a plain list of parameters. */
  readonly groups: Group<Options>[] = [];
  readonly #defaults: Options;
  readonly #rules: Rules;
  readonly #state = new Map<Tensor, ParameterState>();

  /**
   * @param parameters  a list of parameters, or groups `{ params, lr, … }` of them
   * @throws TorchError for an option that is unknown or impossible, no parameters, one that is there twice or was computed from others
   */
  constructor(
    parameters: readonly Tensor[] | readonly ParameterGroup<Options>[],
    defaults: Options,
    rules: Rules,
  ) {
    this.#defaults = defaults;
    this.#rules = rules;
    this.check(defaults, this.#name);
    if (parameters.length === 0) throw new TorchError(`${this.#name}: there are no parameters`);
    if (isPlainList(parameters)) this.#add({ params: parameters });
    else for (const group of parameters) this.#add(group);
  }

  get #name(): string {
    return this.constructor.name;
  }

  /** The names of the state tensors, and whether each is needed under these options. `step` counts, the others are like the parameter. */
  protected abstract stateNames(options: Options): Readonly<Record<string, boolean>>;

  /** Moves parameters; within `noGrad` and a scope. */
  protected abstract update(batches: readonly Batch<Group<Options>>[]): void;

  /** What a schedule's momentum means to this optimizer. */
  protected abstract setMomentum(group: Group<Options>, momentum: number): void;

  /** Where step counts live: with the parameter, whose kernel reads them, unless the update needs them as numbers. */
  protected stepDevice(parameter: Tensor): string {
    return parameter.device;
  }

  /** @throws TorchError that begins with `where`, if options are impossible, alone or together */
  protected check(options: Options, where: string): void {
    checkOptions(where, options, this.#rules);
  }

  /**
   * Adds parameters later, as when layers are unfrozen.
   *
   * @throws TorchError as the constructor does
   * @example optimizer.addParamGroup({ params: model.backbone.parameters(), lr: 1e-4 });
   */
  addParamGroup(group: ParameterGroup<Options>): void {
    this.#add(group);
  }

  #add({ params, ...given }: { readonly params: readonly Tensor[] }): void {
    const where = `${this.#name}: group ${this.groups.length}`;
    if (!Array.isArray(params) || !params.every((item) => item instanceof Tensor))
      throw new TorchError(`${where} must be { params: Tensor[], … }, or all be a plain list of parameters`);
    if (params.length === 0) throw new TorchError(`${where} has no parameters`);
    const seen = new Set(this.groups.flatMap((group) => group.params));
    for (const [i, parameter] of params.entries()) {
      if (seen.has(parameter)) throw new TorchError(`${where}: parameter ${i} is in the optimizer already`);
      if (!parameter.isLeaf)
        throw new TorchError(`${where}: parameter ${i} was computed from others, so it cannot be trained`);
      seen.add(parameter);
    }
    const options = { ...this.#defaults, ...given };
    this.check(options, where);
    const ratio = options.lr === this.#defaults.lr ? 1 : options.lr / this.#defaults.lr;
    this.groups.push({ ...options, params: [...params], lrScale: Number.isFinite(ratio) ? ratio : null });
  }

  /** Takes the gradients away, so that the next `backward()` does not add to them. @example optimizer.zeroGrad(); */
  zeroGrad(): void {
    for (const group of this.groups) for (const parameter of group.params) parameter.grad = null;
  }

  /**
   * Sets what a schedule says to all groups: the rate times the ratio that the group's had to the optimizer's at first, and the
   * momentum (beta1 for those that have betas) where the schedule has one.
   *
   * @throws TorchError if a group's rate has no ratio, because the optimizer's was 0
   * @example optimizer.apply(schedule(step));
   */
  apply({ lr, momentum }: Setting): void {
    for (const [i, group] of this.groups.entries()) {
      if (group.lrScale === null)
        throw new TorchError(
          `${this.#name}: the learning rate of group ${i} has no ratio to that of the optimizer, which is 0`,
        );
      Object.assign(group, { lr: lr * group.lrScale });
      if (momentum !== undefined) this.setMomentum(group, momentum);
    }
  }

  /**
   * Moves the parameters that have a gradient; the others stay as they are, and so does their state.
   *
   * @throws TorchError for a sparse gradient, or options that became impossible
   * @example loss.backward(); optimizer.step();
   */
  step(): void {
    scope(() =>
      noGrad(() => {
        const moves = this.groups.map((group, i) => this.#moves(group, `${this.#name}: group ${i}`));
        this.update(this.groups.flatMap((group, i) => batchesOf(group, moves[i] ?? [])));
        for (const { parameter, moved, state } of moves.flat()) {
          if (moved !== parameter) parameter.copy_(moved);
          this.#replaceState(parameter, state);
        }
      }),
    );
  }

  #moves(group: Group<Options>, where: string): StatefulMove[] {
    const { params, lrScale: _, ...options } = group;
    this.check({ ...this.#defaults, ...options }, where);
    const names = Object.entries(this.stateNames(group));
    return params.flatMap((parameter, i) => {
      const which = `${where}, parameter ${i}`;
      const move = moveOf(parameter, which);
      return move ? { ...move, ...this.#stateFor(move, names, which) } : [];
    });
  }

  /** The state of a parameter with what is missing made, and what lies in another memory order brought to the parameter's. */
  #stateFor(
    { parameter, moved, layout }: Move,
    names: readonly [name: string, isNeeded: boolean][],
    which: string,
  ): { state: ParameterState; isFirst: boolean } {
    const state = this.#state.get(parameter) ?? {};
    const made: Record<string, Tensor> = {};
    let isFirst = false;
    for (const [name, isNeeded] of names) {
      const old = state[name];
      if (!old) {
        if (isNeeded) made[name] = this.#zeros(name, moved);
        isFirst ||= isNeeded;
      } else if (name === 'step') {
        if (old.device !== this.stepDevice(moved)) made[name] = this.#zeros(name, moved).copy_(old);
      } else {
        const given = layoutOf(old);
        if (!sameShape(given.shape, layout.shape))
          throw new TorchError(`${which} is now [${layout.shape}], its ${name} [${given.shape}]`);
        if (!sideBySide(layout, given)) made[name] = this.#zeros(name, moved).copy_(old);
      }
    }
    return { state: Object.keys(made).length > 0 ? { ...state, ...made } : state, isFirst };
  }

  /** Only after an update went well: one that fails leaves no state behind that has not moved. */
  #replaceState(parameter: Tensor, state: ParameterState): void {
    const old = this.#state.get(parameter);
    if (old === state) return;
    this.#state.set(parameter, keep(state));
    for (const [name, tensor] of Object.entries(old ?? {})) if (tensor !== state[name]) tensor.dispose();
  }

  #zeros(name: string, like: Tensor): Tensor {
    return name === 'step' ? zeros([], { device: this.stepDevice(like) }) : zeros_like(like);
  }

  /**
   * Everything that another optimizer of the same kind over the same parameters needs to go on bit for bit: tensors by parameter and
   * name, for safetensors, and the groups' options as plain data, for JSON. The tensors are the optimizer's own: copy what must not
   * change.
   *
   * @example const { tensors, groups } = optimizer.stateDict(); saveSafetensors('adam.safetensors', tensors, { groups: JSON.stringify(groups) });
   */
  stateDict(): OptimizerState {
    const tensors: Record<string, Tensor> = {};
    let index = 0;
    const groups = this.groups.map(({ params, ...options }) => {
      const first = index;
      for (const parameter of params) {
        for (const [name, value] of Object.entries(this.#state.get(parameter) ?? {}))
          tensors[`${index}.${name}`] = value;
        index++;
      }
      return { ...options, params: params.map((_, i) => first + i) };
    });
    return { tensors, groups };
  }

  /**
   * Takes over a state dict. Every tensor is copied into memory of its parameter's order (channels_last for such a parameter), on its
   * device: files keep no order, and the order decides the bits.
   *
   * @throws TorchError that lists all that does not fit; nothing is changed then
   * @example optimizer.loadStateDict({ tensors, groups: JSON.parse(metadata.groups) });
   */
  loadStateDict(state: OptimizerState): this {
    const check = (given: object, i: number): void => {
      const { lrScale, ...options } = { lrScale: 1, ...given };
      const where = `${this.#name}: group ${i} of the state dict`;
      checkOptions(where, { lrScale }, { lrScale: notNegativeOrNull });
      this.check({ ...this.#defaults, ...options }, where);
    };
    const loaded = fitState(this.#name, this.groups, state, check, (options) =>
      this.stateNames({ ...this.#defaults, ...options }),
    );
    scope(() =>
      noGrad(() => {
        for (const { group, options } of loaded.groups) Object.assign(group, options);
        for (const { parameter, tensors } of loaded.parameters) {
          const copies = Object.entries(tensors).map(
            ([name, value]) => [name, this.#zeros(name, parameter).copy_(value)] as const,
          );
          this.#replaceState(parameter, Object.fromEntries(copies));
        }
      }),
    );
    return this;
  }
}
