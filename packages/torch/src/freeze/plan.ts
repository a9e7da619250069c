/** A graph made ready to run: calls with their arguments laid out, each value freed after its last use. */
import { TorchError } from '../dispatch/errors.ts';
import type { Argument } from '../dispatch/exchange.ts';
import { Operator } from '../dispatch/operator.ts';
import type { Callable } from '../dispatch/recording.ts';
import { scope } from '../dispatch/scope.ts';
import { aliasOf } from '../functional/alias.ts';
import {
  type Graph,
  isContiguous,
  isList,
  type Node,
  type Operand,
  Value,
  valueLike,
  valuesOf,
} from '../graph/graph.ts';
import { isConstant } from '../graph/simplify.ts';
import { Tensor } from '../tensor.ts';

/** Where in the arguments a value goes. */
interface Place {
  readonly into: Argument[];
  readonly at: number;
  readonly slot: number;
}

interface Step {
  readonly operator: Callable;
  readonly args: Argument[];
  readonly places: readonly Place[];
  /** The slots of the results; -1 for one that nothing needs. */
  readonly results: readonly number[];
  /** The slots that are free afterwards. */
  readonly last: readonly number[];
}

const contiguous = new Operator('aten::contiguous');

/** These look at strides, which oneDNN's operators may have changed. */
const strideful = /^aten::(view|view_as|_unsafe_view|as_strided|_reshape_alias)(\.|_|$)/;

/** A value as the forward had it in memory: in row-major order again where it was. */
function inOrder(value: Value): { nodes: Node[]; value: Value } {
  const { form } = value;
  if (
    form.shape.length < 4 ||
    !isContiguous(form) ||
    value.storage.foreign ||
    value.storage.written ||
    isConstant(value)
  )
    return { nodes: [], value };
  const ordered = valueLike(form);
  return { nodes: [{ operator: contiguous, args: [value], results: [ordered], writes: [] }], value: ordered };
}

function ordered({ inputs, nodes, outputs }: Graph): Graph {
  const all = nodes.flatMap((node): Node[] => {
    const [first, ...rest] = node.args;
    if (!(first instanceof Value) || !strideful.test(node.operator.name)) return [node];
    const { nodes: before, value } = inOrder(first);
    return [...before, { ...node, args: [value, ...rest] }];
  });
  const ends = outputs.map(inOrder);
  return {
    inputs,
    nodes: [...all, ...ends.flatMap(({ nodes: end }) => end)],
    outputs: ends.map(({ value }) => value),
  };
}

/** The tensors of a result, in order; null stands for what is none. */
function* flat(result: unknown): Generator<Tensor | null> {
  if (Array.isArray(result)) for (const item of result) yield* flat(item);
  else yield result instanceof Tensor ? result : null;
}

/** Says which tensor a plan takes for a constant of its graph, out of every scope, and whether it belongs to others too. */
export type Own = (constant: Tensor) => { readonly tensor: Tensor; readonly shared: boolean };

/** Lays out a graph's calls. */
class Layout {
  readonly steps: readonly Step[];
  readonly outputs: readonly number[];
  /** How many slots there are. */
  slots: number;
  /** What stands in slots from the beginning: outputs that are constants. */
  readonly constants = new Map<number, Tensor>();
  /** The constants that are the plan's own. */
  readonly owned = new Set<Tensor>();
  readonly #slotOf: Map<Value, number>;
  readonly #lastUse = new Map<Value, number>();
  readonly #own: Own;

  constructor(graph: Graph, own: Own) {
    this.#own = own;
    this.slots = graph.inputs.length;
    this.#slotOf = new Map(graph.inputs.map((input, i) => [input, i]));
    graph.nodes.forEach((node, i) => {
      for (const value of [...node.results, ...valuesOf(node.args)]) if (value) this.#lastUse.set(value, i);
    });
    for (const output of graph.outputs) this.#lastUse.set(output, graph.nodes.length);
    this.steps = graph.nodes.map((node, i) => this.#step(node, i));
    this.outputs = graph.outputs.map((output) => {
      const slot = this.#slot(output);
      if (isConstant(output)) this.constants.set(slot, this.#constant(output));
      return slot;
    });
  }

  #slot(value: Value): number {
    const known = this.#slotOf.get(value);
    if (known !== undefined) return known;
    this.#slotOf.set(value, this.slots);
    return this.slots++;
  }

  #constant({ constant }: Value): Tensor {
    if (!constant) throw new TorchError('a constant of a frozen model has no elements');
    const { tensor, shared } = this.#own(constant);
    if (!shared) this.owned.add(tensor);
    return tensor;
  }

  /** Whether a call is the last that needs a value, in whose memory nothing else lies. */
  #diesIn(node: Node, i: number, value: Value): boolean {
    const { values, foreign, written } = value.storage;
    const times = [...valuesOf(node.args)].filter((arg) => arg === value).length;
    const own = values === 1 && !foreign && !written && !isConstant(value);
    return own && times === 1 && this.#lastUse.get(value) === i;
  }

  #step(node: Node, i: number): Step {
    const inPlace = node.inPlace && this.#diesIn(node, i, node.inPlace.changes) ? node.inPlace : undefined;
    const { operator, args } = inPlace ?? node;
    const places: Place[] = [];
    const results = node.results.map((value) => (value && this.#lastUse.has(value) ? this.#slot(value) : -1));
    const last: number[] = [];
    const done = new Set<Value>();
    for (const value of [...valuesOf(args), ...node.results]) {
      if (!value || done.has(value) || isConstant(value) || this.#lastUse.get(value) !== i) continue;
      done.add(value);
      const slot = this.#slot(value);
      // What was changed in place goes on under the name of the result.
      if (slot !== 0 && value !== inPlace?.changes) last.push(slot);
    }
    return { operator, args: this.#lay(args, places), places, results, last };
  }

  #lay(operands: readonly Operand[], places: Place[]): Argument[] {
    const into: Argument[] = [];
    for (const [at, operand] of operands.entries()) {
      if (!(operand instanceof Value)) into.push(isList(operand) ? this.#lay(operand, places) : operand);
      else if (isConstant(operand)) into.push(this.#constant(operand));
      else {
        into.push(null);
        places.push({ into, at, slot: this.#slot(operand) });
      }
    }
    return into;
  }
}

/** A graph that runs again and again. */
export class Plan {
  /** The names of the operators that it calls, in order. */
  readonly operators: readonly string[];
  readonly #layout: Layout;
  readonly #slots: (Tensor | undefined)[];

  constructor(graph: Graph, own: Own) {
    this.#layout = new Layout(ordered(graph), own);
    this.#slots = Array.from({ length: this.#layout.slots });
    for (const [slot, tensor] of this.#layout.constants) this.#slots[slot] = tensor;
    this.operators = this.#layout.steps.map(({ operator }) => operator.name);
  }

  /** Frees its constants. */
  dispose(): void {
    for (const constant of this.#layout.owned) constant.dispose();
  }

  /** The outputs for an input of the form for which the graph was recorded. The caller sets the modes. */
  run(x: Tensor): Tensor[] {
    const slots = this.#slots;
    const { steps, outputs, constants } = this.#layout;
    try {
      return scope(() => {
        slots[0] = x;
        for (const { operator, args, places, results, last } of steps) {
          for (const { into, at, slot } of places) into[at] = slots[slot];
          const answer = operator.call(args);
          if (answer instanceof Tensor) {
            const [slot = -1] = results;
            if (slot >= 0) slots[slot] = answer;
          } else {
            let i = 0;
            for (const tensor of flat(answer)) {
              const slot = results[i++] ?? -1;
              if (tensor && slot >= 0) slots[slot] = tensor;
              else tensor?.dispose();
            }
          }
          for (const slot of last) {
            slots[slot]?.dispose();
            slots[slot] = undefined;
          }
        }
        // Handles of their own: an output may be the input, a constant or another output.
        return outputs.map((slot) => {
          const output = slots[slot];
          if (!output) throw new TorchError('a frozen model lost an output');
          return aliasOf(output);
        });
      });
    } finally {
      for (let slot = 0; slot < slots.length; slot++) if (!constants.has(slot)) slots[slot] = undefined;
    }
  }
}
