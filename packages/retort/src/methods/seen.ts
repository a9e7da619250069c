/** What methods take out of what they see. */
import type { Tensor } from '@retort/torch';
import type { Anatomy } from '../models/index.ts';
import type { Anatomies, Features, Seen, Side } from './method.ts';

/** A network's logits [B, C]. @throws RangeError where it has none @example logits(seen.student) */
export function logits({ outputs }: Side): Tensor {
  const found = outputs.logits;
  if (!found) throw new RangeError('there are no logits');
  return found;
}

/** The class of each sample, int64 [B]. @throws RangeError where samples have none @example labels(seen) */
export function labels({ targets }: Pick<Seen, 'targets'>): Tensor {
  const found = targets.labels;
  if (!found) throw new RangeError('there are no labels');
  return found;
}

/** A feature that was tapped. @throws RangeError if it was not @example feature(seen.student.features, 'layer2') */
export function feature(features: Features, path: string): Tensor {
  const found = features[path];
  if (!found) throw new RangeError(`'${path}' was not tapped`);
  return found;
}

/** What a network says of itself, or a sentence that asks for it. */
export function anatomy(pair: Anatomies, whose: 'student' | 'teacher', method: string): Anatomy {
  const found = pair[whose].anatomy;
  if (found) return found;
  throw new RangeError(
    `${method}: the ${whose} does not say where its features are: give it an \`anatomy\`, or the method the paths`,
  );
}
