import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { manualSeed, nn, setNumThreads, type Tensor, tensor } from '@retort/torch';
import {
  assess,
  classification,
  crossEntropy,
  EvaluationError,
  type ExperimentOptions,
  type Headline,
  headlineScore,
  RunError,
  readRun,
  run,
  stageOf,
} from 'retort';
import { halves } from '../../reference/halves.ts';
import { interruptible, resumed } from '../../reference/interruptible.ts';
import { assertSame, interruptibleScript, killed, logOf } from '../../reference/left.ts';
import { readRecord } from '../runs/index.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-experiment-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const folder = (name: string): string => path.join(scratch, name);

/** The lines of epochs, without those of steps. */
const epochsOf = (out: string): unknown[] => logOf(out).filter((line) => !('kind' in line));

/** Runs on a disk of so many KiB; what is left of the run is at `out` then. Null where a disk cannot be mounted. */
function onSmallDisk(out: string, size: number): { readonly stderr: string } | null {
  const mount = `mkdir -p disk && mount -t tmpfs -o size=${size}k tmpfs disk`;
  const inNamespace = (script: string) =>
    spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'sh', '-c', script], {
      cwd: scratch,
      encoding: 'utf8',
    });
  if (inNamespace(mount).status !== 0) return null;
  return inNamespace(
    `${mount} && { '${process.execPath}' '${interruptibleScript}' disk/run; cp -a disk/run '${out}'; }`,
  );
}

suite('a run that was stopped', async () => {
  const whole = folder('whole');
  const uninterrupted = await run(interruptible(whole));

  test('learned, in two stages, and kept two checkpoints', () => {
    assert.equal(uninterrupted.epochs, 4);
    assert.deepEqual(
      epochsOf(whole).map((line) => (line as { stage: number }).stage),
      [0, 0, 1, 1],
    );
    assert.equal(fs.readdirSync(path.join(whole, 'checkpoints')).length, 2);
  });

  for (const stopAt of [1, 6, 8, 16, 21]) {
    test(`after step ${stopAt} is resumed to the same bits`, async () => {
      const out = folder(`stopped-${stopAt}`);
      const controller = new AbortController();
      let steps = 0;
      const first = await run({
        ...interruptible(out),
        signal: controller.signal,
        onStep: () => ++steps === stopAt && controller.abort(),
      });
      assert.ok(first.stopped && steps === stopAt);
      let again = 0;
      const second = await resumed(out, { onStep: () => again++ });
      assert.equal(again, 32 - stopAt, 'no step is computed twice');
      assert.ok(!second.stopped);
      assertSame(out, whole);
    });
  }

  test('while its first epoch is evaluated is resumed without a step that is computed twice', async () => {
    const out = folder('stopped-evaluating');
    const controller = new AbortController();
    const onEvaluate = (what: string) => what === 'student' && controller.abort();
    let steps = 0;
    const onStep = () => steps++;
    const first = await run({ ...interruptible(out), signal: controller.signal, onEvaluate, onStep });
    assert.deepEqual([first.stopped, first.epochs, steps], [true, 0, 8]);
    let again = 0;
    await resumed(out, { onStep: () => again++ });
    assert.equal(again, 32 - 8);
    assertSame(out, whole);
  });

  test('without checkpoints begins anew, and saves weights where they are evaluated', async () => {
    const out = folder('no-checkpoints');
    const controller = new AbortController();
    let steps = 0;
    const without = { checkpoint: false, evaluateEvery: 2 } as const;
    const onStep = () => ++steps === 13 && controller.abort();
    assert.ok((await run({ ...interruptible(out), ...without, signal: controller.signal, onStep })).stopped);
    assert.ok(!fs.existsSync(path.join(out, 'last.safetensors')), 'no epoch was evaluated yet');
    let again = 0;
    await resumed(out, { ...without, onStep: () => again++ });
    assert.equal(again, 32);
    assert.ok(!fs.existsSync(path.join(out, 'checkpoints')));
    const often = folder('with-checkpoints');
    await run({ ...interruptible(often), evaluateEvery: 2 });
    for (const name of ['last.safetensors', 'best.safetensors'])
      assert.ok(fs.readFileSync(path.join(out, name)).equals(fs.readFileSync(path.join(often, name))), name);
  });

  for (const steps of [1, 13, 27]) {
    test(`by kill -9 after step ${steps} is resumed to the same bits`, async () => {
      const out = folder(`killed-${steps}`);
      assert.equal(await killed(out, steps), 'SIGKILL');
      await resumed(out);
      assertSame(out, whole);
    });
  }

  for (const size of [20, 28, 40]) {
    test(`by a disk of ${size} KiB that is full says so, loses nothing and is resumed to the same bits`, async (t) => {
      const out = folder(`full-${size}`);
      const ended = onSmallDisk(out, size);
      if (!ended) return t.skip('no disk can be mounted here');
      assert.match(ended.stderr, /RunError: .* could not be written: the disk is full/);
      await resumed(out);
      assertSame(out, whole);
    });
  }

  test('goes back a checkpoint where the newest is damaged, and says so', async () => {
    const out = folder('damaged');
    fs.cpSync(whole, out, { recursive: true });
    const [, newest = ''] = fs.readdirSync(path.join(out, 'checkpoints')).sort();
    const file = path.join(out, 'checkpoints', newest, 'tensors.safetensors');
    const bytes = fs.readFileSync(file);
    bytes[bytes.length - 5] = (bytes[bytes.length - 5] ?? 0) ^ 1;
    fs.writeFileSync(file, bytes);
    const warnings: string[] = [];
    let steps = 0;
    await resumed(out, { onWarning: (text) => warnings.push(text), onStep: () => steps++ });
    assert.ok(steps <= 8, `${steps} steps again`);
    assert.match(
      warnings[0] ?? '',
      /is damaged \(tensors\.safetensors does not have the checksum that was recorded\): going back/,
    );
    assertSame(out, whole);
  });

  test('has a line every so many steps, which readers of epochs pass over', () => {
    const lines = logOf(whole).filter((line) => 'kind' in line);
    assert.deepEqual(
      lines.map(({ kind, stage, epoch, step, steps }) => [kind, stage, epoch, step, steps]),
      [1, 2, 3, 4].flatMap((epoch) => [3, 6].map((step) => ['step', epoch > 2 ? 1 : 0, epoch, step, 8])),
    );
    for (const line of lines) {
      const { losses, lr, gradientNorm } = line as {
        losses: { loss: number };
        lr: number;
        gradientNorm: number;
      };
      assert.ok(losses.loss > 0 && lr > 0 && gradientNorm > 0);
    }
    const { epochs, epochsDone } = readRun(whole);
    assert.deepEqual([epochs.map(({ epoch }) => epoch), epochsDone], [[1, 2, 3, 4], 4]);
  });

  test('has a best of each stage', () => {
    const [, , third, fourth] = epochsOf(whole).map((line) => (line as { test: { top1: number } }).test.top1);
    const validation = epochsOf(whole).map(
      (line) => (line as { validation: { top1: number } }).validation.top1,
    );
    const [, , before = 0, after = 0] = validation;
    assert.equal(uninterrupted.best?.top1, after > before ? fourth : third);
    assert.equal(headlineScore(readRun(whole))?.best, uninterrupted.best?.top1);
  });

  test('is resumed from the best of its checkpoint, not from one that was found after it', async () => {
    const out = folder('later-best');
    const controller = new AbortController();
    let steps = 0;
    await run({
      ...interruptible(out),
      signal: controller.signal,
      onStep: () => ++steps === 16 && controller.abort(),
    });
    // As if it had been killed in the second stage, before the checkpoint after its first evaluation.
    fs.copyFileSync(path.join(whole, 'last.safetensors'), path.join(out, 'best.safetensors'));
    await resumed(out);
    assertSame(out, whole);
  });

  test('is evaluated at the end of each stage, which the next may start from', async () => {
    const seldom = await run({ ...interruptible(folder('seldom')), evaluateEvery: 3 });
    const evaluated = epochsOf(folder('seldom')).map((line) => 'test' in (line as object));
    assert.deepEqual(evaluated, [false, true, true, true]);
    assert.equal(seldom.epochs, 4);
  });

  test('is not resumed with other settings', async () => {
    const out = folder('settings');
    const controller = new AbortController();
    const options = { ...interruptible(out), signal: controller.signal, onStep: () => controller.abort() };
    await run({ ...options, settings: { lr: 1, seed: 3 } });
    await assert.rejects(
      resumed(out, { settings: { lr: 2, seed: 3 } }),
      /holds a run of other settings \(lr\)/,
    );
    assert.equal((await resumed(out, { settings: { lr: 1, seed: 3 } })).epochs, 4);
    assertSame(out, whole);
  });

  test('is not resumed with another teacher or other data, whatever run.json says', async () => {
    const out = folder('contents');
    fs.cpSync(whole, out, { recursive: true });
    const said =
      /was begun with other contents: the (\w+) has the SHA-256 [0-9a-f]{12}…, and had [0-9a-f]{12}…\. /;
    const { teachers } = interruptible(out, { goodTeacher: false });
    const { data } = interruptible(out);
    const other = { ...data, test: halves(20, 8) };
    const file = path.join(out, 'run.json');
    const { inputs, ...record } = JSON.parse(fs.readFileSync(file, 'utf8'));
    assert.deepEqual(Object.keys(inputs), ['data', 'student', 'teacher']);
    const { student } = interruptible(out);
    const wider = Object.assign(student, { drop: new nn.Dropout(0.2) });
    for (const content of [{ ...record, inputs }, record]) {
      fs.writeFileSync(file, JSON.stringify(content));
      for (const [name, more] of Object.entries({
        teacher: { teachers },
        data: { data: other },
        student: { student: wider },
      }))
        await assert.rejects(
          resumed(out, more),
          (error) => error instanceof RunError && said.exec(error.message)?.[1] === name,
        );
    }
    await resumed(out);
    assertSame(out, whole);
  });

  test('by kill -9 before its first checkpoint begins again with the same weights, and with no others', async () => {
    const out = folder('begun');
    assert.equal(await killed(out, 1), 'SIGKILL');
    fs.rmSync(path.join(out, 'checkpoints'), { recursive: true, force: true });
    const { student } = interruptible(out);
    nn.init.constant_(student.parameters()[0]?.detach() ?? tensor([0]), 0.5);
    await assert.rejects(
      resumed(out, { student }),
      (error) =>
        error instanceof RunError &&
        error.message.replaceAll(/[0-9a-f]{12}…/g, 'SUM') ===
          `${out} has no checkpoint, and would begin again with other weights of the student: they have the SHA-256 SUM, and had SUM. Make it from the same seed (manualSeed), or begin anew in another folder (--out)`,
    );
    await resumed(out);
    assertSame(out, whole);
    // With one, the student's own weights are of no matter.
    await resumed(out, { student });
    assertSame(out, whole);
  });

  test('is refused where it would not come to the same bits', async () => {
    const options = { ...interruptible(whole), resume: true };
    const file = path.join(whole, 'run.json');
    const before = fs.readFileSync(file, 'utf8');
    setNumThreads(2);
    await assert.rejects(
      run(options),
      new RunError(
        'the run had threads 1, and here it is 2: resumed, it would not come to the same bits: set OMP_NUM_THREADS=1',
      ),
    );
    assert.equal(fs.readFileSync(file, 'utf8'), before, 'it is not said to have failed');
  });

  test('whose task names no score of its own for the best weights says so, and chooses none', async () => {
    const out = folder('headless');
    const { teachers: _, ...options } = interruptible(out);
    const chosenBy = (headline: object) =>
      run({
        ...options,
        onStep: () => assert.fail('a step was taken'),
        stages: [stageOf({ method: crossEntropy(), epochs: 1, lr: 0.01 })],
        student: new nn.Sequential(new nn.Flatten(), new nn.Linear(64, 2)),
        task: { ...classification, headline: () => headline as Headline },
      });
    await assert.rejects(
      chosenBy({ metric: 'f1', better: 'higher' }),
      (error) =>
        error instanceof EvaluationError &&
        /^the task classification: the best weights are chosen by its score 'f1', and its metrics give top1, /.test(
          error.message,
        ),
    );
    await assert.rejects(
      chosenBy({ metric: 'top1', better: 'more' }),
      new EvaluationError(
        "the task classification: the score by which the best weights are chosen is better where it is 'higher' or 'lower', and not 'more'",
      ),
    );
    assert.ok(!fs.existsSync(out));
  });

  test('whose evaluation is not finite has failed, and its best is as it was', async () => {
    const out = folder('diverged');
    let isFar = false;
    class Diverging extends nn.Layer {
      readonly inner = new nn.Linear(64, 2);

      forward(x: Tensor): Tensor {
        const logits = this.inner.forward(x.flatten(1));
        return isFar && !this.training ? logits.mul(0).add(tensor([3e38, -3e38])) : logits;
      }
    }
    const { teachers: _, ...options } = interruptible(out);
    const { data } = options;
    const stages = [stageOf({ method: crossEntropy(), epochs: 3, lr: 0.01 })];
    const first: Buffer[] = [];
    await assert.rejects(
      run({
        ...{ ...options, stages, student: new Diverging() },
        data: { train: data.train, test: data.test, source: data.source },
        onEpoch: () => {
          isFar = true;
          first.push(fs.readFileSync(path.join(out, 'best.safetensors')));
        },
      }),
      new EvaluationError(
        "the student's crossEntropy on in memory is Infinity: its answers are too far apart for float32, and training has diverged; a lower learning rate may help",
      ),
    );
    assert.equal(first.length, 1);
    assert.ok(fs.readFileSync(path.join(out, 'best.safetensors')).equals(first[0] ?? Buffer.of()));
    const { status, epochsDone } = readRun(out);
    assert.deepEqual([status, epochsDone], ['failed', 1]);
  });

  test('starts over where no checkpoint is left, and there is nothing to start with where there is no run', async () => {
    const out = folder('elsewhere');
    fs.cpSync(whole, out, { recursive: true });
    for (const name of fs.readdirSync(path.join(out, 'checkpoints'))) {
      const file = path.join(out, 'checkpoints', name, 'checkpoint.json');
      const sealed = JSON.parse(fs.readFileSync(file, 'utf8'));
      sealed.record.machine.threads = 99;
      fs.writeFileSync(file, JSON.stringify(sealed));
    }
    const warnings: string[] = [];
    await resumed(out, { onWarning: (text) => warnings.push(text) });
    assert.equal(warnings.length, 2);
    assertSame(out, whole);
    await assert.rejects(resumed(folder('nowhere')), RunError);
    await assert.rejects(run(interruptible(whole)), /already holds a run/);
  });
});

suite('the multiply-adds of a student', () => {
  const stages = [stageOf({ method: crossEntropy(), epochs: 1, lr: 0.01 })];
  const data = { train: halves(32), test: halves(16, 7), source: 'made up' };

  /** Sixteen images at once at most, and one where it is counted. */
  class Counted extends nn.Layer {
    readonly inner = new nn.Linear(64, 2);
    readonly takesOne: boolean;

    constructor(takesOne = true) {
      super();
      this.takesOne = takesOne;
    }

    forward(x: Tensor): Tensor {
      if (!this.takesOne && x.size(0) === 1) throw new Error('one image is too few');
      return this.inner.forward(x.flatten(1));
    }
  }

  const trained = (out: string, student: nn.Layer, more: Partial<ExperimentOptions> = {}) =>
    run({ student, data, stages, batchSize: 8, precision: 'fp32', out, ...more });

  test('are in the result of a run that is finished, as an evaluation counts them', async () => {
    const out = folder('counted');
    const student = new Counted();
    const { multiplyAdds, parameters } = await trained(out, student);
    assert.deepEqual([multiplyAdds, parameters], [64 * 2, 64 * 2 + 2]);
    assert.equal((await assess(student, data.test)).multiplyAdds, multiplyAdds);
    const { result } = readRecord(out);
    assert.equal(result?.multiplyAdds, 128);
    const summary = readRun(out);
    assert.deepEqual([summary.multiplyAdds, summary.parameters, summary.latencies], [128, 130, []]);
    // As versions before this one left it.
    const file = path.join(out, 'run.json');
    const { multiplyAdds: _, ...before } = { ...result };
    fs.writeFileSync(file, JSON.stringify({ ...readRecord(out), result: before }));
    assert.deepEqual([readRun(out).multiplyAdds, readRun(out).parameters], [null, 130]);
  });

  test('are counted when a stopped run is done', async () => {
    const out = folder('counted-later');
    const controller = new AbortController();
    manualSeed(4);
    const stopped = await trained(out, new Counted(), {
      signal: controller.signal,
      onStep: ({ step }) => step === 2 && controller.abort(),
    });
    assert.deepEqual([stopped.stopped, stopped.multiplyAdds, readRun(out).multiplyAdds], [true, null, null]);
    assert.equal((await trained(out, new Counted(), { resume: true })).multiplyAdds, 128);
  });

  test('are null where they cannot be counted: it is said, and the run is finished', async () => {
    const out = folder('uncounted');
    const warnings: string[] = [];
    const { multiplyAdds, epochs } = await trained(out, new Counted(false), {
      onWarning: (text) => warnings.push(text),
    });
    assert.deepEqual([multiplyAdds, epochs, readRun(out).status], [null, 1, 'finished']);
    assert.deepEqual(warnings, [
      "the student's multiply-adds could not be counted, and are left out of the result: one image is too few",
    ]);
  });
});

test('a run folder without a name is refused', async () => {
  await assert.rejects(
    run(interruptible('')),
    new RunError('the name of the run folder (`out`) is empty: name one, or leave it out to write nothing'),
  );
});
