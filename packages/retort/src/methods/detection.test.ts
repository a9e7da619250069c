/** What methods do with two detectors, beside their numbers: reference.test.ts has those. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { randn, scope, setNumThreads, type Tensor, tensor, zeros } from '@retort/torch';
import { computeLoss, exampleInput } from '../loss/index.ts';
import { type Method, methods, type Pair, type Seen } from './index.ts';

setNumThreads(1);

const example = (name = 'fgfi') => exampleInput(name, { options: { gamma: 0 } });

/** A pair of detectors with levels of these shapes. */
function pairOf(own: readonly number[], theirs: readonly number[]): Pair {
  const anatomy = { stem: '', stages: ['p2'], penultimate: '', classifier: [] };
  const side = (shape: readonly number[]) => ({ anatomy, ofTexts: false, shape: () => shape });
  return { student: side(own), teacher: side(theirs), classes: 3, samples: 1, labels: zeros([1]) };
}

const madeWith = (name: string, options: object): Method => {
  const made = methods[name]?.create(options);
  assert.ok(made, name);
  return made;
};

suite('levels of two pyramids', () => {
  test('are taken where a method of feature maps is asked for them, and paths beside them are refused', () => {
    for (const name of ['srd', 'fitnet', 'review']) {
      const pair = pairOf([2, 4, 4], [2, 4, 4]);
      assert.deepEqual(madeWith(name, { levels: true }).taps?.(pair), { student: ['p2'], teacher: ['p2'] });
      const given = name === 'review' ? ['p2'] : 'p2';
      assert.throws(
        () => methods[name]?.create({ levels: true, student: given }),
        /leave out student and teacher, or levels/,
      );
    }
  });

  test('must lie on grids of one size', () => {
    for (const name of ['srd', 'fitnet', 'review', 'fgfi'])
      assert.throws(
        () => madeWith(name, name === 'fgfi' ? {} : { levels: true }).objective(pairOf([2, 4, 4], [3, 4, 6])),
        new RegExp(
          `^RangeError: ${name} compares levels place by place, and number 1 is \\[2, 4, 4\\] of the`,
        ),
      );
  });

  test('have no logits, so that SRD refuses a weight of theirs', () => {
    assert.throws(
      () => methods.srd?.create({ levels: true, kappa: 1 }),
      /leave kappa out, or have kd learn what/,
    );
    assert.deepEqual(madeWith('srd', { levels: true }).needs?.outputs, []);
    assert.deepEqual(madeWith('srd', {}).needs?.outputs, ['logits']);
  });

  test('have defaults of their own, which a recipe prints', () => {
    const filled = (name: string, options: object) => methods[name]?.fill?.({ ...options });
    assert.deepEqual(filled('review', { levels: true }), {
      ...{ channels: 256, warmUpEpochs: 1, beta: 1, levels: true },
    });
    assert.partialDeepStrictEqual(filled('review', {}), { channels: 512, warmUpEpochs: 20, beta: 5 });
    assert.partialDeepStrictEqual(filled('fitnet', { levels: true }), { beta: 1 });
    assert.partialDeepStrictEqual(filled('fitnet', {}), { beta: 100 });
    assert.partialDeepStrictEqual(filled('srd', { levels: true }), { kappa: 0, beta: 2 });
    assert.partialDeepStrictEqual(filled('kd', { proposals: true }), { temperature: 1, alpha: 1, gamma: 1 });
    assert.partialDeepStrictEqual(filled('kd', {}), { temperature: 4, alpha: 0.9, gamma: 0.1 });
    assert.partialDeepStrictEqual(filled('dkd', { proposals: true }), { temperature: 1, beta: 0.25 });
  });
});

suite('what is said of proposals', () => {
  const of = (name: string, changed: Record<string, Tensor> = {}) =>
    computeLoss(name, { tensors: { ...example('kd'), ...changed }, options: { proposals: true, gamma: 0 } });

  test('is a live teacher’s, of the whole batch', () => {
    for (const name of ['kd', 'dkd'])
      assert.deepEqual(madeWith(name, { proposals: true }).needs, {
        ...{ liveTeacher: true, wholeBatch: true, loss: true },
      });
  });

  test('does not change with what fills them up', () => {
    for (const name of ['kd', 'dkd'])
      scope(() => {
        const { 'student.classLogits': own, 'student.proposalClasses': classes } = example('kd');
        assert.ok(own && classes);
        assert.ok(classes.eq(-1).any().item());
        const filled = own.masked_fill(classes.eq(-1).unsqueeze(2), 1e30);
        const [changed, plain] = [of(name, { 'student.classLogits': filled }), of(name)].map(({ terms }) =>
          Object.values(terms).map((term) => term.item()),
        );
        assert.deepEqual(changed, plain);
      });
  });

  test('is nothing where nothing was proposed, and has no gradient then', () => {
    for (const name of ['kd', 'dkd'])
      scope(() => {
        const none = tensor([[-1n, -1n]]);
        const said = { 'student.classLogits': randn([1, 2, 4]), 'teacher.classLogits': randn([1, 2, 4]) };
        const { terms, gradients } = computeLoss(name, {
          tensors: { ...said, 'student.proposalClasses': none },
          options: { proposals: true, gamma: 0 },
        });
        for (const value of Object.values(terms)) assert.ok(Math.abs(value.item()) < 1e-6);
        const gradient = gradients['student.classLogits'];
        assert.ok(!gradient || gradient.abs().max().item() < 1e-6);
      });
  });

  test('is asked of detectors', () => {
    const seen = { student: { outputs: {} }, teacher: { outputs: {} } } as unknown as Seen;
    for (const name of ['kd', 'dkd'])
      assert.throws(
        () => madeWith(name, { proposals: true, gamma: 0 }).objective(pairOf([], [])).losses(seen),
        new RegExp(`${name} with proposals compares what two detectors say .*: leave proposals out`),
      );
  });

  test('must fit itself', () => {
    const { 'student.proposalClasses': classes, 'teacher.classLogits': theirs } = example('kd');
    assert.ok(classes && theirs);
    for (const [changed, sentence] of [
      [{ 'student.proposalClasses': classes.add(1) }, /proposalClasses go from .*, and must be within -1/],
      [
        { 'student.proposalClasses': classes.to('float32') },
        /must be whole numbers \(int64\), and are float32/,
      ],
      [{ 'student.proposalClasses': classes.narrow(1, 0, 2) }, /one class of each of student\.classLogits/],
      [{ 'teacher.classLogits': theirs.narrow(2, 0, 3) }, /must be as student\.classLogits, \[8, 7, 11\]/],
      [{ 'student.truth': zeros([8, 2, 3]) }, /student\.truth is \[8, 2, 3\], and must be \[8, 2, 4\]/],
    ] as const)
      assert.throws(() => of('dkd', changed), sentence);
  });
});

suite('fgfi', () => {
  test('imitates around objects, and nothing where there are none', () =>
    scope(() => {
      const given = example();
      const term = (changed: Record<string, Tensor> = {}) =>
        computeLoss('fgfi', { tensors: { ...given, ...changed }, options: { gamma: 0 } });
      const around = term().gradients['student.feature.stage1'];
      assert.ok(around);
      const reached = around.abs().sum([1]).ne(0).to('float32').mean().item();
      assert.ok(reached > 0.05 && reached < 0.95, `${reached} of all places learn`);
      const truth = given['student.truth'];
      assert.ok(truth);
      const nowhere = term({ 'student.truth': truth.mul(0) });
      assert.equal(nowhere.terms.fgfi?.item(), 0);
      assert.equal(nowhere.gradients['student.feature.stage1']?.abs().max().item() ?? 0, 0);
    }));
});
