/** `retort predict` on networks of every kind, beside their evaluation. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import {
  functional,
  manualSeed,
  type nn,
  noGrad,
  saveSafetensors,
  scope,
  setNumThreads,
  type Tensor,
  tensor,
} from '@retort/torch';
import sharp from 'sharp';
import { type Ended, retort } from '../../reference/command.ts';
import { livelyStudent } from '../../reference/students.ts';
import { type Dataset, imageFolder, inMemory, type Rendering } from '../data/index.ts';
import { pass } from '../evaluate/pass.ts';
import { exportFolder } from '../export/folder/index.ts';
import { exportOnnx } from '../export/onnx/index.ts';
import { createModel } from '../models/index.ts';
import { fitsOf, loadNetwork } from '../recipe/index.ts';
import { classification } from '../tasks/index.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-predict-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const at = (...names: string[]): string => path.join(scratch, ...names);

/** Coloured noise in waves, so that images differ. */
function pixels(seed: number, height: number, width: number): Buffer {
  const wave = (i: number): number => 127 + 120 * Math.sin((i * (seed + 3)) / 17 + (i % width) / 5);
  return Buffer.from(Uint8Array.from({ length: 3 * height * width }, (_, i) => wave(i)));
}

const picture = (seed: number, height: number, width: number) =>
  sharp(pixels(seed, height, width), { raw: { width, height, channels: 3 } });

/** Photographs of several sizes and formats, one of which says that it is turned. */
fs.mkdirSync(at('photos/val/a'), { recursive: true });
fs.mkdirSync(at('photos/val/b'), { recursive: true });
const photos = ['a/1.jpg', 'a/2.png', 'b/3.webp', 'b/4.gif'].map((name) => at('photos/val', name));
await picture(1, 40, 60)
  .withMetadata({ orientation: 6 })
  .jpeg()
  .toFile(photos[0] ?? '');
await picture(2, 70, 50)
  .png()
  .toFile(photos[1] ?? '');
await picture(3, 33, 99)
  .webp()
  .toFile(photos[2] ?? '');
await picture(4, 64, 64)
  .gif()
  .toFile(photos[3] ?? '');

interface Written {
  readonly classes: number;
  readonly channels?: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** Of the data, in the run's record. */
  readonly options?: object;
}

/** A run folder, as far as it says what a network is and saw. */
function run(name: string, { classes, channels = 3, metadata, options }: Written): string {
  const folder = at(name);
  fs.mkdirSync(folder);
  manualSeed(1);
  const state = createModel('resnet8', { classes, channels }).stateDict();
  const about = { model: 'resnet8', classes: String(classes), channels: String(channels), ...metadata };
  saveSafetensors(path.join(folder, 'best.safetensors'), state, about);
  const settings = { data: { name: metadata.data ?? 'photos', options } };
  const record = { settings, status: 'finished', started: '2026-11-01T00:00:00Z' };
  fs.writeFileSync(path.join(folder, 'run.json'), JSON.stringify(record));
  return folder;
}

const input = { size: 32, resize: 40, interpolation: 'bicubic', mean: 'inception' } as const;
const ofPhotos = run('runs-photos', {
  classes: 2,
  metadata: { labels: '["a","b"]', input: JSON.stringify(input), data: at('photos'), task: 'classification' },
  options: { exif: 'apply' },
});

/** What an evaluation of a data set has for logits, as probabilities [N][C]. */
async function evaluated(
  model: nn.Layer,
  data: Dataset,
  rendering: Rendering | undefined,
): Promise<number[][]> {
  const found: number[][] = [];
  await pass([model], data, { renderings: { student: rendering } }, ({ inputs }) => {
    const { logits } = classification.run(model, inputs.student, { training: false, targets: null });
    const shares = functional.softmax((logits as Tensor).to('float64'), 1);
    found.push(...(shares.toList() as number[][]));
  });
  return found;
}

interface Said {
  readonly network: string;
  readonly images: { image: string; classes: { class: number; name: string; probability: number }[] }[];
  readonly errors: string[];
}

const predict = (...args: string[]): Promise<Ended> => retort('predict', ...args);
async function answer(...args: string[]): Promise<Said> {
  const { code, stdout, stderr } = await predict(...args, '--json');
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

/** By the number of the class. */
const inOrder = ({ images }: Said): number[][] =>
  images.map(({ classes }) =>
    classes.toSorted((one, other) => one.class - other.class).map(({ probability }) => probability),
  );

suite('what is said of an image is what its evaluation in a folder comes to, to the bit:', () => {
  const judged = async (folder: string, exif: 'ignore' | 'apply') => {
    const { test: data } = await imageFolder(folder, { exif });
    const { model, rendering } = await loadNetwork('student', ofPhotos, fitsOf(classification, data), {});
    return evaluated(model, data, rendering);
  };
  test('of all at once, read as the run read its images', async () => {
    const said = await answer(ofPhotos, at('photos'));
    assert.deepEqual(
      said.images.map(({ image }) => image),
      photos,
    );
    const expected = await judged(at('photos'), 'apply');
    assert.deepEqual(inOrder(said), expected);
    assert.equal(new Set(expected.map(String)).size, photos.length, 'they differ');
    assert.notDeepEqual(await judged(at('photos'), 'ignore'), expected);
    assert.deepEqual(said.images[0]?.classes.map(({ name }) => name).toSorted(), ['a', 'b']);
    assert.notDeepEqual(
      inOrder(await answer(ofPhotos, at('photos'), '--data-options', '{ exif: ignore }')),
      expected,
    );
  });
  test('of one alone', async () => {
    const { test: data } = await imageFolder(at('photos'), { exif: 'apply' });
    const { model, rendering } = await loadNetwork('student', ofPhotos, fitsOf(classification, data), {});
    const one = { ...data, name: data.name, size: 1, fields: data.fields, fingerprint: '', draws: true };
    const third: Dataset = {
      ...one,
      read: (_, ahead) => data.read?.(Int32Array.of(2), ahead) ?? Promise.resolve([]),
    };
    assert.deepEqual(
      inOrder(await answer(ofPhotos, photos[2] ?? '')),
      await evaluated(model, third, rendering),
    );
  });
});

suite('of a student that was exported, what it says is what it said before:', async () => {
  const { code, stderr } = await retort('export', ofPhotos, '--out', at('exported'), '--precisions', 'fp32');
  assert.equal(code, 0, stderr);
  const expected = inOrder(await answer(ofPhotos, at('photos')));
  test('by its weights, to the bit', async () =>
    assert.deepEqual(inOrder(await answer(at('exported'), at('photos'))), expected));
  test('by its graph', async () => {
    const said = inOrder(await answer(at('exported/onnx/model.onnx'), at('photos')));
    for (const [i, shares] of said.entries())
      for (const [c, share] of shares.entries()) assert.ok(Math.abs(share - (expected[i]?.[c] ?? 0)) < 1e-5);
  });
  test('of one channel, in the layout of transformers', async () => {
    await exportFolder(livelyStudent('resnet18', [1, 32, 32], 2), at('grey'), {
      ...{ name: 'resnet18', classes: 2, labels: ['a', 'b'], size: [32, 32], channels: 1 },
      ...{
        precisions: ['fp32'],
        rendering: { size: 32, interpolation: 'bilinear', mean: [0.5], std: [0.25] },
      },
    });
    const [weights, graph] = [
      await answer(at('grey'), at('photos')),
      await answer(at('grey/onnx/model.onnx'), at('photos')),
    ];
    const names = ({ images }: Said) => images.map(({ classes }) => classes[0]?.name);
    assert.deepEqual(names(weights), names(graph));
  });
});

suite('images are as what a network was trained on has them:', () => {
  test('of 28 pixels, grey and normalised as Fashion-MNIST', async () => {
    const student = run('runs-grey', {
      classes: 10,
      channels: 1,
      metadata: { data: 'fashion-mnist', labels: JSON.stringify([...'0123456789']) },
    });
    const grey = pixels(7, 28, 28).subarray(0, 784);
    const file = at('grey.png');
    await sharp(grey, { raw: { width: 28, height: 28, channels: 1 } })
      .png()
      .toFile(file);
    const data = inMemory({
      ...{ images: grey, labels: [0], height: 28, width: 28, channels: 1 },
      ...{ classes: [...'0123456789'], mean: [0.286], std: [0.353] },
    });
    const { model, rendering } = await loadNetwork('student', student, fitsOf(classification, data), {});
    const said = await answer(student, file, '--top', '10');
    assert.deepEqual(inOrder(said), await evaluated(model, data, rendering));
    // What is larger and coloured is made both.
    assert.equal((await answer(student, photos[1] ?? '')).images.length, 1);
  });
  test('of 32 pixels, normalised as CIFAR-100', async () => {
    const student = run('runs-cifar', {
      classes: 3,
      metadata: { data: 'cifar100', labels: '["x","y","z"]' },
    });
    const bytes = pixels(8, 32, 32);
    await sharp(bytes, { raw: { width: 32, height: 32, channels: 3 } })
      .png()
      .toFile(at('small.png'));
    const data = inMemory({
      ...{ images: bytes, labels: [0], height: 32, width: 32, channels: 3, classes: ['x', 'y', 'z'] },
      ...{ mean: [0.5071, 0.4867, 0.4408], std: [0.2675, 0.2565, 0.2761] },
    });
    const { model, rendering } = await loadNetwork('student', student, fitsOf(classification, data), {});
    assert.deepEqual(
      inOrder(await answer(student, at('small.png'))),
      await evaluated(model, data, rendering),
    );
  });
  test('of one channel, where nothing says how they are normalised: it must be said', async () => {
    manualSeed(2);
    saveSafetensors(at('bare.safetensors'), createModel('resnet8', { classes: 4, channels: 1 }).stateDict(), {
      model: 'resnet8',
      channels: '1',
    });
    const { code, stderr } = await predict(at('bare.safetensors'), at('photos'));
    assert.equal(code, 1);
    assert.match(
      stderr,
      /bare\.safetensors: nothing says how its images of 1 channel are normalised: say its input/,
    );
    const given = await predict(
      at('bare.safetensors'),
      at('photos'),
      '--input',
      '{ size: 28, mean: [0.5], std: [0.5] }',
    );
    assert.equal(given.code, 0, given.stderr);
    // Classes without names are numbers.
    assert.match(given.stdout, /4\.gif +[0-3] +\d+\.\d\d/);
  });
});

/** A network without a classifier, as a command names it. */
function vectors(): string[] {
  const file = at('body.safetensors');
  if (!fs.existsSync(file)) {
    manualSeed(3);
    saveSafetensors(file, createModel('resnet8', { classes: 0 }).stateDict(), { model: 'resnet8' });
  }
  return [`resnet8:${file}`, '--input', '{ mean: cifar, size: 32 }'];
}

test('of a network without a classifier the images are said that are most alike', async () => {
  const shown = await predict(...vectors(), ...photos.slice(0, 3), '--top', '1');
  assert.equal(shown.code, 0, shown.stderr);
  assert.match(shown.stdout, /^image +most alike +cosine\n/);
  const { code, stdout } = await predict(...vectors(), ...photos.slice(0, 3), '--json');
  assert.equal(code, 0);
  const { images, errors } = JSON.parse(stdout);
  assert.deepEqual([images.length, errors], [3, []]);
  for (const { image, vector, alike } of images) {
    assert.equal(vector.length, 64);
    const [first, second] = alike;
    assert.ok(first.image !== image && first.cosine >= second.cosine && first.cosine <= 1 + 1e-9);
  }
  const one = await predict(...vectors(), photos[0] ?? '');
  assert.match(one.stdout, /a vector of 64 numbers, .*; name several images, which are compared/);
});

test('an image that is bad is said, and the others are answered', async () => {
  fs.writeFileSync(at('photos/val/b/5.jpg'), 'no image');
  try {
    const args = [ofPhotos, at('photos'), at('none.jpg'), at('photos/*.txt'), '--top', '1', '--json'];
    const { code, stdout, stderr } = await predict(...args);
    assert.equal(code, 1);
    const { images, errors }: Said = JSON.parse(stdout);
    assert.deepEqual(
      images.map(({ image, classes }) => [image, classes.length]),
      photos.map((name) => [name, 1]),
    );
    assert.deepEqual(errors, [
      `${at('none.jpg')}: there is no such file or folder`,
      `${at('photos/*.txt')}: no image and no folder is called like this`,
      `${at('photos/val/b/5.jpg')}: it is no JPEG, PNG, WebP or GIF, whatever its name says`,
    ]);
    for (const error of errors) assert.ok(stderr.includes(`retort: ${error}\n`));
  } finally {
    fs.rmSync(at('photos/val/b/5.jpg'));
  }
  const { code, stdout, stderr } = await predict(ofPhotos, at('none.jpg'));
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /none\.jpg: there is no such file or folder/);
});

test('links in a loop are no image, and the others are answered', async () => {
  fs.symlinkSync('loop', at('loop'));
  const { code, stdout, stderr } = await predict(ofPhotos, at('loop'), photos[0] ?? '', '--json');
  assert.equal(code, 1);
  assert.equal(JSON.parse(stdout).images.length, 1);
  assert.match(stderr, /loop: its links lead in a loop/);
});

test('images are named by patterns too, each of them once', async () => {
  const { images } = await answer(ofPhotos, photos[3] ?? '', at('photos/val/*/*'), '--top', '1');
  assert.deepEqual(
    images.map(({ image }) => image),
    [photos[3], ...photos.slice(0, 3)],
  );
});

suite('the names of classes', () => {
  test('are those of a file, of as many lines as there are classes', async () => {
    fs.writeFileSync(at('names.txt'), 'cat\ndog\n');
    const { images } = await answer(ofPhotos, photos[0] ?? '', '--classes', at('names.txt'));
    assert.deepEqual(images[0]?.classes.map(({ name }) => name).toSorted(), ['cat', 'dog']);
    const { code, stderr } = await predict(ofPhotos, photos[0] ?? '', '--classes', 'wnids');
    assert.equal(code, 2);
    assert.match(stderr, /--classes wnids names 1,000 classes, and resnet8 tells apart 2/);
  });
  test("of 1,000 are taken to be ImageNet's, which is said", async () => {
    manualSeed(3);
    const state = createModel('resnet8', { classes: 1000 }).stateDict();
    noGrad(() => state['fc.bias']?.narrow(0, 1, 1).fill_(100));
    saveSafetensors(at('thousand.safetensors'), state, { model: 'resnet8' });
    const { stdout, stderr } = await predict(at('thousand.safetensors'), photos[0] ?? '', '--top', '1');
    assert.match(stdout, /n01443537 +100\.00/);
    assert.match(stderr, /they are taken to be ImageNet's, in the order of their wnids/);
  });
  test('and how images are wanted are those beside an ONNX file', async () => {
    manualSeed(4);
    const model = createModel('resnet8', { classes: 2 });
    fs.mkdirSync(at('folder/onnx'), { recursive: true });
    const { bytes } = await exportOnnx(model, { size: 32 });
    fs.writeFileSync(at('folder/onnx/model.onnx'), bytes);
    fs.writeFileSync(at('folder/config.json'), JSON.stringify({ id2label: { 0: 'cup', 1: 'mug' } }));
    const preprocessor = {
      ...{ do_resize: true, size: { height: 32, width: 32 }, resample: 2, do_rescale: true },
      ...{ do_normalize: true, image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] },
    };
    fs.writeFileSync(at('folder/preprocessor_config.json'), JSON.stringify(preprocessor));
    const bytesOf32 = pixels(9, 32, 32);
    await sharp(bytesOf32, { raw: { width: 32, height: 32, channels: 3 } })
      .png()
      .toFile(at('32.png'));
    const { images } = await answer(at('folder/onnx/model.onnx'), at('32.png'));
    model.eval();
    const shares = scope(() => {
      const x = tensor(Float32Array.from(bytesOf32), { shape: [1, 32, 32, 3] })
        .div(255)
        .sub(0.5)
        .div(0.5);
      return noGrad(() => functional.softmax(model.forward(x.permute([0, 3, 1, 2])) as Tensor, 1)).toList();
    }) as number[][];
    for (const { name, probability } of images[0]?.classes ?? [])
      assert.ok(Math.abs(probability - (shares[0]?.[name === 'cup' ? 0 : 1] ?? 0)) < 1e-5, name);
    assert.equal(images[0]?.classes.length, 2);
  });
});

suite('is refused in a sentence:', () => {
  const cases: readonly [what: string, args: string[], code: number, sentence: RegExp][] = [
    ['a network without weights', ['resnet20', 'x.jpg'], 1, /resnet20: has no weights: write resnet20:FILE/],
    ['weights that are not there', ['none.pth', 'x.jpg'], 1, /there is no file none\.pth/],
    [
      'an option of images that is none',
      [ofPhotos, photos[0] ?? '', '--data-options', '{ exfi: apply }'],
      1,
      /images: its options: exfi: there is no such key: here can be workers, exif, decode/,
    ],
  ];
  for (const [what, args, code, sentence] of cases)
    test(what, async () => {
      const ended = await predict(...args);
      assert.equal(ended.code, code, ended.stderr);
      assert.match(ended.stderr, sentence);
      assert.equal(ended.stdout, '');
    });
  test('flags of other networks, of one without a classifier', async () => {
    const { code, stderr } = await predict(...vectors(), photos[0] ?? '', '--threshold', '0.5');
    assert.equal(code, 2);
    assert.match(stderr, /answers vectors of images, and --threshold is of networks that say classes/);
  });
  test('a network of another task', async () => {
    const other = run('runs-other', { classes: 2, metadata: { task: './regression.ts#regression' } });
    const { code, stderr } = await predict(other, photos[0] ?? '');
    assert.equal(code, 2);
    assert.match(stderr, /was trained for the task \.\/regression\.ts#regression/);
  });
  test('a network whose answer is not a number', async () => {
    manualSeed(5);
    const state = createModel('resnet8', { classes: 2 }).stateDict();
    noGrad(() => state['fc.weight']?.fill_(3e38));
    saveSafetensors(at('infinite.safetensors'), state, { model: 'resnet8' });
    const { code, stderr } = await predict(at('infinite.safetensors'), photos[0] ?? '');
    assert.equal(code, 1);
    assert.match(stderr, /resnet8 cannot be scored: its logits are/);
  });
});
