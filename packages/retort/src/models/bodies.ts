/** What is left of a network without its classifier. */
import type { nn } from '@retort/torch';
import { anatomyOf } from './anatomy.ts';
import { isOfClassifier } from './classes.ts';

/** The part of a state dict whose keys are kept. */
export const partOf = (own: nn.StateDict, isKept: (key: string) => boolean): nn.StateDict =>
  Object.fromEntries(Object.entries(own).filter(([key]) => isKept(key)));

/** The module of a network's head that a key is of, before its classifier. */
export const headWith = (model: nn.Layer, key: string): string | undefined =>
  anatomyOf(model)?.head?.find((module) => key.startsWith(`${module}.`));

/** What a file may have of a network whose classifier begins anew: all but this, and but what comes before it and belongs to it. */
export function bodiesOf(model: nn.Layer): readonly [nn.StateDict, nn.StateDict] {
  const own = model.stateDict();
  const isOfNew = isOfClassifier(model);
  const withoutClassifier = partOf(own, (key) => !isOfNew(key));
  return [withoutClassifier, partOf(withoutClassifier, (key) => headWith(model, key) === undefined)];
}
