/** Folders of COCO: what is in them, and what is wrong with them, in a sentence. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { Tensor } from '@retort/torch';
import {
  classes,
  cocoAnnotations,
  type MadeSplits,
  madeSplits,
  writeCoco,
} from '../../../../reference/made-boxes.ts';
import { boxesIn, type NamedBox } from '../../boxes.ts';
import { fetchColumns } from '../../collate.ts';
import { DataError, type Dataset, type Splits } from '../../dataset.ts';
import { holdOut } from '../../hold-out.ts';
import { shownBatches } from '../../order.ts';
import { type Boxes, fieldOf, type Picture } from '../../sample.ts';
import { checkSampling } from '../../sampling.ts';
import { groupOf } from '../../shape-groups.ts';
import { photographs } from '../photographs.ts';
import { type CocoOptions, coco } from './coco.ts';
import { areBoxesAt } from './named.ts';

const top = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-coco-'));
after(() => fs.rmSync(top, { recursive: true }));

const made = madeSplits();
const folder = await writeCoco(path.join(top, 'coco'), made);

const warnings: string[] = [];
const opened = (place: string, options: CocoOptions = {}): Promise<Splits> => {
  warnings.length = 0;
  return coco(place, { workers: 1, ...options }, undefined, (text) => warnings.push(text));
};

type Annotations = ReturnType<typeof cocoAnnotations>;
// biome-ignore lint/suspicious/noExplicitAny: annotations that are wrong
type Changed = any;

/** The same folder with other annotations of the training split. */
async function changed(
  name: string,
  change: (annotations: Changed) => void,
  splits: MadeSplits = made,
): Promise<string> {
  const place = path.join(top, name);
  fs.cpSync(folder, place, { recursive: true });
  const annotations: Annotations = cocoAnnotations(splits.train);
  change(annotations);
  fs.writeFileSync(path.join(place, 'annotations', 'instances_train2017.json'), JSON.stringify(annotations));
  return place;
}

const boxesOf = async (data: Dataset, id: number): Promise<readonly NamedBox[]> => {
  const [sample] = (await data.read?.(Int32Array.of(id))) ?? [];
  assert.ok(sample && !(sample instanceof Error));
  return boxesIn(sample.boxes as Boxes);
};

suite('a folder of COCO', () => {
  test('has images and boxes, classes in the order of their ids, and all that is judged', async () => {
    const { train, test, source } = await opened(folder);
    assert.equal(source, folder);
    // One of eight has nothing in it, which is said.
    assert.deepEqual([train.size, test.size], [7, 4]);
    assert.deepEqual(warnings, [
      `${folder}/annotations/instances_train2017.json: images without a box to learn are left out of training, 1 of 8; the option withoutBoxes: keep shows them`,
    ]);
    const { kind } = fieldOf(train.fields, 'boxes') ?? {};
    assert.deepEqual(kind, { kind: 'boxes', classes, categories: [3, 5, 9], most: 2 });
    let id = 0;
    for (const [i, { rectangles, name }] of made.train.entries()) {
      if (i === 6) continue;
      const place = i > 6 ? i - 1 : i;
      assert.equal(train.nameOf?.(place), `${name}.png`);
      const wanted = rectangles.map(({ label, ...box }) => ({
        ...{ ...box, class: label, area: box.width * box.height, ignored: 0, id: ++id },
      }));
      assert.deepEqual(await boxesOf(train, place), wanted);
    }
    const [sample] = (await train.read?.(Int32Array.of(0))) ?? [];
    const image = (sample as { image: Picture }).image;
    assert.deepEqual([image.height, image.width], [made.train[0]?.height, made.train[0]?.width]);
  });

  test('is found by its folder alone, and has images without boxes where they are to be kept', async () => {
    assert.equal(areBoxesAt(folder), true);
    assert.equal(areBoxesAt(path.join(folder, 'train2017')), false);
    const { train } = await photographs(folder, { withoutBoxes: 'keep', workers: 1 }, undefined, () => {});
    assert.equal(train.size, 8);
    using fetched = await fetchColumns(train, Int32Array.of(6, 0));
    const { boxes } = fetched.columns;
    assert.ok(boxes instanceof Tensor);
    assert.deepEqual(boxes.shape, [2, 2, 8]);
    assert.deepEqual(boxes.select(0, 0).toFlatArray(), [0, 0, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0, 0]);
  });

  test('is another by its fingerprint where a box, a class or an image is another, and the same elsewhere', async () => {
    const { train, test } = await opened(folder);
    const same = await opened(await changed('same', () => {}));
    assert.equal(same.train.fingerprint, train.fingerprint);
    assert.notEqual(train.fingerprint, test.fingerprint);
    const box = await opened(await changed('box', ({ annotations }) => (annotations[0].bbox[0] += 0.5)));
    assert.notEqual(box.train.fingerprint, train.fingerprint);
    const crowd = await opened(await changed('crowd', ({ annotations }) => (annotations[0].iscrowd = 1)));
    assert.notEqual(crowd.train.fingerprint, train.fingerprint);
    assert.notEqual((await opened(folder, { withoutBoxes: 'keep' })).train.fingerprint, train.fingerprint);
  });

  test('has crowds, which are ignored, and polygons, around which boxes are', async () => {
    const place = await changed('crowds', ({ annotations }) => {
      annotations[0].iscrowd = 1;
      annotations[0].segmentation = { counts: [3, 5], size: [40, 40] };
      const [x, y, w, h] = annotations[1].bbox;
      delete annotations[1].bbox;
      annotations[1].segmentation = [
        [x, y, x + w, y, x + w, y + h - 1],
        [x, y + h, x + 1, y + h, x, y],
      ];
      delete annotations[2].area;
    });
    const { train } = await opened(place);
    const all = (await Promise.all([0, 1, 2, 3].map((id) => boxesOf(train, id)))).flat();
    const [crowd, polygon, without] = [1, 2, 3].map((id) => all.find((box) => box.id === id));
    const [, second, third] = cocoAnnotations(made.train).annotations;
    assert.equal(crowd?.ignored ?? 1, 1);
    assert.deepEqual([polygon?.x, polygon?.y, polygon?.width, polygon?.height], second?.bbox);
    assert.equal(without?.area, third?.area);
    assert.match(warnings.join('\n'), /annotation 3 of .*png: it has no `area`: width by height is taken/);
  });

  test('without a split to be judged on has a share held out, and one without a split to learn from is judged alone', async () => {
    const place = path.join(top, 'held');
    fs.cpSync(folder, place, { recursive: true });
    fs.rmSync(path.join(place, 'annotations', 'instances_val2017.json'));
    const held = await opened(place, { testShare: 0.25 });
    assert.equal(held.test.size, 2);
    assert.ok(held.train.size === 6 || held.train.size === 5, 'the one without boxes may be held out');
    assert.match(held.source, /2 of 8 images are held out as the test split, drawn by seed 0/);
    const judged = await opened(folder, { test: 'annotations/instances_val2017.json' });
    assert.deepEqual([judged.train.size, judged.test.size], [0, 4]);
    const parted = holdOut(await opened(folder), 2, { seed: 0 });
    assert.equal(parted.validation?.size, 2);
    assert.equal(parted.train.shapes?.length, 5);
  });

  test('as Roboflow has it, with annotations beside the images of each split', async () => {
    const place = path.join(top, 'roboflow');
    for (const [split, own, pictures] of [
      ['train', 'train', made.train],
      ['valid', 'val', made.val],
    ] as const) {
      fs.cpSync(path.join(folder, `${own}2017`), path.join(place, split), { recursive: true });
      fs.writeFileSync(
        path.join(place, split, '_annotations.coco.json'),
        JSON.stringify(cocoAnnotations(pictures)),
      );
    }
    const { train, test } = await opened(place);
    assert.deepEqual([train.size, test.size], [7, 4]);
  });

  test('as Label Studio and CVAT have it, whose files say no split and count from 0', async () => {
    const annotations = cocoAnnotations(made.train);
    for (const one of annotations.annotations) one.id--;
    const [studio, cvat] = [path.join(top, 'studio'), path.join(top, 'cvat')];
    fs.cpSync(path.join(folder, 'train2017'), path.join(studio, 'images'), { recursive: true });
    fs.cpSync(path.join(folder, 'train2017'), path.join(cvat, 'images', 'default'), { recursive: true });
    fs.mkdirSync(path.join(cvat, 'annotations'));
    const images = annotations.images.map((image) => ({ ...image, file_name: `images/${image.file_name}` }));
    fs.writeFileSync(path.join(studio, 'result.json'), JSON.stringify({ ...annotations, images }));
    const file = 'annotations/instances_default.json';
    fs.writeFileSync(path.join(cvat, file), JSON.stringify(annotations));
    for (const [place, train] of [
      [studio, 'result.json'],
      [cvat, file],
    ] as const) {
      const read = (options?: CocoOptions) =>
        photographs(place, { workers: 1, ...options }, undefined, () => {});
      assert.equal(areBoxesAt(place), true);
      await assert.rejects(read(), /says which split it is of \('.*json'\): say .* by the options train/);
      await assert.rejects(read({ train }), /annotation 0: .*ids: renumber/);
      const { train: learned, test } = await read({ train, ids: 'renumber', testShare: 0.25 });
      assert.equal(test.size, 2);
      const ids = (await Promise.all([0, 1].map((id) => boxesOf(learned, id)))).flat().map(({ id }) => id);
      assert.ok(ids.every((id) => id > 0));
    }
    // Its id in the file names an annotation.
    annotations.annotations[1]?.bbox?.splice(0, 1, -50);
    fs.writeFileSync(path.join(cvat, file), JSON.stringify(annotations));
    await assert.rejects(
      photographs(cvat, { train: file, ids: 'renumber' }, undefined, () => {}),
      /annotation 1 of .*lies beyond/,
    );
  });

  test('of which sizes are not said has those that the images say', async () => {
    const place = await changed('sizes', ({ images }) => {
      for (const [i, image] of images.entries()) {
        if (i === 0) image.width = null;
        else delete image.height;
      }
    });
    const { train } = await opened(place);
    assert.deepEqual(
      Array.from(train.shapes ?? []).slice(0, 3),
      made.train.slice(0, 3).map(({ height, width }) => width / height),
    );
  });

  test('shows batches of like shape, each image once, the same for a seed', async () => {
    const many = await opened(await writeCoco(path.join(top, 'many'), madeSplits(40, 2)));
    const { train } = many;
    checkSampling(train, { by: 'shape' });
    const batches = (epoch: number): number[][] =>
      [...shownBatches(train, { seed: 1, epoch, batchSize: 4 }, { by: 'shape' })].map(({ ids }) => [...ids]);
    const first = batches(1);
    assert.deepEqual(
      first.flat().toSorted((a, b) => a - b),
      [...Array(train.size).keys()],
    );
    assert.deepEqual(batches(1), first);
    assert.notDeepEqual(batches(2), first);
    const groups = first.map((ids) => new Set(ids.map((id) => groupOf(train.shapes?.[id] ?? 0))).size);
    assert.ok(groups.filter((count) => count === 1).length >= 5, String(groups));
    assert.throws(
      () => checkSampling({ name: 'x', size: 2, fields: {}, fingerprint: '' }, { by: 'shape' }),
      /x: batches of images of like shape need the shapes of all/,
    );
  });
});

suite('what is wrong with annotations of COCO is said', () => {
  const file = (name: string): string => path.join(top, name, 'annotations', 'instances_train2017.json');
  const refused = async (
    name: string,
    change: (annotations: Changed) => void,
    message: RegExp,
    options?: CocoOptions,
  ): Promise<void> => {
    const place = await changed(name, change);
    await assert.rejects(
      async () => {
        const { train } = await opened(place, options);
        await train.read?.(Int32Array.of(0));
      },
      (error) => {
        assert.ok(error instanceof DataError, String(error));
        assert.ok(error.message.includes(top), error.message);
        assert.match(error.message, message);
        return true;
      },
    );
    assert.ok(fs.existsSync(file(name)));
  };

  test('of ids, images and categories', async () => {
    await refused(
      'a',
      ({ annotations }) => (annotations[0].id = 0),
      /annotation 0: ids of annotations are counted from 1: .*the option ids: renumber counts/,
    );
    await refused(
      'b',
      ({ annotations }) => (annotations[1].id = 1),
      /annotation 1: another annotation has the id 1 already; the option ids: renumber/,
    );
    await refused('c', ({ annotations }) => delete annotations[0].id, /annotations\[0\], id/);
    await refused(
      'd',
      ({ annotations }) => (annotations[0].image_id = 7),
      /annotation 1 is of the image 7, and no image has that id/,
    );
    await refused(
      'e',
      ({ annotations }) => (annotations[0].category_id = 4),
      /annotation 1 of 1-0000.png is of the category 4, and no/,
    );
    await refused(
      'f',
      ({ images }) => (images[1].id = 100),
      /images\[1\]: another image has the id 100 already/,
    );
    await refused(
      'g',
      ({ images }) => (images[1].file_name = '1-0000.png'),
      /another image is the file 1-0000.png/,
    );
    await refused(
      'h',
      ({ categories }) => (categories[1].id = 3),
      /the categories 'red', 'green' have one id, 3/,
    );
    await refused(
      'i2',
      ({ categories }) => (categories[1].name = categories[0].name),
      /the categories \d+ and \d+ have one name, 'red': name one otherwise/,
    );
    await refused('i', (all) => delete all.categories, /has no list `categories`/);
    await refused('j', (all) => (all.categories = []), /has no categories/);
    await refused('k', (all) => (all.images = []), /annotation 1 is of the image 100|names no images/);
    await refused(
      'l',
      ({ categories }) => (categories[0].name = 'cat'),
      /must have the same classes by the same numbers: the first alone has cat, and the second alone has red/,
    );
    await refused(
      'm',
      ({ categories, annotations }) => {
        categories[0].id = 1;
        for (const one of annotations) if (one.category_id === 3) one.category_id = 1;
      },
      /they are numbered otherwise/,
    );
  });

  test('of boxes', async () => {
    const [first] = made.train;
    assert.ok(first);
    await refused(
      'n',
      ({ annotations }) => (annotations[0].bbox = [0, 0, first.width + 2, 3]),
      /annotation 1 of 1-0000.png: its box \(x 0, y 0, width \d+, height 3\) lies beyond the image, which is \d+ wide and \d+ high.*outside: clip/,
    );
    await refused(
      'crowds2',
      ({ annotations }) => (annotations[0].iscrowd = '0'),
      /iscrowd: must be 0, or 1 for/,
    );
    await refused(
      'area',
      ({ annotations }) => (annotations[0].area = -1),
      /annotations\[0\], area: Too small/,
    );
    await refused(
      'shares',
      ({ annotations }) => {
        for (const one of annotations) one.bbox = one.bbox.map((side: number) => side / 200);
      },
      /annotation 1 of 1-0000.png: its box \(x .*\) and all others lie within the first pixel .* must be pixels/,
    );
    await refused('o', ({ annotations }) => (annotations[0].bbox = [1, 2, 3]), /annotations\[0\], bbox/);
    await refused('p', ({ annotations }) => delete annotations[0].bbox, /annotation 1 has no bbox/);
    await refused('q', (all) => (all.annotations = []), /not one of its images has a box to learn/);
    await refused(
      'r',
      ({ annotations }) => {
        for (const one of annotations) one.iscrowd = 1;
      },
      /not one of its images has a box to learn/,
    );
  });

  test('of boxes without an area, and of those beyond an edge by rounding, which training has as they can be', async () => {
    const [first] = made.train;
    assert.ok(first);
    const { width, height } = first;
    const place = await changed('rounded', ({ annotations }) => {
      annotations[0].bbox = [-0.4, 0, width + 0.8, height];
      annotations.push(
        { ...annotations[0], id: 1000, bbox: [3, 3, 0, 5] },
        { ...annotations[0], id: 1001, bbox: [3, 3, 2, -1] },
      );
    });
    const { train } = await opened(place);
    const boxes = await boxesOf(train, 0);
    assert.deepEqual([boxes[0]?.x, boxes[0]?.y, boxes[0]?.width, boxes[0]?.height], [0, 0, width, height]);
    assert.ok(boxes.every(({ id }) => id < 1000));
    assert.match(
      warnings[0] ?? '',
      /annotation 1000 of 1-0000.png: its box has no area, and is left out of training \(as of 2 boxes\)/,
    );
    // What is judged stays as the file has it, as COCO's own evaluation counts it.
    const judged = await opened(place, { test: 'annotations/instances_train2017.json', images: 'train2017' });
    const [box, ...others] = await boxesOf(judged.test, 0);
    assert.deepEqual([box?.x, box?.width], [-0.4, width + 0.8]);
    assert.ok(others.some(({ id, width }) => id === 1000 && width === 0));
    assert.match(
      warnings.at(-1) ?? '',
      /annotation 1000 of 1-0000.png: its box has no area, and is judged by nevertheless, as COCO has it: as an object that is never found \(as of 2 boxes\)$/,
    );
    // Of a crowd nothing is to be found; and where a share is held out, a box is said of the split that it is in.
    await opened(
      await changed('rounded-crowds', ({ annotations }) => {
        annotations.push({ ...annotations[0], id: 1000, bbox: [3, 3, 0, 5], iscrowd: 1 });
      }),
      { test: 'annotations/instances_train2017.json', images: 'train2017' },
    );
    assert.equal(warnings.length, 0);
    await opened(place, { train: 'annotations/instances_train2017.json' });
    assert.deepEqual(warnings.filter((text) => text.includes('no area')).length, 1);
  });

  test('but for those beyond an edge that are to be cut off', async () => {
    const [first] = made.train;
    assert.ok(first);
    const { width, height } = first;
    const place = await changed('clipped', ({ annotations }) => {
      annotations[0].bbox = [-5, 2, width + 9, height];
    });
    const { train } = await opened(place, { outside: 'clip' });
    const [box] = await boxesOf(train, 0);
    assert.deepEqual([box?.x, box?.y, box?.width, box?.height], [0, 2, width, height - 2]);
    assert.match(
      warnings[0] ?? '',
      /annotation 1 of 1-0000.png: its box lies beyond the image by more than a pixel, and training has it cut off at the edges$/,
    );
  });

  test('of images that are not there, before any is read, and of another size than is said, when they are', async () => {
    const place = await changed('missing', ({ images }) => {
      images[2].file_name = 'no.png';
      images[3].file_name = 'nor.png';
    });
    await assert.rejects(opened(place), /2 of its 8 images are not there: .*train2017\/no.png is the first/);
    await refused(
      'other',
      ({ images }) => (images[0].width += 3),
      /1-0000.png: it is \d+ pixels high and \d+ wide, and .*instances_train2017.json says \d+ and \d+, so that boxes/,
      { outside: 'clip' },
    );
    await refused(
      'elsewhere',
      ({ images }) => {
        for (const image of images) image.file_name = `x/${image.file_name}`;
      },
      /its image x\/1-0000.png is not in the folder .*looked for in train2017, images\/train2017, .*option images/,
    );
    const nowhere = path.join(top, 'nowhere');
    fs.mkdirSync(nowhere);
    await assert.rejects(opened(nowhere), /nowhere has no annotations of COCO's form/);
    await assert.rejects(opened(folder, { pack: { size: 3 } } as never), /its options: .*pack/);
  });

  test('of damaged images as of other photographs: the next stands in with its own boxes', async () => {
    const place = await changed('damaged', () => {});
    fs.writeFileSync(path.join(place, 'train2017', '1-0000.png'), 'nothing');
    await assert.rejects(
      async () => (await opened(place)).train.read?.(Int32Array.of(0)),
      /1-0000.png: it is no JPEG, PNG, WebP or GIF/,
    );
    const { train } = await opened(place, { onCorrupt: 'skip' });
    using fetched = await fetchColumns(train, Int32Array.of(0, 1));
    const { boxes, image } = fetched.columns;
    assert.ok(boxes instanceof Tensor && image);
    assert.deepEqual(boxes.select(0, 0).toFlatArray(), boxes.select(0, 1).toFlatArray());
    assert.deepEqual(fetched.standIns, [0]);
    assert.match(warnings.at(-1) ?? '', /training shows the next in its place/);
  });
});

const real = path.join(process.env.RETORT_DATA ?? '', 'coco-small');
test('photographs of COCO', {
  skip: process.env.RETORT_DATA && fs.existsSync(real) ? false : 'coco-small is not here: set RETORT_DATA',
}, async () => {
  const { train, test } = await opened(real);
  assert.deepEqual([train.size, test.size], [63, 32]);
  assert.equal(fieldOf(train.fields, 'boxes')?.kind.classes.length, 80);
  using fetched = await fetchColumns(
    test,
    Int32Array.from({ length: 32 }, (_, i) => i),
  );
  const { boxes } = fetched.columns;
  assert.ok(boxes instanceof Tensor);
  assert.equal(boxes.select(2, 4).ge(0).sum().item(), 221);
});
