/** The metrics of a task in one pass over a split, held to what metrics promise: what is no number is never a score. */
import type { Tensor } from '@retort/torch';
import type { Dataset, Targets } from '../data/index.ts';
import type { Metric, Scores } from '../metrics/index.ts';
import type { Outputs } from '../models/index.ts';
import { runOwn } from '../own-code.ts';
import type { Task } from '../tasks/index.ts';
import { nature } from '../tensors/nature.ts';
import { EvaluationError } from './errors.ts';

export class Judge {
  readonly #task: Task;
  readonly #data: Dataset;
  readonly #metrics: readonly Metric[];

  /** @param data  the split: also where it is fed fewer samples of it */
  constructor(task: Task, data: Dataset) {
    this.#task = task;
    this.#data = data;
    this.#metrics = task.metrics(data);
  }

  /** A metric, as a sentence has it. */
  #named(metric: Metric): string {
    const { name } = metric.constructor;
    return `the metric ${name === 'Object' ? this.#metrics.indexOf(metric) : name}`;
  }

  #run<Result>(metric: Metric, what: 'add' | 'result', body: () => Result): Result {
    const whose = `the task ${this.#task.name} on ${this.#data.name}: \`${what}\` of ${this.#named(metric)}`;
    return runOwn(whose, EvaluationError, body);
  }

  /** @throws EvaluationError where a metric does */
  add(outputs: Outputs, targets: Targets, ids: Tensor): void {
    for (const metric of this.#metrics) this.#run(metric, 'add', () => metric.add(outputs, targets, ids));
  }

  /** What a metric answered, as numbers, of which any may be NaN. @throws EvaluationError where they are none */
  #checked(metric: Metric, scores: unknown): Scores {
    const fail = (but: string): never => {
      throw new EvaluationError(
        `the task ${this.#task.name} on ${this.#data.name}: \`result\` of ${this.#named(metric)} must answer numbers by name, as { NAME: 0.5 }, and ${but}`,
      );
    };
    if (typeof scores !== 'object' || scores === null || scores instanceof Promise || Array.isArray(scores))
      return fail(`it answered ${nature(scores)}`);
    for (const [name, value] of Object.entries(scores))
      if (typeof value !== 'number') fail(`its ${name} is ${nature(value)}`);
    return scores as Scores;
  }

  /** The names of its scores, after a few samples; null where a metric cannot make any of so few. @throws EvaluationError */
  names(): string[] | null {
    const names: string[] = [];
    for (const metric of this.#metrics) {
      let scores: unknown;
      try {
        scores = metric.result();
      } catch {
        return null;
      }
      names.push(...Object.keys(this.#checked(metric, scores)));
    }
    return names;
  }

  /**
   * The scores of all that it was fed.
   *
   * @param whose  e.g. `the student`
   * @throws EvaluationError for what is no number
   */
  scores(whose: string): Scores {
    const answers = this.#metrics.map((metric) => {
      const scores = this.#checked(
        metric,
        this.#run<unknown>(metric, 'result', () => metric.result()),
      );
      for (const [name, value] of Object.entries(scores))
        if (Number.isNaN(value))
          throw new EvaluationError(
            `${whose}'s ${name} on ${this.#data.name} is NaN, by ${this.#named(metric)} of the task ${this.#task.name}: its answers are too far apart for float32, as where training has diverged (a lower learning rate may help), or the metric divides by nothing`,
          );
      return scores;
    });
    return Object.assign({}, ...answers);
  }
}
