import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import { capabilities, fromBytes, loadSafetensors, scope, type Tensor } from '@retort/torch';
import { loadReference } from '../../../../torch/reference/load.ts';
import { operateByPolicy } from './auto-augment.ts';
import { centerCrop } from './center-crop.ts';
import { between } from './chance.ts';
import { type DrawnColors, jittered } from './color-jitter.ts';
import { fillOf } from './fill.ts';
import { flip } from './flip.ts';
import { gaussianBlur } from './gaussian-blur.ts';
import { greyscale } from './greyscale.ts';
import { drawOperation, operate } from './pillow/operations.ts';
import { eachPicture } from './pillow/pixels.ts';
import { parsePolicy } from './rand-augment-policy.ts';
import { erasedIn } from './random-erasing.ts';
import { boxIn, resizedCrops } from './random-resized-crop.ts';
import { resize } from './resize.ts';
import { threeAugment } from './three-augment.ts';
import { eachImage } from './torchvision/each-image.ts';

const folder = path.join(import.meta.dirname, '../../../reference');

interface Case {
  readonly which: Readonly<Record<string, number>>;
  // biome-ignore lint/suspicious/noExplicitAny: parameters of as many forms as there are transforms
  readonly [parameter: string]: any;
}

/** What the reference's metadata has under a name. */
const json = (file: string, name: string) =>
  JSON.parse(loadSafetensors(path.join(folder, file)).metadata[name] ?? 'null');

/** How far two images are from each other: by how much at most, and at how many bytes. */
function distance(found: Tensor, wanted: Tensor): { most: number; count: number } {
  assert.deepEqual(found.shape, wanted.shape);
  assert.equal(found.dtype, 'uint8');
  const apart = found.to('float32').sub(wanted.to('float32')).abs();
  return { most: Number(apart.max().item()), count: Number(apart.gt(0).sum().item()) };
}

/** Calls with every case, the pictures that it was of, [1, H, W, C], and what became of them. */
function compare(
  file: string,
  change: (image: Tensor, given: Case) => Tensor | null,
  check: (apart: { most: number; count: number }, given: Case, bytes: number, what: string) => void,
): void {
  const reference = loadReference(folder, file);
  let compared = 0;
  for (const [number, given] of (json(file, 'cases') as Case[]).entries())
    for (const [size, place] of Object.entries(given.which))
      scope(() => {
        const found = change(reference(size).narrow(0, place, 1), given);
        if (!found) return;
        const wanted = reference(`${number}.${size}`).unsqueeze(0);
        const { which: _, ...shown } = given;
        check(distance(found, wanted), given, wanted.numel(), `${JSON.stringify(shown)} of ${size}`);
        compared++;
      });
  assert.ok(compared > 0);
}

suite('transforms are, on the same parameters,', () => {
  test('timm’s operations of Pillow 13, byte for byte', () => {
    compare(
      'transforms-pillow.safetensors',
      (image, { name, level, sign, interpolation, strength }) => {
        if (name.startsWith('three.')) return null;
        const fill = fillOf('', 'imagenet', image.size(3));
        const drawn = { name, strength, interpolation };
        const uniforms = [sign, interpolation === 'bilinear' ? 0.25 : 0.75];
        const signed = drawOperation(name, level, () => uniforms.shift() ?? 0);
        assert.equal(signed.strength, strength, name);
        if (uniforms.length === 0) assert.equal(signed.interpolation, interpolation);
        return eachPicture(image, [drawn as typeof signed], (picture, one) => operate(picture, one, fill));
      },
      ({ most }, _, __, what) => assert.equal(most, 0, what),
    );
  });

  test('black where timm keeps no bits, which Pillow 13 refuses', () => {
    const drawn = drawOperation('PosterizeIncreasing', 10, () => 0);
    assert.equal(drawn.strength, 0);
    const picture = { pixels: Uint8Array.of(0, 127, 128, 255), height: 2, width: 2, channels: 1 };
    assert.deepEqual(operate(picture, drawn, [0]).pixels, new Uint8Array(4));
  });

  test('greys and blurs by themselves, of Pillow 13, byte for byte', () => {
    const [grey, blur] = [greyscale().on, gaussianBlur().on];
    let compared = 0;
    compare(
      'transforms-pillow.safetensors',
      (image, { name, deviation }) => {
        if (name !== 'three.grey' && name !== 'three.blur') return null;
        compared++;
        return (
          (name === 'three.grey' ? grey.image?.(image, [true]) : blur.image?.(image, [deviation])) ?? null
        );
      },
      ({ most }, _, __, what) => assert.equal(most, 0, what),
    );
    assert.ok(compared > 0);
    const image = fromBytes(
      Uint8Array.from({ length: 48 }, (_, i) => 5 * i),
      'uint8',
      [1, 4, 4, 3],
    );
    for (const same of [grey.image?.(image, [false]), blur.image?.(image, [null])])
      assert.deepEqual(same?.toFlatArray(), image.toFlatArray());
  });

  test('DeiT III’s three of Pillow 13, byte for byte', () => {
    const { on } = threeAugment();
    compare(
      'transforms-pillow.safetensors',
      (image, { name, deviation }) => {
        if (!name.startsWith('three.')) return null;
        const change = name.slice('three.'.length) as 'grey' | 'solarize' | 'blur';
        return on.image?.(image, [{ change, deviation }]) ?? null;
      },
      ({ most }, _, __, what) => assert.equal(most, 0, what),
    );
  });

  test('torchvision’s of tensors, byte for byte; without AVX2, whose float32 rounds otherwise, within 1 of 255 a change', () => {
    const isOther = capabilities().vectorized === 'DEFAULT';
    let [bytes, others] = [0, 0];
    compare(
      'transforms-torchvision.safetensors',
      (image, given) => {
        const { name, size, interpolation } = given;
        if (name === 'jitter') return eachImage(image, [given.drawn as DrawnColors], jittered);
        if (name === 'flip') return flip().on.image?.(image, [true]) ?? null;
        if (name === 'resize') return resize({ size, interpolation }).on.image?.(image, [null]) ?? null;
        if (name === 'center-crop') return centerCrop({ size }).on.image?.(image, [null]) ?? null;
        if (name === 'crop') {
          const [top, left, height, width] = given.box;
          return resizedCrops(image, [{ top, left, height, width }], size, [interpolation]);
        }
        assert.equal(name, 'policy');
        const fill = given.fill === null ? null : fillOf('', given.fill, image.size(3));
        const { operation, level, isNegative } = given;
        return eachImage(image, [{ name: operation, level, isNegative }], (one, drawn) =>
          operateByPolicy(one, drawn, { interpolation, fill }),
        );
      },
      ({ most, count }, { drawn }, all, what) => {
        assert.ok(most <= (isOther ? (drawn?.length ?? 1) : 0), `${what}: off by ${most}`);
        bytes += all;
        others += count;
      },
    );
    assert.ok(others <= bytes / 1000, `${others} of ${bytes} bytes are others`);
  });

  test('as torchvision’s RandomResizedCrop in where they find a box', () => {
    let fallen = 0;
    for (const { image, scale, ratio, numbers, box } of json('transforms-torchvision.safetensors', 'boxes')) {
      const attempts = (numbers as [number, number, number, number][]).map(([area, shape, top, left]) => ({
        area: between(area, ...(scale as [number, number])),
        ratio: Math.exp(between(shape, Math.log(ratio[0]), Math.log(ratio[1]))),
        top,
        left,
      }));
      const found = boxIn(image, { attempts }, ratio);
      assert.deepEqual(found, box);
      if (boxIn(image, { attempts: [] }, ratio).width === found.width) fallen++;
    }
    assert.ok(fallen > 10);
  });

  test('as timm’s RandomErasing in where they find a box', () => {
    let none = 0;
    for (const { image, attempts, box } of json('transforms-pillow.safetensors', 'erased')) {
      const drawn = erasedIn(image, attempts);
      const found = drawn && drawn.height * drawn.width > 0 ? drawn : null;
      assert.deepEqual(found, box);
      none += Number(found === null);
    }
    assert.ok(none > 0);
  });

  test('timm’s RandAugment in what its policies say', () => {
    for (const [text, wanted] of Object.entries(json('transforms-pillow.safetensors', 'policies'))) {
      const policy = parsePolicy(text);
      assert.ok(typeof policy === 'object', `${text}: ${policy}`);
      const { names, weights, deviation, ...rest } = wanted as Record<string, never> & { names: string[] };
      const { choices, isWeighted, deviation: found, ...others } = policy;
      assert.deepEqual(others, rest, text);
      assert.equal(Math.min(found, 1e9), deviation, text);
      assert.deepEqual(
        choices.map(({ name }) => name),
        names,
        text,
      );
      assert.equal(isWeighted, weights !== null, text);
      const total = choices.reduce((sum, { weight }) => sum + weight, 0);
      for (const [i, weight] of (weights ?? ([] as number[])).entries())
        assert.ok(Math.abs((choices[i]?.weight ?? 0) / total - weight) < 1e-12, text);
    }
  });
});
