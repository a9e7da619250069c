/** Runs are resumed in the precision that they had. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { compareRuns, type ExperimentOptions, RunError, readRun, run, type TrainerOptions } from 'retort';
import { thisMachine } from '../../../torch/src/machine.ts';
import { fileOf } from '../../../torch/src/precision/kept.ts';
import { interruptible, resumed } from '../../reference/interruptible.ts';
import { assertSame } from '../../reference/left.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-precision-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const folder = (name: string): string => path.join(scratch, name);

suite('a run that was stopped', async () => {
  const whole = folder('whole');
  await run(interruptible(whole));

  test('says in which precision it computes, and is resumed in that, whatever is asked for or faster now', async () => {
    const settled = folder('settled');
    fs.cpSync(whole, settled, { recursive: true });
    const file = path.join(settled, 'run.json');
    const record = JSON.parse(fs.readFileSync(file, 'utf8'));
    assert.equal(record.precision, 'fp32');
    assert.equal(readRun(settled).precision, 'fp32');
    const again = (precision: TrainerOptions['precision'], more: Partial<ExperimentOptions> = {}) =>
      resumed(settled, { precision, ...more });
    await again('auto');
    assertSame(settled, whole);
    await assert.rejects(
      again('bf16'),
      new RunError(
        `${settled} was computed in fp32, and bf16 is asked for: resumed, it would not come to the same bits`,
      ),
    );
    // As if it were another machine's, on which auto was bf16: the checkpoints know better.
    const write = (precision?: string) => fs.writeFileSync(file, JSON.stringify({ ...record, precision }));
    write('bf16');
    await assert.rejects(
      again('auto'),
      /the state was computed in fp32, and this trainer computes in bf16: .* ask for precision fp32$/,
    );
    write('int4');
    await assert.rejects(
      again('auto'),
      /was computed in precision 'int4', which does not exist: there are fp32, bf16 and fp16/,
    );
    write();
    const warnings: string[] = [];
    await again('fp32', { onWarning: (text) => warnings.push(text) });
    assert.deepEqual(warnings, []);
    assertSame(settled, whole);
  });

  test('that auto made one of bf16 is resumed in bf16 where fp32 is faster, to the same bits', async () => {
    const before = process.env.RETORT_CACHE;
    /** A cache in which auto was measured to be this. */
    const measured = (gain: number): void => {
      process.env.RETORT_CACHE = folder(`cache-${gain}`);
      const machine = thisMachine();
      const file = fileOf(machine);
      const each = { fp32: gain, bf16: 1 };
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, JSON.stringify({ machine, times: { convolution: each, product: each } }));
    };
    const auto = (out: string): ExperimentOptions => ({ ...interruptible(out), precision: 'auto' });
    const [through, out] = [folder('bf16-through'), folder('bf16-stopped')];
    try {
      measured(2);
      await run(auto(through));
      assert.equal(readRun(through).precision, 'bf16');
      const controller = new AbortController();
      await run({ ...auto(out), signal: controller.signal, onStep: () => controller.abort() });
      measured(0.5);
      const fresh = await run({ ...auto(folder('fp32')), signal: AbortSignal.abort() });
      assert.equal(readRun(fresh.out ?? '').precision, 'fp32', 'auto is another now');
      await run({ ...auto(out), resume: true });
      assert.equal(readRun(out).precision, 'bf16');
      assertSame(out, through);
      const { platform, settings } = compareRuns([readRun(through), readRun(folder('fp32'))]);
      assert.deepEqual(settings, []);
      assert.deepEqual(platform, [{ path: 'precision', values: [['bf16', 'fp32']] }]);
    } finally {
      if (before === undefined) delete process.env.RETORT_CACHE;
      else process.env.RETORT_CACHE = before;
    }
  });
});
