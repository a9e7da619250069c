/** The engine's graph as one of ONNX. */
import type { Value } from '@retort/torch/graph';
import { type Builder, elementType } from './builder.ts';
import { Call } from './call.ts';
import { ExportError } from './errors.ts';
import { callText, type Followed } from './follow.ts';
import { loweringOf } from './lowerings/registry.ts';

/** What an image that is changed in place would be asked for. */
const inPlace = (operator: string): string =>
  `it changes a tensor in place that others may see: write it without the underscore (${operator.replace(/^aten::|_(?=\.|$)|\.\w+$/g, '')})`;

/**
 * Adds the nodes of every call; answers the name of the output.
 *
 * @param images  the value that is the network's input
 * @throws ExportError for an operator that cannot be exported, with its module's path
 */
export function lower(followed: Followed, builder: Builder, images: string): string {
  const { graph } = followed;
  const names = new Map<Value, string>([[graph.input, images]]);
  for (const node of graph.nodes) {
    const call = new Call(node, followed, builder, names);
    if (node.writes.length > 0) call.refuse(inPlace(call.operator));
    const lowering = loweringOf(call.operator);
    if (!lowering) throw new ExportError(`${callText(node)} cannot be exported: it has no form in ONNX here`);
    const made = [lowering(call)].flat();
    node.results.forEach((value, i) => {
      const name = made[i];
      if (value && name !== undefined) names.set(value, name);
    });
  }
  const [output] = graph.outputs;
  if (!output) throw new ExportError('the network answers nothing');
  const name = names.get(output);
  if (name === undefined) throw new ExportError('what the network answers does not depend on the images');
  elementType(output.form.dtype);
  return name;
}
