/** The engine's graph as one of ONNX. */
import { type Graph, type Value, valuesOf } from '@retort/torch/graph';
import { type Builder, elementType } from './builder.ts';
import { Call } from './call.ts';
import { ExportError } from './errors.ts';
import { callText, type Followed } from './follow.ts';
import { activations } from './lowerings/activations.ts';
import { arithmetic } from './lowerings/arithmetic.ts';
import { loweringOf } from './lowerings/registry.ts';
import type { Shown } from './shown/index.ts';

/** Operators that have a form in place, which computes each element of what it then is. */
const elementwise = new Set(Object.keys({ ...activations, ...arithmetic }));

/** Whether a change in place is seen by what its call answers alone: nothing that lies in the same memory, and was there before, is asked for later. */
function isItsOwn({ nodes, outputs }: Graph, at: number): boolean {
  const [written] = nodes[at]?.writes ?? [];
  if (!written || written.storage.foreign) return false;
  const before = new Set(nodes.slice(0, at).flatMap(({ results }) => results));
  const later = [...outputs, ...nodes.slice(at + 1).flatMap(({ args }) => [...valuesOf(args)])];
  return !later.some((value) => value !== written && value.storage === written.storage && before.has(value));
}

/** The name of the operator that answers the same out of place; its own where it has none. */
function outOfPlace(graph: Graph, at: number, operator: string): string {
  const pure = operator.replace(/_(?=\.|$)/, '');
  return elementwise.has(pure.replace(/\.\w+$/, '')) && isItsOwn(graph, at) ? pure : operator;
}

/** What to write instead of a change in place. */
const inPlace = (operator: string): string =>
  `it changes a tensor in place that others may see: write it without the underscore (${operator.replace(/^aten::|_(?=\.|$)|\.\w+$/g, '')})`;

/**
 * Adds the nodes of every call; answers the names of what the network answers, one at least.
 *
 * @param inputs  the names of the values that are the network's inputs
 * @throws ExportError for an operator that cannot be exported, with its module's path
 */
export function lower(
  followed: Followed,
  builder: Builder,
  shown: Pick<Shown, 'kind' | 'varying'>,
  inputs: readonly string[],
): readonly [string, ...string[]] {
  const { graph } = followed;
  const names = new Map<Value, string>(graph.inputs.map((input, i) => [input, inputs[i] ?? '']));
  for (const [at, node] of graph.nodes.entries()) {
    const call = new Call(node, { followed, builder, names, shown });
    const operator = node.writes.length > 0 ? outOfPlace(graph, at, call.operator) : call.operator;
    if (node.writes.length > 0 && operator === call.operator) call.refuse(inPlace(call.operator));
    const lowering = loweringOf(operator);
    if (!lowering) throw new ExportError(`${callText(node)} cannot be exported: it has no form in ONNX here`);
    const made = [lowering(call)].flat();
    node.results.forEach((value, i) => {
      const name = made[i];
      if (value && name !== undefined) names.set(value, name);
    });
  }
  const [first, ...others] = graph.outputs.map((output) => {
    const name = names.get(output);
    if (name === undefined)
      throw new ExportError(`what the network answers does not depend on the ${shown.kind}`);
    elementType(output.form.dtype);
    return name;
  });
  if (first === undefined) throw new ExportError('the network answers nothing');
  return [first, ...others];
}
