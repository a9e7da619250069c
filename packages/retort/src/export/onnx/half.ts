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
  readonly exact: ReadonlySet<string>;
  readonly #casts = new Map<string, string>();

  constructor(beyond: ReadonlySet<string>, exact: ReadonlySet<string>) {
    this.beyond = beyond;
    this.exact = exact;
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
    const isExact = this.exact.has(node.name);
    const isWide = isExact || wide.test(node.operator) || node.inputs.some((input) => this.beyond.has(input));
    const wanted: ElementType = isWide ? 'float32' : 'float16';
    const factors = factorsOf(node);
    const inputs = node.inputs.map((input) =>
      before.get(input) === 'float32' && !factors.includes(input) ? this.cast(input, wanted) : input,
    );
    const { to } = node.attributes;
    const castsToWide = !isExact && node.operator === 'Cast' && to && 'text' in to && to.text === 'float32';
    this.nodes.push({ ...node, inputs, ...(castsToWide ? { attributes: { to: text('float16') } } : {}) });
    for (const output of node.outputs) {
      const type = before.get(output) ?? 'float32';
      this.types.set(output, type === 'float32' ? wanted : type);
    }
  }
}

/** Factors of sizes, and thresholds that boxes are compared to, are float32 in any case. */
const factorsOf = ({ operator, inputs }: OnnxOperation): readonly string[] =>
  operator === 'Resize' ? inputs.slice(1) : operator === 'NonMaxSuppression' ? inputs.slice(2) : [];

/** The constants that stay in float32 because of what takes them. */
function keptOf({ nodes, exact = new Set() }: OnnxGraph): Set<string> {
  return new Set(nodes.flatMap((node) => (exact.has(node.name) ? node.inputs : factorsOf(node))));
}

/**
 * The graph with weights and intermediate values in float16; what goes in and out stays as it is, and so do nodes that are exact.
 *
 * @throws ExportError for a weight that float16 has not
 */
export function inHalf(graph: OnnxGraph): OnnxGraph {
  const beyond = new Set(graph.initialisers.filter(isBeyond).map(({ name }) => name));
  const kept = keptOf(graph);
  const halving = new Halving(beyond, graph.exact ?? new Set());
  for (const { name, type } of graph.inputs) halving.types.set(name, type);
  const initialisers = graph.initialisers.map((initialiser) => {
    const made =
      beyond.has(initialiser.name) || kept.has(initialiser.name) ? initialiser : halved(initialiser);
    halving.types.set(made.name, made.type);
    return made;
  });
  // The name of an output is the last cast's, where it needs one.
  const inner = new Map(
    graph.outputs
      .filter(({ type }) => type === 'float32')
      .map(({ name }) => [name, `${name}/float16`] as const),
  );
  const types = new Map(graph.types);
  for (const name of inner.values()) types.set(name, 'float32');
  for (const node of graph.nodes)
    halving.add({ ...node, outputs: node.outputs.map((output) => inner.get(output) ?? output) }, types);
  const whole = new Map<string, string>();
  for (const [output, name] of inner)
    if (halving.types.get(name) === 'float32') whole.set(name, output);
    else halving.cast(name, 'float32', output);
  const named = (name: string): string => whole.get(name) ?? name;
  const nodes = halving.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map(named),
    outputs: node.outputs.map(named),
  }));
  return { ...graph, nodes, initialisers, types: halving.types };
}
