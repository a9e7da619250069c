/** A stage as a recipe says it, and as the trainer has it. */
import type { z } from 'zod';
import { headsApart, methodNamed } from '../methods/index.ts';
import { type OptimizerName, optimizers, type ScheduleName, type Stage, schedules } from '../train/index.ts';
import { optionsOf } from './resolve.ts';
import { type Recipe, type RecipeStage, stage as schema } from './schema.ts';

/** A stage with all that it leaves out. @example resolvedStage({ epochs: 2, methods: [{ name: 'kd' }] }).optimizer.name // 'sgd' */
export const resolvedStage = (written: z.input<typeof schema>): RecipeStage => schema.parse(written);

/** A stage of a recipe, as the trainer has it. @param probe  of the recipe, where its student is probed */
export function stageFrom(stage: RecipeStage, probe?: Recipe['probe']): Stage {
  const { methods: named, optimizer, schedule, ...rest } = stage;
  const { name: optimizerName, ...optimizerOptions } = optimizer;
  const { name: scheduleName, ...scheduleOptions } = schedule;
  const rate = schedules[scheduleName as ScheduleName].create(scheduleOptions);
  return {
    ...rest,
    ...(probe && { probe: probe.batchNorm }),
    methods: named.map((method) => {
      const { from, headsApart: areApart } = method;
      const made = methodNamed(method.name).create(optionsOf(method));
      return {
        ...(areApart === true ? headsApart(made) : made),
        ...(typeof from === 'string' ? { teacher: from } : {}),
      };
    }),
    optimizer: optimizers[optimizerName as OptimizerName].create(optimizerOptions),
    schedule: (length) => rate(Number(optimizerOptions.lr), length),
  };
}
