import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { manualSeed, nn, randn, setNumThreads, type Tensor, tensor } from '@retort/torch';
import { halves } from '../../../reference/halves.ts';
import { cropFlip, imagesOf, TensorDataset } from '../../data/index.ts';
import { crossEntropy, fitnet, kd, logits, type Method, type Pair, type Seen } from '../../methods/index.ts';
import { selectClasses } from '../../models/classes.ts';
import { createModel } from '../../models/index.ts';
import { classification, makeBatch } from '../../tasks/index.ts';
import { type CacheOptions, stageOf, Trainer, type TrainerOptions } from '../index.ts';
import { LiveTeacher } from '../teacher.ts';
import { packLogits, unpackLogits } from './logits.ts';
import { probeDifference } from './probe.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-cache-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const data = halves(30);
const network = (name: string, seed: number) => {
  manualSeed(seed);
  return createModel(name, { classes: 2, channels: 1 });
};

interface Heard {
  readonly ids: number[];
  readonly logits: number[];
  readonly features: number[];
  /** What the student said, and the terms of the loss. */
  readonly student: number[];
  readonly losses: Readonly<Record<string, number>>;
}

const values = (terms: Readonly<Record<string, Tensor>>): Record<string, number> =>
  Object.fromEntries(Object.entries(terms).map(([name, term]) => [name, term.item()]));

/** KD with a feature tapped, which writes down what the teacher said. */
function listening(heard: Heard[], more: Partial<Method> = {}): Method {
  return {
    ...kd(),
    taps: () => ({ student: [], teacher: ['layer2'] }),
    ...more,
    objective(pair) {
      const { losses } = kd().objective(pair);
      return {
        losses(seen: Seen) {
          const terms = losses(seen);
          heard.push({
            ids: seen.ids.toFlatArray().map(Number),
            logits: logits(seen.teacher).toFlatArray().map(Number),
            features: seen.teacher.features.layer2?.toFlatArray().map(Number) ?? [],
            student: logits(seen.student).toFlatArray().map(Number),
            losses: values(terms),
          });
          return terms;
        },
      };
    },
  };
}

const options = (
  method: Method,
  cache: CacheOptions | undefined,
  more: Partial<TrainerOptions> = {},
): TrainerOptions => ({
  student: network('resnet8', 3),
  teachers: [network('resnet14', 2)],
  data,
  batchSize: 8,
  // What another precision rounds is not what is tested.
  precision: 'fp32',
  transforms: [cropFlip()],
  stages: [stageOf({ method, epochs: 4 })],
  cache,
  // Methods of these tests write down all that they hear.
  rehearsed: true,
  ...more,
});

const train = (given: TrainerOptions) => Array.fromAsync(new Trainer(given).run());

/** KD is told nothing of the networks. */
const told = (name: string) => (): never => assert.fail(`kd asks for the ${name}`);
const side = { anatomy: null, ofTexts: false, shape: told('shapes') };
const noPair: Pair = {
  student: side,
  teacher: side,
  classes: 2,
  samples: data.size,
  labels: data.column('label'),
};

function close(a: readonly number[], b: readonly number[], tolerance: number): void {
  assert.equal(a.length, b.length);
  const largest = Math.max(...b.map(Math.abs));
  for (const [i, value] of a.entries()) {
    const off = Math.abs(value - (b[i] ?? 0));
    assert.ok(off <= tolerance * largest, `${value} and ${b[i]} at ${i}`);
  }
}

suite('the teacher cache', () => {
  for (const [dtype, tolerance] of [
    ['float32', 2e-5],
    ['float16', 1e-3],
  ] as const) {
    test(`gives in ${dtype} the answers and the losses of the live teacher of the same views, turned ones too`, async () => {
      for (const turns of [1, 4]) {
        const cached: Heard[] = [];
        const folder = path.join(scratch, `same-${dtype}-${turns}`);
        const method = listening(cached, { turns });
        await train(options(method, { views: 2, dtype, folder }));
        const live = new LiveTeacher({
          model: network('resnet14', 2),
          task: classification,
          taps: ['layer2'],
          running: { run: (body) => body(), compiles: false },
          warn: assert.fail,
        });
        assert.equal(cached.length, 16);
        for (const [i, heard] of cached.entries()) {
          const view = Math.floor(i / 4) % 2;
          const batch = makeBatch(data, Int32Array.from(heard.ids), {
            seed: 0,
            epoch: 0,
            view,
            turns,
            transforms: [cropFlip()],
          });
          const teacher = live.answer(batch);
          close(heard.logits, logits(teacher).toFlatArray().map(Number), tolerance);
          close(heard.features, teacher.features.layer2?.toFlatArray().map(Number) ?? [], tolerance);
          const outputs = { logits: tensor(heard.student, { shape: [heard.ids.length, 2] }) };
          const { targets, ids } = batch;
          const losses = values(
            kd()
              .objective(noPair)
              .losses({
                student: { outputs, features: {}, mask: null },
                teacher: { outputs: teacher.outputs, features: teacher.features, mask: null },
                targets,
                ids,
                progress: { epoch: 1, epochs: 1 },
                loss: () => classification.loss?.(outputs, targets) ?? {},
              }),
          );
          assert.deepEqual(Object.keys(heard.losses), Object.keys(losses));
          close(Object.values(heard.losses), Object.values(losses), tolerance);
        }
      }
    });
  }

  test('asks the teacher once for each image in a view, over runs and seeds; two views are not alike', async () => {
    const folder = path.join(scratch, 'once');
    const fills: number[] = [];
    const heard: Heard[] = [];
    const run = (seed: number) =>
      train(
        options(
          listening(heard),
          { views: 2, folder },
          { seed, onFill: ({ view, done, total }) => done === total && fills.push(view) },
        ),
      );
    await run(0);
    assert.deepEqual(fills, [0, 1]);
    await run(1);
    assert.deepEqual(fills, [0, 1], 'nothing was asked again');
    const of = (epoch: number, id: number) => {
      const epochs = heard.slice(4 * epoch, 4 * epoch + 4);
      const found = epochs.find(({ ids }) => ids.includes(id));
      const at = found?.ids.indexOf(id) ?? -1;
      return found?.logits.slice(2 * at, 2 * at + 2);
    };
    assert.deepEqual(of(0, 5), of(2, 5));
    assert.notDeepEqual(of(0, 5), of(1, 5));
  });

  test('is of one teacher, data set, transform and dtype: another of any is asked anew', async () => {
    const folder = path.join(scratch, 'keys');
    const cache = { views: 1, folder };
    const warnings: string[] = [];
    const base = () =>
      options(kd(), cache, {
        stages: [stageOf({ method: kd(), epochs: 1 })],
        onWarning: (text) => warnings.push(text),
      });
    const folders = () => fs.readdirSync(folder).length;
    await train(base());
    assert.equal(folders(), 1);
    await train({ ...base(), seed: 9, student: network('resnet14', 1), batchSize: 30 });
    assert.equal(folders(), 1, 'student, seed and batch size do not matter');
    await train({ ...base(), cache: { ...cache, views: 3 } });
    assert.equal(folders(), 1, 'nor does the number of views');
    await train({ ...base(), renderings: { student: { mean: [0.1], size: 12 } } });
    assert.equal(folders(), 1, 'nor does how the student is shown the images');
    await train({ ...base(), renderings: { teacher: imagesOf(data) } });
    assert.equal(folders(), 1, 'nor whether it is said that the teacher is shown them as they are');
    const darker = { ...imagesOf(data), mean: [0.41] };
    const others: Partial<TrainerOptions>[] = [
      { teachers: [network('resnet14', 7)] },
      { teachers: [network('resnet8', 2)] },
      { data: halves(30, 1) },
      { data: new TensorDataset(data.name, { ...data.fields, image: darker }, data.columns) },
      { transforms: [] },
      { transforms: [cropFlip({ padding: 2 })] },
      { transforms: [cropFlip(), cropFlip()] },
      { renderings: { teacher: { mean: [0.42] } } },
      { renderings: { teacher: { size: 12 } } },
      { renderings: { teacher: { size: 12, interpolation: 'bicubic' } } },
      { cache: { ...cache, dtype: 'float32' } },
      { cache: { ...cache, seed: 1 } },
      { cache: { ...cache, topK: 1 } },
      { stages: [stageOf({ method: fitnet(), epochs: 1 })] },
    ];
    for (const [i, other] of others.entries()) {
      await train({ ...base(), ...other });
      assert.equal(folders(), i + 2, `change ${i}`);
    }
    assert.deepEqual(warnings, [], 'it is told by the key, not by answers that are other ones');
  });

  /** A network whose factor is seen neither in its weights nor in what it prints. */
  class Scaled extends nn.Layer {
    readonly inner = network('resnet14', 2);
    readonly #scale: number;

    constructor(scale: number) {
      super();
      this.#scale = scale;
    }

    forward(x: Tensor): Tensor {
      return this.inner.forward(x).mul(this.#scale);
    }
  }

  test('of a teacher that lacks a class is found again, and is not that of one that lacks another', async () => {
    const folder = path.join(scratch, 'masked');
    const warnings: string[] = [];
    const fills: number[] = [];
    const lacking = (numbers: readonly number[]): nn.Layer => {
      const teacher = network('resnet14', 2);
      selectClasses(teacher, numbers);
      return teacher;
    };
    const asked = async (teacher: nn.Layer): Promise<number> => {
      const before = fills.length;
      const more = { teachers: [teacher], stages: [stageOf({ method: kd(), epochs: 1 })] };
      const onFill = ({ view, done, total }: { view: number; done: number; total: number }) =>
        done === total && fills.push(view);
      await train(
        options(kd(), { views: 1, folder }, { ...more, onFill, onWarning: (text) => warnings.push(text) }),
      );
      return fills.length - before;
    };
    assert.equal(await asked(lacking([0, -1])), 1);
    assert.equal(await asked(lacking([0, -1])), 0);
    assert.equal(await asked(lacking([-1, 0])), 1);
    assert.equal(await asked(lacking([1, -1])), 1);
    assert.deepEqual(warnings, []);
    const probe = (logits: (number | null)[]) => ({ logits });
    assert.equal(probeDifference(probe([1, null]), probe([1, null]), 1e-3), null);
    assert.match(probeDifference(probe([1, null]), probe([1, 5]), 1e-3) ?? '', /finite elsewhere/);
    assert.match(probeDifference(probe([1, null]), probe([2, null]), 1e-3) ?? '', /differs by 1/);
  });

  test('is of one way to compute: a teacher with the same weights that answers otherwise is asked itself', async () => {
    const folder = path.join(scratch, 'computes');
    const warnings: string[] = [];
    const losses = async (teacher: nn.Layer, cached: boolean): Promise<number> => {
      const method = kd({ alpha: 1, gamma: 0, temperature: 1 });
      const cache = cached ? ({ views: 1, folder, dtype: 'float32' } as const) : undefined;
      const stages = [stageOf({ method, epochs: 1 })];
      const more = { teachers: [teacher], stages, transforms: [] };
      const events = await train(
        options(method, cache, { ...more, onWarning: (text) => warnings.push(text) }),
      );
      return events.flatMap((event) => (event.kind === 'epoch' ? (event.losses.loss ?? 0) : []))[0] ?? 0;
    };
    for (const scale of [1, 3, 3, 1])
      close([await losses(new Scaled(scale), true)], [await losses(new Scaled(scale), false)], 2e-5);
    assert.equal(fs.readdirSync(folder).length, 2);
    const [first = ''] = fs.readdirSync(folder).sort();
    assert.equal(warnings.length, 2, 'each of the two with the factor 3');
    assert.equal(
      warnings[0]?.replace(/differs by \S+, where the largest value is \S+\)/, 'differs)'),
      `the teacher cache ${path.join(folder, first)} is left as it is: its teacher has the same weights, but answered otherwise ('logits' differs); this teacher is asked, in a folder of its own`,
    );
  });

  test('of a teacher that rounds otherwise, or that another version asked, is used; one that does not say whose it is is not', async () => {
    const folder = path.join(scratch, 'rounds');
    const warnings: string[] = [];
    let asked = 0;
    const again = async (): Promise<number> => {
      asked = 0;
      await train(
        options(
          kd(),
          { views: 1, folder },
          {
            stages: [stageOf({ method: kd(), epochs: 1 })],
            onFill: () => asked++,
            onWarning: (text) => warnings.push(text),
          },
        ),
      );
      return asked;
    };
    assert.equal(await again(), 1);
    const [key = ''] = fs.readdirSync(folder);
    const file = path.join(folder, key, 'key.json');
    const kept = JSON.parse(fs.readFileSync(file, 'utf8'));
    assert.deepEqual(Object.keys(kept.writtenBy), ['retort', 'libtorch']);
    const largest = Math.max(...kept.probe.logits.map(Math.abs));
    const writeWith = (off: number) =>
      fs.writeFileSync(
        file,
        JSON.stringify({
          ...kept,
          writtenBy: { retort: '0.0.1', libtorch: '1.0.0' },
          probe: { logits: kept.probe.logits.map((value: number) => value + off * largest) },
        }),
      );
    writeWith(5e-5);
    assert.equal(await again(), 0);
    assert.deepEqual(warnings, []);
    const said = `the teacher cache ${path.join(folder, key)} is left as it is: key.json is missing or damaged, so that it does not say whose answers it holds; this teacher is asked, in a folder of its own`;
    fs.writeFileSync(file, '{"probe"');
    assert.equal(await again(), 1);
    assert.deepEqual(warnings, [said]);
    fs.rmSync(file);
    execFileSync('mkfifo', [file]);
    assert.equal(await again(), 0, 'the other folder has it');
    assert.deepEqual(warnings, [said, said]);
  });

  test('is filled from where it was stopped, and asks again for what is damaged, with a warning', async () => {
    const folder = path.join(scratch, 'damaged');
    // Two blocks.
    const many = halves(1200);
    const warnings: string[] = [];
    let seen = 0;
    const given = (more: Partial<TrainerOptions> = {}) =>
      options(
        kd(),
        { views: 1, folder },
        {
          data: many,
          batchSize: 400,
          stages: [stageOf({ method: kd(), epochs: 1 })],
          onWarning: (text) => warnings.push(text),
          onFill: () => seen++,
          ...more,
        },
      );
    const controller = new AbortController();
    const stopped = train(
      given({ signal: controller.signal, onFill: ({ done }) => done > 1000 && controller.abort() }),
    );
    await assert.rejects(stopped, /abort/);
    const fill = async () => {
      seen = 0;
      await train(given());
      return seen;
    };
    assert.equal(await fill(), 2, 'only the second block, of 200 images in two forwards');
    assert.equal(await fill(), 0);
    const [key = ''] = fs.readdirSync(folder);
    const view = path.join(folder, key, 'view-0');
    const whole = fs.readFileSync(path.join(view, '0.bin'));
    const file = fs.openSync(path.join(view, '0.bin'), 'r+');
    fs.writeSync(file, Uint8Array.of(0xff), 0, 1, 7);
    fs.closeSync(file);
    assert.equal(await fill(), 8, 'the first block');
    assert.match(warnings.join(), /1 of 2 blocks of the teacher cache are damaged/);
    assert.deepEqual(fs.readFileSync(path.join(view, '0.bin')), whole);
    fs.appendFileSync(path.join(view, 'blocks.jsonl'), '{"block":1,"sha');
    assert.equal(await fill(), 0, 'half a line of the journal costs nothing but a warning');
    fs.truncateSync(path.join(view, '0.bin'), 2000);
    assert.equal(await fill(), 10, 'a file that was cut short is filled again');
    assert.deepEqual(fs.readFileSync(path.join(view, '0.bin')), whole);
  });

  test('is found by asking a teacher as it is: it is not compiled for that', async () => {
    let asked = 0;
    const teacher = network('resnet14', 2);
    const { forward } = teacher;
    teacher.forward = (x) => {
      asked++;
      return forward.call(teacher, x);
    };
    const given = options(kd(), { views: 1, folder: path.join(scratch, 'found') }, { teachers: [teacher] });
    const [cache] = await new Trainer(given).caches();
    assert.equal(cache?.missing(0), 30);
    assert.equal(asked, 2, 'for the shapes of its answers, and for the probe');
    await cache?.ahead(0);
    assert.ok(asked > 3, 'what is compiled is checked against what it says as it is');
    assert.equal(cache?.missing(0), 0);
  });

  test('does nothing where no method asks a teacher, and refuses no views', async () => {
    const folder = path.join(scratch, 'unused');
    await train(options(crossEntropy(), { views: 2, folder }));
    assert.ok(!fs.existsSync(folder));
    assert.throws(
      () => new Trainer(options(kd(), { views: 0, folder })),
      /cache\.views must be a whole number from 1/,
    );
  });

  test('refuses what float16 cannot hold', async () => {
    const teacher = network('resnet14', 2);
    teacher.stateDict()['fc.bias']?.detach().fill_(1e5);
    const folder = path.join(scratch, 'large');
    await assert.rejects(
      train(options(kd(), { views: 1, folder }, { teachers: [teacher] })),
      /what the teacher says as 'logits' is too large for float16 \(1\.00e\+5\): keep float32 \(`cache\.dtype: fp32` in a recipe\)/,
    );
  });
});

suite('stored logits', () => {
  test('of the largest keep these, and the share of the others', () => {
    manualSeed(4);
    const logits = randn([5, 40]).mul(3);
    const given = { classes: 40, dtype: 'float32', topK: 6 } as const;
    const back = unpackLogits(packLogits(logits, given), given);
    const [values, kept] = logits.topk(6, 1);
    close(back.gather(1, kept).toFlatArray().map(Number), values.toFlatArray().map(Number), 1e-6);
    close(
      back.softmax(1).gather(1, kept).toFlatArray().map(Number),
      logits.softmax(1).gather(1, kept).toFlatArray().map(Number),
      1e-5,
    );
    assert.deepEqual(back.shape, [5, 40]);
  });

  test('are all there where as many are kept as there are', () => {
    const logits = tensor([[1, 2, 3]]);
    const given = { classes: 3, dtype: 'float32', topK: 9 } as const;
    assert.deepEqual(unpackLogits(packLogits(logits, given), given).toList(), [[1, 2, 3]]);
  });
  test('have masked classes as masked ones, or are refused', () => {
    const inf = Number.POSITIVE_INFINITY;
    const logits = tensor([
      [3, -inf, 2, 1],
      [-inf, 1, -inf, 2],
    ]);
    const back = (topK: number) => {
      const given = { classes: 4, dtype: 'float16', topK } as const;
      return unpackLogits(packLogits(logits, given), given).toList();
    };
    assert.deepEqual([back(3), back(4)], [logits.toList(), logits.toList()]);
    assert.throws(() => back(2), {
      name: 'TrainingError',
      message:
        'for 1 of 2 samples the teacher masks classes (-inf), and where only the 2 largest logits are kept these would get a share of what is left out: ' +
        'leave topK out, or keep at least as many as are not masked',
    });
  });
});
