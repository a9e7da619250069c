/** A state is resumed with the kernels that it was computed with, or refused. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type KernelChoice, kernelsInUse } from '@retort/torch';
import { kernelsNow, resumeKernels } from './kernels.ts';

const before = process.env.RETORT_KERNELS;
const chooseAll = () => {
  delete process.env.RETORT_KERNELS;
};
const choice = (kernel: KernelChoice['kernel']): KernelChoice => ({
  form: 'weights',
  rows: 2 ** 20,
  inner: 2 ** 10,
  columns: 2 ** 10,
  threads: 77,
  kernel,
  speeds: { standard: 10, linear: 30 },
});

describe('kernels of a state', () => {
  let warnings: string[];
  const warn = (text: string) => warnings.push(text);
  beforeEach(() => {
    warnings = [];
  });
  afterEach(() => {
    if (before === undefined) delete process.env.RETORT_KERNELS;
    else process.env.RETORT_KERNELS = before;
  });

  test('those that were chosen are taken again, whatever would be chosen here', () => {
    chooseAll();
    resumeKernels([choice('convolution')], warn);
    const isIt = ({ threads }: KernelChoice) => threads === 77;
    assert.deepEqual(kernelsInUse().filter(isIt), [choice('convolution')]);
    const now = kernelsNow();
    assert.ok(now !== 'default' && now.some(isIt), 'the next state says so');
    assert.deepEqual(warnings, []);
  });

  test('a state with none is resumed with none', () => {
    process.env.RETORT_KERNELS = 'default';
    assert.equal(kernelsNow(), 'default');
    resumeKernels('default', warn);
    chooseAll();
    assert.throws(() => resumeKernels('default', warn), {
      name: 'TrainingError',
      message:
        'this was computed with RETORT_KERNELS=default: resumed without it, it would not come to the same bits; set it',
    });
  });

  test('where nothing may be chosen, only what was computed by the standard ones anyway', () => {
    process.env.RETORT_KERNELS = 'default';
    resumeKernels([choice('standard')], warn);
    assert.throws(() => resumeKernels([choice('standard'), choice('linear')], warn), {
      name: 'TrainingError',
      message:
        'this was computed with kernels that were chosen: resumed with RETORT_KERNELS=default, it would not come to the same bits; unset it',
    });
  });

  test('a state of a version that did not choose is resumed with a warning', () => {
    chooseAll();
    resumeKernels(undefined, warn);
    assert.match(warnings.join(), /RETORT_KERNELS=default resumes it to the same bits/);
    process.env.RETORT_KERNELS = 'default';
    warnings = [];
    resumeKernels(undefined, warn);
    assert.deepEqual(warnings, []);
  });
});
