import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, suite, test } from 'node:test';
import { nn, noGrad, randn, setNumThreads, type Tensor } from '@retort/torch';
import { classification, type Dataset, inMemory, kd, run, stageOf, type Task } from 'retort';
import { halves } from '../../reference/halves.ts';
import { checkTeacher, type TeacherCheck } from './check-teacher.ts';
import { ownCodeOf } from './inputs.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-scores-'));
const cache = process.env.RETORT_CACHE;
before(() => {
  process.env.RETORT_CACHE = scratch;
});
beforeEach(() => fs.rmSync(path.join(scratch, 'scores'), { recursive: true, force: true }));
after(() => {
  if (cache === undefined) delete process.env.RETORT_CACHE;
  else process.env.RETORT_CACHE = cache;
  fs.rmSync(scratch, { recursive: true });
});

const files = (): string[] => {
  const folder = path.join(scratch, 'scores');
  return fs.existsSync(folder) ? fs.readdirSync(folder).map((name) => path.join(folder, name)) : [];
};
/** The one file that there is. */
const onlyFile = (): string => {
  const [file = '', ...others] = files();
  assert.deepEqual([file !== '', others], [true, []]);
  return file;
};

/** It knows the classes without having been trained, from the brightness of both halves, and counts the images that it is shown. */
class Weighing extends nn.Layer {
  readonly head: nn.Linear;
  readonly #gain: number;
  seen = 0;

  constructor(weight = 0.1, gain = 1) {
    super();
    this.#gain = gain;
    this.head = new nn.Linear(64, 2);
    nn.init.zeros_(this.head.bias ?? this.head.weight);
    noGrad(() => {
      for (let i = 0; i < 64; i++) {
        const left = i % 8 < 4 ? weight : -weight;
        this.head.weight.set_([0, i], left);
        this.head.weight.set_([1, i], -left);
      }
    });
  }

  forward(x: Tensor): Tensor {
    this.seen += x.size(0);
    return this.head.forward(x.flatten(1)).mul(this.#gain);
  }
}

const split = halves(40, 7);
/** As `probed` says. */
const looked = 8;

const check = (teacher: Weighing, data: Dataset = split, more: Partial<TeacherCheck> = {}) =>
  checkTeacher(teacher, data, { stops: true, warn: assert.fail, ownCode: {}, ...more });

/** Whether a teacher like the first is evaluated anew; either way it is told its own scores. */
async function isEvaluated(
  teacher: Weighing,
  data: Dataset = split,
  more: Partial<TeacherCheck> = {},
): Promise<boolean> {
  const before = files().length;
  teacher.seen = 0;
  const { samples } = await check(teacher, data, more);
  assert.equal(samples, data.size);
  const isWhole = teacher.seen === looked + data.size;
  assert.ok(isWhole || teacher.seen === looked, `${teacher.seen} images were shown`);
  assert.ok(isWhole || files().length === before);
  return isWhole;
}

suite('the scores of a teacher', () => {
  test('are those that were measured, and it is not evaluated again', async () => {
    const first = new Weighing();
    const measured = await check(first);
    assert.deepEqual([first.seen, measured.top1, measured.samples], [looked + 40, 1, 40]);
    const again = new Weighing();
    assert.deepEqual(await check(again), measured);
    assert.equal(again.seen, looked);
    assert.equal(files().length, 1, 'nothing is left beside it');
  });

  test('are written into a run as if they had been measured, and nothing is told of an evaluation', async () => {
    const teach = async () => {
      const told: string[] = [];
      const teacher = new Weighing();
      const { teacher: scores } = await run({
        student: new Weighing(0.01),
        teachers: [teacher],
        stages: [stageOf({ method: kd(), epochs: 1 })],
        data: { train: halves(16), test: split, source: 'made up' },
        precision: 'fp32',
        onEvaluate: (what) => told.push(what),
      });
      return { scores, told };
    };
    const first = await teach();
    const second = await teach();
    assert.equal(first.scores?.top1, 1);
    assert.deepEqual(second.scores, first.scores);
    assert.deepEqual([first.told, second.told], [['teacher', 'student'], ['student']]);
  });

  test('are found again by what they are of, and by nothing else', async () => {
    await check(new Weighing());
    const named: Task = { ...classification, name: 'another' };
    const pixels = halves(40, 8);
    const image = split.column('image').toTypedArray();
    const labels = Array.from({ length: 40 }, (_, i) => i % 2);
    const like = {
      images: new Uint8Array(image.buffer, image.byteOffset, image.byteLength),
      labels,
      height: 8,
      width: 8,
      channels: 1,
      classes: ['left', 'right'],
      mean: [0.4],
      std: [0.25],
    };
    const others: [string, Weighing, Dataset, Partial<TeacherCheck>][] = [
      ['weights', new Weighing(0.2), split, {}],
      ['pixels', new Weighing(), pixels, {}],
      ['labels', new Weighing(), inMemory({ ...like, labels: [0, 0, ...labels.slice(2)] }), {}],
      ['classes', new Weighing(), inMemory({ ...like, classes: ['left', 'other'] }), {}],
      ['normalisation', new Weighing(), split, { renderings: { student: { mean: [0.41] } } }],
      ['task', new Weighing(), split, { task: named, ownCode: { 'task.module': 'a' } }],
      ['code of the task', new Weighing(), split, { task: named, ownCode: { 'task.module': 'b' } }],
      ['code of the teacher', new Weighing(), split, { ownCode: { 'teacher.module': 'a' } }],
    ];
    for (const [what, teacher, data, more] of others) {
      assert.equal(await isEvaluated(teacher, data, more), true, what);
      assert.equal(await isEvaluated(teacher, data, more), false, `${what}, again`);
    }
    assert.equal(files().length, 1 + others.length);
    assert.equal(await isEvaluated(new Weighing(), inMemory(like)), false, 'a copy of the data');
  });

  test('are not those of another forward with the same weights', async () => {
    await check(new Weighing());
    assert.equal(await isEvaluated(new Weighing(0.1, 2)), true);
    assert.equal(await isEvaluated(new Weighing(0.1, 2)), false);
    assert.equal(await isEvaluated(new Weighing()), true);
  });

  test('are measured each time of a teacher that draws at random', async () => {
    class Drawing extends Weighing {
      override forward(x: Tensor): Tensor {
        return super.forward(x.add(randn(x.shape).mul(0.1)));
      }
    }
    for (let i = 0; i < 3; i++) assert.equal(await isEvaluated(new Drawing()), true);
  });

  test('are measured where the code of the task is not known', async () => {
    const teacher = new Weighing();
    const task: Task = { ...classification };
    for (let i = 1; i <= 2; i++) {
      await check(teacher, split, { task });
      assert.equal(teacher.seen, 40 * i);
    }
    assert.deepEqual(files(), []);
  });

  test('are measured again where the file is damaged', async () => {
    await check(new Weighing());
    const file = onlyFile();
    const whole = fs.readFileSync(file, 'utf8');
    const other = JSON.parse(whole);
    const damaged: (string | null)[] = [
      '',
      'null',
      '[]',
      whole.slice(0, -20),
      whole.replace('"top1": 1', '"top1": 0.5'),
      whole.replace('"samples": 40', '"samples": 41'),
      whole.replace(/"sha256": ".{8}/, '"sha256": "00000000'),
      JSON.stringify({ ...other, scores: {} }),
      JSON.stringify({ sha256: createHash('sha256').update('{}').digest('hex') }),
      ' '.repeat(2 << 20),
      null,
    ];
    for (const content of damaged) {
      assert.notEqual(content, whole);
      fs.rmSync(file, { recursive: true });
      if (content === null) fs.mkdirSync(file);
      else fs.writeFileSync(file, content);
      assert.equal(await isEvaluated(new Weighing()), true, content?.slice(0, 80) ?? 'a folder');
      if (content !== null) assert.equal(await isEvaluated(new Weighing()), false);
    }
  });

  test('are measured where the cache cannot be written', async () => {
    fs.writeFileSync(path.join(scratch, 'scores'), 'a file');
    assert.equal(await check(new Weighing()).then(({ top1 }) => top1), 1);
    const again = new Weighing();
    await check(again);
    assert.equal(again.seen, looked + 40);
  });

  test('are doubted whether they were measured or not', async () => {
    for (let i = 0; i < 2; i++)
      await assert.rejects(check(new Weighing(0)), { name: 'TeacherError', message: /near the 50.00 %/ });
    assert.equal(files().length, 1);
  });
});

test('code that a teacher comes from is that of its modules, not of the student', () => {
  const inputs = Object.fromEntries(
    ['data', 'task.module', 'teacher', 'teacher.module', 'student.module', 'teachers.a.module'].map(
      (what) => [what, { sha256: `of ${what}` }],
    ),
  );
  assert.deepEqual(ownCodeOf(inputs), {
    'task.module': 'of task.module',
    'teacher.module': 'of teacher.module',
    'teachers.a.module': 'of teachers.a.module',
  });
  assert.deepEqual(ownCodeOf(undefined), {});
});
