/** A network's forward as a graph that holds for any number of images: followed with two of them, and compared. */
import { type nn, noGrad, randn, scope, Tensor } from '@retort/torch';
import {
  Callers,
  foldBatchNorms,
  type Graph,
  isConstant,
  type Node,
  namesOf,
  type Operand,
  type Trace,
  trace,
  Value,
  valuesOf,
  withoutChanges,
  withoutDead,
} from '@retort/torch/graph';
import { ExportError } from './errors.ts';
import { type Batch, type Size, sizeOf, traced } from './sizes.ts';

/** An argument of a call, where numbers may be multiples of the batch. */
export type Given = Operand | Batch | readonly Given[];

/** Where a call is, for messages. @example callText(node) // "aten::conv2d in 'layer1.0'" */
export const callText = ({ operator, path = '' }: Node): string =>
  `${operator.name} ${path === '' ? 'in the network itself' : `in '${path}'`}`;

/** A forward for any number of images. It holds tensors until it is disposed of. */
export interface Followed extends Disposable {
  readonly graph: Graph;
  /** @throws ExportError for a size that is neither fixed nor a multiple of the batch */
  sizesOf(value: Value): readonly Size[];
  /** The arguments of a call. @throws ExportError for a number that is neither the same nor a multiple of the batch */
  argsOf(node: Node): readonly Given[];
}

/** The model's output. @throws ExportError where it is no tensor */
function answered(model: nn.Layer, x: Tensor): Tensor {
  const output: unknown = model.forward(x);
  if (output instanceof Tensor) return output;
  throw new ExportError(
    `a network is exported that answers logits, one tensor, and this one answers ${Array.isArray(output) ? 'a list' : typeof output}`,
  );
}

function traceWith(model: nn.Layer, images: readonly [number, number, number], batch: number): Trace {
  using callers = new Callers(model);
  const x = randn([batch, ...images]);
  const found = trace('the export', x, (input) => [answered(model, input)], namesOf(model), callers);
  if (found.reason === null) return found;
  for (const constant of found.constants.keys()) constant.dispose();
  throw new ExportError(`the network cannot be written as one graph: ${found.reason}`);
}

/** Whether two constants are the same. */
function areEqual([one, of]: [Value, Trace], [other, ofOther]: [Value, Trace]): boolean {
  const [first, second] = [one.constant, other.constant];
  if (!first || !second) return first === second;
  if (of.constants.get(first) === ofOther.constants.get(second)) return true;
  if (`${first.shape}` !== `${second.shape}` || first.dtype !== second.dtype) return false;
  return scope(() => {
    const same = first.eq(second);
    const both = first.dtype.startsWith('float')
      ? same.logical_or(first.isnan().logical_and(second.isnan()))
      : same;
    return Boolean(both.all().item());
  });
}

/** The values and calls of two traces, each with its other. */
class Pairs {
  readonly others = new Map<Value, Value>();
  readonly calls = new Map<Node, Node>();
  readonly #one: Trace;
  readonly #other: Trace;

  constructor(one: Trace, other: Trace) {
    this.#one = one;
    this.#other = other;
  }

  add(one: Value, other: Value, call: Node | null): void {
    const known = this.others.get(one);
    if (known && known !== other)
      throw new ExportError(
        `${call ? callText(call) : 'the network'} takes other tensors with ${traced[0]} images than with ${traced[1]}: what a network computes must not depend on how many images it is shown`,
      );
    if (known) return;
    this.others.set(one, other);
    // What differs is no constant: its call is one of the graph.
    if (isConstant(one) && !areEqual([one, this.#one], [other, this.#other])) one.constant = null;
  }

  addOperand(one: Operand, other: Operand, call: Node): void {
    if (one instanceof Value && other instanceof Value) this.add(one, other, call);
    else if (Array.isArray(one) && Array.isArray(other))
      one.forEach((inner, i) => {
        this.addOperand(inner, other[i], call);
      });
    const [count, otherCount] = [one, other].map((each) => [...valuesOf([each])].length);
    if (count !== otherCount)
      throw new ExportError(
        `${callText(call)} takes ${count} tensors with ${traced[0]} images, and ${otherCount} with ${traced[1]}: what a network computes must not depend on how many images it is shown`,
      );
  }

  addCall(one: Node, other: Node | undefined): void {
    if (one.operator.name !== other?.operator.name)
      throw new ExportError(
        `the network calls ${callText(one)} with ${traced[0]} images, and ${other ? callText(other) : 'nothing'} with ${traced[1]}: what a network computes must not depend on how many images it is shown`,
      );
    this.calls.set(one, other);
    one.args.forEach((operand, i) => {
      this.addOperand(operand, other.args[i], one);
    });
    one.results.forEach((value, i) => {
      const result = other.results[i];
      if (value && result) this.add(value, result, one);
    });
  }

  addGraphs(one: Graph, other: Graph): void {
    this.add(one.input, other.input, null);
    one.nodes.forEach((node, i) => {
      this.addCall(node, other.nodes[i]);
    });
    const more = other.nodes[one.nodes.length];
    if (more)
      throw new ExportError(
        `the network calls ${callText(more)} with ${traced[1]} images, and nothing with ${traced[0]}: what a network computes must not depend on how many images it is shown`,
      );
    one.outputs.forEach((value, i) => {
      const output = other.outputs[i];
      if (output) this.add(value, output, null);
    });
  }
}

/** An argument as it is for any number of images. @throws ExportError */
function merged(one: Operand, other: Operand, what: () => string): Given {
  if (one instanceof Float64Array && other instanceof Float64Array)
    return merged(Array.from(one), Array.from(other), what);
  if (Array.isArray(one) && Array.isArray(other) && one.length === other.length)
    return one.map((inner, i) => merged(inner, other[i], what));
  if (one instanceof Value || one === other) return one;
  if (typeof one === 'object' && JSON.stringify(one) === JSON.stringify(other)) return one;
  const numbers = [one, other].map((number) => (typeof number === 'bigint' ? Number(number) : number));
  const [first, second] = numbers;
  const size = typeof first === 'number' && typeof second === 'number' ? sizeOf(first, second) : null;
  if (size !== null) return size;
  // NaN is not itself.
  if (Number.isNaN(first) && Number.isNaN(second)) return Number.NaN;
  throw new ExportError(
    `${what()} is ${String(first)} with ${traced[0]} images and ${String(second)} with ${traced[1]}: a number that depends on how many there are must be a multiple of it`,
  );
}

function paired(one: Trace, other: Trace): Omit<Followed, typeof Symbol.dispose> {
  const pairs = new Pairs(one, other);
  const graph = withoutChanges(one.graph);
  pairs.addGraphs(graph, withoutChanges(other.graph));
  const simple = withoutDead(foldBatchNorms(withoutDead(graph)));
  return {
    graph: simple,
    sizesOf: (value) => {
      const otherShape = pairs.others.get(value)?.form.shape ?? value.form.shape;
      return value.form.shape.map((size, i) => {
        const found = sizeOf(size, otherShape[i] ?? -1);
        if (found !== null) return found;
        throw new ExportError(
          `a tensor of the network is [${value.form.shape.join(', ')}] with ${traced[0]} images and [${otherShape.join(', ')}] with ${traced[1]}: a size that depends on how many there are must be a multiple of it`,
        );
      });
    },
    argsOf: (node) => {
      const otherArgs = pairs.calls.get(node)?.args ?? node.args;
      const { parameters } = node.operator.schema;
      return node.args.map((operand, i) =>
        merged(operand, otherArgs[i], () => `${callText(node)}: its '${parameters[i]?.name}'`),
      );
    },
  };
}

/**
 * Follows a network in evaluation with 2 and with 3 images, and answers what it computes for any number.
 *
 * @param images  channels, height, width
 * @throws ExportError where it computes something else with 3 images, or its course depends on elements
 * @example using followed = follow(student, [3, 32, 32]); followed.graph.nodes.length
 */
export function follow(model: nn.Layer, images: readonly [number, number, number]): Followed {
  const traces: Trace[] = [];
  const dispose = (): void => {
    for (const { constants } of traces) for (const constant of constants.keys()) constant.dispose();
  };
  try {
    for (const batch of traced) traces.push(scope(() => traceWith(model, images, batch)));
    const [one, other] = traces;
    if (!one || !other) throw new ExportError('the network was not followed');
    return { ...noGrad(() => paired(one, other)), [Symbol.dispose]: dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}
