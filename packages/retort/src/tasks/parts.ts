/** What tasks are made of. */
import type { nn, Tensor } from '@retort/torch';
import type { Inputs, Targets } from '../data/index.ts';
import type { Outputs } from '../models/index.ts';

function named(what: string, tensors: Readonly<Record<string, Tensor>>, name: string): Tensor {
  const found = tensors[name];
  if (!found)
    throw new RangeError(
      `there is no ${what} '${name}'; there is ${Object.keys(tensors).join(', ') || 'none at all'}`,
    );
  return found;
}

/** The images [V·B, C, H, W] that a network is called with. @throws RangeError where there are none */
export const imagesIn = (inputs: Inputs): Tensor => named('input', inputs, 'images');

/** A network of texts: it is called with their tokens, which of them there are, and which of two texts each is of. */
interface TextNetwork {
  forward(tokens: Tensor, mask: Tensor, types?: Tensor): Tensor;
}

/**
 * What a network answers for the images, or the texts, that it is called with.
 *
 * @param inputs  `images`, or `tokens`, `mask` and `types`
 * @throws RangeError where there are neither
 */
export function answer(model: nn.Module, inputs: Inputs): Tensor {
  const { tokens, mask, types } = inputs;
  if (tokens && mask) return (model as nn.Module & TextNetwork).forward(tokens, mask, types);
  return (model as nn.Layer).forward(imagesIn(inputs));
}

/** An output by its name. @throws RangeError where it is not there @example output(outputs, 'logits') */
export const output = (outputs: Outputs, name: string): Tensor => named('output', outputs, name);

/** A target by its name. @throws RangeError where it is not there @example target(targets, 'labels') */
export const target = (targets: Targets, name: string): Tensor => named('target', targets, name);
