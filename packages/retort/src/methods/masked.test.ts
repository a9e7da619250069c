/** Teachers that mask classes: what their -inf is to each method that looks at logits. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import {
  aten,
  full,
  loadSafetensors,
  randn,
  scope,
  setNumThreads,
  type Tensor,
  tensor,
  zeros,
} from '@retort/torch';
import { assertAllClose, assertClose } from '../../../torch/reference/load.ts';
import { computeLoss, setUpLoss } from '../loss/index.ts';
import { tensorsUnder } from '../tensors/tensors-under.ts';
import { methods } from './index.ts';

setNumThreads(1);
const { tensors, metadata } = loadSafetensors(
  path.join(import.meta.dirname, '../../reference/masked.safetensors'),
);
const options: Readonly<Record<string, Record<string, unknown>>> = JSON.parse(metadata.options ?? '{}');

suite('a teacher that masks classes', () => {
  for (const method of Object.keys(options)) {
    test(`has a loss by ${method}: that of PyTorch, in which a class of probability 0 counts nothing`, () =>
      scope(() => {
        const given = tensorsUnder(`${method}.`, tensors);
        const input = { tensors: given, options: options[method] };
        const parts = setUpLoss(method, input).objective.parts?.stateDict() ?? {};
        const named = Object.entries(parts).map(([key, tensor]) => [`parts.${key}`, tensor]);
        const computed = computeLoss(method, {
          ...input,
          tensors: { ...given, ...Object.fromEntries(named) },
        });
        const terms = tensorsUnder('terms.', given);
        assert.ok(Object.keys(terms).length > 0);
        assertAllClose(computed.terms, terms, 1e-5);
        const [own, wanted] = [computed.gradients['student.logits'], given.grad];
        assert.ok(own && wanted);
        assertClose(own, wanted, 1e-5, 'the gradient');
      }));
  }

  const refusals = {
    annealing: 'compares logits by their squared differences',
    'logit-std': 'standardises logits over all classes',
  };
  for (const [method, why] of Object.entries(refusals)) {
    test(`is refused by ${method}, which says why`, () => {
      const teacher = randn([4, 5]);
      teacher.select(1, 2).narrow(0, 1, 2).fill_(Number.NEGATIVE_INFINITY);
      const given = {
        'student.logits': randn([4, 5]),
        'teacher.logits': teacher,
        labels: zeros([4], { dtype: 'int64' }),
      };
      assert.throws(() => computeLoss(method, { tensors: given }), {
        name: 'RangeError',
        message:
          `${method} ${why}, so that it cannot learn from a teacher that masks classes: of 2 of 4 samples the teacher's logits have -inf. ` +
          'Learn by kd, dkd, cskd, dist or ofa, or from a teacher of just the classes that it knows',
      });
    });
  }

  const ofLogits = {
    kd: {},
    dkd: {},
    tinybert: { embedding: 0, hidden: 0, attention: 0, gamma: 1 },
  };
  for (const [method, options] of Object.entries(ofLogits))
    test(`and whose student masks the same is to ${method} as both are without that class`, () =>
      scope(() => {
        const [student, teacher, labels] = [randn([4, 5]), randn([4, 5]), tensor([0n, 1n, 3n, 2n])];
        const masked = (logits: Tensor): Tensor =>
          aten.cat([logits, full([4, 1], Number.NEGATIVE_INFINITY)], 1);
        const of = (tensors: Readonly<Record<string, Tensor>>) =>
          computeLoss(method, { tensors: { ...tensors, labels }, options });
        const without = of({ 'student.logits': student, 'teacher.logits': teacher });
        const computed = of({ 'student.logits': masked(student), 'teacher.logits': masked(teacher) });
        assertAllClose(computed.terms, without.terms, 1e-5);
        const [own, wanted] = [computed.gradients['student.logits'], without.gradients['student.logits']];
        assert.ok(own && wanted);
        assertClose(own, aten.cat([wanted, zeros([4, 1])], 1), 1e-5, 'the gradient');
      }));

  test('is known to every method that looks at logits', () => {
    const looks = Object.keys(methods).filter((name) => {
      const teacher = randn([4, 5]);
      try {
        computeLoss(name, {
          tensors: {
            'student.logits': randn([4, 5]),
            'teacher.logits': teacher,
            labels: zeros([4], { dtype: 'int64' }),
          },
        });
        return methods[name]?.create({}).needsTeacher;
      } catch {
        // It wants features.
        return false;
      }
    });
    for (const name of looks) assert.ok(name in options || name in refusals, name);
    assert.ok(looks.length >= 6);
  });
});
