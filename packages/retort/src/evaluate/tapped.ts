import { nn } from '@retort/torch';
import type { Inputs } from '../data/index.ts';
import type { Task } from '../tasks/index.ts';

/** What a network answers, and features of it by path, each asked for once. @throws TorchError for a path that does not exist, with those that do */
export const tapped = (task: Task, model: nn.Layer, inputs: Inputs, paths: readonly string[]) =>
  nn.tap(model, [...new Set(paths)], () => task.run(model, inputs, { training: false, targets: null }), {
    copy: true,
  });
