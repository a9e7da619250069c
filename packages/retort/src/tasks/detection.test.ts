/** What detection makes of boxes, of detectors and of what is none. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { nn, setNumThreads, type Tensor, tensor, zeros } from '@retort/torch';
import { asTheyAre, rectangles, tinyDetector } from '../../reference/tiny-detector.ts';
import { DataError, type Dataset, type Renderings } from '../data/index.ts';
import { detection, judgedBy, makeBatch } from './index.ts';

setNumThreads(1);
const data = rectangles(8);
const batchOf = (renderings: Renderings = { student: asTheyAre }) =>
  makeBatch(data, Int32Array.of(0, 3, 7), { seed: 0, epoch: 0 }, { task: detection, renderings });
const evaluating = { training: false, targets: null };
const numbers = (of: Tensor | undefined): number[] => of?.toFlatArray().map(Number) ?? [];

suite('targets', () => {
  test('are what boxes say, by columns', () => {
    const { targets } = batchOf();
    assert.deepEqual(
      Object.entries(targets).map(([name, { dtype, shape }]) => [name, dtype, shape.join()]),
      [
        ['boxes', 'float64', '3,3,4'],
        ['classes', 'int64', '3,3'],
        ['areas', 'float64', '3,3'],
        ['ignored', 'int64', '3,3'],
        ['annotations', 'int64', '3,3'],
      ],
    );
    const [classes, ignored, annotations] = [targets.classes, targets.ignored, targets.annotations].map(
      numbers,
    );
    assert.ok(classes?.slice(6).every((of) => of === -1));
    assert.ok(ignored?.some((why) => why > 0));
    assert.ok(annotations?.every((id, i) => id > 0 === (classes?.[i] ?? -1) >= 0));
  });

  test('are learned in the size in which images are shown, without crowds and what is difficult', () => {
    const { inputs, targets } = batchOf({ student: { shortest: 128, longest: 128 } });
    let learned: { boxes: Tensor; classes: Tensor } | null = null;
    const detector = tinyDetector(0);
    const { learn } = detector;
    detector.learn = (images, sizes, truth) => {
      learned = truth;
      return learn.call(detector, images, sizes, truth);
    };
    const { truth } = detection.run(detector, inputs.student, { training: true, targets });
    assert.ok(learned);
    const { boxes, classes } = learned as { boxes: Tensor; classes: Tensor };
    assert.equal(truth, boxes);
    assert.deepEqual(
      numbers(classes),
      numbers(targets.classes).map((of, i) => (numbers(targets.ignored)[i] ? -1 : of)),
    );
    const [x = 0, y = 0, width = 0, height = 0] = numbers(targets.boxes);
    assert.deepEqual(numbers(boxes).slice(0, 4), [2 * x, 2 * y, 2 * (x + width), 2 * (y + height)]);
    assert.ok(numbers(boxes.select(0, 2)).every((value) => value === 0));
  });
});

suite('what is found', () => {
  test('is in pixels of the originals, whatever size images are shown in', () => {
    const found = [64, 128].map((side) => {
      const { inputs } = batchOf({ student: { shortest: side, longest: side } });
      const detector = tinyDetector(0);
      // The same boxes, as far as it goes by the size of images.
      detector.forward = (images) =>
        tensor([
          [[0, 0.25, 0.5, 1, 0.9, 1].map((value, i) => (i < 4 ? value * images.size(2) : value))],
        ]).expand([3, 1, 6]);
      return detection.run(detector, inputs.student, evaluating);
    });
    for (const { boxes, scores, classes } of found) {
      assert.deepEqual(numbers(boxes).slice(0, 4), [0, 16, 32, 48]);
      assert.deepEqual([boxes?.dtype, scores?.dtype, classes?.dtype], ['float64', 'float32', 'int64']);
      assert.deepEqual(numbers(classes), [1, 1, 1]);
    }
  });

  test('is judged by COCO, unless something else is named', () => {
    const names = (task = detection) => task.metrics(data).map(({ constructor: { name } }) => name);
    assert.deepEqual(names(), ['CocoAP']);
    assert.deepEqual(detection.headline(data), { metric: 'AP', better: 'higher' });
    const voc = judgedBy(detection, ['voc07AP50', 'vocAP50']);
    assert.deepEqual(names(voc), ['Voc07AP', 'VocAP', 'CocoAP']);
    assert.deepEqual(voc.headline(data), { metric: 'voc07AP50', better: 'higher' });
    assert.throws(() => judgedBy(detection, ['top1']), /metric of the task detection/);
  });
});

suite('a teacher', () => {
  test('teaches by its pyramid, and judges proposals in the size in which it is shown images', () => {
    const { inputs, targets } = batchOf({ student: asTheyAre, teacher: { shortest: 128, longest: 128 } });
    const [student, teacher] = [tinyDetector(0), tinyDetector(1, { width: 8 })];
    const taught = detection.teach?.(teacher, inputs.teacher) ?? {};
    assert.deepEqual(
      Object.entries(taught).map(([name, { shape }]) => [name, ...shape]),
      [
        ['p2', 3, 8, 16, 16],
        ['p3', 3, 8, 8, 8],
      ],
    );
    let proposals: Tensor | null = null;
    const { judge } = teacher;
    teacher.judge = (pyramid, sizes, of) => {
      proposals = of;
      return judge.call(teacher, pyramid, sizes, of);
    };
    const outputs = detection.run(student, inputs.student, { training: true, targets });
    const said = detection.judge?.(teacher, { taught, inputs, student: outputs }) ?? {};
    assert.deepEqual(said.classLogits?.shape, outputs.classLogits?.shape);
    assert.deepEqual(
      numbers(proposals ?? undefined),
      numbers(outputs.proposals).map((value) => 2 * value),
    );
  });
});

suite('what is wrong is said:', () => {
  test('a network that finds no boxes', () => {
    class Plain extends nn.Layer {
      forward(images: Tensor): Tensor {
        return images.mean([2, 3]);
      }
    }
    const { inputs, targets } = batchOf();
    const outputs = detection.run(new Plain(), inputs.student, evaluating);
    assert.equal(
      detection.misfit(outputs, data),
      'gives [3, 3] for 3 images: boxes are found by a detector, as fasterrcnn_resnet50_fpn, and it is none',
    );
    assert.throws(() => detection.run(new Plain(), inputs.student, { training: true, targets }), {
      message: 'the task detection needs a detector, as fasterrcnn_resnet50_fpn, and the network is none',
    });
  });

  test('a detector of other classes', () => {
    const { inputs } = batchOf();
    const outputs = (classes: number) => {
      const model = tinyDetector(0, { classes });
      return detection.misfit(detection.run(model, inputs.student, evaluating), data, model);
    };
    assert.equal(outputs(2), null);
    assert.match(outputs(5) ?? '', /^finds boxes of 5 classes, and rectangles has 2: .*`classes`/);
  });

  test('what is NaN, of what a detector says', () => {
    const { inputs, targets } = batchOf();
    const detector = tinyDetector(0);
    const learned = detection.run(detector, inputs.student, { training: true, targets });
    assert.equal(detection.unanswered(learned), null);
    const broken = { ...learned, boxDeltas: zeros([3, 2, 4]).div(0), boxTargets: zeros([3, 2, 4]).div(0) };
    assert.equal(detection.unanswered(broken), 'boxDeltas are not finite (24 of its 24 numbers are NaN)');
    const found = detection.run(detector, inputs.student, evaluating);
    assert.equal(detection.unanswered(found), null);
    assert.match(
      detection.unanswered({ ...found, scores: zeros([3, 2]).div(0) }) ?? '',
      /^scores are not finite/,
    );
  });

  test('a teacher that has found next to nothing, and data of which nothing can be learned', () => {
    assert.match(
      detection.doubt?.({ AP: 0.004 }, data) ?? '',
      /^has a box AP of 0\.40 % on rectangles, which is/,
    );
    assert.equal(detection.doubt?.({ AP: 0.2 }, data), null);
    assert.equal(detection.remark?.(data), null);
    const column = (change: (boxes: Tensor) => Tensor): Dataset => ({
      ...{ name: 'changed', size: data.size, fields: data.fields, fingerprint: 'changed' },
      gather: () => ({}),
      column: (field) => change(data.column?.(field)?.clone() ?? zeros([1])),
    });
    const without = column((boxes) => boxes.fill_(-1));
    assert.match(detection.remark?.(without) ?? '', /^no image of changed has a box to be learned/);
    const oneClass = column((boxes) => {
      boxes.select(2, 4).clamp_max_(0);
      return boxes;
    });
    assert.match(detection.remark?.(oneClass) ?? '', /^changed has no box of 'green'/);
  });

  test('data without boxes', () => {
    const other: Dataset = {
      name: 'other',
      size: 1,
      fields: { label: { kind: 'class', classes: ['a'] } },
      fingerprint: '',
    };
    assert.throws(() => detection.width(other), DataError);
    assert.deepEqual(detection.metrics(other), []);
    assert.equal(detection.headline(other), null);
  });
});
