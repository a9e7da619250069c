import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import { arange, loadSafetensors, scope, type Tensor, tensor } from '@retort/torch';
import { loadReference } from '../../../../torch/reference/load.ts';
import { halves } from '../../../reference/halves.ts';
import { reading } from '../../../reference/reading.ts';
import { batchOf, classificationBy, makeBatch } from '../../tasks/index.ts';
import { cropFlip, type Drawing, randomResizedCrop, shownBatches } from '../index.ts';
import { draw } from '../philox.ts';
import { uniforms } from '../transforms/chance.ts';
import { beta } from './beta.ts';
import { mixed } from './mixed.ts';
import { type DrawnMix, mixing } from './mixing.ts';

const folder = path.join(import.meta.dirname, '../../../reference');
const reference = loadReference(folder, 'mixing.safetensors');
const { metadata } = loadSafetensors(path.join(folder, 'mixing.safetensors'));
const json = (name: string) => JSON.parse(metadata[name] ?? 'null');

interface Case {
  readonly of: 'wide' | 'square';
  readonly mode: 'batch' | 'pair' | 'elem';
  readonly smoothing: number;
  /** One of a batch, one of each pair, or one of each image. */
  readonly drawn: readonly DrawnMix[];
}

/** What was drawn, for each of so many images. */
function ofEach({ mode, drawn }: Case, count: number): DrawnMix[] {
  const place = { batch: () => 0, pair: (i: number) => Math.min(i, count - 1 - i), elem: (i: number) => i };
  return Array.from({ length: count }, (_, i) => drawn[place[mode](i)] ?? assert.fail());
}

const isSame = (one: Tensor, other: Tensor): boolean =>
  String(one.shape) === String(other.shape) && one.dtype === other.dtype && one.equal(other);

test('drawn Mixup and CutMix of batches, pairs and images come to the bytes and the targets of timm', () => {
  const data = {
    ...reading(halves(2)),
    fields: { label: { kind: 'class', classes: Array(5).fill('') } },
  } as const;
  let changed = 0;
  for (const [number, given] of (json('cases') as Case[]).entries())
    scope(() => {
      const images = reference(given.of);
      const found = mixed(images, ofEach(given, images.size(0)), mixing({ mixup: 1, mode: given.mode }));
      const what = JSON.stringify(given);
      assert.ok(isSame(found.images, reference(`${number}.images`)), what);
      if (!isSame(found.images, images)) changed++;
      const labels = tensor(json('labels')[given.of].map(BigInt));
      const task = classificationBy({ smoothing: given.smoothing });
      const { softLabels } = task.mix?.({ labels }, found.shares, data) ?? assert.fail();
      assert.ok(softLabels && isSame(softLabels, reference(`${number}.targets`)), what);
    });
  assert.ok(changed > 60, `${changed} were mixed`);
});

test('three repeats of each image are in the order of timm’s RepeatAugSampler, and as many as there are images', () => {
  const { permutation, repeated } = json('order');
  const data = { ...reading(halves(300)), order: () => Int32Array.from(permutation) };
  const batches = [...shownBatches(data, { seed: 0, epoch: 1, batchSize: 128 }, { repeats: 3 })];
  const ids = batches.flatMap((batch) => Array.from(batch.ids));
  assert.deepEqual(ids, repeated['0']);
  assert.deepEqual(ids.slice(0, 256), repeated['256']);
  assert.deepEqual(
    batches.flatMap(({ times }) => Array.from(times ?? [])),
    ids.map((_, i) => i % 3),
  );
});

suite('what is drawn for a batch', () => {
  const key = { seed: 3, epoch: 2, batch: 5 };

  test('is of the distribution Beta(α, α)', () => {
    const count = 20000;
    const distributions: readonly (readonly [alpha: number, below: (x: number) => number])[] = [
      [0.5, (x) => (2 / Math.PI) * Math.asin(Math.sqrt(x))],
      [1, (x) => x],
      [2, (x) => 3 * x ** 2 - 2 * x ** 3],
    ];
    for (const [alpha, below] of distributions) {
      const drawn = Array.from({ length: count }, (_, sample) =>
        beta(
          uniforms({ words: (number = 0) => draw({ seed: 1, epoch: 0, sample, purpose: 'mixing', number }) }),
          alpha,
        ),
      ).sort((a, b) => a - b);
      const apart = drawn.map((x, i) => Math.abs(below(x) - (i + 0.5) / count));
      // Kolmogorov and Smirnov: one of a million samples is further off.
      assert.ok(Math.max(...apart) < 2.7 / Math.sqrt(count), `Beta(${alpha}): ${Math.max(...apart)}`);
    }
    const tiny = Array.from(
      { length: 200 },
      (_, batch) => mixing({ mixup: 1e-4 }).draw({ ...key, batch }, 1)[0],
    );
    assert.ok(tiny.every((one) => one && (one.share < 1e-6 || one.share > 1 - 1e-6)));
  });

  test('is switched as timm does: so many batches are mixed, so many of them by CutMix', () => {
    const batches = 4000;
    const shares = ({ prob, switchProb }: { prob: number; switchProb: number }) => {
      const { draw } = mixing({ mixup: 0.8, cutmix: 1, prob, switchProb });
      const all = Array.from({ length: batches }, (_, batch) => draw({ ...key, batch }, 1)[0]);
      const [mixes, cuts] = [(one?: DrawnMix) => one?.share !== 1, (one?: DrawnMix) => one?.box].map(
        (is) => all.filter(is).length / batches,
      );
      return [mixes ?? 0, cuts ?? 0];
    };
    assert.deepEqual(shares({ prob: 1, switchProb: 1 }), [1, 1]);
    assert.deepEqual(shares({ prob: 1, switchProb: 0 }), [1, 0]);
    assert.deepEqual(shares({ prob: 0, switchProb: 1 }), [0, 0]);
    const [mixes = 0, cuts = 0] = shares({ prob: 0.6, switchProb: 0.3 });
    assert.ok(Math.abs(mixes - 0.6) < 0.04 && Math.abs(cuts - 0.18) < 0.03, `${mixes}, ${cuts}`);
    const alone = mixing({ cutmix: 1, switchProb: 0 }).draw(key, 1)[0];
    assert.ok(alone?.box, 'CutMix alone is not switched off');
  });

  test('is one for all, for partners, or for each; of seed, epoch and batch alone', () => {
    const drawn = (mode: 'batch' | 'pair' | 'elem', count: number) =>
      mixing({ mixup: 0.8, mode })
        .draw(key, count)
        .map(({ share }) => share);
    assert.equal(new Set(drawn('batch', 6)).size, 1);
    assert.equal(new Set(drawn('elem', 6)).size, 6);
    const pairs = drawn('pair', 5);
    assert.deepEqual(pairs, [...pairs].reverse());
    assert.equal(new Set(pairs).size, 3);
    assert.deepEqual(drawn('elem', 4), drawn('elem', 6).slice(0, 4));
    const { draw } = mixing({ mixup: 0.8 });
    const of = (changed: object) => draw({ ...key, ...changed }, 1)[0]?.share;
    assert.equal(of({}), of({}));
    assert.equal(new Set([of({}), of({ seed: 4 }), of({ epoch: 3 }), of({ batch: 6 })]).size, 4);
  });
});

suite('a batch', () => {
  const data = halves(9);
  const ids = Int32Array.from(data.column('label').toFlatArray(), (_, i) => i);
  const drawing: Drawing = { seed: 1, epoch: 1, mixing: mixing({ mixup: 1 }) };

  test('of an odd number leaves the image in the middle as it is, and its label', () => {
    const plain = makeBatch(data, ids, { ...drawing, mixing: undefined });
    for (const kind of ['mixup', 'cutmix'] as const) {
      const { inputs, targets } = makeBatch(data, ids, { ...drawing, mixing: mixing({ [kind]: 1 }) }, {});
      const images = inputs.student.images ?? assert.fail();
      const pixels = (i: number) => images.select(0, i).equal(plain.inputs.student.images.select(0, i));
      assert.deepEqual([pixels(0), pixels(4)], [false, true]);
      assert.deepEqual(targets.softLabels?.select(0, 4).toFlatArray(), [1, 0]);
      assert.deepEqual(Object.keys(targets), ['softLabels']);
    }
  });

  test('is mixed before it is rendered: both sides see the same picture', () => {
    const renderings = { teacher: { mean: [0], std: [1] }, student: { mean: [0], std: [0.5] } };
    const { inputs } = makeBatch(data, ids, drawing, { renderings });
    const { student, teacher } = inputs;
    assert.ok(student.images?.mul(0.5).allclose(teacher.images ?? assert.fail()));
  });

  test('in four turns is mixed as the upright one is: the same partner, in the turned box', () => {
    const turned = makeBatch(data, ids, {
      ...drawing,
      turns: 4,
      mixing: mixing({ cutmix: 1, mode: 'elem' }),
    });
    const images = turned.inputs.student.images ?? assert.fail();
    for (const quarter of [1, 2, 3]) {
      const upright = images.narrow(0, 0, 9).rot90(quarter, [2, 3]);
      assert.ok(upright.equal(images.narrow(0, 9 * quarter, 9)), `${quarter}`);
    }
  });

  test('of images of several sizes is refused, with the cure', () => {
    const pictures = [8, 6].map((side) =>
      arange(0, side * side)
        .to('uint8')
        .reshape([1, side, side, 1]),
    );
    const columns = { image: pictures, label: tensor([0n, 1n]) };
    const render = (transforms: Drawing['transforms']) => () =>
      batchOf(data, { ids: Int32Array.of(0, 1), columns }, { ...drawing, transforms: transforms ?? [] });
    assert.throws(render([]), /must be of one size before: have a transform make them one/);
    assert.doesNotThrow(render([randomResizedCrop({ size: 6 })]));
  });

  test('shows a sample again by another draw, the first time by that of an epoch without repeats', () => {
    const transforms = [cropFlip({ padding: 3 })];
    const again = Int32Array.of(3, 3, 3);
    const of = (times?: Int32Array) =>
      makeBatch(data, again, { seed: 1, epoch: 1, transforms, times }).inputs.student.images;
    const [plain, timed] = [of(), of(Int32Array.of(0, 1, 2))];
    const rows = [0, 1, 2].map((i) => String(timed.select(0, i).toFlatArray()));
    assert.equal(rows[0], String(plain.select(0, 0).toFlatArray()));
    assert.equal(new Set(rows).size, 3);
  });
});

test('options that mix nothing, or are no probabilities, are refused', () => {
  assert.throws(() => mixing({}), /mixup or cutmix must be above 0/);
  assert.throws(() => mixing({ mixup: -1 }), /mixing: mixup: must be at least 0, is -1/);
  assert.throws(() => mixing({ cutmix: 1, prob: 2 }), /prob: must be at most 1, is 2/);
});
