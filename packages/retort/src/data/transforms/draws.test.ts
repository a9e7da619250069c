import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { fromBytes, scope, type Tensor, tensor } from '@retort/torch';
import { normalisations } from '../normalisation.ts';
import type { PolicyOperation } from './auto-augment-policies.ts';
import { policies } from './auto-augment-policies.ts';
import {
  autoAugment,
  boxIn,
  colorJitter,
  flip,
  randAugment,
  randomErasing,
  randomResizedCrop,
  type Transform,
  threeAugment,
  transforms,
} from './index.ts';
import { erasedIn } from './random-erasing.ts';
import { randomAt } from './transform.ts';

const samples = 4000;

/** What is drawn for some thousand samples. */
const drawsOf = <Drawn>(transform: Transform<Drawn>): Drawn[] =>
  Array.from({ length: samples }, (_, sample) =>
    transform.draw(randomAt({ seed: 3, epoch: 1, sample, view: 0 }, 0)),
  );

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const deviation = (values: readonly number[]): number => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
};

/** Fails unless a share of draws is what it should be, but for five standard deviations of chance. */
function assertShare(count: number, all: number, share: number, what: string): void {
  const off = Math.abs(count / all - share);
  assert.ok(
    off <= 5 * Math.sqrt((share * (1 - share)) / all),
    `${what}: ${count} of ${all}, and should be ${share}`,
  );
}

/** Fails unless numbers are evenly within a range, by least, most and mean. */
function assertEven(values: readonly number[], low: number, high: number, what: string): void {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const span = high - low;
  const near = 20 / values.length;
  assert.ok(least >= low && least < low + near * span, `${what}: from ${least}, not ${low}`);
  assert.ok(most <= high && most > high - near * span, `${what}: up to ${most}, not ${high}`);
  const off = Math.abs(mean(values) - (low + high) / 2);
  assert.ok(off < (5 * span) / Math.sqrt(12 * values.length), `${what}: ${mean(values)} in the mean`);
}

const countBy = (names: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
};

suite('draws', () => {
  test('of a flip come with its probability', () => {
    for (const p of [0, 0.3, 0.5, 1])
      assertShare(drawsOf(flip({ p })).filter(Boolean).length, samples, p, `flip ${p}`);
  });

  test('of a crop are of even area and even logarithm of shape, anywhere in the image, by either interpolation', () => {
    const draws = drawsOf(randomResizedCrop({ interpolation: 'random' }));
    const first = draws.map(({ attempts }) => attempts[0] ?? assert.fail());
    assertEven(
      first.map(({ area }) => area),
      0.08,
      1,
      'area',
    );
    assertEven(
      first.map(({ ratio }) => Math.log(ratio)),
      Math.log(3 / 4),
      Math.log(4 / 3),
      'shape',
    );
    assertEven(
      first.map(({ top }) => top),
      0,
      1,
      'top',
    );
    assertEven(
      draws.flatMap(({ attempts }) => attempts.map(({ left }) => left)),
      0,
      1,
      'left',
    );
    const bicubic = draws.filter(({ interpolation }) => interpolation === 'bicubic').length;
    assertShare(bicubic, samples, 0.5, 'bicubic');
    for (const drawn of draws) {
      const { top, left, height, width } = boxIn([120, 90], drawn, [3 / 4, 4 / 3]);
      assert.ok(top >= 0 && left >= 0 && top + height <= 120 && left + width <= 90);
      const area = (height * width) / (120 * 90);
      assert.ok(area > 0.07 && area <= 1, `${area}`);
      assert.ok(width / height > 0.72 && width / height < 1.4, `${width / height}`);
    }
  });

  test('of colours are within their ranges, in each of the orders', () => {
    const draws = drawsOf(colorJitter({ brightness: 0.4, contrast: [0.5, 0.9], saturation: 1.5, hue: 0.1 }));
    const ranges = {
      brightness: [0.6, 1.4],
      contrast: [0.5, 0.9],
      saturation: [0, 2.5],
      hue: [-0.1, 0.1],
    } as const;
    for (const [property, [low, high]] of Object.entries(ranges)) {
      const values = draws.map((drawn) => drawn.find(([name]) => name === property)?.[1] ?? assert.fail());
      assertEven(values, low, high, property);
    }
    const orders = countBy(draws.map((drawn) => drawn.map(([name]) => name).join()));
    assert.equal(orders.size, 24);
    for (const [order, count] of orders) assertShare(count, samples, 1 / 24, order);
    assert.deepEqual(
      drawsOf(colorJitter({ hue: [0.1, 0.1] }))[0]?.map(([name]) => name),
      ['hue'],
    );
    assert.ok(drawsOf(colorJitter()).every((drawn) => drawn.length === 0));
  });

  test('of RandAugment are two of its fifteen at probability a half, of a normal magnitude cut off at 10, either way', () => {
    const draws = drawsOf(randAugment({ policy: 'rand-m9-mstd0.5-inc1' }));
    const all = draws.flat();
    assertShare(all.length, 2 * samples, 0.5, 'applied');
    const counts = countBy(all.map(({ name }) => name));
    assert.equal(counts.size, 15);
    for (const [name, count] of counts) assertShare(count, all.length, 1 / 15, name);
    assertShare(
      all.filter(({ interpolation }) => interpolation === 'bicubic').length,
      all.length,
      0.5,
      'bicubic',
    );
    const angles = all.filter(({ name }) => name === 'Rotate').map(({ strength }) => strength);
    assertShare(angles.filter((angle) => angle < 0).length, angles.length, 0.5, 'turned right');
    const levels = angles.map((angle) => Math.abs(angle) / 3);
    // Of a normal distribution around 9, 2.3 % are beyond 10.
    assertShare(levels.filter((level) => level === 10).length, levels.length, 0.0228, 'cut off');
    assert.ok(Math.max(...levels) === 10 && Math.min(...levels) > 6.5, `${Math.min(...levels)}`);
    assert.ok(
      Math.abs(mean(levels) - 9) < 0.15 && Math.abs(deviation(levels) - 0.5) < 0.1,
      `${mean(levels)}`,
    );
  });

  test('of RandAugment are as many, as probable and as strong as its policy says', () => {
    const applied = (policy: string) => drawsOf(randAugment({ policy })).flat();
    assertShare(applied('rand-n3-p0.2').length, 3 * samples, 0.2, 'of three');
    assert.equal(applied('rand-n4-p1').length, 4 * samples);
    const shares = (policy: string) =>
      applied(policy)
        .filter(({ name }) => name === 'TranslateXRel')
        .map(({ strength }) => strength);
    assert.deepEqual(new Set(shares('rand-m4')), new Set([-0.18000000000000002, 0.18000000000000002]));
    const even = shares('rand-m8-mstd101');
    assertEven(even, -0.36, 0.36, 'even magnitudes');
    assert.ok(shares('rand-m14-mmax20').every((share) => Math.abs(share) > 0.6));
    assert.ok(shares('rand-m14').every((share) => Math.abs(share) === 0.45));
  });

  test('of RandAugment by weights come as often as they weigh, each once an image', () => {
    const draws = drawsOf(randAugment({ policy: 'rand-n1-p1-tweights' })).flat();
    const counts = countBy(draws.map(({ name }) => name));
    const total = 3 + 2 + 2 + 1 + 1 + 3 * 0.25 + 7 * 0.05;
    for (const [name, weight] of [
      ['Rotate', 3],
      ['ShearX', 2],
      ['TranslateYRel', 1],
      ['AutoContrast', 0.25],
      ['Invert', 0.05],
    ] as const)
      assertShare(counts.get(name) ?? 0, samples, weight / total, name);
    for (const drawn of drawsOf(randAugment({ policy: 'rand-n5-p1-tweights' })).slice(0, 500))
      assert.equal(new Set(drawn.map(({ name }) => name)).size, 5);
  });

  test('of AutoAugment are pairs of its policy, each with its probability, either way', () => {
    for (const policy of ['imagenet', 'cifar10'] as const) {
      const all = drawsOf(autoAugment({ policy })).flat();
      const expected = new Map<PolicyOperation, number>();
      for (const [name, probability] of policies[policy].flat())
        expected.set(name, (expected.get(name) ?? 0) + probability / 25);
      const counts = countBy(all.map(({ name }) => name));
      for (const [name, often] of expected) {
        const count = counts.get(name) ?? 0;
        assert.ok(
          Math.abs(count / samples - often) < 5 * Math.sqrt(Math.max(often, 1e-3) / samples),
          `${name}: ${count}, ${often}`,
        );
      }
      const turned = all.filter(({ name }) => name === 'Rotate');
      assertShare(turned.filter(({ isNegative }) => isNegative).length, turned.length, 0.5, 'turned back');
      assert.ok(
        all.every(
          ({ name, isNegative }) => !isNegative || !['Posterize', 'Solarize', 'Invert'].includes(name),
        ),
      );
    }
  });

  test('of what is erased come with their probability, of even area and even logarithm of shape', () => {
    const draws = drawsOf(randomErasing());
    assertShare(draws.filter(({ isErased }) => isErased).length, samples, 0.25, 'erased');
    const attempts = draws.flatMap((drawn) => drawn.attempts.slice(0, 2));
    assertEven(
      attempts.map(({ area }) => area),
      0.02,
      1 / 3,
      'area',
    );
    assertEven(
      attempts.map(({ ratio }) => Math.log(ratio)),
      Math.log(0.3),
      -Math.log(0.3),
      'shape',
    );
  });

  test('of the three are as often one as another, and blur from 0.1 to 2 pixels', () => {
    const draws = drawsOf(threeAugment());
    const counts = countBy(draws.map(({ change }) => change));
    for (const change of ['grey', 'solarize', 'blur'])
      assertShare(counts.get(change) ?? 0, samples, 1 / 3, change);
    assertEven(
      draws.map((drawn) => drawn.deviation),
      0.1,
      2,
      'deviation',
    );
  });
});

/** Of each transform, with options that change something. */
const all: Readonly<Record<string, object>> = {
  'crop-flip': {},
  'random-resized-crop': { size: [10, 7], interpolation: 'random' },
  flip: {},
  'color-jitter': { brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1 },
  greyscale: { p: 0.5 },
  'gaussian-blur': {},
  'rand-augment': {},
  'auto-augment': { policy: 'cifar10' },
  'three-augment': {},
  'random-erasing': { p: 1 },
  resize: { size: 9 },
  'center-crop': { size: [9, 18] },
  'resize-shortest': { shortest: 8 },
  'random-crop': { kind: 'absolute', size: [9, 11] },
};

/** Those of images with boxes alone, which are of no one size in a batch: `drawn-places.test.ts` draws them. */
const ofBoxes = ['scale-jitter', 'random-iou-crop'];

suite('every transform', () => {
  const bytes = (count: number): Uint8Array =>
    Uint8Array.from({ length: count }, (_, i) => (i * 7 + ((i * i) >> 5)) & 255);
  const images = fromBytes(bytes(6 * 12 * 15 * 3), 'uint8', [6, 12, 15, 3]);
  const grey = fromBytes(bytes(6 * 12 * 15), 'uint8', [6, 12, 15, 1]);
  const isFixed = (name: string): boolean => ['resize', 'center-crop', 'resize-shortest'].includes(name);

  assert.deepEqual([...Object.keys(all), ...ofBoxes].sort(), Object.keys(transforms).sort());
  for (const [name, options] of Object.entries(all)) {
    const transform = transforms[name]?.create({ ...options }) ?? assert.fail();
    const draw = (sample: number, { epoch = 2, view = 0, seed = 1, place = 0 } = {}) =>
      transform.draw(randomAt({ seed, epoch, sample, view }, place));

    test(`${name} draws the same again, and another for another sample, epoch, view, seed or place`, () => {
      const drawn = Array.from({ length: 40 }, (_, sample) => draw(sample));
      const again = Array.from({ length: 40 }, (_, i) => draw(39 - i)).reverse();
      assert.deepEqual(again, drawn);
      if (isFixed(name)) return;
      for (const other of [{ epoch: 3 }, { view: 1 }, { seed: 2 }, { place: 1 }])
        assert.notDeepEqual(
          Array.from({ length: 40 }, (_, sample) => draw(sample, other)),
          drawn,
          JSON.stringify(other),
        );
      assert.ok(new Set(drawn.map((one) => JSON.stringify(one))).size > 1);
    });

    test(`${name} makes of an image what it makes of it alone, and leaves what it was given`, () =>
      scope(() => {
        for (const batch of [images, grey]) {
          const before = batch.clone();
          const drawn = Array.from({ length: 6 }, (_, sample) => draw(sample));
          const together = transform.on.image?.(batch, drawn) ?? assert.fail();
          assert.equal(together.dtype, 'uint8');
          assert.deepEqual([together.size(0), together.size(3)], [6, batch.size(3)]);
          for (const [i, one] of drawn.entries()) {
            const alone = transform.on.image?.(batch.narrow(0, i, 1), [one]) ?? assert.fail();
            assert.ok(alone.equal(together.narrow(0, i, 1)), `image ${i}`);
          }
          assert.ok(batch.equal(before));
        }
        const changed = transform.on.image?.(
          images,
          Array.from({ length: 6 }, (_, sample) => draw(sample)),
        );
        assert.ok(changed && !(changed.numel() === images.numel() && changed.equal(images)));
      }));
  }

  test('that erases puts in the mean, one colour or noise, of the normalisation that is said', () =>
    scope(() => {
      const side = 60;
      const black = fromBytes(new Uint8Array(side * side * 3), 'uint8', [1, side, side, 3]);
      const box = { area: 0.3, ratio: 1, top: 0.5, left: 0 };
      const drawn = { isErased: true, attempts: [box], key: [5, 6] as const };
      const inside = (
        mode: 'pixel' | 'rand' | 'const',
        key: readonly [number, number] = drawn.key,
      ): Tensor => {
        const erased = randomErasing({ mode }).on.image?.(black, [{ ...drawn, key }]) ?? assert.fail();
        const { top, left, height, width } = erasedIn([side, side], [box]) ?? assert.fail();
        const part = erased.narrow(1, top, height).narrow(2, left, width);
        assert.equal(erased.sum().item(), part.sum().item(), 'what is around it stays');
        return part.flatten(0, 2);
      };
      const { mean, std } = normalisations.imagenet;
      assert.deepEqual(inside('const').unique_dim(0, true)[0].toList(), [
        mean.map((value) => Math.round(255 * value)),
      ]);
      const colour = inside('rand').unique_dim(0, true)[0];
      assert.deepEqual(colour.shape, [1, 3]);
      assert.notDeepEqual(inside('rand', [5, 7]).narrow(0, 0, 1).toList(), colour.toList());
      const noise = inside('pixel').to('float32').div(255).sub(tensor(mean)).div(tensor(std));
      assert.ok(Math.abs(Number(noise.mean().item())) < 0.05, `${noise.mean().item()}`);
      const spread = Number(noise.std().item());
      // Cut off at black and white.
      assert.ok(spread > 0.93 && spread < 1, `${spread}`);
      const middle = noise.abs().lt(1).to('float32').mean().item();
      assert.ok(Math.abs(Number(middle) - 0.6827) < 0.03, `${middle}`);
    }));

  test('says what is wrong with its options', () => {
    const said = (name: string, options: object): string => {
      try {
        transforms[name]?.create({ ...options });
      } catch (error) {
        assert.ok(error instanceof RangeError);
        return error.message;
      }
      return assert.fail(`${name} took ${JSON.stringify(options)}`);
    };
    assert.equal(
      said('random-resized-crop', { size: 0 }),
      'random-resized-crop: size: must be at least 1, is 0',
    );
    assert.equal(
      said('random-resized-crop', { scale: [1, 0.5] }),
      'random-resized-crop: scale: must be the least and the most, in this order',
    );
    assert.equal(said('flip', { p: 2 }), 'flip: p: must be at most 1, is 2');
    assert.equal(said('color-jitter', { hue: 0.7 }), 'color-jitter: hue: must be at most 0.5, is 0.7');
    assert.equal(
      said('color-jitter', { brightness: [2, 1] }),
      'color-jitter: brightness: must be the least and the most, in this order',
    );
    const policy = (text: string): string => said('rand-augment', { policy: text });
    assert.match(policy('m9'), /policy: must begin with 'rand', as rand-m9-mstd0.5-inc1 does/);
    assert.match(policy('rand-q3'), /'q3' is no part of it: there are m, mstd, mmax, n, p, inc/);
    assert.match(policy('rand-m9.5'), /'m9.5': what follows m must be a whole number/);
    assert.match(policy('rand-tweight'), /there is no set of operations 'weight': did you mean 'weights'/);
    assert.match(policy('rand-m1-m2'), /m is there twice/);
    assert.match(policy('rand-n90-tweights'), /each operation comes once at most, and there are 15/);
    assert.equal(
      said('auto-augment', { policy: 'svhn' }),
      "auto-augment: policy: there is no policy 'svhn': there are imagenet, cifar10",
    );
    assert.equal(
      said('three-augment', { p: 1 }),
      'three-augment: p: there is no such key: here can be nothing',
    );
    assert.equal(said('resize', {}), 'resize: size: is missing: it must be a number, or a list');
  });

  test('that changes colours refuses images that have none, and a fill of other channels', () => {
    const four = fromBytes(bytes(2 * 4 * 4 * 4), 'uint8', [2, 4, 4, 4]);
    for (const name of [
      'color-jitter',
      'rand-augment',
      'auto-augment',
      'three-augment',
      'greyscale',
      'gaussian-blur',
    ])
      assert.throws(() => transforms[name]?.create({}).on.image?.(four, []), {
        name: 'RangeError',
        message: `${name} changes colours, of images with 1 or 3 channels, and these have 4: take it out of the list of transforms`,
      });
    assert.throws(() => transforms['rand-augment']?.create({ fill: [1, 2] }).on.image?.(images, []), {
      message: 'rand-augment: fill has 2 numbers, and images have 3 channels: it must be one for each',
    });
  });
});
