/** A graph in float16: half the bytes, with float32 where sums and exponentials need its range, and at its ends. */
import { ExportError } from './errors.ts';
import { type ElementType, type Initialiser, type OnnxGraph, type OnnxOperation, text } from './graph.ts';

/** What is computed in float32: norms, softmax, what adds up many numbers or leaves float16's range, and places in images, which float16 has only whole beyond 1024. */
const wide =
  /^(LayerNormalization|InstanceNormalization|Softmax|LogSoftmax|Reduce\w+|CumSum|Pow|Exp|Log|Softplus|RoiAlign|NonMaxSuppression)$/;

/** @throws ExportError for a weight that float16 has not */
function halved(initialiser: Initialiser): Initialiser {
  if (initialiser.type !== 'float32') return initialiser;
  const { bytes, name } = initialiser;
  const wideNumbers = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  const numbers = Float16Array.from(wideNumbers);
  const lost = numbers.findIndex((number, i) => !Number.isFinite(number) && Number.isFinite(wideNumbers[i]));
  if (lost >= 0)
    throw new ExportError(
      `'${name}' has ${wideNumbers[lost]}, and float16 goes up to 65504: export this network in fp32 alone`,
    );
  return { ...initialiser, type: 'float16', bytes: new Uint8Array(numbers.buffer as ArrayBuffer) };
}

/**
 * Whether a constant is one number that float16 has not, as limits and masks (-1e9) or an eps (1e-12) are, or that is infinite, as in place of masked scores: what takes it is
 * computed in float32.
 */
function isBeyond({ type, shape, bytes }: Initialiser): boolean {
  if (type !== 'float32' || shape.length > 0) return false;
  const [number = 0] = new Float32Array(bytes.buffer, bytes.byteOffset, 1);
  const half = Math.f16round(number);
  return (
    !Number.isNaN(number) && (!Number.isFinite(half) || Math.abs(half - number) > Math.abs(number) / 512)
  );
}

/** Puts casts between what is float16 and what is not. */
class Halving {
  readonly nodes: OnnxOperation[] = [];
  readonly types = new Map<string, ElementType>();
  readonly beyond: ReadonlySet<string>;
  readonly #casts = new Map<string, string>();

  constructor(beyond: ReadonlySet<string>) {
    this.beyond = beyond;
  }

  cast(value: string, type: ElementType, name = `${value}/as ${type}`): string {
    if (value === '' || this.types.get(value) === type) return value;
    const key = `${type} ${value}`;
    const known = this.#casts.get(key);
    if (known !== undefined) return known;
    this.nodes.push({
      operator: 'Cast',
      name,
      inputs: [value],
      outputs: [name],
      attributes: { to: text(type) },
    });
    this.types.set(name, type);
    this.#casts.set(key, name);
    return name;
  }

  add(node: OnnxOperation, before: OnnxGraph['types']): void {
    const isWide = wide.test(node.operator) || node.inputs.some((input) => this.beyond.has(input));
    const wanted: ElementType = isWide ? 'float32' : 'float16';
    const inputs = node.inputs.map((input) =>
      before.get(input) === 'float32' ? this.cast(input, wanted) : input,
    );
    const { to } = node.attributes;
    const castsToWide = node.operator === 'Cast' && to && 'text' in to && to.text === 'float32';
    this.nodes.push({ ...node, inputs, ...(castsToWide ? { attributes: { to: text('float16') } } : {}) });
    for (const output of node.outputs) {
      const type = before.get(output) ?? 'float32';
      this.types.set(output, type === 'float32' ? wanted : type);
    }
  }
}

/**
 * The graph with weights and intermediate values in float16; what goes in and logits stay as they are.
 *
 * @throws ExportError for a weight that float16 has not
 */
export function inHalf(graph: OnnxGraph): OnnxGraph {
  // Thresholds of boxes are compared to as they are.
  const thresholds = graph.nodes.flatMap(({ operator, inputs }) =>
    operator === 'NonMaxSuppression' ? inputs.slice(2) : [],
  );
  const beyond = new Set([...graph.initialisers.filter(isBeyond).map(({ name }) => name), ...thresholds]);
  const halving = new Halving(beyond);
  for (const { name, type } of graph.inputs) halving.types.set(name, type);
  const initialisers = graph.initialisers.map((initialiser) => {
    const made = beyond.has(initialiser.name) ? initialiser : halved(initialiser);
    halving.types.set(made.name, made.type);
    return made;
  });
  // The output's name is the last cast's.
  const inner = `${graph.output.name}/float16`;
  const types = new Map(graph.types).set(inner, 'float32');
  for (const node of graph.nodes) {
    const outputs = node.outputs.map((output) => (output === graph.output.name ? inner : output));
    halving.add({ ...node, outputs }, types);
  }
  if (halving.types.get(inner) === 'float32') {
    const nodes = halving.nodes.map((node) => ({
      ...node,
      outputs: node.outputs.map((output) => (output === inner ? graph.output.name : output)),
    }));
    return { ...graph, nodes, initialisers, types: halving.types };
  }
  halving.cast(inner, 'float32', graph.output.name);
  return { ...graph, nodes: halving.nodes, initialisers, types: halving.types };
}
