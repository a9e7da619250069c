/** Detectors through the whole of training: what is learned, resumed, distilled, refused. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { functional, manualSeed, nn, noGrad, optim, setNumThreads, type Tensor } from '@retort/torch';
import { asTheyAre, rectangles, type TinyOptions, tinyDetector } from '../../reference/tiny-detector.ts';
import { boxesOf, boxesTensor, TensorDataset } from '../data/index.ts';
import { evaluate } from '../evaluate/index.ts';
import { batchSizeFor } from '../evaluate/pass.ts';
import { rehearseEvaluation } from '../evaluate/rehearse.ts';
import { run } from '../experiment/index.ts';
import { fitnet, headsApart, kd, type Method, type Objective, supervised } from '../methods/index.ts';
import { createModel } from '../models/index.ts';
import { readRun } from '../runs/index.ts';
import { detection, output } from '../tasks/index.ts';
import { type Stage, stageOf, Trainer, type TrainerOptions, TrainingError } from './index.ts';
import { LiveTeacher } from './teacher.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-detection-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const data = rectangles(32);
const renderings = { student: asTheyAre, teacher: asTheyAre };
const judgedOn = { task: detection, renderings };

const stage = (method: Method, epochs: number, given: Partial<Stage> = {}): Stage => ({
  ...stageOf({ method, epochs, lr: 0.01 }),
  optimizer: (parameters) => new optim.AdamW(parameters, { lr: 0.01 }),
  ...given,
});

/** A detector that learns from a part of its cells, drawn in each step. */
const student = (options: Partial<TinyOptions> = {}) => tinyDetector(0, { samples: 32, ...options });

const optionsFor = (method: Method, epochs: number, given: Partial<TrainerOptions> = {}): TrainerOptions => ({
  ...{ student: student(), data, batchSize: 8, ...judgedOn, precision: 'fp32', onWarning: () => {} },
  stages: [stage(method, epochs)],
  ...given,
});

async function all(trainer: Trainer, steps = Number.POSITIVE_INFINITY): Promise<Record<string, number>[]> {
  const losses: Record<string, number>[] = [];
  for await (const event of trainer.run()) {
    if (event.kind === 'step') losses.push({ ...event.losses });
    if (losses.length === steps) break;
  }
  return losses;
}

/** The classes of a student's proposals as its teacher has them, and its levels. */
const asJudged = (losses?: Objective['losses']): Method => ({
  name: 'as-judged',
  needsTeacher: true,
  needs: { outputs: [], loss: true, liveTeacher: true },
  taps: ({ student, teacher }) => ({
    student: student.anatomy?.stages ?? [],
    teacher: teacher.anatomy?.stages ?? [],
  }),
  objective: () => ({
    losses:
      losses ??
      (({ student, teacher, loss }) => {
        const theirs = output(teacher.judge?.() ?? {}, 'classLogits');
        const [own, level] = [student.features.p2, teacher.features.p2] as [Tensor, Tensor];
        return {
          ...loss(),
          judged: functional.mse_loss(output(student.outputs, 'classLogits'), theirs),
          levels: functional.mse_loss(own, level).mul(0.01),
        };
      }),
  }),
});

suite('a detector', () => {
  const out = path.join(scratch, 'run');
  const trained = student();

  test('learns boxes, and its run is judged and kept by AP', async () => {
    const trainer = new Trainer(optionsFor(supervised(), 20, { student: trained }));
    const result = await run({
      ...{ trainer, data: { train: data, test: data, source: 'made' }, out, evaluateEvery: 10 },
      metadata: { task: 'detection' },
    });
    // Of five seeds the least was 0.93.
    const { AP50 = 0, AP = 0, ...scores } = await evaluate(trained, data, judgedOn);
    assert.ok(AP50 > 0.75, `AP50 ${AP50}`);
    assert.equal(result.headline?.metric, 'AP');
    assert.ok(Math.abs((result.last?.AP ?? 0) - AP) < 1e-12);
    // There are no large ones, of which pycocotools says −1.
    assert.ok(!('APl' in scores) && 'APs' in scores);
    const { epochs } = readRun(out);
    assert.ok(epochs.length > 0);
  });

  test('is resumed to the same bits, though a step draws what it learns from', async () => {
    const whole = new Trainer(optionsFor(supervised(), 2));
    const wanted = await all(whole);
    const first = new Trainer(optionsFor(supervised(), 2));
    const before = await all(first, 5);
    const second = new Trainer(optionsFor(supervised(), 2, { student: student() }));
    await second.restore(first.state());
    assert.deepEqual([...before, ...(await all(second))], wanted);
    const [one, other] = [whole, second].map((of) => of.state().tensors);
    for (const [name, tensor] of Object.entries(one ?? {}))
      assert.deepEqual(other?.[name]?.toFlatArray(), tensor.toFlatArray(), name);
  });

  test('learns in bf16, its losses in float32, and by accumulated batches', async () => {
    for (const given of [
      { precision: 'bf16' as const },
      { batchSize: 4, stages: [stage(supervised(), 2, { accumulate: 2 })] },
    ]) {
      const losses = await all(new Trainer(optionsFor(supervised(), 2, given)));
      assert.equal(losses.length, 8);
      assert.deepEqual(Object.keys(losses[0] ?? {}), ['objectness', 'rpnBoxes', 'classes', 'boxes', 'loss']);
      assert.ok((losses.at(-1)?.loss ?? 9) < (losses[0]?.loss ?? 0));
    }
  });

  test('stops where a loss is not finite, and says which', async () => {
    const broken = student();
    noGrad(() => broken.bbox_pred.weight.fill_(Number.NaN));
    await assert.rejects(all(new Trainer(optionsFor(supervised(), 1, { student: broken }))), {
      name: 'TrainingError',
      message: /the loss 'boxes' is NaN at step 1 of epoch 1 .*'bbox_pred\.weight'/,
    });
  });

  test('is not trained where there is nothing to be found in the images that judge it', async () => {
    const [name, few] = ['empty', rectangles(8)];
    const image = few.column?.('image');
    assert.ok(image);
    const box = { x: 3, y: 3, width: 9, height: 9, class: 0, area: 81, id: 1 };
    const judged = (ignored: readonly (number | null)[]) =>
      new TensorDataset(name, few.fields, {
        image: image.clone(),
        boxes: boxesTensor(
          Array.from({ length: 8 }, (_, i) =>
            boxesOf(ignored[i] == null ? [] : [{ ...box, ignored: ignored[i] }]),
          ),
          3,
        ),
      });
    const nothing =
      /^EvaluationError: empty: not one of its images has a box to be found, crowds and difficult ones/;
    await assert.rejects(rehearseEvaluation(student(), judged([1, 2, null]), judgedOn), nothing);
    await rehearseEvaluation(student(), judged([null, null, null, null, null, null, null, 0]), judgedOn);
  });

  test('is evaluated a few large images at a time, and not compiled', async () => {
    assert.equal(await batchSizeFor(data, renderings), 250);
    assert.equal(await batchSizeFor(data, { student: { shortest: 640, longest: 800 } }), 2);
    assert.equal(await batchSizeFor(data), 1);
    // One for each rank, where a batch of several would be padded to one size.
    const { name, fields, fingerprint } = data;
    const several = { name, fields, fingerprint, size: 2, shapes: Float64Array.of(1, 2) };
    assert.equal(await batchSizeFor(several, renderings), 1);
    assert.equal(await batchSizeFor(several, renderings, 3), 3);
    const running = { run: (body: () => never) => body(), compiles: true } as never;
    const teacher = new LiveTeacher({ model: student(), task: detection, taps: [], running, warn: () => {} });
    assert.equal(teacher.form, 'plain');
  });
});

test('Faster R-CNN goes the same way: its losses in bf16 are near those in fp32, and what it finds is judged', async () => {
  const few = rectangles(4);
  const first = async (precision: 'fp32' | 'bf16') => {
    manualSeed(0);
    const detector = createModel('fasterrcnn_mobilenet_v2_fpn', { classes: 2 });
    const given = { student: detector, data: few, batchSize: 2, precision, rehearsed: true };
    const [losses] = await all(new Trainer(optionsFor(supervised(), 1, given)), 1);
    return { detector, losses: Object.entries(losses ?? {}) };
  };
  const [exact, rounded] = [await first('fp32'), await first('bf16')];
  assert.deepEqual(
    exact.losses.map(([name]) => name),
    ['objectness', 'rpnBoxes', 'classes', 'boxes', 'loss'],
  );
  for (const [i, [name, value]] of exact.losses.entries()) {
    const other = rounded.losses[i]?.[1] ?? Number.NaN;
    // Anchors are the same; proposals are others where scores are nearly equal.
    const tolerance = ['objectness', 'rpnBoxes'].includes(name) ? 0.02 : 1;
    assert.ok(Math.abs(other - value) < tolerance, `${name}: ${other} and ${value}`);
  }
  const { AP, samples } = await evaluate(exact.detector, few, judgedOn);
  assert.equal(samples, 4);
  assert.ok(AP !== undefined && AP >= 0 && AP <= 1);
});

suite('a detector that is distilled', () => {
  const teachers = () => [tinyDetector(3), tinyDetector(4)];

  test('sees levels, and what a live teacher says of what it proposes', async () => {
    const given = { teachers: teachers().slice(0, 1) };
    const losses = await all(new Trainer(optionsFor(asJudged(), 2, given)));
    assert.deepEqual(Object.keys(losses[0] ?? {}), [
      'objectness',
      'rpnBoxes',
      'classes',
      'boxes',
      'judged',
      'levels',
      'loss',
    ]);
    assert.ok((losses.at(-1)?.loss ?? 9) < (losses[0]?.loss ?? 0));
  });

  test('by a teacher that finds next to nothing is stopped before the first step, and by one that finds much it is not', async () => {
    const cache = process.env.RETORT_CACHE;
    process.env.RETORT_CACHE = path.join(scratch, 'kept');
    try {
      const by = (teacher: ReturnType<typeof tinyDetector>) => {
        const trainer = new Trainer(optionsFor(asJudged(), 1, { teachers: [teacher] }));
        return run({ trainer, data: { train: data, test: data, source: 'made' } });
      };
      await assert.rejects(
        by(tinyDetector(3)),
        /^TeacherError: the teacher has a box AP of .* next to nothing/,
      );
      const good = tinyDetector(0);
      await all(new Trainer(optionsFor(supervised(), 10, { student: good })));
      const first = await by(good);
      assert.ok((first.teacher?.AP ?? 0) > 0.01);
      // Known by now.
      assert.equal(fs.readdirSync(path.join(scratch, 'kept', 'scores')).length, 2);
      assert.deepEqual((await by(good)).teacher, first.teacher);
    } finally {
      if (cache === undefined) delete process.env.RETORT_CACHE;
      else process.env.RETORT_CACHE = cache;
    }
  });

  test('of several teachers what they judge is the mean', async () => {
    const seen: number[][] = [];
    const learn = async (of: ReturnType<typeof teachers>) => {
      const method = asJudged(({ teacher, loss }) => {
        seen.push(
          output(teacher.judge?.() ?? {}, 'classLogits')
            .toFlatArray()
            .map(Number),
        );
        return loss();
      });
      await all(new Trainer(optionsFor(method, 1, { teachers: of, rehearsed: true })), 1);
      return seen.splice(0)[0] ?? [];
    };
    const [one, other] = teachers();
    const [both, first, second] = [
      await learn(teachers()),
      await learn(one ? [one] : []),
      await learn(other ? [other] : []),
    ];
    const apart = both.map((value, i) => Math.abs(value - ((first[i] ?? 0) + (second[i] ?? 0)) / 2));
    assert.ok(both.length > 0 && Math.max(...apart) < 1e-6);
  });

  test('what does not fit is said before the first step', async () => {
    const [teacher = student()] = teachers();
    const refused = async (method: Method, given: Partial<TrainerOptions>, sentence: RegExp) =>
      assert.rejects(
        async () => all(new Trainer(optionsFor(method, 1, { teachers: [teacher], ...given }))),
        (error) => {
          assert.ok(error instanceof TrainingError || error instanceof RangeError);
          assert.match(error.message, sentence);
          return true;
        },
      );
    const cache = { views: 1, folder: path.join(scratch, 'cache') };
    await refused(asJudged(), { cache }, /as-judged must ask its teacher in each step/);
    await refused(
      fitnet({ student: 'p2', teacher: 'p2' }),
      { cache },
      /^what the teacher says cannot be kept: p2, p3 of an image take 0\.\d MB, and are of another size in each batch/,
    );
    await refused(
      kd(),
      {},
      /^kd needs the student's logits, and of the task detection a network answers objectness,/,
    );
    for (const method of [kd({ proposals: true }), supervised()])
      await refused(
        headsApart(method),
        {},
        new RegExp(
          `^${method.name}: headsApart is for a student of two heads that each answer logits, .* answers objectness, .*: leave headsApart out$`,
        ),
      );
    await refused({ ...asJudged(), turns: 4 }, {}, /images with boxes are not turned/);
    await refused(
      asJudged(),
      { teachers: [tinyDetector(0, { classes: 5 })] },
      /^the teacher finds boxes of 5 classes, and rectangles has 2/,
    );
    class Plain extends nn.Layer {
      readonly conv = new nn.Conv2d(3, 2, 1);
      forward(images: Tensor): Tensor {
        return this.conv.forward(images).mean([2, 3]);
      }
    }
    await refused(
      supervised(),
      { student: new Plain() },
      /^the student gives \[2, 2\] for 2 images: boxes are found/,
    );
  });
});
