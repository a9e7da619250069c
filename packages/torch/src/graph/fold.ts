/** Batch norms of evaluation, which scale and shift each channel by constants, folded into the weights before them. */
import { scope } from '../dispatch/scope.ts';
import type { Tensor } from '../tensor.ts';
import { constantOf, type Graph, type Node, type Operand, Value } from './graph.ts';
import { isConstant } from './simplify.ts';
import { Uses } from './uses.ts';

/** Operators of an input, a weight [out, …] and a bias [out], whose channels are dimension 1 of the result. */
const weighted = /^aten::(conv[123]d(\.padding)?|linear)$/;

/** A constant among the arguments: null where none was given, undefined where it is something else. */
export function constant(operand: Operand): Tensor | null | undefined {
  if (operand === null || operand === undefined) return null;
  return operand instanceof Value && isConstant(operand) ? (operand.constant ?? undefined) : undefined;
}

/** The weight and the bias with the batch norm in them, computed in float64. */
function folded(node: Node, norm: Node): [weight: Tensor, bias: Tensor] | undefined {
  const dtype = node.results[0]?.form.dtype;
  const weight = constant(node.args[1]);
  const bias = constant(node.args[2]);
  const [gain, shift, mean, variance] = norm.args.slice(1, 5).map(constant);
  const eps = norm.args[7];
  if (!dtype || !weight || !mean || !variance || typeof eps !== 'number') return undefined;
  if (bias === undefined || gain === undefined || shift === undefined) return undefined;
  return scope(() => {
    const wide = (tensor: Tensor): Tensor => tensor.to('float64');
    const deviation = wide(variance).add(eps).sqrt();
    const scale = gain ? wide(gain).div(deviation) : deviation.reciprocal();
    const perRow = weight.shape.map((size, i) => (i === 0 ? size : 1));
    const centred = bias ? wide(bias).sub(wide(mean)) : wide(mean).neg();
    const moved = centred.mul(scale);
    return [
      wide(weight).mul(scale.reshape(perRow)).to(dtype),
      (shift ? moved.add(wide(shift)) : moved).to(dtype),
    ];
  });
}

/** What was folded goes by the names of the layer's own parameters; a bias that it had not, by the one beside its weight. */
function nameAfter({ args: [, from, shift] }: Node, weight?: Value, bias?: Value): void {
  if (!weight || !bias || !(from instanceof Value)) return;
  weight.name = from.name;
  bias.name = shift instanceof Value ? shift.name : (from.name?.replace(/weight$/, 'bias') ?? null);
}

/** The graph with every batch norm folded that alone follows a convolution or a linear layer of constant weights. */
export function foldBatchNorms(graph: Graph): Graph {
  const uses = new Uses(graph);
  const replaced = new Map<Node, Node | null>();
  for (const node of graph.nodes) {
    const [value] = node.results;
    if (!value || !weighted.test(node.operator.name)) continue;
    const norm = uses.onlyTaker(value);
    const [result] = norm?.results ?? [];
    if (norm?.operator.name !== 'aten::batch_norm' || norm.args[0] !== value || norm.args[5] !== false)
      continue;
    // The channels of a linear layer are its last dimension, those of a batch norm the second.
    if (node.operator.name === 'aten::linear' && value.form.shape.length !== 2) continue;
    // An image without N is none to batch norm.
    if (result?.form.dtype !== value.form.dtype || value.form.dtype.startsWith('complex')) continue;
    const constants = folded(node, norm);
    if (!constants) continue;
    const [weight, bias] = constants.map(constantOf);
    nameAfter(node, weight, bias);
    replaced.set(node, null);
    replaced.set(norm, {
      ...node,
      args: [node.args[0], weight, bias, ...node.args.slice(3)],
      results: [result],
    });
  }
  const nodes = graph.nodes.flatMap((node) => {
    const by = replaced.get(node);
    return by === undefined ? node : (by ?? []);
  });
  return { ...graph, nodes };
}
