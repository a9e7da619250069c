/**
 * Convolutions and linear layers on a CPU together with what follows them element by element, by oneDNN's operators in libtorch
 * (`mkldnn::_convolution_pointwise`, `mkldnn::_linear_pointwise`), with weights packed beforehand.
 */
import type { Scalar } from '../dispatch/exchange.ts';
import { Operator } from '../dispatch/operator.ts';
import { constant } from '../graph/fold.ts';
import { type Graph, type Node, type Operand, Storage, Value, valueLike } from '../graph/graph.ts';
import { Uses } from '../graph/uses.ts';
import { op } from '../op.ts';
import type { Tensor } from '../tensor.ts';

const operators = {
  convolution: new Operator('mkldnn::_convolution_pointwise'),
  convolutionBinary: new Operator('mkldnn::_convolution_pointwise.binary'),
  convolutionBinaryInPlace: new Operator('mkldnn::_convolution_pointwise_.binary'),
  linear: new Operator('mkldnn::_linear_pointwise'),
  linearBinary: new Operator('mkldnn::_linear_pointwise.binary'),
  convert: new Operator('aten::to.dtype'),
};
const packConvolution = op('mkldnn::_reorder_convolution_weight');
const packLinear = op('mkldnn::_reorder_linear_weight');
const supported = {
  bfloat16: op<boolean>('mkldnn::_is_mkldnn_bf16_supported'),
  float16: op<boolean>('mkldnn::_is_mkldnn_fp16_supported'),
};

/** An activation as oneDNN names it. */
interface Activation {
  readonly name: string;
  readonly scalars: readonly Scalar[];
  readonly algorithm: string;
}

const isNumber = (operand: Operand): operand is number => typeof operand === 'number';
const simple = (name: string) => (): Activation => ({ name, scalars: [], algorithm: '' });
const between = (least: Operand, most: Operand): Activation | undefined =>
  isNumber(least) && isNumber(most) && least <= most
    ? { name: 'hardtanh', scalars: [least, most], algorithm: '' }
    : undefined;

const activations: Readonly<Record<string, (args: readonly Operand[]) => Activation | undefined>> = {
  'aten::relu': simple('relu'),
  'aten::sigmoid': simple('sigmoid'),
  'aten::tanh': simple('tanh'),
  'aten::silu': simple('swish'),
  'aten::hardswish': simple('hardswish'),
  'aten::hardsigmoid': simple('hardsigmoid'),
  'aten::relu6': () => between(0, 6),
  'aten::hardtanh': ([, least = -1, most = 1]) => between(least, most),
  'aten::clamp': ([, least, most]) => between(least, most),
  'aten::leaky_relu': ([, slope = 0.01]) =>
    isNumber(slope) ? { name: 'leaky_relu', scalars: [slope], algorithm: '' } : undefined,
  'aten::gelu': ([, approximate = 'none']) =>
    typeof approximate === 'string' ? { name: 'gelu', scalars: [], algorithm: approximate } : undefined,
};

const none: Activation = { name: 'none', scalars: [], algorithm: '' };

/** What follows a convolution or linear layer: its activation, or an addition and possibly a relu. */
interface Followed {
  readonly last: Node;
  readonly result: Value;
  readonly activation: Activation | null;
  /** What is added. */
  readonly other: Value | null;
}

/** The other summand, if the call adds to `value` one of its form. */
function otherSummand(node: Node, value: Value): Value | undefined {
  const [one, two, alpha] = node.args;
  if (node.operator.name !== 'aten::add.Tensor' || (alpha !== undefined && alpha !== 1)) return undefined;
  const other = one === value ? two : one;
  if (!(other instanceof Value) || other === value || other.storage.written) return undefined;
  const { dtype, device, shape } = other.form;
  const fits =
    dtype === value.form.dtype && device === value.form.device && `${shape}` === `${value.form.shape}`;
  return fits ? other : undefined;
}

/** Whether oneDNN computes in this form. */
function isForOneDnn({ form }: Value): boolean {
  const { device, dtype, shape } = form;
  if (device !== 'cpu' || shape.includes(0)) return false;
  if (dtype === 'bfloat16' || dtype === 'float16') return supported[dtype]();
  return dtype === 'float32';
}

const lists = (dims: number, ...operands: Operand[]): number[][] | undefined => {
  const numbers = operands.map((operand, i): number[] => {
    const given = operand ?? (i === 0 ? 0 : 1);
    const list = Array.isArray(given) ? given.map(Number) : [Number(given)];
    return list.length === 1 ? Array.from({ length: dims }, () => list[0] ?? 0) : list;
  });
  return numbers.every((list) => list.length === dims && list.every(Number.isInteger)) ? numbers : undefined;
};

/** A constant of another layout, that stands in the place of one. */
function packed(tensor: Tensor, { form }: Value): Value {
  const value = new Value(form, new Storage());
  value.constant = tensor;
  return value;
}

class Fuser {
  readonly #uses: Uses;
  readonly #replaced = new Map<Node, readonly Node[]>();
  readonly #graph: Graph;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#uses = new Uses(graph);
  }

  graph(): Graph {
    for (const node of this.#graph.nodes) {
      const [result] = node.results;
      if (!result || this.#replaced.has(node) || !isForOneDnn(result)) continue;
      if (/^aten::conv[23]d(\.padding)?$/.test(node.operator.name)) this.#convolution(node, result);
      else if (node.operator.name === 'aten::linear') this.#linear(node, result);
    }
    return { ...this.#graph, nodes: this.#graph.nodes.flatMap((node) => this.#replaced.get(node) ?? node) };
  }

  /** The calls that can be done along with one, the last of which is replaced. */
  #followers(node: Node, value: Value, adds: boolean): { nodes: Node[]; followed: Followed } {
    const alone = { nodes: [node], followed: { last: node, result: value, activation: null, other: null } };
    const next = this.#uses.onlyTaker(value);
    const [result] = next?.results ?? [];
    if (!next || !result || this.#replaced.has(next) || next.writes.length > 0) return alone;
    const activation = next.args[0] === value ? activations[next.operator.name]?.(next.args) : undefined;
    if (activation) {
      return { nodes: [node, next], followed: { last: next, result, activation, other: null } };
    }
    const other = adds ? otherSummand(next, value) : undefined;
    if (!other) return alone;
    return { nodes: [node, next], followed: { last: next, result, activation: null, other } };
  }

  #replace(nodes: readonly Node[], by: readonly Node[]): void {
    for (const node of nodes) this.#replaced.set(node, []);
    const last = nodes.at(-1);
    if (last) this.#replaced.set(last, by);
  }

  /** The input in the dtype of the result, which autocast chose, and the constants likewise. */
  #operands(
    node: Node,
    { form }: Value,
  ): { before: Node[]; x: Value; weight: Tensor; bias: Tensor | null } | undefined {
    const [given] = node.args;
    const weight = constant(node.args[1]);
    const bias = constant(node.args[2]);
    if (!(given instanceof Value) || given.storage.written || !weight || bias === undefined) return undefined;
    const { dtype } = form;
    const constants = { weight: weight.to(dtype), bias: bias?.to(dtype) ?? null };
    if (given.form.dtype === dtype) return { before: [], x: given, ...constants };
    const x = valueLike({ ...given.form, dtype });
    const convert = { operator: operators.convert, args: [given, dtype], results: [x], writes: [] };
    return { before: [convert], x, ...constants };
  }

  #convolution(node: Node, value: Value): void {
    const dims = value.form.shape.length - 2;
    const operands = this.#operands(node, value);
    if (!operands || operands.weight.dim() !== dims + 2) return;
    const { before, x, weight, bias } = operands;
    const kernel = weight.shape.slice(2);
    const [, , , stride, given, dilation, groups = 1] = node.args;
    const padding = given === 'same' ? samePadding(kernel, dilation) : given === 'valid' ? 0 : given;
    const numbers =
      padding === undefined && given !== undefined ? undefined : lists(dims, padding, stride, dilation);
    if (!numbers || typeof groups !== 'number') return;
    const [paddings = [], strides = [], dilations = []] = numbers;
    const settings = [paddings, strides, dilations, groups] as const;
    const source = node.args[1];
    if (!(source instanceof Value)) return;
    const { nodes, followed } = this.#followers(node, value, groups === 1);
    const w = packed(packConvolution(weight, paddings, strides, dilations, groups, x.form.shape), source);
    const b = bias && packed(bias, source);
    const { other, activation } = followed;
    if (!other) {
      const { name, scalars, algorithm } = activation ?? none;
      const args = [x, w, b, ...settings, name, scalars, algorithm];
      const fused = { operator: operators.convolution, args, results: [followed.result], writes: [] };
      this.#replace(nodes, [...before, fused]);
      return;
    }
    const relu = this.#uses.onlyTaker(followed.result);
    const rectified = relu?.operator.name === 'aten::relu' && !this.#replaced.has(relu) ? relu : undefined;
    const rest = [w, b, ...settings, 'add', 1, rectified ? 'relu' : null, [], null];
    const fused: Node = {
      operator: operators.convolutionBinary,
      args: [x, other, ...rest],
      results: [rectified?.results[0] ?? followed.result],
      writes: [],
      inPlace: { operator: operators.convolutionBinaryInPlace, args: [other, x, ...rest], changes: other },
    };
    this.#replace(rectified ? [...nodes, rectified] : nodes, [...before, fused]);
  }

  #linear(node: Node, value: Value): void {
    const { nodes, followed } = this.#followers(node, value, true);
    const source = node.args[1];
    if (nodes.length === 1 || !(source instanceof Value)) return;
    const operands = this.#operands(node, value);
    if (!operands || operands.x.form.shape.length < 2) return;
    const { before, x, weight, bias } = operands;
    const rows = x.form.shape.slice(0, -1).reduce((product, size) => product * size, 1);
    const w = packed(packLinear(weight, rows), source);
    const b = bias && packed(bias, source);
    const { name, scalars, algorithm } = followed.activation ?? none;
    const fused: Node = followed.other
      ? { operator: operators.linearBinary, args: [x, followed.other, w, b, 'add'], results: [], writes: [] }
      : { operator: operators.linear, args: [x, w, b, name, scalars, algorithm], results: [], writes: [] };
    this.#replace(nodes, [...before, { ...fused, results: [followed.result] }]);
  }
}

/** The padding on each side that keeps the size, where both sides are alike. */
function samePadding(kernel: readonly number[], dilation: Operand): number[] | undefined {
  const [dilations] = lists(kernel.length, dilation ?? 1) ?? [];
  const padding = kernel.map((size, i) => ((size - 1) * (dilations?.[i] ?? 1)) / 2);
  return padding.every(Number.isInteger) ? padding : undefined;
}

/** The graph with convolutions and linear layers fused with what follows them, where oneDNN offers it. */
export function fuse(graph: Graph): Graph {
  return new Fuser(graph).graph();
}
