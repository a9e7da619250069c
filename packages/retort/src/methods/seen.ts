/** What methods take out of what they see. */
import type { Tensor } from '@retort/torch';
import type { Anatomy } from '../models/index.ts';
import { output, target } from '../tasks/index.ts';
import type { Anatomies, AnatomySide, Features, Seen, Side, Whose } from './method.ts';

/** A network's logits [B, C]. @throws RangeError where it has none @example logits(seen.student) */
export const logits = ({ outputs }: Pick<Side, 'outputs'>): Tensor => output(outputs, 'logits');

/** The class of each sample, int64 [B]. @throws RangeError where samples have none @example labels(seen) */
export const labels = ({ targets }: Pick<Seen, 'targets'>): Tensor => target(targets, 'labels');

/** A feature that was tapped. @throws RangeError if it was not @example feature(seen.student.features, 'layer2') */
export function feature(features: Features, path: string): Tensor {
  const found = features[path];
  if (!found) throw new RangeError(`'${path}' was not tapped`);
  return found;
}

/**
 * Which of a network's tokens are of its texts, bool [B, L]; null where it is shown no texts.
 *
 * @param tokens  a feature [B, L, …] of it
 * @throws RangeError where that is not of the tokens that it is shown
 */
export function maskOf({ mask }: Side, tokens: Tensor, what: string): Tensor | null {
  if (!mask || String(mask.shape) === String(tokens.shape.slice(0, 2))) return mask;
  throw new RangeError(
    `${what} is [${tokens.shape.join(', ')}], which is not a vector of each of the ${mask.size(1)} tokens that the network is shown [${mask.shape.join(', ')}]`,
  );
}

/** What a network says of itself, or a sentence that asks for it. */
export function anatomy(pair: Anatomies, whose: Whose, method: string): Anatomy {
  const found = pair[whose].anatomy;
  if (found) return found;
  throw new RangeError(
    `${method}: the ${whose} does not say where its features are: give it an \`anatomy\`, or the method the paths (of an ONNX file the names of values, as retort inspect lists them)`,
  );
}

/** How many tokens of a network's stages come before those of patches. */
export const prefixTokens = ({ anatomy }: AnatomySide): number => anatomy?.prefixTokens ?? 0;
