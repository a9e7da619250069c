/** The task's own loss alone: training without a teacher, which every distilled student is compared with. */
import { z } from 'zod';
import { defineMethod } from './define-method.ts';

/** Training on what the data says, whatever the task: cross entropy of a classification. @example supervised() */
export const supervised = defineMethod(
  {
    name: 'supervised',
    source: "The task's own loss alone, without a teacher",
    options: z.strictObject({}),
    teacher: false,
  },
  () => ({ needs: { loss: true }, losses: (seen) => seen.loss() }),
);
