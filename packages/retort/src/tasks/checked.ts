/** A task that somebody else wrote, held to what a task promises: what it answers of another form is said with its name. */
import { Tensor } from '@retort/torch';
import type { Task } from './task.ts';

/** A task whose answers are not what a task promises. */
export class TaskError extends Error {
  override readonly name = 'TaskError';
}

const nature = (value: unknown): string => {
  if (value instanceof Tensor) return `a tensor [${value.shape.join(', ')}]`;
  if (value instanceof Promise) return 'a promise';
  if (Array.isArray(value)) return 'a list';
  return value === null || value === undefined ? String(value) : typeof value;
};

/**
 * The same task, whose answers are looked at.
 *
 * @param where  where it is from, for messages
 * @example checkedTask(task, './task.ts#regression').width(train)
 */
export function checkedTask(task: Task, where: string): Task {
  const fail = (what: string, must: string, found: unknown): never => {
    throw new TaskError(`${where}: \`${what}\` must answer ${must}, and answered ${nature(found)}`);
  };
  /** Tensors by name. */
  const tensors = <Answer extends Readonly<Record<string, Tensor>>>(what: string, answer: Answer): Answer => {
    const must = 'tensors by name, as { NAME: tensor }';
    if (
      typeof answer !== 'object' ||
      answer === null ||
      answer instanceof Tensor ||
      answer instanceof Promise
    )
      return fail(what, must, answer);
    for (const [name, held] of Object.entries(answer))
      if (!(held instanceof Tensor))
        throw new TaskError(`${where}: \`${what}\` must answer ${must}, and ${name} is ${nature(held)}`);
    return answer;
  };
  /** Each of one element. */
  const scalars = <Answer extends Readonly<Record<string, Tensor>>>(what: string, answer: Answer): Answer => {
    for (const [name, held] of Object.entries(tensors(what, answer)))
      if (held.numel() !== 1)
        throw new TaskError(
          `${where}: \`${what}\` must answer scalars by name, and ${name} is ${nature(held)}`,
        );
    return answer;
  };
  const { loss, watched } = task;
  return {
    ...task,
    targets: (columns, data) => tensors('targets', task.targets(columns, data)),
    width(data) {
      const width = task.width(data);
      if (!Number.isInteger(width) || width < 1)
        throw new TaskError(
          `${where}: \`width\` must answer a whole number from 1, and answered ${String(width)}`,
        );
      return width;
    },
    run: (model, inputs, calling) => tensors('run', task.run(model, inputs, calling)),
    ...(loss && { loss: (outputs, targets) => scalars('loss', loss.call(task, outputs, targets)) }),
    ...(watched && {
      watched: (outputs, targets) => scalars('watched', watched.call(task, outputs, targets)),
    }),
    metrics(data) {
      const metrics: unknown = task.metrics(data);
      return Array.isArray(metrics) ? metrics : fail('metrics', 'a list of metrics', metrics);
    },
    headline: (data) => task.headline(data),
    misfit: (outputs, data) => task.misfit(outputs, data),
    unanswered: (outputs) => task.unanswered(outputs),
    remark: (data) => task.remark?.(data) ?? null,
    doubt: (scores, data) => task.doubt?.(scores, data) ?? null,
  };
}
