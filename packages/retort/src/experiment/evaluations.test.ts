/** Runs that are evaluated between steps and before the first, with one best over all stages: resumed to the same bits wherever they were stopped. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { DataError, type Dataset, type ExperimentOptions, headlineScore, readRun, run } from 'retort';
import { interruptible } from '../../reference/interruptible.ts';
import { assertSame, killed, logOf } from '../../reference/left.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-evaluations-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const folder = (name: string): string => path.join(scratch, name);

const often = (out: string, more: Partial<ExperimentOptions> = {}) =>
  run({ ...interruptible(out, { often: true }), ...more });

interface Line {
  readonly kind?: 'step' | 'evaluation';
  readonly stage: number;
  readonly epoch: number;
  readonly step?: number;
  readonly test?: { readonly top1: number };
  readonly validation?: { readonly top1: number };
}

const log = (out: string) => logOf<Line>(out);

suite('a run that is evaluated every 3 steps, and before the first of each stage', async () => {
  const whole = folder('whole');
  const uninterrupted = await often(whole);
  const evaluated = log(whole).filter(({ test }) => test);

  test('has a line for each evaluation, where it was', () => {
    const placesOf = (stage: number, epoch: number) => [
      [stage, epoch, 0],
      [stage, epoch, 3],
      [stage, epoch, 6],
      [stage, epoch, undefined],
      [stage, epoch + 1, 1],
      [stage, epoch + 1, 4],
      [stage, epoch + 1, 7],
      [stage, epoch + 1, undefined],
    ];
    assert.deepEqual(
      evaluated.map(({ stage, epoch, step }) => [stage, epoch, step]),
      [...placesOf(0, 1), ...placesOf(1, 3)],
    );
    assert.equal(readRun(whole).epochs.length, 4);
    const { headline } = JSON.parse(fs.readFileSync(path.join(whole, 'run.json'), 'utf8'));
    assert.deepEqual(headline, { metric: 'top1', better: 'higher' }, 'it is said from the beginning');
  });

  test('has one best of both stages, from which the second begins', () => {
    const score = ({ validation }: Line): number => validation?.top1 ?? Number.NaN;
    const firstBest = (lines: readonly Line[]): Line | undefined => {
      const most = Math.max(...lines.map(score));
      return lines.find((line) => score(line) === most);
    };
    const best = firstBest(evaluated);
    assert.equal(uninterrupted.best?.top1, best?.test?.top1);
    const epochs = best?.step === undefined ? best?.epoch : best.epoch - 1 + best.step / 8;
    assert.deepEqual(uninterrupted.after, { last: 4, best: epochs });
    assert.equal(
      headlineScore(readRun(whole))?.best ?? null,
      // Settings of a recipe say that it is over the run; of a finished one its result does.
      uninterrupted.best?.top1,
    );
    const first = evaluated.filter(({ stage }) => stage === 0);
    const begins = evaluated.find(({ stage }) => stage === 1);
    assert.ok(begins);
    assert.deepEqual(begins.validation?.top1, score(firstBest(first) ?? begins));
    assert.deepEqual(begins.test?.top1, firstBest(first)?.test?.top1);
  });

  for (const stopAt of [3, 8, 16]) {
    test(`stopped after step ${stopAt} is resumed to the same bits`, async () => {
      const out = folder(`stopped-${stopAt}`);
      const controller = new AbortController();
      let steps = 0;
      const onStep = () => ++steps === stopAt && controller.abort();
      assert.ok((await often(out, { signal: controller.signal, onStep })).stopped);
      let again = 0;
      await often(out, { resume: true, onStep: () => again++ });
      assert.equal(again, 32 - stopAt, 'no step is computed twice');
      assertSame(out, whole);
    });
  }

  for (const [evaluation, steps] of [
    [0, 0],
    [3, 9],
    [6, 16],
    [7, 19],
  ] as const)
    test(`stopped in evaluation ${evaluation} between steps is resumed to the same bits`, async () => {
      const out = folder(`evaluating-${evaluation}`);
      const controller = new AbortController();
      const places = evaluated.flatMap(({ step }, i) => (step === undefined ? [] : [i]));
      let splits = 0;
      // Each evaluation is of the samples held out, and then of the test split, both of one batch.
      const onEvaluate = (what: string) => {
        if (what === 'student' && splits++ === 2 * (places[evaluation] ?? 0)) controller.abort();
      };
      let done = 0;
      assert.ok((await often(out, { signal: controller.signal, onEvaluate, onStep: () => done++ })).stopped);
      assert.equal(done, steps);
      let again = 0;
      await often(out, { resume: true, onStep: () => again++ });
      assert.equal(again, 32 - steps);
      assertSame(out, whole);
    });

  test('killed -9 after step 18 is resumed to the same bits', async () => {
    const out = folder('killed');
    assert.equal(await killed(out, 18, 'often'), 'SIGKILL');
    await often(out, { resume: true });
    assertSame(out, whole);
  });

  for (const [when, epoch, steps] of [
    ['before the first step of a stage', 2, 16],
    ['between two steps', 3, 24 + 1],
  ] as const)
    test(`whose data cannot be read in an evaluation ${when} says so once, and is resumed to the same bits`, async () => {
      const out = folder(`unreadable-${epoch}`);
      let isGone = false;
      const { data } = interruptible(out);
      const there: Dataset = data.test;
      const gone = new Proxy(there, {
        get(from, key) {
          if (key === 'gather' && isGone)
            return () => {
              throw new DataError('the disk is gone');
            };
          const value = Reflect.get(from, key);
          return typeof value === 'function' ? value.bind(from) : value;
        },
      });
      let done = 0;
      const failed = often(out, {
        data: { ...data, test: gone },
        onEpoch: (at) => {
          isGone = at.epoch === epoch;
        },
        onStep: () => done++,
      });
      await assert.rejects(failed, ({ message }: Error) => {
        const [, step] =
          /: the disk is gone; a checkpoint after step (\d) of epoch (\d) is kept in [^;]+, which can be resumed [^;]+$/.exec(
            message,
          ) ?? [];
        assert.equal(Number(step), steps % 8, message);
        return true;
      });
      assert.equal(done, steps);
      let again = 0;
      await often(out, { resume: true, onStep: () => again++ });
      assert.equal(again, 32 - steps, 'no step is computed twice');
      assertSame(out, whole);
    });
});
