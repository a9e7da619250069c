/** Every method of reference/methods against its formula in PyTorch, terms and gradients, and against released code. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';
import { loadSafetensors, scope, setNumThreads, type Tensor } from '@retort/torch';
import { assertAllClose, assertClose, assertGradientsClose } from '../../../torch/reference/load.ts';
import { type ComputedLoss, computeLoss, type LossInput } from '../loss/index.ts';
import { methods } from './index.ts';

setNumThreads(1);
const folder = path.join(import.meta.dirname, '../../reference/methods');

type Tensors = Readonly<Record<string, Tensor>>;

interface Case {
  readonly input: LossInput;
  readonly terms: Tensors;
  readonly gradients: Tensors;
  /** What published code says of the terms. */
  readonly released: Tensors;
}

function casesOf(method: string): Case[] {
  const { tensors, metadata } = loadSafetensors(path.join(folder, `${method}.safetensors`));
  const under = (prefix: string): Tensors =>
    Object.fromEntries(
      Object.entries(tensors).flatMap(([name, tensor]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [],
      ),
    );
  const described: { options: Record<string, unknown>; setting: Partial<LossInput> }[] = JSON.parse(
    metadata.cases ?? '[]',
  );
  return described.map(({ options, setting }, i) => ({
    input: { ...setting, options, tensors: under(`${i}.`) },
    terms: under(`${i}.terms.`),
    gradients: under(`${i}.grad.`),
    released: under(`${i}.released.`),
  }));
}

/**
 * Released code of DLKD adds 1e-7 to the sum over the other embeddings, which counts where a batch has one image, all of whose embeddings
 * are far apart.
 */
const differing: Readonly<Record<string, number>> = { 'dlkd 3 category': 2e-4 };

/** Of terms and gradients. */
const toleranceOf = ({ tensors }: LossInput): number =>
  Object.entries(tensors).some(([name, { dtype }]) => name.startsWith('student.') && dtype === 'float64')
    ? 1e-9
    : 1e-5;

function compareGradients({ gradients }: ComputedLoss, wanted: Tensors, tolerance: number): void {
  assertGradientsClose(gradients, wanted, tolerance);
  for (const [of, gradient] of Object.entries(gradients))
    assert.ok(of in wanted || gradient.abs().max().item() === 0, `${of} should have no gradient`);
}

for (const file of fs.globSync('*.safetensors', { cwd: folder }).sort()) {
  const method = path.basename(file, '.safetensors');
  suite(method, () => {
    for (const [i, { input, terms, gradients, released }] of casesOf(method).entries()) {
      test(`case ${i}: terms and gradients equal the formula computed by PyTorch`, () =>
        scope(() => {
          const computed = computeLoss(method, input);
          assert.deepEqual(Object.keys(computed.terms).sort(), Object.keys(terms).sort());
          assertAllClose(computed.terms, terms, toleranceOf(input));
          compareGradients(computed, gradients, toleranceOf(input));
        }));
      if (Object.keys(released).length === 0) continue;
      test(`case ${i}: terms equal what released code gives`, () =>
        scope(() => {
          const computed = computeLoss(method, input);
          for (const [term, value] of Object.entries(released)) {
            const own = computed.terms[term];
            assert.ok(own);
            assertClose(own, value, differing[`${method} ${i} ${term}`] ?? 2e-5, term);
          }
        }));
    }
  });
}

test('there are five cases or more of every method that learns from a teacher', () => {
  for (const [method, { create }] of Object.entries(methods))
    assert.ok(!create({}).needsTeacher || casesOf(method).length >= 5, method);
});
