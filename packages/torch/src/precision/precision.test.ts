import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import {
  autoPrecision,
  capabilities,
  getRngState,
  hasNativeBf16,
  isGradEnabled,
  noGrad,
  resolvePrecision,
} from '@retort/torch';
import { type Machine, thisMachine } from '../machine.ts';
import { choose } from './index.ts';
import { fileOf, timesOf } from './kept.ts';
import { type KernelTimes, type Measured, measure, measureHere, type Timed } from './times.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-precision-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const times = (convolution: number, product: number): KernelTimes => ({
  convolution: { fp32: 1, bf16: 1 / convolution },
  product: { fp32: 1, bf16: 1 / product },
});

/** A processor on which kernels take so long, beside what the nth call is disturbed by. */
function processor(milliseconds: KernelTimes, disturbance: (call: number) => number = () => 0) {
  const calls = { count: 0, spent: 0 };
  const time: Timed = (kernel, precision) => {
    const taken = milliseconds[kernel][precision] + disturbance(calls.count++);
    calls.spent += taken;
    return taken;
  };
  return { time, calls };
}

suite('precision auto', () => {
  test('is bf16 where both kernels gain a fifth at least, by times that are steady', () => {
    const chosen = (convolution: number, product: number, steady = true) =>
      choose({ times: times(convolution, product), steady }).precision;
    assert.deepEqual(
      [chosen(1.25, 2), chosen(1.25, 1.15), chosen(0.6, 2), chosen(1, 1), chosen(0.01, 0.01)],
      ['bf16', 'fp32', 'fp32', 'fp32', 'fp32'],
    );
    assert.equal(chosen(3, 3, false), 'fp32', 'times that may be noise choose nothing');
    assert.equal(choose({ times: times(1.5, 2), steady: true }).gain, 1.5);
  });

  test('is not flipped by what disturbs four of five runs', () => {
    const fast = processor(times(1.6, 1.8), (call) => (call % 5 === 0 ? 0 : 1 + ((call * 7) % 13)));
    const { times: least, steady } = measure(fast.time, fast.time);
    assert.deepEqual([least, steady], [times(1.6, 1.8), true]);
  });

  test('is not decided by times of which none comes again', () => {
    const busy = processor(times(1.6, 1.8), (call) => 1.3 ** (1 + (call % 23)));
    const measured = measure(busy.time, busy.time);
    assert.equal(measured.steady, false);
    assert.equal(choose(measured).precision, 'fp32');
  });

  test('is soon measured where bf16 is emulated, and where all is slow', () => {
    const emulated = processor(times(1 / 150, 1 / 150));
    const large = processor({ convolution: { fp32: 2, bf16: 300 }, product: { fp32: 2, bf16: 300 } });
    const measured = measure(emulated.time, large.time);
    assert.equal(large.calls.count, 0, 'only the little kernels ran');
    assert.ok(emulated.calls.spent <= 100 + 302);
    assert.equal(choose(measured).precision, 'fp32');
    const slow = processor({ convolution: { fp32: 90, bf16: 80 }, product: { fp32: 90, bf16: 80 } });
    assert.equal(measure(slow.time, slow.time).steady, false);
    assert.equal(slow.calls.count, 4 + 8);
  });

  test('is measured on this machine, and leaves what the program has', () => {
    const before = [...getRngState().toTypedArray()];
    const measured = noGrad(() => {
      const result = measureHere();
      assert.equal(isGradEnabled(), false);
      return result;
    });
    for (const kernel of [measured.times.convolution, measured.times.product])
      assert.ok(kernel.fp32 > 0 && kernel.bf16 > 0);
    assert.deepEqual([...getRngState().toTypedArray()], before);
  });
});

suite('what was measured', () => {
  const machine: Machine = { processor: 'A & B 7', libtorch: '2.15.0', threads: 2 };
  const fresh = (of: number): Measured => ({ times: times(of, of), steady: true });
  const never = (): never => assert.fail('it is measured again');

  test('is kept by processor, libtorch and threads, and not measured again', () => {
    assert.deepEqual(Object.keys(thisMachine()).slice(-2), ['libtorch', 'threads']);
    assert.notEqual(fileOf(machine), fileOf({ ...machine, threads: 1 }));
    assert.match(fileOf(machine), /precision\/A-B-7-2\.15\.0-2\.json$/);
    const file = path.join(scratch, 'deep', 'kept.json');
    assert.deepEqual(
      timesOf(machine, file, () => fresh(1.5)),
      fresh(1.5),
    );
    assert.deepEqual(timesOf(machine, file, never), fresh(1.5));
    assert.deepEqual(fs.readdirSync(path.dirname(file)), ['kept.json'], 'nothing is left beside it');
  });

  test('is measured again where the file is damaged, of another machine, or makes no sense', () => {
    const file = path.join(scratch, 'damaged.json');
    timesOf(machine, file, () => fresh(1.5));
    const whole = fs.readFileSync(file, 'utf8');
    for (const content of [
      '',
      whole.slice(0, 60),
      'null',
      '[]',
      whole.replace('A & B 7', 'A B 7'),
      whole.replace('"fp32": 1', '"fp32": -1'),
      whole.replace('"fp32": 1', '"fp32": "1"'),
      whole.replace('product', 'products'),
    ]) {
      assert.notEqual(content, whole);
      fs.writeFileSync(file, content);
      assert.deepEqual(
        timesOf(machine, file, () => fresh(2)),
        fresh(2),
        content,
      );
      assert.deepEqual(timesOf(machine, file, never), fresh(2));
    }
    fs.rmSync(file);
    execFileSync('mkfifo', [file]);
    assert.deepEqual(
      timesOf(machine, file, () => fresh(2)),
      fresh(2),
      'a pipe',
    );
    assert.deepEqual(timesOf(machine, file, never), fresh(2));
  });

  test('is whole whoever writes it at once, and not kept where it may be noise or cannot be written', () => {
    const file = path.join(scratch, 'twice.json');
    const both = timesOf(machine, file, () => {
      timesOf(machine, file, () => fresh(1.4));
      return fresh(1.5);
    });
    assert.deepEqual(both, fresh(1.5));
    assert.deepEqual(timesOf(machine, file, never), fresh(1.5));
    const noisy = path.join(scratch, 'noisy.json');
    timesOf(machine, noisy, () => ({ ...fresh(9), steady: false }));
    assert.equal(fs.existsSync(noisy), false);
    // A folder that is a file.
    assert.deepEqual(
      timesOf(machine, path.join(file, 'x.json'), () => fresh(3)),
      fresh(3),
    );
  });

  test('decides, in a process that trains as in one that asks', () => {
    const before = process.env.RETORT_CACHE;
    process.env.RETORT_CACHE = path.join(scratch, 'cache');
    const file = fileOf(thisMachine());
    for (const [gain, precision] of [
      [1.5, 'bf16'],
      [1.1, 'fp32'],
    ] as const) {
      process.env.RETORT_CACHE = path.join(scratch, precision);
      timesOf(thisMachine(), fileOf(thisMachine()), () => fresh(gain));
      assert.equal(resolvePrecision('auto'), precision);
      assert.deepEqual([autoPrecision().gain, autoPrecision().steady], [gain, true]);
    }
    assert.equal(fs.existsSync(file), false);
    if (before === undefined) delete process.env.RETORT_CACHE;
    else process.env.RETORT_CACHE = before;
  });
});

test('emulated bf16 warns', async () => {
  const { avx512_bf16, amx_bf16 } = capabilities();
  assert.equal(hasNativeBf16(), avx512_bf16 === true || amx_bf16 === true);
  assert.equal(resolvePrecision('fp32'), 'fp32');
  const warnings: Error[] = [];
  const listen = (warning: Error) => warnings.push(warning);
  process.on('warning', listen);
  assert.equal(resolvePrecision('bf16'), 'bf16');
  await new Promise(setImmediate);
  process.off('warning', listen);
  assert.deepEqual(
    warnings.map(({ name }) => name),
    hasNativeBf16() ? [] : ['PrecisionWarning'],
  );
});
