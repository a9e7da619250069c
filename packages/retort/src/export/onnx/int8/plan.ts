/** Which nodes compute in whole numbers, and which values are whole for that. */
import { ExportError } from '../errors.ts';
import type { Attribute, Initialiser, OnnxGraph, OnnxOperation } from '../graph.ts';
import type { Int8Options } from './options.ts';

/** A node's constants, of which the whole numbers are made. */
export interface Weights {
  readonly weight: Initialiser;
  /** The dimension of its output channels. */
  readonly axis: number;
  readonly bias: Initialiser | null;
}

export interface Plan {
  /** Convolutions and linear layers in whole numbers. */
  readonly weighted: ReadonlyMap<OnnxOperation, Weights>;
  /** All nodes between whole numbers: these, and what runtimes compute on whole numbers as well. */
  readonly whole: ReadonlySet<OnnxOperation>;
  /** Relu and Clip that are no nodes any more: whole numbers end where they cut. */
  readonly absorbed: ReadonlySet<OnnxOperation>;
  /** Values in whole numbers; those of a string have the scale of the value that it names, as they have its elements. */
  readonly values: ReadonlyMap<string, string | null>;
}

/** What passes elements on, or answers between them: in the scale of its input. */
const passing = /^(Reshape|Transpose|Squeeze|Unsqueeze|Flatten|Slice|Split|MaxPool|AveragePool)$/;
/** What onnxruntime computes of whole numbers in a scale of its own. */
const mixing = /^(Add|Concat|GlobalAveragePool)$/;
const cutting = /^(Relu|Clip)$/;

const isOne = (attribute: Attribute | undefined): boolean =>
  attribute === undefined || ('float' in attribute && attribute.float === 1);
const isSet = (attribute: Attribute | undefined): boolean =>
  attribute !== undefined && 'int' in attribute && attribute.int !== 0;

const floats = ({ bytes }: Initialiser): Float32Array =>
  new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);

class Planner {
  readonly #graph: OnnxGraph;
  readonly #answers: ReadonlySet<string>;
  readonly #constants: ReadonlyMap<string, Initialiser>;
  readonly #makers = new Map<string, OnnxOperation>();
  readonly #takers = new Map<string, OnnxOperation[]>();
  readonly #weighted = new Map<OnnxOperation, Weights>();
  readonly #whole = new Set<OnnxOperation>();
  readonly #absorbed = new Set<OnnxOperation>();

  constructor(graph: OnnxGraph) {
    this.#graph = graph;
    this.#answers = new Set(graph.outputs.map(({ name }) => name));
    this.#constants = new Map(graph.initialisers.map((each) => [each.name, each]));
    for (const node of graph.nodes) {
      for (const output of node.outputs) this.#makers.set(output, node);
      for (const input of new Set(node.inputs))
        this.#takers.set(input, [...(this.#takers.get(input) ?? []), node]);
    }
  }

  #float(name: string | undefined): Initialiser | null {
    const found = this.#constants.get(name ?? '');
    return found?.type === 'float32' ? found : null;
  }

  /**
   * The constants of a convolution or a linear layer; null for one that has others, and for all else. Products of two values, as in attention, stay in
   * float32: they are a small part of the work, both of their sides would lose what softmax tells apart, and each would be brought into whole numbers for
   * one product alone.
   */
  #weightsOf({ operator, inputs, attributes }: OnnxOperation): Weights | null {
    const [input, weightName, biasName = ''] = inputs;
    const weight = this.#float(weightName);
    const bias = biasName === '' ? null : this.#float(biasName);
    if (!weight || (biasName !== '' && !bias) || this.#constants.has(input ?? '')) return null;
    if (operator === 'Conv') return { weight, axis: 0, bias };
    if (weight.shape.length !== 2) return null;
    if (operator === 'MatMul') return { weight, axis: 1, bias: null };
    const { alpha, beta, transA, transB } = attributes;
    if (operator !== 'Gemm' || !isOne(alpha) || !isOne(beta) || isSet(transA)) return null;
    const axis = isSet(transB) ? 0 : 1;
    return bias && bias.shape.length === 1 && bias.shape[0] !== weight.shape[axis]
      ? null
      : { weight, axis, bias };
  }

  #data({ operator, inputs }: OnnxOperation): readonly string[] {
    return operator === 'Add' || operator === 'Concat' ? inputs : inputs.slice(0, 1);
  }

  #goesOnWhole({ outputs }: OnnxOperation): boolean {
    return outputs.every(
      (output) =>
        !this.#answers.has(output) &&
        (this.#takers.get(output) ?? []).every((taker) => this.#whole.has(taker)),
    );
  }

  /** Whether a node is between others in whole numbers; a convolution's output is whole in any case. */
  #isBetween(node: OnnxOperation): boolean {
    const makers = this.#data(node).map((input) => this.#makers.get(input));
    if (!makers.every((maker) => maker !== undefined && this.#whole.has(maker))) return false;
    const [maker] = makers;
    return (
      (cutting.test(node.operator) && maker?.operator === 'Conv' && this.#ends(node)) ||
      this.#goesOnWhole(node)
    );
  }

  /** Whether a node is all that whole numbers' ends do: it cuts at zero or on both sides of it, what nothing else takes. */
  #ends({
    operator,
    inputs: [input = '', low = '', high = ''],
    outputs: [output = ''],
  }: OnnxOperation): boolean {
    if (this.#takers.get(input)?.length !== 1 || this.#answers.has(output)) return false;
    const bound = (name: string, none: number): number => {
      const constant = this.#float(name);
      return constant ? (floats(constant)[0] ?? Number.NaN) : name === '' ? none : Number.NaN;
    };
    return (
      operator === 'Relu' ||
      (bound(low, Number.NEGATIVE_INFINITY) <= 0 && bound(high, Number.POSITIVE_INFINITY) >= 0)
    );
  }

  plan({ first = false, last = false }: NonNullable<Int8Options['keep']>): Plan {
    const { nodes, types } = this.#graph;
    const layers = nodes.flatMap((node) => {
      const weights = this.#weightsOf(node);
      return weights ? [{ node, weights }] : [];
    });
    for (const { node, weights } of layers.slice(first ? 1 : 0, last ? -1 : undefined))
      this.#weighted.set(node, weights);
    if (this.#weighted.size === 0)
      throw new ExportError(
        layers.length === 0
          ? 'nothing of this network can be computed in int8: it has no convolution and no linear layer'
          : 'nothing of this network would be in int8: int8.keep leaves alone all that it has of convolutions and linear layers',
      );
    for (const node of this.#weighted.keys()) this.#whole.add(node);
    const others = nodes.filter(
      ({ operator, outputs }) =>
        (passing.test(operator) || mixing.test(operator) || cutting.test(operator)) &&
        outputs.every((output) => types.get(output) === 'float32'),
    );
    for (const node of others) this.#whole.add(node);
    for (;;) {
      const out = others.filter((node) => this.#whole.has(node) && !this.#isBetween(node));
      if (out.length === 0) break;
      for (const node of out) this.#whole.delete(node);
    }
    for (const node of others)
      if (this.#whole.has(node) && cutting.test(node.operator) && this.#ends(node)) this.#absorbed.add(node);
    return { weighted: this.#weighted, whole: this.#whole, absorbed: this.#absorbed, values: this.#values() };
  }

  #values(): Map<string, string | null> {
    const values = new Map<string, string | null>();
    const isAbsorbed = (output: string): boolean =>
      (this.#takers.get(output) ?? []).some((taker) => this.#absorbed.has(taker));
    for (const node of this.#graph.nodes) {
      if (!this.#whole.has(node)) continue;
      const [input = ''] = node.inputs;
      if (!this.#absorbed.has(node))
        for (const each of this.#data(node)) if (!values.has(each)) values.set(each, null);
      // Of what has weights, only convolutions must answer whole numbers; others do where that is asked of them.
      if (this.#weighted.has(node) && node.operator !== 'Conv') continue;
      for (const output of node.outputs)
        if (!isAbsorbed(output)) values.set(output, passing.test(node.operator) ? input : null);
    }
    return values;
  }
}

/** @throws ExportError where nothing would be in whole numbers */
export const planOf = (graph: OnnxGraph, keep: NonNullable<Int8Options['keep']>): Plan =>
  new Planner(graph).plan(keep);
