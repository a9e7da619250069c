/** What is measured of networks, in few rounds: what of it can be known, and how it is printed. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { manualSeed, noGrad, saveSafetensors, setNumThreads } from '@retort/torch';
import { retort } from '../../../reference/command.ts';
import { createModel } from '../../models/index.ts';
import { RunFolder, readRun } from '../../runs/index.ts';
import { exportOnnx } from '../onnx/index.ts';
import { type Measurement, measure as measureNetworks } from './index.ts';
import { median, percentile } from './quantiles.ts';
import { time } from './time.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-measure-test-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const few = ['--rounds', '2', '--batch-size', '2', '--threads', '1'];
const measure = (...args: string[]) => retort('measure', ...args, ...few);

manualSeed(0);
const network = createModel('resnet8', { classes: 10 });
const { bytes } = await exportOnnx(network, { size: 32 });
const half = await exportOnnx(network, { size: 32, precision: 'fp16' });
const file = path.join(scratch, 'half.onnx');
fs.writeFileSync(file, half.bytes);

suite('retort measure', () => {
  test('says size, parameters, multiply-adds and speed of each, beside the first', async () => {
    const { code, stdout, stderr } = await measure('resnet20', 'resnet8', file, '--classes', '10', '--json');
    assert.equal(code, 0, stderr);
    const { networks, runtimes, rounds, runs, cores }: Measurement = JSON.parse(stdout);
    assert.deepEqual([rounds, runs, cores], [2, 10, os.availableParallelism()]);
    const [teacher, student, onnx] = networks;
    assert.ok(teacher && student && onnx);
    assert.deepEqual(student, {
      name: 'resnet8',
      images: [3, 32, 32],
      texts: null,
      parameters: network.parameterCount(),
      multiplyAdds: student.multiplyAdds,
      size: { fp32: bytes.length, fp16: half.bytes.length },
    });
    // 12.5 M by the benchmark's count, to which the classifier and no batch norms belong.
    assert.ok(Math.abs((student.multiplyAdds ?? 0) - 12.5e6) < 0.2e6, String(student.multiplyAdds));
    assert.deepEqual(
      [onnx.name, onnx.images, onnx.multiplyAdds, onnx.size],
      [file, [3, 32, 32], null, { file: half.bytes.length }],
    );
    assert.deepEqual(
      runtimes.map(({ name, threads }) => [name, threads]),
      [
        ['onnxruntime-node', 1],
        ['onnxruntime-web', 1],
      ],
    );
    for (const { speeds, name } of runtimes) {
      assert.equal(speeds.length, 3);
      for (const speed of speeds) {
        assert.ok('latency' in speed, JSON.stringify(speed));
        const { latency, throughput, ratio } = speed;
        assert.ok(latency.p50 > 0 && latency.p50 <= latency.p95 && latency.p95 < 5, name);
        assert.ok(throughput.samplesPerSecond > 1, name);
        assert.deepEqual([latency.batch, throughput.batch], [1, 2]);
        assert.ok(ratio.latency > 0 && ratio.throughput > 0);
      }
      const [first] = speeds;
      assert.deepEqual('ratio' in (first ?? {}) && first, { ...first, ratio: { latency: 1, throughput: 1 } });
    }
  });
  test('prints it in tables, with the machine', async () => {
    const { code, stdout, stderr } = await measure(
      'resnet8',
      '--classes',
      '7',
      '--size',
      '16',
      '--channels',
      '1',
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^network +image +parameters +multiply-adds +ONNX, MB +fp16, MB\n/);
    assert.match(stdout, /\nresnet8 +1x16x16 +\d/);
    assert.match(
      stdout,
      /\nonnxruntime-node \d\S+, 1 thread\nnetwork +latency, p50 +p95 +images\/s \(batch\)\n/,
    );
    assert.match(stdout, /onnxruntime-web \d\S+, 1 thread\n/);
    const [processor = ''] = [os.cpus()[0]?.model];
    assert.ok(stdout.includes(`${processor}, `), stdout);
    assert.match(stdout, /10 calls with one image and 2 with a batch, in 2 rounds/);
    assert.doesNotMatch(stdout, /speed/);
  });
  test('keeps the latency with the runs that are named, in place of that before', async () => {
    const folder = path.join(scratch, 'run');
    RunFolder.create(folder, { settings: { student: 'resnet8' } }).end('finished', {});
    const metadata = { model: 'resnet8', classes: '10', channels: '3' };
    saveSafetensors(path.join(folder, 'best.safetensors'), network.stateDict(), metadata);
    let median = 0;
    for (const named of [folder, path.join(folder, 'best.safetensors')]) {
      const { code, stdout, stderr } = await measure('resnet8', named, '--classes', '10', '--keep', '--json');
      assert.equal(code, 0, stderr);
      assert.ok(stderr.includes(`kept in ${path.join(folder, 'latency.json')}`), stderr);
      const { runtimes, processor }: Measurement = JSON.parse(stdout);
      const [node] = runtimes;
      const speed = node?.speeds[1];
      assert.ok(speed && 'latency' in speed);
      const [kept, ...others] = readRun(folder).latencies;
      assert.ok(kept && others.length === 0);
      const { measured, ...rest } = kept;
      assert.deepEqual(rest, {
        ...{ ...speed.latency, precision: 'fp32', runtime: `onnxruntime-node ${node.version}`, threads: 1 },
        ...{ processor, cores: os.availableParallelism(), platform: `${process.platform}-${process.arch}` },
        ...{ images: [3, 32, 32], texts: null },
      });
      assert.ok(Math.abs(Date.now() - Date.parse(measured)) < 60_000 && kept.p50 !== median);
      median = kept.p50;
    }
    const unkept = await measure(folder);
    assert.equal(unkept.code, 0);
    assert.match(unkept.stderr, /not kept: with --keep compare, report and board show the latency of runs/);
    assert.equal(readRun(folder).latencies[0]?.p50, median, 'what is not to be kept is not');
    const { code, stderr } = await measure(folder, '--keep', '--size', '48');
    assert.deepEqual(
      [
        code,
        stderr.includes('--keep keeps what a sample costs as the run has it: leave out --size, or --keep'),
      ],
      [2, true],
    );
  });
  test('of weights that float16 has not, says the size in float32 alone', async () => {
    const large = createModel('resnet8', { classes: 10 });
    noGrad(() => large.stateDict()['fc.bias']?.fill_(1e6));
    const { networks } = await measureNetworks([{ name: 'large', model: large, images: [3, 32, 32] }], {
      ...{ rounds: 1, runs: 1, batchSize: 1, threads: 1 },
    });
    const [{ size } = { size: null }] = networks;
    assert.deepEqual(size, { fp32: bytes.length, fp16: null });
  });
  const cases: readonly [what: string, args: string[], code: number, sentence: RegExp][] = [
    [
      'a model that there is not',
      ['resnet9'],
      1,
      /resnet9: there is no model 'resnet9': did you mean 'resnet8'/,
    ],
    [
      'fresh weights of nobody knows how many classes',
      ['resnet8'],
      1,
      /resnet8: its weights are fresh: say --classes N/,
    ],
    [
      'to keep what is of no run',
      ['resnet8', file, '--classes', '10', '--keep'],
      2,
      /--keep keeps the latency in run folders, and none is named by 'resnet8', '.*half\.onnx': name a run, e\.g\. runs\/kd/,
    ],
    [
      'another size than that of an ONNX file',
      [file, '--size', '48'],
      1,
      /half\.onnx takes images of 3 x 32 x 32 alone, and is to be measured with 3 x 48 x 48: leave out the size/,
    ],
  ];
  for (const [what, args, code, sentence] of cases)
    test(`refuses ${what}`, async () => {
      const ended = await measure(...args);
      assert.equal(ended.code, code, ended.stderr);
      assert.match(ended.stderr, sentence);
      assert.equal(ended.stdout, '');
    });
});

suite('the process that times networks', () => {
  const timing = { kind: 'node', threads: 1, networks: [], rounds: 1, runs: 1 } as const;
  test('says so where onnxruntime cannot be loaded', () =>
    assert.rejects(time({ ...timing, entry: path.join(scratch, 'none.js') }), {
      name: 'ExportError',
      message: /none\.js cannot be run here: Cannot find module/,
    }));
  test('says so where it ends before it was done', () => {
    const entry = path.join(scratch, 'ends.cjs');
    fs.writeFileSync(entry, 'process.kill(process.pid, "SIGKILL");');
    return assert.rejects(time({ ...timing, entry }), {
      name: 'ExportError',
      message: /ended before it was done \(SIGKILL\): the memory may have run out/,
    });
  });
  test('ends with the process that asked it, however that ends', async () => {
    const entry = path.join(scratch, 'works.cjs');
    fs.writeFileSync(
      entry,
      `setInterval(() => {}, 1000);
exports.Tensor = class {};
exports.InferenceSession = { create: async () => ({ run: () => new Promise((done) => setTimeout(done, 5)) }) };
`,
    );
    const child = fork(path.join(import.meta.dirname, 'process.ts'), { execArgv: [] });
    const network = {
      ...{ file: '', external: [] },
      inputs: [{ name: 'x', dtype: 'float32', single: [1], batch: [1] }],
    };
    child.send({ ...timing, entry, networks: [network], rounds: 1e6 });
    await once(child, 'message');
    child.disconnect();
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });
  test('says of how many images there is no memory', async () => {
    const entry = path.join(scratch, 'works.cjs');
    const inputs = [{ name: 'x', dtype: 'float32', single: [1], batch: [1e12] }] as const;
    const networks = [{ file: '', external: [], inputs }];
    const [found] = await time({ ...timing, entry, networks });
    assert.match(
      found && 'wrong' in found ? found.wrong : '',
      /images or texts at once do not fit into memory/,
    );
  });
  test('ends when it is told to stop', async () => {
    const entry = path.join(scratch, 'waits.cjs');
    fs.writeFileSync(entry, 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);');
    const stop = new AbortController();
    const timed = time({ ...timing, entry }, { signal: stop.signal });
    setTimeout(() => stop.abort(new Error('enough')), 300);
    await assert.rejects(timed, { message: 'enough' });
  });
  test('leaves out a network that onnxruntime refuses, and says why', async () => {
    const damaged = path.join(scratch, 'damaged.onnx');
    fs.writeFileSync(damaged, bytes.subarray(0, bytes.length >> 1));
    const whole = path.join(scratch, 'whole.onnx');
    fs.writeFileSync(whole, bytes);
    const of = (name: string) => ({
      ...{ file: name, external: [] },
      inputs: [
        {
          ...{ name: 'pixel_values', dtype: 'float32' as const },
          ...{ single: [1, 3, 32, 32], batch: [2, 3, 32, 32] },
        },
      ],
    });
    const { findOnnxRuntime } = await import('../../models/index.ts');
    const entry = findOnnxRuntime()?.entry ?? '';
    const rounds: number[] = [];
    const [bad, good] = await time(
      { ...timing, entry, networks: [of(damaged), of(whole)], rounds: 3, runs: 2 },
      { onRound: (done) => rounds.push(done) },
    );
    assert.ok(bad && 'wrong' in bad && bad.wrong.length > 0);
    assert.ok(good && 'single' in good);
    assert.deepEqual([good.single.map(({ length }) => length), good.batch.length], [[2, 2, 2], 3]);
    assert.deepEqual(rounds, [1, 2, 3]);
  });
});

test('half of all values are at most the median, and so many of 100 at most a percentile', () => {
  assert.deepEqual([median([4, 1, 2, 3]), median([5, 1, 3])], [2.5, 3]);
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  assert.deepEqual([percentile(hundred, 95), percentile([7], 95), percentile([1, 2], 50)], [95, 7, 1]);
});
