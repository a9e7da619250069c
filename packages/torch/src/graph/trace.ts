/** Follows one forward and writes down the operators that it calls. */
import { noGrad } from '../autograd/index.ts';
import { TorchError } from '../dispatch/errors.ts';
import type { Argument } from '../dispatch/exchange.ts';
import { type Callable, type Recorder, recordingTo } from '../dispatch/recording.ts';
import { keep, scope } from '../dispatch/scope.ts';
import { aliasOf } from '../functional/alias.ts';
import { op } from '../op.ts';
import { Tensor } from '../tensor.ts';
import type { Callers } from './callers.ts';
import { formOf, type Graph, type Node, type Operand, Storage, Value, valuesOf } from './graph.ts';
import { hasUnknownShape, isRandom, movesStatistics, tellsElements } from './limits.ts';

const asStrided = op('aten::as_strided');
const isSetTo = op<boolean>('aten::is_set_to');

/** Whether two tensors lie in the same memory. */
function shareMemory(one: Tensor, other: Tensor): boolean {
  try {
    return scope(() => isSetTo(asStrided(one, [0], [1], 0), asStrided(other, [0], [1], 0)));
  } catch {
    // What cannot be told apart is taken for the same.
    return true;
  }
}

/** Whether two handles name the same elements in the same order. */
function areTheSame(one: Tensor, other: Tensor): boolean {
  const { dtype } = one;
  return dtype === other.dtype && !dtype.startsWith('complex') && isSetTo(one, other);
}

/** All tensors among arguments or results, nested ones included. */
function* tensorsOf(items: unknown): Generator<Tensor> {
  if (items instanceof Tensor) yield items;
  else if (Array.isArray(items)) for (const item of items) yield* tensorsOf(item);
}

/** The results of a call in order, with null for those that are no tensor, and whether there are others than tensors. */
function flatten(result: unknown): { results: (Tensor | null)[]; others: boolean } {
  const results: (Tensor | null)[] = [];
  let others = false;
  const walk = (item: unknown): void => {
    if (Array.isArray(item)) for (const inner of item) walk(inner);
    else {
      results.push(item instanceof Tensor ? item : null);
      if (!(item instanceof Tensor) && item !== null) others = true;
    }
  };
  if (result !== undefined) walk(result);
  return { results, others };
}

class Tracer implements Recorder {
  readonly nodes: Node[] = [];
  /** Why the recording does not hold for other inputs. */
  reason: string | null = null;
  refused: TorchError | null = null;
  /** Handles to constants, each with the number of the tensor's own. */
  readonly held = new Map<Tensor, number>();
  readonly #what: string;
  readonly #names: ReadonlyMap<number, string>;
  readonly #values: Map<number, Value>;
  readonly #callers: Callers | null;

  constructor(
    what: string,
    inputs: ReadonlyMap<Tensor, Value>,
    names: ReadonlyMap<number, string>,
    callers: Callers | null,
  ) {
    this.#what = what;
    this.#names = names;
    this.#callers = callers;
    this.#values = new Map(Array.from(inputs, ([x, input]) => [x.handle, input]));
  }

  /** The value of a tensor; one that no operator of the forward made is a constant. */
  valueOf(tensor: Tensor): Value {
    const known = this.#values.get(tensor.handle);
    if (known) return known;
    const value = new Value(formOf(tensor), new Storage());
    value.storage.foreign = true;
    value.constant = this.#hold(tensor);
    value.name = this.#names.get(tensor.handle) ?? null;
    this.#values.set(tensor.handle, value);
    return value;
  }

  aliased(alias: Tensor, of: Tensor): void {
    recordingTo(null, () => this.#values.set(alias.handle, this.valueOf(of)));
  }

  read(tensor: Tensor): void {
    if (this.#values.get(tensor.handle)?.storage.varies)
      this.reason ??= 'the forward reads elements of a tensor, on which what it does next may depend';
  }

  called(operator: Callable, args: readonly Argument[], result: unknown): void {
    recordingTo(null, () => {
      if (movesStatistics(operator, args)) {
        this.refused = new TorchError(
          `${this.#what} takes a model in evaluation: ${operator.name}: this batch norm is in training and would move its running statistics`,
        );
        throw this.refused;
      }
      if (isRandom(operator, args)) this.reason ??= `the forward draws random numbers (${operator.name})`;
      if (!this.reason) this.#record(operator, args, result);
    });
  }

  #record(operator: Callable, args: readonly Argument[], result: unknown): void {
    const operands = args.map((arg) => this.#operand(arg));
    const given = [...valuesOf(operands)];
    const varies = given.some(({ storage }) => storage.varies);
    const { results, others } = flatten(result);
    if (others) {
      if (varies && tellsElements(operator)) this.reason = `the forward reads what ${operator.name} answers`;
      return;
    }
    if (varies && hasUnknownShape(operator, args)) {
      this.reason = `the shape of what ${operator.name} answers depends on the elements`;
      return;
    }
    const writes = operator.schema.parameters.flatMap(({ type }, i) =>
      type.written ? [...valuesOf([operands[i]])] : [],
    );
    for (const { storage } of writes) {
      if (storage.foreign && !storage.varies) {
        this.reason = `${operator.name} changes ${this.#nameOf(storage)} from outside of the forward`;
        return;
      }
      storage.written = true;
      storage.varies ||= varies;
    }
    const sources = [...tensorsOf(args)];
    const values = results.map(
      (tensor) => tensor && this.#result(tensor, sources, varies, writes.length > 0),
    );
    const makes = values.some((value) => value && !given.includes(value));
    if (!makes && writes.length === 0) return;
    const path = this.#callers === null ? {} : { path: this.#callers.path };
    this.nodes.push({ operator, args: operands, results: values, writes, ...path });
  }

  #nameOf(storage: Storage): string {
    for (const value of this.#values.values())
      if (value.storage === storage && value.name !== null) return `'${value.name}'`;
    return 'a tensor';
  }

  #operand(arg: Argument): Operand {
    if (arg instanceof Tensor) return this.valueOf(arg);
    if (arg instanceof Float64Array) return arg.slice();
    if (Array.isArray(arg)) return arg.map((item) => this.#operand(item));
    if (typeof arg === 'object' && arg !== null) {
      if ('re' in arg) return arg;
      this.reason ??= 'the forward uses a generator';
      return null;
    }
    // Arrays were copied above; what is left cannot change.
    return arg as Exclude<Operand, Value>;
  }

  #result(tensor: Tensor, sources: readonly Tensor[], varies: boolean, writes: boolean): Value {
    const known = this.#values.get(tensor.handle);
    if (known) return known;
    const form = formOf(tensor);
    if (form.strides.length !== form.shape.length) this.reason = 'a tensor in the forward is not strided';
    const source = sources.find((other) => shareMemory(tensor, other));
    const same = source && !writes && areTheSame(tensor, source);
    const value = same ? this.valueOf(source) : new Value(form, this.#storage(source, varies));
    // Kept for as long as the graph is built: what does not depend on the input need not be computed again.
    if (!same && !value.storage.varies) value.constant = this.#hold(tensor);
    this.#values.set(tensor.handle, value);
    return value;
  }

  #hold(tensor: Tensor): Tensor {
    const held = keep(aliasOf(tensor));
    this.held.set(held, tensor.handle);
    return held;
  }

  #storage(source: Tensor | undefined, varies: boolean): Storage {
    if (source) return this.valueOf(source).storage;
    const storage = new Storage();
    storage.varies = varies;
    return storage;
  }
}

/** A forward, followed. */
export interface Trace {
  /** What it answered, the output first, then taps. */
  readonly outputs: readonly Tensor[];
  readonly graph: Graph;
  /** Why the graph does not hold for other inputs; null where it does. */
  readonly reason: string | null;
  /** Handles to the graph's constants, for the caller to dispose of, each with the number of the tensor that the forward has. */
  readonly constants: ReadonlyMap<Tensor, number>;
}

/**
 * Runs a forward on tensors and records it.
 *
 * @param what  who asks, for messages
 * @param names  the paths of parameters and buffers, by handle (`namesOf()`)
 * @param callers  who says which module is at work, where calls are to be known by it
 * @throws TorchError where something in it trains
 */
export function trace<Inputs extends Tensor[]>(
  what: string,
  x: readonly [...Inputs],
  forward: (...x: Inputs) => Tensor[],
  names: ReadonlyMap<number, string>,
  callers: Callers | null = null,
): Trace {
  const inputs = new Map(
    x.map((tensor) => {
      const input = new Value(formOf(tensor), new Storage());
      input.storage.varies = true;
      input.storage.foreign = true;
      return [tensor, input];
    }),
  );
  const tracer = new Tracer(what, inputs, names, callers);
  try {
    const outputs = recordingTo(tracer, () => noGrad(() => forward(...(x as Inputs))));
    if (tracer.refused) throw tracer.refused;
    const values = outputs.map((output) => tracer.valueOf(output));
    const { nodes, reason, held } = tracer;
    return {
      outputs,
      graph: { inputs: [...inputs.values()], nodes, outputs: values },
      reason,
      constants: held,
    };
  } catch (error) {
    for (const tensor of tracer.held.keys()) tensor.dispose();
    throw tracer.refused ?? error;
  }
}
