/** Tables of embeddings in whole numbers: each row with a scale of its own, by which what is taken of it is multiplied. */
import { type Initialiser, int, type OnnxGraph, type OnnxOperation, text } from '../graph.ts';
import { withoutUnused } from '../tidy.ts';
import { channelsOf, quantiseWeights } from './scales.ts';

/** A table of fewer rows is small in any case. */
const fewRows = 256;

const floats = ({ bytes }: Initialiser): Float32Array =>
  new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);

/** A table as whole numbers [rows, width], and what each row is multiplied by [rows, 1]. */
function parts(table: Initialiser): { readonly wholes: Initialiser; readonly scales: Initialiser } {
  const { name, shape } = table;
  const [rows = 0] = shape;
  const { wholes, scales } = quantiseWeights(floats(table), channelsOf(shape, 0), false, null);
  return {
    wholes: { name: `${name}/int8`, type: 'int8', shape, bytes: new Uint8Array(wholes.buffer) },
    scales: {
      name: `${name}/scale`,
      type: 'float32',
      shape: [rows, 1],
      bytes: new Uint8Array(scales.buffer),
    },
  };
}

/** Rows that are taken of a table, of both its parts. */
function taken(node: OnnxOperation, wholes: Initialiser, scales: Initialiser): OnnxOperation[] {
  const { name, inputs, outputs, attributes } = node;
  const [, rows = ''] = inputs;
  const one = (operator: string, made: string, from: string[], more: OnnxOperation['attributes'] = {}) => ({
    ...{ operator, name: made, inputs: from, outputs: [made], attributes: more },
  });
  return [
    one('Gather', `${name}/int8`, [wholes.name, rows], attributes),
    one('Cast', `${name}/whole`, [`${name}/int8`], { to: text('float32') }),
    one('Gather', `${name}/scale`, [scales.name, rows], attributes),
    { operator: 'Mul', name, inputs: [`${name}/whole`, `${name}/scale`], outputs, attributes: {} },
  ];
}

/** The graph with its large tables of float32, of which rows are taken, in whole numbers: most of a small network of texts are these. */
export function withSmallTables(graph: OnnxGraph): OnnxGraph {
  const tables = new Map(
    graph.initialisers
      .filter(({ type, shape }) => type === 'float32' && shape.length === 2 && (shape[0] ?? 0) >= fewRows)
      .map((each) => [each.name, each]),
  );
  const types = new Map(graph.types);
  const made = new Map<string, ReturnType<typeof parts>>();
  const nodes = graph.nodes.flatMap((node) => {
    const [from = ''] = node.inputs;
    const table = node.operator === 'Gather' ? tables.get(from) : undefined;
    const { axis = int(0) } = node.attributes;
    if (!table || !('int' in axis) || axis.int !== 0) return [node];
    const found = made.get(from) ?? parts(table);
    made.set(from, found);
    const all = taken(node, found.wholes, found.scales);
    for (const { operator, outputs, inputs } of all)
      for (const output of outputs)
        types.set(output, operator === 'Gather' && inputs[0] === found.wholes.name ? 'int8' : 'float32');
    return all;
  });
  const more = [...made.values()].flatMap(({ wholes, scales }) => [wholes, scales]);
  for (const { name, type } of more) types.set(name, type);
  return withoutUnused({ ...graph, nodes, types, initialisers: [...graph.initialisers, ...more] });
}
