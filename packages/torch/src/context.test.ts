import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { suite, test } from 'node:test';
import {
  areDeterministicAlgorithmsEnabled,
  cudaDeviceCount,
  cudaIsAvailable,
  Generator,
  getNumThreads,
  getRngState,
  memory,
  nextTurn,
  nn,
  resetPeakMemory,
  setMemoryLimit,
  setNumThreads,
  TorchError,
  tensor,
  useDeterministicAlgorithms,
  version,
  withDeterministicAlgorithms,
  zeros,
} from '@retort/torch';
import { locateAddon } from '@retort/torch/setup';
import { native } from './dispatch/native.ts';

suite('the process', () => {
  test('threads are set and refused', () => {
    const before = getNumThreads();
    setNumThreads(1);
    assert.equal(getNumThreads(), 1);
    setNumThreads(before);
    for (const wrong of [0, 1.5, Number.NaN]) assert.throws(() => setNumThreads(wrong), TorchError);
  });
  test('the version is libtorch’s', () => assert.match(version, /^\d+\.\d+\.\d+/));
  test('deterministic algorithms are an error where there are none', () => {
    useDeterministicAlgorithms(true);
    assert.deepEqual(zeros([2]).add(1).toList(), [1, 1]);
    useDeterministicAlgorithms(false);
  });
  test('deterministic algorithms that a body claims are put back, however it ends', () => {
    const put = () => zeros([2]).put_(tensor([0n]), zeros([1]));
    const isOn = areDeterministicAlgorithmsEnabled;
    for (const asked of [false, true]) {
      useDeterministicAlgorithms(asked);
      const inside = withDeterministicAlgorithms(() => withDeterministicAlgorithms(isOn) && isOn());
      assert.deepEqual([inside, isOn()], [true, asked]);
      assert.throws(() => withDeterministicAlgorithms(put), TorchError);
      assert.equal(isOn(), asked);
      assert.throws(() => withDeterministicAlgorithms(async () => {}), /withDeterministicAlgorithms\(\)/);
      assert.equal(isOn(), asked);
    }
    // What the program says meanwhile holds afterwards.
    withDeterministicAlgorithms(() => {
      useDeterministicAlgorithms(false);
      assert.equal(isOn(), true);
    });
    assert.equal(isOn(), false);
    put();
  });
  test('the memory limit holds, says so, and can be moved', () => {
    const { limit, bytes } = memory();
    setMemoryLimit(bytes + 1000);
    assert.throws(() => zeros([1000]), /out of memory: .* would pass the limit/);
    setMemoryLimit(limit);
    resetPeakMemory();
    const x = zeros([1000]);
    assert.ok(memory().peak >= bytes + 4000);
    x.dispose();
    assert.throws(() => setMemoryLimit(-1), TorchError);
    assert.throws(() => zeros([2 ** 40, 2 ** 10]), TorchError);
  });
});

suite('CUDA', () => {
  test('a device that is not there is refused in a sentence, wherever it is named', () => {
    if (cudaIsAvailable()) return;
    assert.equal(cudaDeviceCount(), 0);
    for (const attempt of [
      () => zeros([2], { device: 'cuda' }),
      () => tensor([1]).to('cuda:0'),
      () => new Generator(0, { device: 'cuda' }),
      () => getRngState('cuda'),
      () => new nn.Linear(2, 2, { device: 'cuda' }),
    ])
      assert.throws(attempt, (error) => error instanceof TorchError && error.message.length < 300);
  });

  test('its part of libtorch is loaded on its own, and what hinders that is said', () => {
    assert.throws(
      () => native.loadCuda('/nowhere/libtorch_cuda.so'),
      /nowhere\/libtorch_cuda\.so: cannot open/,
    );
  });

  test('the addon is linked to the CPU part only', (t) => {
    const { stdout } = spawnSync('ldd', [locateAddon()], { encoding: 'utf8' });
    if (!stdout) return t.skip('there is no ldd here');
    assert.match(stdout, /libtorch_cpu\.so/);
    assert.match(stdout, /libc10\.so/);
    assert.doesNotMatch(stdout, /libtorch_cuda|libc10_cuda|libtorch_python/);
  });
});

test("libtorch's warnings are warnings of the process, each said once", async () => {
  const said: Error[] = [];
  const listen = (warning: Error): void => void said.push(warning);
  process.on('warning', listen);
  for (let i = 0; i < 3; i++) tensor([1]).std({ correction: 7 });
  await nextTurn();
  process.off('warning', listen);
  assert.deepEqual(
    said.map(({ name }) => name),
    ['TorchWarning'],
  );
  assert.match(
    said[0]?.message ?? '',
    /^std\(\): degrees of freedom is <= 0.*reduction factor[^(]*\([^)]*\)\.?$/,
  );
});
