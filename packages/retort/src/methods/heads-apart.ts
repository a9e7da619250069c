/**
 * Students of two heads, as DeiT's with a distillation token (Touvron et al. 2021, "Training data-efficient image transformers & distillation through
 * attention", section 4): the first learns what the data says, the second what the teacher says, and the student answers the mean of both.
 */
import type { Tensor } from '@retort/torch';
import type { Outputs } from '../models/index.ts';
import type { Anatomies, Method, Seen } from './method.ts';
import { anatomy, feature, logits } from './seen.ts';

/** The paths of both heads. @throws RangeError where the student has not two */
function headsOf(pair: Anatomies, method: string): readonly [string, string] {
  const { classifier } = anatomy(pair, 'student', method);
  const [first, second, ...more] = classifier;
  if (first !== undefined && second !== undefined && more.length === 0) return [first, second];
  throw new RangeError(
    `${method}: headsApart is for a student of two heads, as DeiT's with a distillation token, and this one has ${classifier.length} (${classifier.join(', ')}): leave it out`,
  );
}

/** What a method sees where the logits that are compared with the teacher's are those of one head, and the task's own loss is of another. @throws RangeError where the student answers none */
function seenApart(
  seen: Seen,
  [first, second]: readonly [string, string],
  { name, needsTeacher }: Method,
): Seen {
  const { teacher, targets, progress } = seen;
  const { outputs, features } = seen.student;
  if (!outputs.logits)
    throw new RangeError(
      `${name}: headsApart is for a student of two heads that each answer logits, as DeiT's with a distillation token, and this one answers ${Object.keys(outputs).join(', ')}: leave headsApart out`,
    );
  // Of an image in several turns outputs are of the first.
  const only = (path: string): Tensor => feature(features, path).narrow(0, 0, logits(seen.student).size(0));
  const answered = (path: string): Outputs => ({ ...outputs, logits: only(path) });
  return {
    ...{ teacher, targets, progress },
    get ids() {
      return seen.ids;
    },
    student: {
      outputs: answered(needsTeacher ? second : first),
      features,
      get mask() {
        return seen.student.mask;
      },
    },
    loss: (of = answered(first)) => seen.loss(of),
  };
}

/**
 * The same method for a student of two heads, each of which learns by itself: the task's own loss is of the first head's logits, and what is
 * compared with the teacher's logits are the second's. Which is which says the order of `anatomy.classifier`.
 *
 * @throws RangeError when taps are chosen, where the student has not two heads, and where these answer no logits, as a detector's
 * @example headsApart(kd({ temperature: 3, alpha: 0.1, gamma: 0.9 })) // DeiT's soft distillation
 */
export function headsApart(method: Method): Method {
  const { name } = method;
  return {
    ...method,
    taps(pair) {
      const { student, teacher } = method.taps?.(pair) ?? { student: [], teacher: [] };
      return { student: [...new Set([...student, ...headsOf(pair, name)])], teacher };
    },
    objective(pair) {
      const heads = headsOf(pair, name);
      const objective = method.objective(pair);
      return {
        ...(objective.parts ? { parts: objective.parts } : {}),
        losses: (seen) => objective.losses(seenApart(seen, heads, method)),
      };
    },
  };
}
