/** For tests: the reference numbers of a package, and the comparison with them. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { capabilities, loadSafetensors, type Tensor } from '@retort/torch';

export function loadReference(folder: string, file: string): (name: string) => Tensor {
  const { tensors } = loadSafetensors(path.join(folder, file));
  return (name) => {
    const found = tensors[name];
    assert.ok(found, `${file} has no ${name}: run the script beside it that writes it`);
    return found;
  };
}

/**
 * The tolerance for random numbers of float32 and what is computed from them, in float64 too. Without AVX2 libtorch rounds them otherwise
 * (it has other logarithms and cosines for normals, and no fused multiplication and addition), so that their last digits differ;
 * `without` is the tolerance there.
 */
export const ofDrawn = (tolerance: number, without = 1e-6): number =>
  capabilities().vectorized === 'DEFAULT' ? without : tolerance;

/** The elements as numbers, a complex one as two. */
const numbers = (tensor: Tensor): number[] =>
  tensor.toFlatArray().flatMap((value) => (typeof value === 'object' ? [value.re, value.im] : Number(value)));

/** The largest absolute value that is finite. */
const largestOf = (values: readonly number[]): number =>
  values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0);

/**
 * Fails unless dtype and shape are equal and no element differs by more than `tolerance` times the largest reference value, or times
 * `scale`; whole numbers and booleans must be equal.
 */
export function assertClose(
  actual: Tensor,
  expected: Tensor,
  tolerance: number,
  what: string,
  scale?: number,
): void {
  assert.equal(actual.dtype, expected.dtype, `${what}: dtype`);
  assert.deepEqual(actual.shape, expected.shape, `${what}: shape`);
  if (/^(int|uint|bool)/.test(expected.dtype)) {
    assert.deepEqual(actual.toFlatArray(), expected.toFlatArray(), what);
    return;
  }
  const wanted = numbers(expected);
  const largest = scale ?? largestOf(wanted);
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

/** `assertClose` for all that are expected, by their names. */
export function assertAllClose(
  actual: Readonly<Record<string, Tensor>>,
  expected: Readonly<Record<string, Tensor>>,
  tolerance: number,
): void {
  for (const [name, wanted] of Object.entries(expected)) {
    const found = actual[name];
    assert.ok(found, `there is no ${name}`);
    assertClose(found, wanted, tolerance, name);
  }
}

/**
 * `assertClose` for all gradients of one function, by the largest of all: one that vanishes in exact arithmetic, as that of a bias before
 * batch norm does, is what rounding leaves of terms of that size, and has no digits of its own.
 */
export function assertGradientsClose(
  actual: Readonly<Record<string, Tensor | null>>,
  expected: Readonly<Record<string, Tensor>>,
  tolerance: number,
  what?: string,
): void {
  const where = what ? `${what}: ` : '';
  const largest = largestOf(Object.values(expected).flatMap(numbers));
  for (const [of, wanted] of Object.entries(expected)) {
    const gradient = actual[of];
    assert.ok(gradient, `${where}${of} has no gradient`);
    assertClose(gradient, wanted, tolerance, `${where}the gradient of ${of}`, largest);
  }
}
