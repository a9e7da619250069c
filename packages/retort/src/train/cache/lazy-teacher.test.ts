/** A teacher of data that is read, asked in the steps: what a run sees does not depend on when it was asked. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, mock, suite, test } from 'node:test';
import { arange, manualSeed, nn, setNumThreads, Tensor } from '@retort/torch';
import { halves } from '../../../reference/halves.ts';
import { readLazily } from '../../../reference/read-lazily.ts';
import { reading } from '../../../reference/reading.ts';
import { cropFlip, type Dataset } from '../../data/index.ts';
import { run } from '../../experiment/index.ts';
import { dlkd, fitnet, kd, logits, type Method } from '../../methods/index.ts';
import { createModel } from '../../models/index.ts';
import { hashTensors } from '../../tensors/hash-tensors.ts';
import { type CacheOptions, type Stage, stageOf, Trainer, type TrainerOptions } from '../index.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-lazy-'));
after(() => fs.rmSync(scratch, { recursive: true }));
let folders = 0;
const fresh = (): string => path.join(scratch, String(folders++));

const held = halves(22);
const read = (data: Dataset = held) => reading(data, { delay: () => 0 });
const network = (name: string, seed: number) => {
  manualSeed(seed);
  return createModel(name, { classes: 2, channels: 1 });
};

/** A teacher that counts the images that it is asked for, and whose answers are larger where its batch is brighter. */
class Counting extends nn.Layer {
  readonly inner = network('resnet8', 2);
  #asked = 0;

  /** How many, but for those that it is measured by (two, twice) and the probe's eight. */
  get asked(): number {
    return this.#asked - 12;
  }

  forget(): void {
    this.#asked = 0;
  }

  forward(x: Tensor): Tensor {
    this.#asked += x.size(0);
    // A number that is read keeps it from being compiled, and each call is seen.
    return this.inner.forward(x).mul(x.mean().item() + 2);
  }
}

/** Two pixels of each image, whose bits are the same in any batch. */
class Pixels extends nn.Layer {
  forward(x: Tensor): Tensor {
    return x.flatten(1).narrow(1, 27, 2);
  }
}

/** KD that hands on what the teacher says of each sample, and is told of each step. */
const listening = (hear: (id: number, row: string) => void, step = () => {}): Method => ({
  ...kd(),
  objective(pair) {
    const { losses } = kd().objective(pair);
    return {
      losses(seen) {
        const rows = logits(seen.teacher).toList() as unknown[];
        for (const [i, id] of seen.ids.toFlatArray().entries()) hear(Number(id), String(rows[i]));
        step();
        return losses(seen);
      },
    };
  },
});

const options = (cache: CacheOptions, more: Partial<TrainerOptions> = {}): TrainerOptions => ({
  student: network('resnet8', 3),
  teachers: [network('resnet8', 2)],
  stages: [stageOf({ method: kd(), epochs: 2 })],
  data: read(),
  batchSize: 4,
  precision: 'fp32',
  transforms: [cropFlip({ padding: 2 })],
  cache,
  rehearsed: true,
  onWarning: (text) => assert.fail(text),
  ...more,
});

const weights = ({ student }: Pick<TrainerOptions, 'student'>): string => hashTensors(student.stateDict());

async function trained(cache: CacheOptions, more: Partial<TrainerOptions> = {}): Promise<string> {
  const given = options(cache, more);
  await Array.fromAsync(new Trainer(given).run());
  return weights(given);
}

/** All files of a cache but its lock and what it says of itself. */
function rowsIn(folder: string): Record<string, string> {
  const files = fs.globSync('**/*.bin', { cwd: folder }).sort();
  return Object.fromEntries(files.map((file) => [file, fs.readFileSync(path.join(folder, file), 'hex')]));
}

/** Counts what is shown to a network of so many pixels a side: whatever is normalised in that size. */
function countRendered<Result>(
  size: number,
  body: () => Promise<Result>,
): Promise<{ count: number; result: Result }> {
  let count = 0;
  const { sub_: subtract } = Tensor.prototype;
  const mocked = mock.method(
    Tensor.prototype,
    'sub_',
    function (this: Tensor, ...args: Parameters<typeof subtract>) {
      // Rows of all images of a batch, of one channel.
      if (this.dim() === 2 && this.size(1) === size) count++;
      return subtract.apply(this, args);
    },
  );
  return body()
    .then((result) => ({ count, result }))
    .finally(() => mocked.mock.restore());
}

suite('a teacher that is asked in the steps', () => {
  const cases: Readonly<Record<string, (folder: string) => [CacheOptions, Partial<TrainerOptions>]>> = {
    'one view': (folder) => [{ views: 1, folder }, {}],
    'views that come again': (folder) => [
      { views: 2, folder },
      { stages: [stageOf({ method: kd(), epochs: 5 })] },
    ],
    features: (folder) => [{ views: 1, folder }, { stages: [stageOf({ method: fitnet(), epochs: 2 })] }],
    turns: (folder) => [{ views: 2, folder }, { stages: [stageOf({ method: dlkd(), epochs: 3 })] }],
    'the largest logits': (folder) => [{ views: 1, folder, topK: 1 }, { teachers: [new Pixels()] }],
    float32: (folder) => [{ views: 1, folder, dtype: 'float32' }, { teachers: [new Pixels()] }],
    'batches that add up': (folder) => [
      { views: 1, folder },
      { stages: [{ ...stageOf({ method: kd(), epochs: 2 }), accumulate: 2 }] },
    ],
    'another rendering': (folder) => [
      { views: 1, folder },
      { renderings: { student: { size: 10 }, teacher: { size: 12, mean: [0.1] } } },
    ],
    'two teachers': (folder) => [
      { views: 1, folder },
      { teachers: { one: network('resnet8', 2), two: network('resnet14', 4) } },
    ],
    'two stages': (folder) => [
      { views: 2, folder },
      { stages: [2, 1].map((epochs): Stage => stageOf({ method: kd(), epochs })) },
    ],
  };
  for (const [what, given] of Object.entries(cases))
    test(`leads to the weights of one that was asked before, of data in memory: ${what}`, async () => {
      const [cache, more] = given(fresh());
      const lazy = await trained(cache, more);
      const [ahead, again] = given(fresh());
      assert.equal(lazy, await trained(ahead, { ...again, data: held }));
      const [same, third] = given(cache.folder ?? '');
      assert.equal(await trained(same, third), lazy, 'of a cache that is there');
    });

  test('reads each image once, also for the teacher', async () => {
    const data = read();
    await trained({ views: 2, folder: fresh() }, { data, onFill: () => assert.fail('nothing is filled') });
    // What networks are tried on, the probe, and two epochs of six batches.
    assert.deepEqual(
      data.asked.map(({ length }) => length),
      [4, 8, ...[4, 4, 4, 4, 4, 2], ...[4, 4, 4, 4, 4, 2]],
    );
  });

  test('is asked once for an image in a view, and not at all by a second run', async () => {
    const cache = { views: 2, folder: fresh() };
    const stages = [stageOf({ method: kd(), epochs: 4 })];
    const asked = async (seed: number): Promise<number> => {
      const teacher = new Counting();
      await trained(cache, { teachers: [teacher], stages, seed, onWarning: () => {} });
      return teacher.asked;
    };
    assert.deepEqual([await asked(0), await asked(0), await asked(1)], [44, 0, 0]);
  });

  test('says as it is stored what it says in the step that asks it', async () => {
    const said: Map<number, string>[] = [new Map(), new Map()];
    let steps = 0;
    const method = listening(
      (id, row) => said[steps < 6 ? 0 : 1]?.set(id, row),
      () => steps++,
    );
    const stages = [stageOf({ method, epochs: 2 })];
    await trained({ views: 1, folder: fresh() }, { stages, teachers: [new Counting()], onWarning: () => {} });
    assert.equal(said[0]?.size, 22);
    for (const [id, row] of said[0] ?? []) assert.equal(said[1]?.get(id), row);
    for (const row of said[0]?.values() ?? [])
      for (const value of row.split(',')) assert.equal(Math.f16round(Number(value)), Number(value));
  });

  test('keeps the rows that are there, and asks for the others with their whole batch', async () => {
    const folder = fresh();
    const cache = { views: 1, folder };
    const teachers = [new Counting()];
    const warnings: string[] = [];
    const onWarning = (text: string) => text.includes('damaged') && warnings.push(text);
    const wanted = await trained(cache, { teachers, onWarning });
    const rows = rowsIn(folder);
    const [column = ''] = fs.globSync('*/view-0/0.bin', { cwd: folder });
    const damage = (sample: number): void => {
      const file = fs.openSync(path.join(folder, column), 'r+');
      fs.writeSync(file, Uint8Array.of(0x12, 0x34), 0, 2, sample * 4);
      fs.closeSync(file);
    };
    for (const sample of [3, 17]) damage(sample);
    assert.notDeepEqual(rowsIn(folder), rows);
    assert.equal(await trained(cache, { teachers, onWarning }), wanted);
    assert.deepEqual(rowsIn(folder), rows, 'the same batches say the same');
    assert.deepEqual(warnings, [
      `${path.join(folder, path.dirname(column))}: rows of the teacher cache are damaged: the teacher is asked again`,
    ]);
    damage(3);
    const said = new Map<number, string>();
    const stages = [stageOf({ method: listening((id, row) => said.set(id, row)), epochs: 1 })];
    await trained(cache, { teachers, stages, onWarning, seed: 1 });
    const other = rowsIn(folder)[column] ?? '';
    const stored = new Float16Array(new Uint8Array(Buffer.from(other, 'hex')).buffer);
    assert.equal(said.size, 22);
    for (const [id, row] of said)
      assert.equal(row, String(stored.subarray(2 * id, 2 * id + 2)), `sample ${id}`);
    const row = (hex: string | undefined, sample: number) => hex?.slice(sample * 8, sample * 8 + 8);
    for (let sample = 0; sample < 22; sample++)
      if (sample === 3) assert.notEqual(row(other, sample), row(rows[column], sample), 'of another batch');
      else assert.equal(row(other, sample), row(rows[column], sample));
  });

  test('reads what was asked in blocks, of the same data in memory, and asks for those of a damaged one', async () => {
    const folder = fresh();
    const cache = { views: 1, folder };
    const many = halves(1030);
    const teacher = new Counting();
    const warnings: string[] = [];
    const onWarning = (text: string) => text.includes('damaged') && warnings.push(text);
    const stages = [stageOf({ method: kd(), epochs: 1 })];
    const more = { teachers: [teacher], batchSize: 103, stages, onWarning };
    const wanted = await trained(cache, { ...more, data: many });
    const data = { ...read(many), name: many.name };
    const again = async (): Promise<number> => {
      teacher.forget();
      assert.equal(await trained(cache, { ...more, data }), wanted);
      return teacher.asked;
    };
    const rows = rowsIn(folder);
    assert.equal(await again(), 0);
    assert.deepEqual(rowsIn(folder), rows);
    const [column = ''] = fs.globSync('*/view-0/0.bin', { cwd: folder });
    const file = fs.openSync(path.join(folder, column), 'r+');
    fs.writeSync(file, Uint8Array.of(0x12, 0x34), 0, 2, 1004 * 4);
    fs.closeSync(file);
    teacher.forget();
    await trained(cache, { ...more, data });
    // Each batch that has any of the thirty is asked for whole.
    assert.ok(teacher.asked >= 103 && teacher.asked % 103 === 0, String(teacher.asked));
    assert.equal(warnings.length, 1);
    teacher.forget();
    await trained(cache, { ...more, data });
    assert.deepEqual([teacher.asked, warnings.length], [0, 1], 'they are there by themselves now');
    const found = rowsIn(folder)[column] ?? '';
    assert.equal(found.slice(0, 8000), rows[column]?.slice(0, 8000), 'the other block is as it was');
  });

  test('is not shown a batch whose rows are all there, where its side is another', async () => {
    const cache = { views: 1, folder: fresh() };
    const renderings = { teacher: { size: 12 } };
    const run = () => countRendered(12, () => trained(cache, { renderings }));
    const [first, second] = [await run(), await run()];
    // The teacher is measured twice, and probed; an epoch has six batches, and the second shows them again.
    assert.deepEqual([first.count, second.count], [3 + 6, 3]);
    assert.equal(first.result, second.result);
  });

  test('is asked ahead where that is wished, stopped and damaged as it may be', async () => {
    const folder = fresh();
    const cache = { views: 2, folder };
    const data = read(halves(300));
    const teacher = new Counting();
    const given = () => options(cache, { teachers: [teacher], data, onWarning: () => {} });
    const [first] = await new Trainer(given()).caches();
    assert.ok(first);
    const controller = new AbortController();
    const stopped = first.ahead(0, ({ done }) => done === 250 && controller.abort(), controller.signal);
    await assert.rejects(stopped, { name: 'AbortError' });
    const [second] = await new Trainer(given()).caches();
    assert.deepEqual([second?.missing(0), second?.missing(1)], [50, 300]);
    const done: number[] = [];
    for (const view of [0, 1]) await second?.ahead(view, (progress) => done.push(progress.done));
    assert.deepEqual(done, [125, 250, 300, 125, 250, 300]);
    assert.equal(second?.missing(0), 0);
    const rows = rowsIn(folder);
    teacher.forget();
    const file = path.join(second?.folder ?? '', 'view-1/0.bin');
    fs.truncateSync(file, 299 * 4 + 1);
    const [third] = await new Trainer(given()).caches();
    for (const view of [0, 1]) await third?.ahead(view);
    assert.equal(teacher.asked + 2, 1, 'it is measured once, and asked for the one that was lost');
    assert.deepEqual(Object.keys(rowsIn(folder)), Object.keys(rows));
    teacher.forget();
    await Array.fromAsync(new Trainer(given()).run());
    assert.equal(teacher.asked, 0);
  });

  test('whose rows cannot be written stops the run with a sentence, and one that begins later completes them', async () => {
    const folder = fresh();
    const cache = { views: 1, folder };
    const write = fs.writeSync;
    mock.method(fs, 'writeSync', (...args: Parameters<typeof write>) => {
      // Rows are written to places.
      const at: unknown = args.at(4);
      if (typeof at === 'number')
        throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      return write(...args);
    });
    await assert.rejects(trained(cache), {
      name: 'RunError',
      message: /^the teacher cache \S+view-0 could not be written: the disk is full: /,
    });
    mock.restoreAll();
    assert.equal(await trained(cache), await trained({ ...cache, folder: fresh() }));
  });

  test('keeps nothing yet where a trainer that is resumed is stopped before its first step, as while it evaluates', async () => {
    const cache = { views: 1, folder: fresh() };
    const first = new Trainer(options(cache));
    for await (const _ of first.run()) break;
    const resumed = new Trainer(options(cache));
    await resumed.restore(first.state());
    const begins = async () => {
      assert.deepEqual(resumed.state().position, { stage: 0, epoch: 1, step: 1 });
      throw new Error('stopped');
    };
    await assert.rejects(Array.fromAsync(resumed.run({ begins })), { message: 'stopped' });
  });

  test('that is not finite stops the step, and nothing of it is kept', async () => {
    const folder = fresh();
    const teacher = network('resnet8', 2);
    teacher.stateDict()['fc.bias']?.detach().fill_(1e5);
    await assert.rejects(
      trained({ views: 1, folder }, { teachers: [teacher] }),
      /what the teacher says as 'logits' is too large for float16/,
    );
    assert.deepEqual(rowsIn(folder), {});
  });
});

test('a sample that is in a batch more than once is seen as it is kept', async () => {
  /** Answers otherwise at each place of the batch. */
  class Placed extends nn.Layer {
    readonly inner = network('resnet8', 2);

    forward(x: Tensor): Tensor {
      return this.inner.forward(x).add(arange(0, x.size(0)).unsqueeze(1));
    }
  }
  const rows = new Map<number, Set<string>>();
  let again = 0;
  const method = listening((id, row) => {
    const own = rows.get(id) ?? new Set();
    again += Number(own.has(row));
    rows.set(id, own.add(row));
  });
  // The rehearsal asks the teacher itself.
  const given = { teachers: [new Placed()], sampling: { by: 'balanced' }, rehearsed: true } as const;
  const stages = [stageOf({ method, epochs: 2 })];
  const cache = { views: 1, dtype: 'float32', folder: fresh() } as const;
  await Array.fromAsync(new Trainer(options(cache, { ...given, stages })).run());
  assert.ok(again > 10);
  for (const [id, said] of rows) assert.equal(said.size, 1, `sample ${id}`);
});

suite('a run with a cache that is filled in its steps', () => {
  const script = path.join(import.meta.dirname, '../../../reference/read-lazily.ts');
  const place = () => ({ out: fresh(), cache: fresh() });
  const weightsIn = (out: string) => fs.readFileSync(path.join(out, 'last.safetensors'));

  test('which is killed (-9) in mid-epoch and resumed comes to the same bits, and leaves the same rows', async () => {
    const whole = place();
    await run(readLazily(whole.out, whole.cache));
    for (const step of [5, 13, 29]) {
      const { out, cache } = place();
      const { signal } = spawnSync(process.execPath, [script, out, cache, '3', String(step)], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      assert.equal(signal, 'SIGKILL');
      await run({ ...readLazily(out, cache), resume: true });
      assert.ok(weightsIn(out).equals(weightsIn(whole.out)), `killed after step ${step}`);
      assert.deepEqual(rowsIn(cache), rowsIn(whole.cache), `killed after step ${step}`);
    }
  });

  test('shares it with another of other batches at the same time, and leaves each row whole', async () => {
    const cache = fresh();
    const children = ['3', '4', '5'].map((seed) =>
      spawn(process.execPath, [script, fresh(), cache, seed], { stdio: ['ignore', 'ignore', 'inherit'] }),
    );
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]));
    assert.deepEqual(codes, [0, 0, 0]);
    const rows = rowsIn(cache);
    const warnings: string[] = [];
    const given = readLazily(fresh(), cache, 6);
    await run({ ...given, onWarning: (text) => warnings.push(text) });
    assert.deepEqual(rowsIn(cache), rows, 'nothing was asked again');
    assert.deepEqual(warnings, []);
  });
});
