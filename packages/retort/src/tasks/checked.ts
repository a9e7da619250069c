/**
 * A task that somebody else wrote, held to what a task promises: what it answers of another form is said with its name, and what it throws
 * with the line of it where that happened.
 */
import { Tensor } from '@retort/torch';
import { runOwn } from '../own-code.ts';
import { nature } from '../tensors/nature.ts';
import type { Task } from './task.ts';

/** A task that throws, or whose answers are not what a task promises. */
export class TaskError extends Error {
  override readonly name = 'TaskError';
}

/**
 * The same task, whose answers are looked at.
 *
 * @param where  where it is from, for messages
 * @example checkedTask(task, './task.ts#regression').width(train)
 */
export function checkedTask(task: Task, where: string): Task {
  const refuse = (what: string, must: string, but: string): never => {
    throw new TaskError(`${where}: \`${what}\` must answer ${must}, and ${but}`);
  };
  const answer = <Answer>(what: keyof Task, body: () => Answer): Answer =>
    runOwn(`${where}: \`${what}\``, TaskError, body);
  /** Tensors by name. */
  const tensors = <Answer extends Readonly<Record<string, Tensor>>>(
    what: keyof Task,
    body: () => Answer,
  ): Answer => {
    const must = 'tensors by name, as { NAME: tensor }';
    const answered = answer(what, body);
    if (
      typeof answered !== 'object' ||
      answered === null ||
      answered instanceof Tensor ||
      answered instanceof Promise
    )
      return refuse(what, must, `answered ${nature(answered)}`);
    for (const [name, held] of Object.entries(answered))
      if (!(held instanceof Tensor)) refuse(what, must, `${name} is ${nature(held)}`);
    return answered;
  };
  /** Each of one element. */
  const scalars = <Answer extends Readonly<Record<string, Tensor>>>(
    what: keyof Task,
    body: () => Answer,
  ): Answer => {
    const answered = tensors(what, body);
    for (const [name, held] of Object.entries(answered))
      if (held.numel() !== 1) refuse(what, 'scalars by name', `${name} is ${nature(held)}`);
    return answered;
  };
  /** A part of a sentence, or none. */
  const words = (what: keyof Task, body: () => string | null | undefined): string | null => {
    const answered: unknown = answer(what, body) ?? null;
    return answered === null || typeof answered === 'string'
      ? answered
      : refuse(what, 'a text, or null', `answered ${nature(answered)}`);
  };
  const { loss, watched, mix, teach, judge } = task;
  return {
    ...task,
    targets: (columns, data) => tensors('targets', () => task.targets(columns, data)),
    ...(mix && {
      mix: (targets, shares, data) => tensors('mix', () => mix.call(task, targets, shares, data)),
    }),
    width(data) {
      const width = answer('width', () => task.width(data));
      return Number.isInteger(width) && width >= 0
        ? width
        : refuse('width', 'a whole number from 0', `answered ${nature(width)}`);
    },
    run: (model, inputs, calling) => tensors('run', () => task.run(model, inputs, calling)),
    ...(teach && { teach: (model, inputs) => tensors('teach', () => teach.call(task, model, inputs)) }),
    ...(judge && { judge: (model, asked) => tensors('judge', () => judge.call(task, model, asked)) }),
    ...(loss && {
      loss: (outputs, targets, model) => scalars('loss', () => loss.call(task, outputs, targets, model)),
    }),
    ...(watched && {
      watched: (outputs, targets) => scalars('watched', () => watched.call(task, outputs, targets)),
    }),
    metrics(data, named) {
      const metrics = answer('metrics', () => task.metrics(data, named));
      const must = 'a list of metrics';
      if (!Array.isArray(metrics)) return refuse('metrics', must, `answered ${nature(metrics)}`);
      for (const [i, metric] of metrics.entries())
        for (const member of ['add', 'result'] as const)
          if (typeof metric?.[member] !== 'function')
            refuse('metrics', must, `metric ${i} of it, ${nature(metric)}, has no \`${member}\``);
      return metrics;
    },
    headline(data, named) {
      const headline = answer('headline', () => task.headline(data, named));
      return headline === null || typeof headline?.metric === 'string'
        ? headline
        : refuse(
            'headline',
            "{ metric: 'NAME', better: 'higher' } or { …, better: 'lower' }, or null",
            `answered ${nature(headline)}`,
          );
    },
    misfit: (outputs, data, model) => words('misfit', () => task.misfit(outputs, data, model)),
    unanswered: (outputs) => words('unanswered', () => task.unanswered(outputs)),
    remark: (data, sampling) => words('remark', () => task.remark?.(data, sampling)),
    doubt: (scores, data) => words('doubt', () => task.doubt?.(scores, data)),
  };
}
