/** A model that is only evaluated, made as fast as libtorch lets it be. */
import { noGrad } from '../autograd/index.ts';
import { TorchError } from '../dispatch/errors.ts';
import { guard, native } from '../dispatch/native.ts';
import { recorder } from '../dispatch/recording.ts';
import { keep, scope } from '../dispatch/scope.ts';
import { foldBatchNorms } from '../graph/fold.ts';
import { namesOf } from '../graph/names.ts';
import { withoutChanges, withoutDead } from '../graph/simplify.ts';
import { type Trace, trace } from '../graph/trace.ts';
import { type Layer, type Tapped, tap } from '../nn/index.ts';
import { op } from '../op.ts';
import { Tensor } from '../tensor.ts';
import { difference, otherValues } from './check.ts';
import { fuse } from './fuse.ts';
import { Plan } from './plan.ts';

const versionOf = op<number>('aten::_version');

/** How many forms of inputs are kept ready; the one used longest ago goes for another. */
const mostForms = 8;

/** What is done with inputs of a form: a plan, or the plain forward and why. */
type Way = { readonly plan: Plan; readonly reason: null } | { readonly plan: null; readonly reason: string };

/**
 * The way for inputs of a form, with what the plain forward has answered already, where that is it: one that draws random numbers draws
 * them once for an input, the first of its form or not.
 */
interface Decided {
  readonly way: Way;
  readonly answered: Tensor[] | null;
}

/** Everything besides the elements on which it depends what operators a forward calls, and how. */
function formOfCall(x: Tensor, paths: readonly string[]): string {
  const { device } = x;
  const [type = device] = device.split(':');
  const autocast = guard('freeze', () => native.enterAutocast(type, null));
  native.exitAutocast(autocast);
  const mode = autocast[1] ? autocast[2] : '';
  return JSON.stringify([x.dtype, device, x.shape, x.stride(), mode, paths]);
}

/**
 * What `freeze()` makes of a model. It holds copies of the weights: when the model changes, freeze it again.
 *
 * @example using teacher = freeze(model.eval()); const logits = teacher.forward(images);
 */
export class Frozen {
  readonly #model: Layer;
  readonly #ways = new Map<string, Way>();
  /** The paths of the model's own tensors, by handle. */
  readonly #names: ReadonlyMap<number, string>;
  /** The versions of the model's own tensors. */
  readonly #versions: ReadonlyMap<Tensor, number>;
  /** Copies of the model's own tensors, by the handle of the original: plans share them. */
  readonly #copies = new Map<number, Tensor>();
  #reason: string | null = null;
  #operators: readonly string[] = [];
  #disposed = false;

  /** @internal Made by `freeze()`. */
  constructor(model: Layer) {
    for (const [path, module] of model.namedModules()) {
      if (!module.training) continue;
      const where = path ? `its module '${path}' is` : 'it is';
      throw new TorchError(
        `freeze() takes a model in evaluation, and ${where} in training: call eval() of the model`,
      );
    }
    this.#model = model;
    this.#names = namesOf(model);
    this.#versions = new Map([...model.parameters(), ...model.buffers()].map((own) => [own, versionOf(own)]));
  }

  /** Why the plain forward was used, where it was, for the form of input for which it was last decided; else null. */
  get reason(): string | null {
    return this.#reason;
  }

  /**
   * How results came about, for keys of caches: `folded` are those of folded and fused operators, which differ from the model's by
   * rounding; `plain` if for some form of input the model's own forward is used. It is known after the first input.
   */
  get form(): 'folded' | 'plain' {
    return this.#reason === null ? 'folded' : 'plain';
  }

  /** The names of the operators, in order, that are called for the form of input seen last; none for the plain forward. */
  get operators(): readonly string[] {
    return this.#operators;
  }

  /**
   * The model's output for x, without a graph.
   *
   * @throws TorchError if the model returns no tensor, moves running statistics, or has changed since it was frozen
   * @example const logits = frozen.forward(images);
   */
  forward(x: Tensor): Tensor {
    const [output] = this.#run(x, []);
    if (!output) throw new TorchError('a frozen model lost its output');
    return output;
  }

  /**
   * The output, and what the modules at `paths` return, as `nn.tap` reads it with `{ copy: true }`: an output is as the module returned
   * it, also where the model changes it in place afterwards. Two results may lie in the same memory.
   *
   * @throws TorchError as `forward()` and `nn.tap` do
   * @example const { output, taps } = frozen.tap(images, ['layer3']); taps.layer3
   */
  tap<const Path extends string>(x: Tensor, paths: readonly Path[]): Tapped<Tensor, Record<Path, Tensor>> {
    const [output, ...tapped] = this.#run(x, paths);
    if (!output) throw new TorchError('a frozen model lost its output');
    const taps = Object.fromEntries(paths.map((path, i) => [path, tapped[i]])) as Record<Path, Tensor>;
    return { output, taps };
  }

  /** Frees what it holds. Using it afterwards is an error. @example frozen.dispose(); */
  dispose(): void {
    this.#disposed = true;
    for (const { plan } of this.#ways.values()) plan?.dispose();
    this.#ways.clear();
    for (const copy of this.#copies.values()) copy.dispose();
    this.#copies.clear();
  }

  /** What `using` calls at the end of a block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  #run(x: Tensor, paths: readonly string[]): Tensor[] {
    if (this.#disposed) throw new TorchError('this frozen model has been disposed of');
    // Within the forward of another model that is being recorded it is part of that.
    if (recorder) return this.#plain(x, paths);
    const form = formOfCall(x, paths);
    const known = this.#ways.get(form);
    const { way, answered } = known ? { way: known, answered: null } : this.#decide(x, paths);
    if (known) this.#ways.delete(form);
    this.#ways.set(form, way);
    if (this.#ways.size > mostForms) {
      for (const [oldest, { plan }] of this.#ways) {
        plan?.dispose();
        this.#ways.delete(oldest);
        break;
      }
    }
    const { plan } = way;
    this.#operators = plan?.operators ?? [];
    return plan ? noGrad(() => plan.run(x)) : (answered ?? this.#plain(x, paths));
  }

  /** The model's own forward, the output first, then taps. */
  #plain(x: Tensor, paths: readonly string[]): Tensor[] {
    return scope(() =>
      noGrad(() => {
        const { output, taps } = tap(this.#model, paths, () => this.#model.forward(x), { copy: true });
        const given: unknown = output;
        if (!(given instanceof Tensor))
          throw new TorchError(`freeze() takes a model that returns a tensor, not ${typeof given}`);
        return [output, ...paths.flatMap((path) => taps[path] ?? [])];
      }),
    );
  }

  #decide(x: Tensor, paths: readonly string[]): Decided {
    for (const [own, version] of this.#versions) {
      if (versionOf(own) !== version)
        throw new TorchError('the weights of the model have changed since it was frozen: freeze it again');
    }
    const decided = scope(() => this.#way(x, paths));
    this.#reason = decided.way.reason ?? this.#reason;
    return decided;
  }

  #way(x: Tensor, paths: readonly string[]): Decided {
    const plainWay = (reason: string, answered: Tensor[] | null = null): Decided => ({
      way: { plan: null, reason },
      answered,
    });
    if (x.numel() === 0) return plainWay('the input is empty');
    // The forward may change its input in place.
    const copy = noGrad(() => x.clone());
    if (`${copy.stride()}` !== `${x.stride()}`)
      return plainWay('the elements of the input overlap or have gaps between them: call contiguous()');
    const traced = trace('freeze()', [copy], (input) => this.#plain(input, paths), this.#names);
    try {
      if (traced.reason) return plainWay(traced.reason, [...traced.outputs]);
      return noGrad(() => {
        const plan = this.#planned(traced);
        const why = this.#checked(plan, x, traced.outputs, paths);
        if (why === null) return { way: { plan, reason: null }, answered: null };
        plan.dispose();
        return plainWay(why);
      });
    } finally {
      for (const constant of traced.constants.keys()) constant.dispose();
    }
  }

  #planned({ graph, constants }: Trace): Plan {
    const simple = withoutDead(withoutChanges(graph));
    return new Plan(withoutDead(fuse(withoutDead(foldBatchNorms(simple)))), (constant) => {
      const original = constants.get(constant);
      // What was folded, packed or converted is the plan's own already.
      if (original === undefined) return { tensor: keep(constant), shared: false };
      if (!this.#names.has(original)) return { tensor: keep(constant.clone()), shared: false };
      const known = this.#copies.get(original) ?? keep(constant.clone());
      this.#copies.set(original, known);
      return { tensor: known, shared: true };
    });
  }

  /** Why a plan is not to be used: it, too, must answer what the model does, for x and for other values than those it was recorded with. */
  #checked(plan: Plan, x: Tensor, plain: readonly Tensor[], paths: readonly string[]): string | null {
    const runs: [Tensor, () => readonly Tensor[]][] = [
      [x, () => plain],
      [otherValues(x), () => this.#plain(otherValues(x), paths)],
    ];
    for (const [input, expected] of runs) {
      try {
        const why = scope(() => difference(plan.run(input.clone()), expected()));
        if (why) return why;
      } catch (error) {
        if (!(error instanceof TorchError)) throw error;
        return `the frozen model fails: ${error.message}`;
      }
    }
    return null;
  }
}

/**
 * Makes a model that is only evaluated, as a teacher is, as fast as libtorch lets it be. On the first input of a form (shape, dtype, strides,
 * device, autocast) the operators of one forward are recorded and simplified: what is the same for every input is computed once, batch
 * norms are folded into the convolutions and linear layers before them, activations and residual additions fused with them where oneDNN
 * offers it (on a CPU, in float32, and in bfloat16 and float16 where the processor has them), intermediate values are freed after their
 * last use. Further inputs of the form run that list, without JavaScript of the model.
 *
 * What comes out is compared with the plain forward, for the first input and for other values; where it differs by more than rounding,
 * or the forward depends on elements (as `item()` in it shows) or draws random numbers, the plain forward is used and `reason` says why. A forward whose course
 * depends on anything else than its input, such as the time or a counter, cannot be told from one that does not.
 *
 * The weights are copied: later changes to the model have no effect, and freezing a further form then throws.
 *
 * @param model  of one tensor to one tensor, in evaluation
 * @throws TorchError if the model or a module in it is in training
 * @example using teacher = freeze(model.eval()); const logits = teacher.forward(images);
 */
export function freeze(model: Layer): Frozen {
  return new Frozen(model);
}
