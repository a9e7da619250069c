/** A graph of ONNX made simple: what follows one another is one node, and what nothing needs goes. */
import { bytesOf } from './builder.ts';
import type { Attribute, Initialiser, OnnxGraph, OnnxOperation } from './graph.ts';
import { ints } from './graph.ts';

/** How many nodes take each value; one more for the outputs of the graph. */
function takers({ nodes, outputs }: OnnxGraph): Map<string, number> {
  const counts = new Map(outputs.map(({ name }) => [name, 1]));
  for (const { inputs } of nodes) for (const input of inputs) counts.set(input, (counts.get(input) ?? 0) + 1);
  return counts;
}

const listOf = (attribute: Attribute | undefined): readonly number[] =>
  attribute && 'ints' in attribute ? attribute.ints : [];

const wholeNumbers = ({ bytes }: Initialiser): number[] =>
  Array.from(new BigInt64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8), Number);

type Merge = (node: OnnxOperation, before: OnnxOperation, constants: Constants) => OnnxOperation | null;

/** The constants of a graph, and more. */
class Constants {
  readonly all: Map<string, Initialiser>;

  constructor(initialisers: readonly Initialiser[]) {
    this.all = new Map(initialisers.map((each) => [each.name, each]));
  }

  get(name: string | undefined): Initialiser | undefined {
    return this.all.get(name ?? '');
  }

  /** The name of a list of whole numbers. */
  int64(values: readonly number[]): string {
    const name = `int64/[${values.join(',')}]`;
    const bytes = bytesOf(values, 'int64');
    if (!this.all.has(name)) this.all.set(name, { name, type: 'int64', shape: [values.length], bytes });
    return name;
  }
}

/** Two orders of dimensions are one. */
const transposes: Merge = (node, before) => {
  if (node.operator !== 'Transpose' || before.operator !== 'Transpose') return null;
  const first = listOf(before.attributes.perm);
  const perm = listOf(node.attributes.perm).map((dim) => first[dim] ?? 0);
  return { ...node, inputs: before.inputs, attributes: { perm: ints(perm) } };
};

/** Of two shapes the last one counts; what it has "as it was" must have been so before, or be what is left. */
const reshapes: Merge = (node, before, constants) => {
  if (node.operator !== 'Reshape' || before.operator !== 'Reshape') return null;
  const [shape, earlier] = [node, before].map(({ inputs }) => constants.get(inputs[1]));
  if (!shape || !earlier) return null;
  const [wanted, was] = [shape, earlier].map(wholeNumbers) as [number[], number[]];
  const written = wanted.map((size, i) => (size === 0 ? (was[i] ?? 0) : size));
  if (written.some((size, i) => size === 0 && was[i] !== 0)) return null;
  if (written.filter((size) => size === -1).length > 1) return null;
  return { ...node, inputs: [before.inputs[0] ?? '', constants.int64(written)] };
};

/** Zeros around images are a convolution's own. */
const padded: Merge = (node, before, constants) => {
  if (node.operator !== 'Conv' || before.operator !== 'Pad') return null;
  const { mode } = before.attributes;
  const pads = constants.get(before.inputs[1]);
  if (!pads || before.inputs.length > 2 || !mode || !('text' in mode) || mode.text !== 'constant')
    return null;
  const around = wholeNumbers(pads);
  const rank = around.length / 2;
  const outer = [0, 1, rank, rank + 1].map((i) => around[i]);
  if (around.some((size) => size < 0) || outer.some((size) => size !== 0)) return null;
  const spatial = [...around.slice(2, rank), ...around.slice(rank + 2)];
  const both = listOf(node.attributes.pads).map((size, i) => size + (spatial[i] ?? 0));
  return {
    ...node,
    inputs: [before.inputs[0] ?? '', ...node.inputs.slice(1)],
    attributes: { ...node.attributes, pads: ints(both) },
  };
};

const merges: readonly Merge[] = [transposes, reshapes, padded];

/** Nodes with what alone comes before each merged into it. */
function merged(graph: OnnxGraph): OnnxGraph {
  const constants = new Constants(graph.initialisers);
  const counts = takers(graph);
  const made = new Map<string, OnnxOperation>();
  const gone = new Set<OnnxOperation>();
  const nodes = graph.nodes.map((node) => {
    let now = node;
    for (;;) {
      const before = made.get(now.inputs[0] ?? '');
      if (!before || counts.get(now.inputs[0] ?? '') !== 1) break;
      const found = merges.map((merge) => merge(now, before, constants)).find((each) => each !== null);
      if (!found) break;
      gone.add(before);
      now = found;
    }
    for (const output of now.outputs) made.set(output, now);
    return now;
  });
  const kept = nodes.filter((node) => !gone.has(node));
  return { ...graph, nodes: kept, initialisers: [...constants.all.values()] };
}

/** Nodes that compute the same of the same are one, as the size of the batch is asked for in several places. */
function shared(graph: OnnxGraph): OnnxGraph {
  const known = new Map<string, OnnxOperation>();
  const instead = new Map<string, string>();
  const nodes: OnnxOperation[] = [];
  const answers = new Set(graph.outputs.map(({ name }) => name));
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((input) => instead.get(input) ?? input);
    const now = { ...node, inputs };
    const key = JSON.stringify([node.operator, inputs, node.attributes, node.outputs.length]);
    const before = known.get(key);
    if (before && !node.outputs.some((output) => answers.has(output))) {
      node.outputs.forEach((output, i) => {
        instead.set(output, before.outputs[i] ?? '');
      });
      continue;
    }
    known.set(key, now);
    nodes.push(now);
  }
  return { ...graph, nodes };
}

/** Without nodes and constants that no output needs. */
export function withoutUnused(graph: OnnxGraph): OnnxGraph {
  const needed = new Set(graph.outputs.map(({ name }) => name));
  const nodes = graph.nodes.toReversed().filter(({ inputs, outputs }) => {
    if (!outputs.some((output) => needed.has(output))) return false;
    for (const input of inputs) needed.add(input);
    return true;
  });
  return {
    ...graph,
    nodes: nodes.reverse(),
    initialisers: graph.initialisers.filter(({ name }) => needed.has(name)),
  };
}

/** The graph with as few nodes as say the same. */
export const tidy = (graph: OnnxGraph): OnnxGraph => withoutUnused(merged(shared(withoutUnused(graph))));
