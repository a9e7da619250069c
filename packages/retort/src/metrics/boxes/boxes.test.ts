/** Scores of boxes against pycocotools and detectron2's `voc_eval`, of images made by chance. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';
import { setNumThreads, type Tensor, tensor } from '@retort/torch';
import { loadReference } from '../../../../torch/reference/load.ts';
import { type CocoFile, madeClasses, madeSet, overFile } from '../../../reference/judged-boxes.ts';
import { CocoAP, cocoNames, cocoScores, type JudgedImage, Voc07AP, vocScore } from '../index.ts';

setNumThreads(1);
const folder = path.join(import.meta.dirname, '../../../reference');
const reference = loadReference(folder, 'box_scores.safetensors');
const numbers = (tensor: Tensor): number[] => tensor.toFlatArray().map(Number);
const sets = reference('coco').size(0);

/** Where there is nothing to be found both say nothing, which pycocotools writes as −1. */
function near(actual: number | null | undefined, wanted: number | undefined, what: string): void {
  const own = actual ?? -1;
  assert.ok(Math.abs(own - (wanted ?? Number.NaN)) <= 1e-9, `${what}: ${own}, not ${wanted}`);
}

const difficult = (images: readonly JudgedImage[]): JudgedImage[] =>
  images.map(({ boxes, detections }) => ({
    boxes: { ...boxes, ignored: boxes.ignored.map((why) => 2 * why) },
    detections,
  }));

suite('scores of boxes', () => {
  test(`COCO's twelve are pycocotools' on ${sets} sets, and so is AP of each class`, () => {
    const [wanted, ofClasses] = [reference('coco'), reference('perClass')];
    for (let seed = 0; seed < sets; seed++) {
      const { scores, perClass } = cocoScores(madeSet(seed), madeClasses);
      const [twelve, each] = [wanted, ofClasses].map((of) => numbers(of.select(0, seed)));
      for (const [i, name] of cocoNames.entries()) near(scores[name], twelve?.[i], `${name} of set ${seed}`);
      for (const [i, value] of perClass.entries()) near(value, each?.[i], `class ${i} of set ${seed}`);
    }
  });

  test('the sets have what is hard: crowds, equal scores, empty images, bounds of areas, a number 0, more than 100 detections of a class', () => {
    const images = Array.from({ length: sets }, (_, seed) => madeSet(seed)).flat();
    const some = (is: (image: JudgedImage) => boolean): number => images.filter(is).length;
    assert.ok(some(({ boxes }) => boxes.ignored.includes(1)) > 50);
    assert.ok(some(({ boxes }) => boxes.ids.includes(0)) > 10);
    assert.ok(some(({ boxes }) => boxes.ids.length === 0) > 20);
    assert.ok(some(({ boxes }) => boxes.areas.includes(32 ** 2) && boxes.areas.includes(96 ** 2)) > 50);
    assert.ok(some(({ detections: { scores } }) => new Set(scores).size < scores.length) > 100);
    assert.ok(some(({ detections: { classes } }) => classes.filter((of) => of === 0).length > 100) > 3);
    assert.ok(numbers(reference('coco')).filter((value) => value === -1).length > 20);
  });

  test(`VOC's AP50 by 11 points and by all is voc_eval's, of boxes that are difficult`, () => {
    for (let seed = 0; seed < sets; seed++) {
      const [eleven, all] = numbers(reference('voc').select(0, seed));
      const images = difficult(madeSet(seed));
      near(vocScore(images, madeClasses, 11).mean, eleven, `11 points of set ${seed}`);
      near(vocScore(images, madeClasses, 'all').mean, all, `all points of set ${seed}`);
    }
  });

  test('on the validation images of a folder of COCO they are too', (t) => {
    const data = process.env.RETORT_DATA;
    const file = data && path.join(data, 'coco-small/annotations/instances_val2017.json');
    if (!file || !fs.existsSync(file)) return t.skip('RETORT_DATA has no coco-small');
    const known: CocoFile = JSON.parse(fs.readFileSync(file, 'utf8'));
    const images = overFile(known);
    const { scores } = cocoScores(images, known.categories.length);
    const wanted = numbers(reference('cocoSmall'));
    for (const [i, name] of cocoNames.entries()) near(scores[name], wanted[i], name);
    const [eleven, all] = numbers(reference('vocSmall'));
    near(vocScore(images, known.categories.length, 11).mean, eleven, 'VOC by 11 points');
    near(vocScore(images, known.categories.length, 'all').mean, all, 'VOC by all points');
  });

  test('a difficult box may be found once, and counts neither way; a crowd any number of times', () => {
    const twice = (why: number): JudgedImage => ({
      boxes: {
        rows: Float64Array.of(0, 0, 10, 10, 50, 50, 10, 10),
        classes: Int32Array.of(0, 0),
        areas: Float64Array.of(100, 100),
        ignored: Uint8Array.of(why, 0),
        ids: Float64Array.of(1, 2),
      },
      detections: {
        rows: Float64Array.of(0, 0, 10, 10, 0, 0, 10, 10, 50, 50, 10, 10),
        classes: Int32Array.of(0, 0, 0),
        scores: Float64Array.of(0.9, 0.8, 0.7),
      },
    });
    const of = (why: number): number | undefined => cocoScores([twice(why)], 1).scores.AP;
    assert.ok(Math.abs((of(1) ?? 0) - 1) < 1e-12);
    assert.ok(Math.abs((of(2) ?? 0) - 0.5) < 1e-12);
    assert.ok(Math.abs((vocScore([twice(2)], 1, 'all').mean ?? 0) - 1) < 1e-12);
  });

  test('as metrics they take tensors in batches of any size and order, with places that nothing is in', () => {
    const images = madeSet(3);
    const column = (width: number, of: (image: JudgedImage, place: number) => readonly number[]): Tensor => {
      const rows = images.map((image) => Array.from({ length: width }, (_, place) => of(image, place)));
      const each = rows[0]?.[0]?.length ?? 1;
      const shape = each === 1 ? [images.length, width] : [images.length, width, each];
      return tensor(rows.flat(2), { dtype: 'float64', shape });
    };
    const four = (rows: Float64Array, place: number): number[] =>
      Array.from({ length: 4 }, (_, i) => rows[4 * place + i] ?? 0);
    const [most, found] = [10, 14];
    const outputs = {
      boxes: column(found, ({ detections }, place) => four(detections.rows, place)),
      scores: column(found, ({ detections }, place) => [detections.scores[place] ?? 0]),
      classes: column(found, ({ detections }, place) => [detections.classes[place] ?? -1]).to('int64'),
    };
    const targets = {
      boxes: column(most, ({ boxes }, place) => four(boxes.rows, place)),
      classes: column(most, ({ boxes }, place) => [boxes.classes[place] ?? -1]).to('int64'),
      areas: column(most, ({ boxes }, place) => [boxes.areas[place] ?? 0]),
      ignored: column(most, ({ boxes }, place) => [boxes.ignored[place] ?? 0]).to('int64'),
      annotations: column(most, ({ boxes }, place) => [boxes.ids[place] ?? 0]).to('int64'),
    };
    const wanted = cocoScores(images, madeClasses).scores;
    for (const step of [1, 2, images.length]) {
      const [coco, voc] = [new CocoAP(madeClasses), new Voc07AP(madeClasses)];
      const starts = Array.from({ length: Math.ceil(images.length / step) }, (_, i) => i * step).reverse();
      for (const at of starts) {
        const count = Math.min(step, images.length - at);
        const part = <Named extends Readonly<Record<string, Tensor>>>(named: Named) =>
          Object.fromEntries(Object.entries(named).map(([name, of]) => [name, of.narrow(0, at, count)]));
        const ids = tensor(Int32Array.from({ length: count }, (_, i) => at + i)).to('int64');
        for (const metric of [coco, voc]) metric.add(part(outputs), part(targets), ids);
      }
      assert.deepEqual(coco.result(), wanted);
      assert.equal(voc.result().voc07AP50, vocScore(images, madeClasses, 11).mean);
    }
  });

  test('of images without a box to be found there is no score', () => {
    const nothing = { boxes: tensor([[[0, 0, 0, 0]]]), classes: tensor([[-1]]) };
    const metric = new CocoAP(2);
    const one = tensor([[0]]);
    metric.add(
      { ...nothing, scores: one },
      { ...nothing, areas: one, ignored: one, annotations: one },
      tensor([0]),
    );
    assert.throws(
      () => metric.result(),
      /not one of the images has a box to be found, crowds and difficult ones aside/,
    );
  });
});
