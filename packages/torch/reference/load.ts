/** For tests: the reference numbers of a package, and the comparison with them. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { loadSafetensors, type Tensor } from '@retort/torch';

export function loadReference(folder: string, file: string): (name: string) => Tensor {
  const { tensors } = loadSafetensors(path.join(folder, file));
  return (name) => {
    const found = tensors[name];
    assert.ok(found, `${file} has no ${name}: run the script beside it that writes it`);
    return found;
  };
}

/** The elements as numbers, a complex one as two. */
const numbers = (tensor: Tensor): number[] =>
  tensor.toFlatArray().flatMap((value) => (typeof value === 'object' ? [value.re, value.im] : Number(value)));

/**
 * Fails unless dtype and shape are equal and no element differs by more than `tolerance` times the largest reference value; whole numbers
 * and booleans must be equal.
 */
export function assertClose(actual: Tensor, expected: Tensor, tolerance: number, what: string): void {
  assert.equal(actual.dtype, expected.dtype, `${what}: dtype`);
  assert.deepEqual(actual.shape, expected.shape, `${what}: shape`);
  if (/^(int|uint|bool)/.test(expected.dtype)) {
    assert.deepEqual(actual.toFlatArray(), expected.toFlatArray(), what);
    return;
  }
  const wanted = numbers(expected);
  const largest = wanted.reduce(
    (most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most),
    0,
  );
  numbers(actual).forEach((value, i) => {
    const reference = wanted[i] ?? Number.NaN;
    const same = Object.is(value, reference) || value === reference;
    const near = Math.abs(value - reference) <= tolerance * largest;
    assert.ok(
      same || near,
      `${what}: element ${i} is ${value}, PyTorch's is ${reference} (largest ${largest})`,
    );
  });
}
