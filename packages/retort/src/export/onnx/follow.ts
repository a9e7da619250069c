/** A network's forward as a graph that holds for any number of images or texts, of any length: followed with some of them, and compared. */
import { type nn, noGrad, scope, Tensor } from '@retort/torch';
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
import type { Example, Shown } from './shown/index.ts';
import { type Point, type Size, sizeOf, type Varying } from './sizes.ts';

/** An argument of a call, where numbers may be multiples of what varies. */
export type Given = Operand | Varying | readonly Given[];

/** Where a call is, for messages. @example callText(node) // "aten::conv2d in 'layer1.0'" */
export const callText = ({ operator, path = '' }: Node): string =>
  `${operator.name} ${path === '' ? 'in the network itself' : `in '${path}'`}`;

/** A forward for any number of images or texts. It holds tensors until it is disposed of. */
export interface Followed extends Disposable {
  readonly graph: Graph;
  /** @throws ExportError for a size that is neither fixed nor a multiple of what varies */
  sizesOf(value: Value): readonly Size[];
  /** The arguments of a call. @throws ExportError for a number that is neither the same nor a multiple of what varies */
  argsOf(node: Node): readonly Given[];
}

/** Something that a network computes, of inputs as it is followed with. */
export type Computed = (...inputs: Tensor[]) => readonly Tensor[];

/** The model's output. @throws ExportError where it is no tensor */
function answered(model: nn.Module, x: readonly Tensor[]): Tensor[] {
  const output: unknown = (model as { forward(...x: Tensor[]): unknown }).forward(...x);
  if (output instanceof Tensor) return [output];
  throw new ExportError(
    `a network is exported that answers logits, one tensor, and this one answers ${Array.isArray(output) ? 'a list' : typeof output}`,
  );
}

/** A forward, and what it was followed with. */
interface Course extends Trace {
  readonly example: Example;
}

function traceWith(model: nn.Module, computed: Computed, example: Example): Course {
  using callers = new Callers(model);
  const { tensors } = example;
  const found = trace(
    'the export',
    tensors,
    (...inputs) => [...computed(...inputs)],
    namesOf(model),
    callers,
  );
  if (found.reason === null) return { ...found, example };
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
  readonly #one: Course;
  readonly #other: Course;

  constructor(one: Course, other: Course) {
    this.#one = one;
    this.#other = other;
  }

  /** With what each was followed. */
  get #said(): { readonly one: string; readonly other: string; readonly never: string } {
    const { said, tensors } = this.#one.example;
    const what = tensors.length > 1 ? 'which texts it is shown' : 'how many images it is shown';
    return {
      one: said,
      other: this.#other.example.short,
      never: `what a network computes must not depend on ${what}`,
    };
  }

  add(one: Value, other: Value, call: Node | null): void {
    const known = this.others.get(one);
    if (known && known !== other)
      throw new ExportError(
        `${call ? callText(call) : 'the network'} takes other tensors with ${this.#said.one} than with ${this.#said.other}: ${this.#said.never}`,
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
        `${callText(call)} takes ${count} tensors with ${this.#said.one}, and ${otherCount} with ${this.#said.other}: ${this.#said.never}`,
      );
  }

  addCall(one: Node, other: Node | undefined): void {
    if (one.operator.name !== other?.operator.name)
      throw new ExportError(
        `the network calls ${callText(one)} with ${this.#said.one}, and ${other ? callText(other) : 'nothing'} with ${this.#said.other}: ${this.#said.never}`,
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
    one.inputs.forEach((input, i) => {
      const same = other.inputs[i];
      if (same) this.add(input, same, null);
    });
    one.nodes.forEach((node, i) => {
      this.addCall(node, other.nodes[i]);
    });
    const more = other.nodes[one.nodes.length];
    if (more)
      throw new ExportError(
        `the network calls ${callText(more)} with ${this.#other.example.said}, and nothing with ${this.#one.example.short}: ${this.#said.never}`,
      );
    one.outputs.forEach((value, i) => {
      const output = other.outputs[i];
      if (output) this.add(value, output, null);
    });
  }
}

/** Numbers as they are always. */
type Merge = (numbers: readonly number[]) => Size | null;

/** With what numbers are others: the first, and one for which that is so. */
function differing(values: readonly unknown[], examples: readonly Example[]): string {
  const at = Math.max(
    1,
    values.findIndex((value) => JSON.stringify(value) !== JSON.stringify(values[0])),
  );
  const shown = (i: number): string =>
    Array.isArray(values[i]) ? `[${(values[i] as readonly unknown[]).join(', ')}]` : String(values[i]);
  return `is ${shown(0)} with ${examples[0]?.said} and ${shown(at)} with ${examples[at]?.short}`;
}

/** An argument as it is always. @throws ExportError */
function merged(
  operands: readonly Operand[],
  merge: Merge,
  refuse: (values: readonly Operand[]) => never,
): Given {
  const [one] = operands;
  if (operands.every((each) => each instanceof Float64Array))
    return merged(
      operands.map((each) => Array.from(each)),
      merge,
      refuse,
    );
  if (Array.isArray(one) && operands.every((each) => Array.isArray(each) && each.length === one.length))
    return one.map((_, i) =>
      merged(
        operands.map((each) => (each as readonly Operand[])[i]),
        merge,
        refuse,
      ),
    );
  if (one instanceof Value || operands.every((each) => each === one)) return one;
  const written = JSON.stringify(one);
  if (typeof one === 'object' && operands.every((each) => JSON.stringify(each) === written)) return one;
  const numbers = operands.map((each) => (typeof each === 'bigint' ? Number(each) : each));
  const all = numbers.filter((each) => typeof each === 'number');
  const size = all.length === operands.length ? merge(all) : null;
  if (size !== null) return size;
  // NaN is not itself.
  if (numbers.every((each) => Number.isNaN(each))) return Number.NaN;
  return refuse(operands);
}

function compared(courses: readonly [Course, ...Course[]]): Omit<Followed, typeof Symbol.dispose> {
  const [one, ...others] = courses;
  const examples = courses.map(({ example }) => example);
  const points: readonly Point[] = examples.map(({ point }) => point);
  const graph = withoutChanges(one.graph);
  const pairs = others.map((other) => {
    const found = new Pairs(one, other);
    found.addGraphs(graph, withoutChanges(other.graph));
    return found;
  });
  const simple = withoutDead(foldBatchNorms(withoutDead(graph)));
  const texts = one.example.tensors.length > 1;
  const of = texts ? 'the number of texts or their length' : 'how many there are';
  return {
    graph: simple,
    sizesOf: (value) => {
      const shapes = [value, ...pairs.map(({ others }) => others.get(value) ?? value)].map(
        ({ form }) => form.shape,
      );
      return value.form.shape.map((_, i) => {
        const found = sizeOf(
          shapes.map((shape) => shape[i] ?? -1),
          points,
        );
        if (found !== null) return found;
        throw new ExportError(
          `a tensor of the network ${differing(shapes, examples)}: a size that depends on ${of} must be a multiple of it`,
        );
      });
    },
    argsOf: (node) => {
      const calls = [node, ...pairs.map(({ calls }) => calls.get(node) ?? node)];
      const { parameters } = node.operator.schema;
      return node.args.map((_, i) =>
        merged(
          calls.map(({ args }) => args[i]),
          (numbers) => sizeOf(numbers, points),
          (values) => {
            throw new ExportError(
              `${callText(node)}: its '${parameters[i]?.name}' ${differing(values, examples)}: a number that depends on ${of} must be a multiple of it`,
            );
          },
        ),
      );
    },
  };
}

/**
 * Follows a network in evaluation with 2 and with 3 images, or with 2 and with 3 texts of 4 and of 5 tokens, and answers what it computes for any.
 *
 * @param computed  what of the network is followed; its forward where it is left out
 * @throws ExportError where it computes something else with others, or its course depends on elements
 * @example using followed = follow(student, new ShownImages([3, 32, 32], null, false)); followed.graph.nodes.length
 */
export function follow(
  model: nn.Module,
  shown: Pick<Shown, 'examples'>,
  computed: Computed = (...inputs) => answered(model, inputs),
): Followed {
  const courses: Course[] = [];
  const dispose = (): void => {
    for (const { constants } of courses) for (const constant of constants.keys()) constant.dispose();
  };
  try {
    for (const example of shown.examples()) courses.push(scope(() => traceWith(model, computed, example)));
    const [first, ...others] = courses;
    if (!first) throw new ExportError('the network was not followed');
    return { ...noGrad(() => compared([first, ...others])), [Symbol.dispose]: dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}
