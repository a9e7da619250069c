/** A recorded forward made simple: changes in place become values of their own, and what no output needs goes. */
import { Operator } from '../dispatch/operator.ts';
import {
  type Graph,
  isContiguous,
  type Node,
  type Operand,
  Value,
  valueLike,
  valuesOf,
  withValues,
} from './graph.ts';

/** Operators that have one that answers the same in place, with an underscore after the name. */
const pureOf: ReadonlyMap<string, Operator> = new Map(
  [
    'relu',
    'relu6',
    'hardtanh',
    'leaky_relu',
    'sigmoid',
    'tanh',
    'silu',
    'gelu',
    'hardswish',
    'hardsigmoid',
    'clamp',
    'elu',
    'mish',
    'add.Tensor',
    'sub.Tensor',
    'mul.Tensor',
    'div.Tensor',
  ].map((name) => [`aten::${name.replace(/(?=\.|$)/, '_')}`, new Operator(`aten::${name}`)]),
);

/** Whether a call changes its first argument, and does so to a value that nothing else shares. */
function isOwnChange({ operator, writes: [written], args }: Node): boolean {
  if (!written || args[0] !== written || !pureOf.has(operator.name)) return false;
  const { storage, form } = written;
  if (storage.values > 1 || storage.foreign) return false;
  // Out of place the result would be of the wider dtype of the two.
  return [...valuesOf(args)].every((value) => value.form.dtype === form.dtype);
}

/**
 * Each change in place of a value that nothing else shares becomes a new value. Afterwards `written` says of a storage that calls on it
 * must stay in their order.
 */
export function withoutChanges(graph: Graph): Graph {
  const impure = new Set(
    graph.nodes
      .filter((node) => !isOwnChange(node))
      .flatMap(({ writes }) => writes.map(({ storage }) => storage)),
  );
  for (const { writes } of graph.nodes)
    for (const { storage } of writes) storage.written = impure.has(storage);
  const now = new Map<Value, Value>();
  const current = (value: Value): Value => now.get(value) ?? value;
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    const args = withValues(node.args, current) as Operand[];
    const [first] = args;
    const [result] = node.results;
    const [written] = node.writes;
    if (isCopy(node) && first instanceof Value && result && !result.storage.written) {
      now.set(result, first);
    } else if (written && !written.storage.written) {
      const operator = pureOf.get(node.operator.name) ?? node.operator;
      const changed = valueLike(written.form);
      now.set(written, changed);
      // What was kept of it is what it has become.
      written.constant = null;
      const inPlace = first instanceof Value ? { operator: node.operator, args, changes: first } : undefined;
      nodes.push({
        ...node,
        operator,
        args,
        results: [changed],
        writes: [],
        ...(inPlace ? { inPlace } : {}),
      });
    } else {
      nodes.push({ ...node, args });
    }
  }
  return { inputs: graph.inputs, nodes, outputs: graph.outputs.map(current) };
}

/** Whether a call copies what never changes. */
function isCopy({ operator, args: [of, format] }: Node): boolean {
  if (operator.name !== 'aten::clone' || !(of instanceof Value)) return false;
  return !of.storage.written && !of.storage.foreign && (format === undefined || isContiguous(of.form));
}

/** Whether a value is the same for every input. */
export const isConstant = (value: Value): boolean =>
  value.constant !== null && !value.storage.varies && !value.storage.written;

/** The graph without calls whose results are constants, or needed by nothing. */
export function withoutDead({ inputs, nodes, outputs }: Graph): Graph {
  const needed = new Set(outputs);
  const kept: Node[] = [];
  for (const node of nodes.toReversed()) {
    const makes = node.results.some((value) => value && needed.has(value) && !isConstant(value));
    if (!makes && node.writes.length === 0) continue;
    for (const value of valuesOf(node.args)) needed.add(value);
    kept.push(node);
  }
  return { inputs, nodes: kept.reverse(), outputs };
}
