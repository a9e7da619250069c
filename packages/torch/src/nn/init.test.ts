import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { empty, Generator, manualSeed, nn, type Tensor, withGenerator, zeros } from '@retort/torch';
import { noted, precisions, reference } from '../../reference/follow.ts';
import { assertClose, ofDrawn } from '../../reference/load.ts';

const { init } = nn;

const cases: Record<string, (x: Tensor) => Tensor> = {
  uniform: (x) => init.uniform_(x, -0.5, 2),
  normal: (x) => init.normal_(x, 1, 0.02),
  constant: (x) => init.constant_(x, 0.3),
  eye: init.eye_,
  trunc_normal: (x) => init.truncNormal_(x, { std: 0.02 }),
  'trunc_normal.near': (x) => init.truncNormal_(x, { mean: 0.1, a: -0.6, b: 0.5 }),
  'trunc_normal.far': (x) => init.truncNormal_(x, { a: 1, b: 1.5 }),
  'trunc_normal.one_side': (x) => init.truncNormal_(x, { mean: 3, a: -1, b: 2 }),
  xavier_uniform: (x) => init.xavierUniform_(x),
  xavier_normal: (x) => init.xavierNormal_(x, init.calculateGain('tanh')),
  kaiming_uniform: (x) => init.kaimingUniform_(x, { nonlinearity: 'relu' }),
  kaiming_normal: (x) => init.kaimingNormal_(x, { a: 0.3, mode: 'fan_out', nonlinearity: 'leaky_relu' }),
  'orthogonal.tall': (x) => init.orthogonal_(x, 2),
  'orthogonal.wide': (x) => init.orthogonal_(x),
};

suite('initial values', () => {
  for (const [name, fill] of Object.entries(cases)) {
    test(`${name} gives PyTorch’s values for the same seed, in place`, () => {
      for (const { dtype, prefix, tolerance } of precisions) {
        const expected = reference(`init.${prefix}${name}`);
        const x = new nn.Parameter(empty(expected.shape, { dtype }));
        manualSeed(14);
        assert.equal(fill(x), x);
        assertClose(x.detach(), expected, ofDrawn(Math.min(tolerance, 1e-6), 1e-5), name);
        assert.ok(x.isLeaf && x.requiresGrad);
      }
    });
  }
  test('gains are PyTorch’s', () => {
    const kinds = ['linear', 'sigmoid', 'tanh', 'relu', 'leaky_relu', 'selu'] as const;
    assert.deepEqual(
      kinds.map((kind) => init.calculateGain(kind)),
      noted('gains').split(',').map(Number),
    );
  });
  test('zeros and ones fill; what is empty stays as it is', () => {
    assert.deepEqual(init.zeros_(empty([2])).toList(), [0, 0]);
    assert.deepEqual(init.ones_(empty([2])).toList(), [1, 1]);
    for (const fill of [init.orthogonal_, init.kaimingNormal_, init.kaimingUniform_])
      assert.deepEqual(fill(zeros([0, 3])).shape, [0, 3]);
  });
  test('layers and functions draw from the generator of withGenerator', () => {
    const weights = (seed: number) =>
      withGenerator(new Generator(seed), () => new nn.Linear(3, 2).weight.toFlatArray());
    assert.deepEqual(weights(1), weights(1));
    assert.notDeepEqual(weights(1), weights(2));
  });
  test('what cannot be is refused in a sentence', () => {
    assert.throws(() => init.eye_(zeros([3])), /takes a matrix, got .*\[3\]/);
    assert.throws(() => init.xavierUniform_(zeros([3])), /two dimensions or more, got .*\[3\]/);
    assert.throws(() => init.orthogonal_(zeros([3])), /two dimensions or more/);
    assert.throws(() => init.truncNormal_(zeros([3]), { std: 0 }), /std must be positive, got 0/);
    assert.throws(() => init.truncNormal_(zeros([3]), { a: 1, b: 1 }), /a \(1\) must be below b \(1\)/);
  });
});
