import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { nn, tensor, zeros } from '@retort/torch';
import { halves } from '../../reference/halves.ts';
import { checkedTask, classification, type Task, TaskError } from './index.ts';

const data = halves(4);
const calling = { training: false, targets: null };
const model = new nn.Identity();

/** A task that answers one thing of another form, as JavaScript lets it. */
const broken = (changes: object): Task =>
  checkedTask({ ...classification, ...changes } as Task, './task.ts#mine');

suite('a task of one’s own that is not what a task promises is refused by its name:', () => {
  const run = (task: Task) => task.run(model, { images: zeros([1, 1, 2, 2]) }, calling);
  const loss = (task: Task) => task.loss?.({}, {});
  for (const [what, changes, use, said] of [
    [
      'run, a tensor',
      { run: () => zeros([2]) },
      run,
      'tensors by name, as { NAME: tensor }, and answered a tensor [2]',
    ],
    [
      'run, a promise',
      { run: async () => ({}) },
      run,
      'tensors by name, as { NAME: tensor }, and answered a promise',
    ],
    [
      'run, numbers',
      { run: () => ({ value: 3 }) },
      run,
      'tensors by name, as { NAME: tensor }, and value is 3',
    ],
    [
      'loss, a tensor',
      { loss: () => tensor(1) },
      loss,
      'tensors by name, as { NAME: tensor }, and answered a tensor []',
    ],
    [
      'loss, one of each sample',
      { loss: () => ({ mse: zeros([3]) }) },
      loss,
      'scalars by name, and mse is a tensor [3]',
    ],
    [
      'targets, nothing',
      { targets: () => undefined },
      (task: Task) => task.targets({}, data),
      'tensors by name, as { NAME: tensor }, and answered undefined',
    ],
    [
      'width, less than none',
      { width: () => -1 },
      (task: Task) => task.width(data),
      'a whole number from 0, and answered -1',
    ],
    [
      'metrics, a promise',
      { metrics: async () => [] },
      (task: Task) => task.metrics(data),
      'a list of metrics, and answered a promise',
    ],
  ] as const)
    test(what, () => {
      const member = what.split(',', 1)[0];
      assert.throws(
        () => use(broken(changes)),
        new TaskError(`./task.ts#mine: \`${member}\` must answer ${said}`),
      );
    });

  test('metrics that are none, a headline and words of another kind', () => {
    const of = (member: string, must: string): TaskError =>
      new TaskError(`./task.ts#mine: \`${member}\` must answer ${must}`);
    assert.throws(
      () => broken({ metrics: () => [{ add() {} }] }).metrics(data),
      of('metrics', 'a list of metrics, and metric 0 of it, an object, has no `result`'),
    );
    assert.throws(
      () => broken({ headline: () => 'top1' }).headline(data),
      of(
        'headline',
        "{ metric: 'NAME', better: 'higher' } or { …, better: 'lower' }, or null, and answered 'top1'",
      ),
    );
    assert.throws(
      () => broken({ misfit: async () => null }).misfit({}, data),
      of('misfit', 'a text, or null, and answered a promise'),
    );
    assert.equal(broken({ misfit: () => undefined }).misfit({}, data), null);
  });

  for (const [member, use] of [
    ['targets', (task) => task.targets({}, data)],
    ['width', (task) => task.width(data)],
    ['run', run],
    ['loss', loss],
    ['watched', (task) => task.watched?.({}, {})],
    ['metrics', (task) => task.metrics(data)],
    ['headline', (task) => task.headline(data)],
    ['misfit', (task) => task.misfit({}, data)],
    ['unanswered', (task) => task.unanswered({})],
    ['remark', (task) => task.remark?.(data)],
    ['doubt', (task) => task.doubt?.({}, data)],
  ] as const satisfies readonly (readonly [string, (task: Task) => unknown])[])
    test(`${member}, which throws`, () => {
      const thrown = new TypeError('no luck');
      const changes = {
        [member]() {
          throw thrown;
        },
      };
      assert.throws(
        () => use(broken(changes)),
        (error) =>
          error instanceof TaskError &&
          error.message === `./task.ts#mine: \`${member}\` failed: no luck` &&
          error.cause === thrown,
      );
    });

  test('one that is as it should be answers as it did', () => {
    const task = checkedTask(classification, './task.ts#mine');
    assert.equal(task.width(data), 2);
    assert.deepEqual(task.headline(data), classification.headline(data));
    assert.equal(task.doubt?.({ top1: 1 }, data), null);
    assert.match(task.doubt?.({ top1: 0.5 }, data) ?? '', /chance/);
  });
});
