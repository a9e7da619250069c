import { functional } from '@retort/torch';
import type { Method } from './method.ts';

/** Training on the labels alone, which every distilled student is compared with. */
export function crossEntropy(): Method {
  return {
    name: 'cross-entropy',
    needsTeacher: false,
    losses: ({ student, labels }) => ({ ce: functional.cross_entropy(student, labels) }),
  };
}
