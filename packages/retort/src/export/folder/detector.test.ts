/** A detector's model folder, used as whoever has it uses it: by its own `detect.mjs` and onnxruntime, beside the network. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { suite, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { setNumThreads } from '@retort/torch';
import sharp from 'sharp';
import { findingDetector } from '../../../reference/finding-detector.ts';
import { classes, madeSplits, writeCoco } from '../../../reference/made-boxes.ts';
import { cardIn, place, readJson } from '../../../reference/made-folders.ts';
import {
  coco,
  fetchColumns,
  fullRendering,
  NamedImages,
  normalisations,
  render,
  renderingSaid,
} from '../../data/index.ts';
import { predictBoxes } from '../../evaluate/index.ts';
import { compared, type Detection } from '../onnx/detector/compared.ts';
import { exportFolder } from './index.ts';

setNumThreads(1);
const ort: unknown = createRequire(import.meta.url)('onnxruntime-node');

const kind = { kind: 'image', channels: 3, ...normalisations.imagenet, whole: true } as const;

/** A picture on disk, and its bytes as programs have them: waves, since anchors on ground of one colour are equal to the last bit. */
async function picture(name: string, width: number, height: number) {
  const file = place(`${name}.png`);
  const wave = (i: number): number => 127 + 120 * Math.sin((i * 5) / 17 + (i % width) / 5);
  const data = Uint8Array.from({ length: 3 * height * width }, (_, i) => wave(i));
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(file);
  return { file, picture: { data, width, height } };
}

interface FoundInJs {
  readonly label: string;
  readonly score: number;
  readonly box: {
    readonly xmin: number;
    readonly ymin: number;
    readonly xmax: number;
    readonly ymax: number;
  };
}

/** `detect.mjs` of a folder. */
const detectIn = (
  folder: string,
): Promise<{
  open(
    ort: unknown,
    read: (name: string) => Promise<Uint8Array>,
  ): Promise<(picture: object, options: { threshold: number }) => Promise<FoundInJs[]>>;
  prepare(
    picture: object,
    settings: object,
  ): { readonly data: Float32Array; readonly dims: readonly number[] };
}> => import(pathToFileURL(place(`${folder}/detect.mjs`)).href);

suite("a detector's folder", () => {
  test('finds in pictures what the network finds, by detect.mjs', async () => {
    const model = findingDetector('fasterrcnn_mobilenet_v2_fpn');
    const rendering = fullRendering(kind, { shortest: 80, longest: 128 });
    const { val } = madeSplits(1, 3);
    await writeCoco(place('coco'), { train: val, val });
    const { test: data } = await coco(place('coco'));
    const exported = await exportFolder(model, place('detector'), {
      ...{ name: 'fasterrcnn_mobilenet_v2_fpn', classes: 3, labels: classes, channels: 3 },
      ...{ rendering, precisions: ['fp16'], data },
    });
    assert.deepEqual(
      exported.forms.map(({ precision }) => precision),
      ['fp32', 'fp16'],
    );
    const [whole] = exported.forms;
    assert.ok(whole && Number(whole.agreement) > 0.9 && Number(whole.found) > 50);
    assert.ok(Math.abs(Number(whole.score) - Number(exported.score)) < 0.05);
    const { front, text } = cardIn(place('detector'));
    assert.equal(front.pipeline_tag, 'object-detection');
    for (const said of [
      'detect.mjs',
      'NonMaxSuppression',
      'box AP',
      '`boxes` [D, 4]',
      'transformers.js no detector',
    ])
      assert.ok(text.includes(said), said);
    assert.deepEqual(readJson(place('detector'), 'config.json').id2label, {
      0: 'red',
      1: 'green',
      2: 'blue',
    });

    const { file, picture: pixels } = await picture('shapes', 150, 90);
    const named = new NamedImages([file], kind, { workers: 1 });
    const [own] = await predictBoxes(model, named, { rendering: renderingSaid(rendering), threshold: 0.05 });
    const detect = await (await detectIn('detector')).open(ort, (name) =>
      fs.promises.readFile(place(`detector/${name}`)),
    );
    const found = await detect(pixels, { threshold: 0.05 });
    const theirs = found.map(
      ({ label, score, box: { xmin, ymin, xmax, ymax } }): Detection => ({
        ...{ box: [xmin, ymin, xmax, ymax], score, class: classes.indexOf(label) },
      }),
    );
    const ours = (own ?? []).map(
      ({ class: number, score, box: { x, y, width, height } }): Detection => ({
        ...{ box: [x, y, x + width, y + height], score, class: number },
      }),
    );
    const { all, same, difference } = compared(ours, theirs, 0.2);
    assert.ok(all > 10, String(all));
    assert.equal(same, all);
    assert.ok(difference < 1e-3, String(difference));

    // Pictures are prepared as each dialect has it: in numbers, and in bytes as Pillow.
    const { prepare } = await detectIn('detector');
    for (const given of [
      { dialect: 'torchvision', shortest: 50, longest: 70 },
      { dialect: 'detectron2', shortest: 50, longest: 70, order: 'bgr' },
      { dialect: 'detectron2', shortest: 120, longest: 400 },
    ] as const) {
      const full = fullRendering(kind, given);
      using fetched = await fetchColumns(named, Int32Array.of(0));
      const { images, sizes } = render(
        named,
        fetched.columns,
        Int32Array.of(0),
        { seed: 0, epoch: 0 },
        {
          student: renderingSaid(full),
        },
      ).student;
      const [height = 0, width = 0] = sizes?.toFlatArray().map(Number) ?? [];
      const made = prepare(pixels, {
        ...{ size: { shortest_edge: given.shortest, longest_edge: given.longest }, dialect: given.dialect },
        ...{ do_flip_channel_order: 'order' in given, rescale_factor: 1 / 255, do_normalize: true },
        ...{ image_mean: full.mean, image_std: full.std },
      });
      assert.deepEqual(made.dims, [1, 3, height, width]);
      const numbers =
        images?.narrow(2, 0, height).narrow(3, 0, width).contiguous().toFlatArray().map(Number) ?? [];
      const apart = Math.max(...numbers.map((value, i) => Math.abs(value - (made.data[i] ?? 0))));
      // A byte, where bytes are rounded in another order.
      assert.ok(
        apart < (given.dialect === 'torchvision' ? 1e-4 : 1.1 / 255 / 0.22),
        `${JSON.stringify(given)}: ${apart}`,
      );
    }
  });

  test('is refused in a sentence for what it cannot be', async () => {
    const model = findingDetector('fasterrcnn_mobilenet_v2_fpn');
    const options = {
      ...{ name: 'mine', classes: 3, labels: null, channels: 3 },
      rendering: fullRendering(kind, {}),
    };
    await assert.rejects(exportFolder(model, place('no'), { ...options, precisions: ['int8'] }), {
      message: 'mine has no graph in int8 here: it is exported in fp32 and fp16',
    });
    const square = fullRendering({ ...kind, whole: false }, {});
    await assert.rejects(
      exportFolder(model, place('no'), { ...options, rendering: square }),
      /^ExportError: mine finds objects, and how large it sees images is not said: its rendering needs shortest and longest$/,
    );
    await assert.rejects(
      exportFolder(model, place('no'), { ...options, channels: 1 }),
      /is of one that is shown pictures in colours, and mine takes 1 channels: exportOnnx writes its graph alone$/,
    );
    assert.ok(!fs.existsSync(place('no')));
  });
});
