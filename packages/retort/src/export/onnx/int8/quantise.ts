/**
 * A graph in whole numbers, written as runtimes read it: each value in whole numbers is followed by QuantizeLinear and DequantizeLinear, weights and biases
 * are whole numbers followed by DequantizeLinear, and the nodes between are as they were. Runtimes fuse them.
 */
import { bytesOf } from '../builder.ts';
import type { ElementType, Initialiser, OnnxGraph, OnnxOperation } from '../graph.ts';
import { int } from '../graph.ts';
import { withoutUnused } from '../tidy.ts';
import type { Plan, Weights } from './plan.ts';
import type { Range } from './range.ts';
import { channelsOf, leastScales, quantiseBias, quantiseWeights, type Scale, scaleOf } from './scales.ts';

const floats = ({ bytes }: Initialiser): Float32Array =>
  new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);

/** Where the scale of a value is. */
interface Place extends Scale {
  readonly scaleName: string;
  readonly zeroName: string;
}

class Quantiser {
  readonly #graph: OnnxGraph;
  readonly #plan: Plan;
  readonly #ranges: ReadonlyMap<string, Range>;
  readonly #reduceRange: boolean;
  readonly #nodes: OnnxOperation[] = [];
  readonly #initialisers: Initialiser[];
  readonly #types: Map<string, ElementType>;
  readonly #places = new Map<string, Place>();
  /** The output of each absorbed node, by its input. */
  readonly #after: ReadonlyMap<string, string>;

  constructor(graph: OnnxGraph, plan: Plan, ranges: ReadonlyMap<string, Range>, reduceRange: boolean) {
    this.#graph = graph;
    this.#plan = plan;
    this.#ranges = ranges;
    this.#reduceRange = reduceRange;
    this.#initialisers = [...graph.initialisers];
    this.#types = new Map(graph.types);
    this.#after = new Map(
      Array.from(plan.absorbed, ({ inputs, outputs }) => [inputs[0] ?? '', outputs[0] ?? '']),
    );
  }

  #unique(wanted: string): string {
    let name = wanted;
    for (let i = 1; this.#types.has(name); i++) name = `${wanted}_${i}`;
    return name;
  }

  #constant(
    wanted: string,
    type: ElementType,
    shape: readonly number[],
    values: { readonly buffer: ArrayBuffer } | number,
  ): string {
    const name = this.#unique(wanted);
    const bytes = typeof values === 'number' ? bytesOf([values], type) : new Uint8Array(values.buffer);
    this.#initialisers.push({ name, type, shape, bytes });
    this.#types.set(name, type);
    return name;
  }

  #add(
    operator: string,
    wanted: string,
    inputs: readonly string[],
    type: ElementType,
    axis?: number,
  ): string {
    const name = this.#unique(wanted);
    const attributes = axis === undefined ? {} : { axis: int(axis) };
    this.#nodes.push({ operator, name, inputs, outputs: [name], attributes });
    this.#types.set(name, type);
    return name;
  }

  #placeOf(value: string): Place {
    const shared = this.#plan.values.get(value);
    if (typeof shared === 'string') return this.#placeOf(shared);
    const known = this.#places.get(value);
    if (known) return known;
    const { scale, zero } = scaleOf(this.#ranges.get(value) ?? { least: 0, most: 0 });
    const place = {
      ...{ scale, zero },
      scaleName: this.#constant(`${value}/scale`, 'float32', [], scale),
      zeroName: this.#constant(`${value}/zero`, 'uint8', [], zero),
    };
    this.#places.set(value, place);
    return place;
  }

  /** Whole numbers for a value; answers the name of what they stand for. */
  #through(value: string): string {
    const { scaleName, zeroName } = this.#placeOf(value);
    const wholes = this.#add('QuantizeLinear', `${value}/uint8`, [value, scaleName, zeroName], 'uint8');
    return this.#add('DequantizeLinear', `${value}/float`, [wholes, scaleName, zeroName], 'float32');
  }

  #weights({ weight, axis, bias }: Weights, input: number): readonly string[] {
    const channels = channelsOf(weight.shape, axis);
    const values = bias && floats(bias);
    const { wholes, scales } = quantiseWeights(
      floats(weight),
      channels,
      this.#reduceRange,
      values && leastScales(values, input),
    );
    const constant = (
      { name, shape }: Initialiser,
      type: 'int8' | 'int32',
      along: number,
      of: Int8Array<ArrayBuffer> | Int32Array<ArrayBuffer>,
      by: Float32Array<ArrayBuffer>,
    ): string => {
      const zeros = type === 'int8' ? new Int8Array(by.length) : new Int32Array(by.length);
      const inputs = [
        this.#constant(`${name}/${type}`, type, shape, of),
        this.#constant(`${name}/scale`, 'float32', [by.length], by),
        this.#constant(`${name}/zero`, type, [by.length], zeros),
      ];
      return this.#add('DequantizeLinear', `${name}/float`, inputs, 'float32', along);
    };
    const ofWeight = constant(weight, 'int8', axis, wholes, scales);
    if (!bias || !values) return [ofWeight];
    const made = quantiseBias(values, input, scales);
    return [ofWeight, constant(bias, 'int32', 0, made.wholes, made.scales)];
  }

  graph(): OnnxGraph {
    const { inputs, nodes } = this.#graph;
    const { weighted, whole, absorbed, values } = this.#plan;
    const makers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
    const through = new Map<string, string>();
    const bring = (value: string): void => {
      if (values.has(value)) through.set(value, this.#through(value));
    };
    for (const { name } of inputs) bring(name);
    for (const node of nodes) {
      if (absorbed.has(node)) continue;
      const inputs = node.inputs.map((each) => {
        const maker = makers.get(each);
        // What is there in float32 is taken as it is by whatever computes so.
        const takes = whole.has(node) || (maker !== undefined && whole.has(maker));
        return takes ? (through.get(each) ?? each) : each;
      });
      const weights = weighted.get(node);
      const [data = ''] = node.inputs;
      const taken = weights
        ? [inputs[0] ?? '', ...this.#weights(weights, this.#placeOf(data).scale)]
        : inputs;
      const outputs = node.outputs.map((output) => this.#after.get(output) ?? output);
      this.#nodes.push({ ...node, inputs: taken, outputs });
      for (const output of outputs) bring(output);
    }
    return withoutUnused({
      ...this.#graph,
      nodes: this.#nodes,
      initialisers: this.#initialisers,
      types: this.#types,
    });
  }
}

/** @param ranges  of the values in whole numbers that have scales of their own */
export const quantise = (
  graph: OnnxGraph,
  plan: Plan,
  ranges: ReadonlyMap<string, Range>,
  reduceRange: boolean,
): OnnxGraph => new Quantiser(graph, plan, ranges, reduceRange).graph();
