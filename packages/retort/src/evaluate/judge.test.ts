import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Generator, nn, rand, type Tensor, withGenerator } from '@retort/torch';
import { halves } from '../../reference/halves.ts';
import type { Metric } from '../metrics/index.ts';
import { classification, type Task } from '../tasks/index.ts';
import { hashTensors } from '../tensors/hash-tensors.ts';
import { assess, EvaluationError, evaluate } from './index.ts';
import { rehearseEvaluation } from './rehearse.ts';

const data = halves(24);
const model = new nn.Sequential(new nn.Flatten(), new nn.Linear(64, 2));

class Mine implements Metric {
  readonly merge = 'sum';
  samples = 0;
  readonly #result: (samples: number) => unknown;

  constructor(result: (samples: number) => unknown) {
    this.#result = result;
  }

  add(_outputs: object, _targets: object, ids: Tensor): void {
    this.samples += ids.numel();
  }

  state(): readonly Tensor[] {
    return [];
  }

  result(): Record<string, number> {
    return this.#result(this.samples) as Record<string, number>;
  }
}

/** A classification judged by a metric that answers so. */
const judged = (result: (samples: number) => unknown, metric = 'mine'): Task => ({
  ...classification,
  metrics: () => [new Mine(result)],
  headline: () => ({ metric, better: 'higher' }),
});

const no = (text: string) => new EvaluationError(`the task classification on in memory: ${text}`);

suite('what a metric of one’s own answers is', () => {
  const form = '`result` of the metric Mine must answer numbers by name, as { NAME: 0.5 }, and ';
  for (const [what, result, said] of [
    ['text', { mine: 'good' }, "its mine is 'good'"],
    ['undefined', { mine: undefined }, 'its mine is undefined'],
    ['nothing', undefined, 'it answered undefined'],
    ['a number', 0.5, 'it answered 0.5'],
    ['a promise', Promise.resolve({ mine: 1 }), 'it answered a promise'],
  ] as const)
    test(`never a score where it is ${what}, and before anything is trained`, async () => {
      const task = judged(() => result);
      for (const judge of [evaluate, assess, rehearseEvaluation])
        await assert.rejects(judge(model, data, { task }), no(form + said));
    });

  test('never a score where it is NaN; of a few samples it may be', async () => {
    const task = judged(() => ({ other: 1, mine: Number.NaN }));
    await assert.rejects(
      evaluate(model, data, { task, whose: 'the teacher' }),
      new EvaluationError(
        "the teacher's mine on in memory is NaN, by the metric Mine of the task classification: its answers are too far apart for float32, as where training has diverged (a lower learning rate may help), or the metric divides by nothing",
      ),
    );
    await assert.rejects(assess(model, data, { task }), { name: 'EvaluationError' });
    await rehearseEvaluation(model, data, { task });
  });

  test('said with its name where it throws; of a few samples it may', async () => {
    const task = judged(() => {
      throw new RangeError('no luck');
    });
    await assert.rejects(evaluate(model, data, { task }), no('`result` of the metric Mine failed: no luck'));
    await rehearseEvaluation(model, data, { task });
    class Adding extends Mine {
      override add(): void {
        throw new RangeError('no luck');
      }
    }
    for (const judge of [evaluate, rehearseEvaluation])
      await assert.rejects(
        judge(model, data, { task: { ...task, metrics: () => [new Adding(() => ({}))] } }),
        no('`add` of the metric Adding failed: no luck'),
      );
  });
});

suite('an evaluation that is tried', () => {
  test('is of few samples, and must give the score that the best weights are chosen by', async () => {
    const seen: number[] = [];
    const result = (samples: number) => {
      seen.push(samples);
      return { mine: 0, other: 1 };
    };
    await rehearseEvaluation(model, data, { task: judged(result) });
    assert.deepEqual(seen, [8]);
    await assert.rejects(
      rehearseEvaluation(model, data, { task: judged(result, 'f1') }),
      new EvaluationError(
        "the task classification: the best weights are chosen by its score 'f1', and its metrics give mine, other",
      ),
    );
  });

  test('may have no answer yet', async () => {
    class Untrained extends nn.Layer {
      forward(x: Tensor): Tensor {
        return model.forward(x).mul(Number.NaN);
      }
    }
    await rehearseEvaluation(new Untrained(), data, { task: judged(() => ({}), 'f1') });
  });

  test('changes neither the model nor what is drawn from', async () => {
    class Random extends nn.Layer {
      readonly inner = new nn.Sequential(new nn.Conv2d(1, 2, 8), new nn.BatchNorm2d(2), new nn.Flatten());

      forward(x: Tensor): Tensor {
        return this.inner.forward(x).add(rand([x.size(0), 2]));
      }
    }
    const random = new Random();
    const draws = async (before: () => Promise<void>): Promise<unknown> => {
      using generator = new Generator(3);
      await before();
      return withGenerator(generator, () => rand([4]).toList());
    };
    const before = hashTensors(random.stateDict());
    const untouched = await draws(async () => {});
    assert.deepEqual(await draws(() => rehearseEvaluation(random, data)), untouched);
    assert.equal(hashTensors(random.stateDict()), before);
    assert.ok(random.inner.training);
  });
});
