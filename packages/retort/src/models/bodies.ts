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

/** What is said of weights without a classifier where one is wanted. */
export const cureOfBody =
  'begin with a new one where it is trained (`newHead`); what its features are worth, `retort probe` says';

/** Weights without a classifier where one is wanted. */
export class NoClassifierError extends RangeError {
  /** @param what  begins the sentence, with the file */
  constructor(what: string) {
    super(`${what}${cureOfBody}`);
  }
}

/** Tokens that a transformer is shown beside its patches: they are parameters of no module, and what it computes depends on them. */
const isShown = (key: string): boolean => /^(?:reg_token|register_tokens|dist_token)$/.test(key);

/**
 * Which keys of a file are of no module of a network's body: a projection or prototypes, which pre-training has in the classifier's place or beside the
 * network, as `fc.2.weight` of MoCo v2 and `prototypes.weight` of SwAV.
 *
 * @param body  keys of the network without its classifier
 */
export function besideBody(body: nn.StateDict): (key: string) => boolean {
  const first = (key: string): string => key.split('.', 1)[0] ?? '';
  const own = new Set(Object.keys(body).map(first));
  return (key) => !own.has(first(key)) && !isShown(key);
}
