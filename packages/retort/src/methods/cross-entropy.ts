import { functional } from '@retort/torch';
import { z } from 'zod';
import type { Method, MethodDefinition } from './method.ts';
import { parseOptions } from './method.ts';

const options = z.strictObject({
  labelSmoothing: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe(
      'The share of the target that all classes have in common (Szegedy et al. 2016); 0 in the CRD benchmark',
    ),
});

export type CrossEntropyOptions = z.input<typeof options>;

/** Training on the labels alone, which every distilled student is compared with. @example crossEntropy() */
export function crossEntropy(given: CrossEntropyOptions = {}): Method {
  const { labelSmoothing } = parseOptions('cross-entropy', options, given);
  return {
    name: 'cross-entropy',
    needsTeacher: false,
    objective: () => ({
      losses: ({ student, labels }) => ({
        ce: functional.cross_entropy(student, labels, { labelSmoothing }),
      }),
    }),
  };
}

export const crossEntropyDefinition: MethodDefinition = {
  name: 'cross-entropy',
  source: 'Cross entropy with the labels alone',
  options,
  create: (given) => crossEntropy(parseOptions('cross-entropy', options, given)),
};
