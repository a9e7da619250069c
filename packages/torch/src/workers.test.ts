import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { suite, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import {
  areDeterministicAlgorithmsEnabled,
  Generator,
  getRngState,
  manualSeed,
  memory,
  randn,
  setRngState,
  withDeterministicAlgorithms,
  zeros,
} from '@retort/torch';
import { native } from './dispatch/native.ts';
import { locateAddon } from './setup/addon.ts';

const root = path.join(import.meta.dirname, '../../..');
const torch = new URL('./index.ts', import.meta.url).href;

/** A worker that runs `program`, which has `torch`, `post` and `wait`. */
function start(program: string): Worker {
  const code = `const { parentPort } = require('node:worker_threads');
    const post = (message) => parentPort.postMessage(message);
    const wait = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    import(${JSON.stringify(torch)}).then((torch) => { ${program} });`;
  return new Worker(code, { eval: true });
}

/** What `program` posts, once its worker has ended. */
async function answerOf(program: string): Promise<unknown> {
  const worker = start(program);
  const exited = once(worker, 'exit');
  const [message] = await once(worker, 'message');
  await exited;
  return message;
}

const training = `
  const { functional, Generator, nn, optim, randn, scope, tensor } = torch;
  const generator = new Generator(3);
  const model = new nn.Sequential(new nn.Linear(6, 8), new nn.ReLU(), new nn.Linear(8, 3));
  for (const parameter of model.parameters()) torch.noGrad(() => parameter.copy_(randn(parameter.shape, { generator })));
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
  const losses = [];
  for (let step = 0; step < 50; step++) scope(() => {
    optimizer.zeroGrad();
    const loss = functional.cross_entropy(model.forward(randn([4, 6], { generator })), tensor([0n, 1n, 2n, 0n]));
    loss.backward();
    optimizer.step();
    losses.push(loss.item());
  });`;

suite('workers', () => {
  test('several that train at once compute what one alone computes', async () => {
    const expected = await answerOf(`${training} post(losses);`);
    assert.ok(Array.isArray(expected) && expected.length === 50);
    const together = Array.from({ length: 4 }, () => answerOf(`${training} post(losses);`));
    for (const losses of await Promise.all(together)) assert.deepEqual(losses, expected);
  });
  test('what a worker held is freed when it ends, by itself or by force, in whatever state', async () => {
    const held = `const x = torch.zeros([1 << 20], { requiresGrad: true });
      const y = torch.autocast('bfloat16', () => torch.randn([1, 64]).matmul(torch.zeros([64, 64], { requiresGrad: true })));
      const z = x.add(1).mul(2);
      z.registerHook((gradient) => gradient.mul(z));
      x.registerPostAccumulateGradHook(() => {});
      z.sum().backward();`;
    const before = memory().bytes;
    for (const end of ['', 'process.exit();', 'torch.autocast("bfloat16", wait);']) {
      const worker = start(`${held} post('ready'); ${end}`);
      const exited = once(worker, 'exit');
      await once(worker, 'message');
      if (end.includes('wait')) {
        assert.ok(memory().bytes - before >= 8 << 20);
        await worker.terminate();
      }
      await exited;
      assert.equal(memory().bytes, before, end);
    }
  });
  test('deterministic algorithms are on while any of them claims them, and no longer when it has been ended', async () => {
    const ended = start(`torch.withDeterministicAlgorithms(() => { post('in'); wait(); });`);
    await once(ended, 'message');
    withDeterministicAlgorithms(() => {});
    assert.equal(areDeterministicAlgorithmsEnabled(), true, 'the claim of another thread holds');
    await ended.terminate();
    assert.equal(areDeterministicAlgorithmsEnabled(), false);
  });
  test('V8 is told of the bytes of its own thread, not of those of others', async () => {
    const addon = new URL('./dispatch/native.ts', import.meta.url).href;
    const worker = start(
      `const x = torch.zeros([16 << 20]);
       import(${JSON.stringify(addon)}).then(({ native }) => { post(native.memory()[4]); wait(); });`,
    );
    const [theirs] = await once(worker, 'message');
    const bytes = memory().bytes;
    const reported = () => {
      zeros([1]).dispose();
      return native.memory()[4];
    };
    const before = reported();
    assert.ok(theirs >= 64 << 20 && bytes >= 64 << 20, `theirs: ${theirs}`);
    assert.ok(before <= bytes - (60 << 20), `ours: ${before} of ${bytes}`);
    const kept = zeros([16 << 20]);
    assert.ok(reported() - before >= 60 << 20);
    kept.dispose();
    assert.ok(reported() - before < 8 << 20);
    await worker.terminate();
    assert.ok(reported() - before < 8 << 20);
  });
  test('the default generator belongs to the process, others to whoever made them', async () => {
    const state = getRngState();
    manualSeed(1);
    const expected = [randn([2]).toList(), randn([2]).toList()];
    const draw = 'post(torch.randn([2]).toList());';
    manualSeed(1);
    const mine = randn([2]).toList();
    const theirs = await answerOf(draw);
    assert.deepEqual([mine, theirs], expected);
    const own = randn([2], { generator: new Generator(1) }).toList();
    const again = await answerOf('post(torch.randn([2], { generator: new torch.Generator(1) }).toList());');
    assert.deepEqual(again, own);
    setRngState(state);
  });
  test('where only workers load libtorch, it can be left and loaded again', () => {
    const { status, signal, stdout, stderr } = spawnSync(
      process.execPath,
      [
        '--eval',
        `const { Worker } = require('node:worker_threads');
         const code = 'import(${JSON.stringify(torch)}).then((torch) => {' +
           'const x = torch.randn([256, 256]); torch.manualSeed(1);' +
           'require("node:worker_threads").parentPort.postMessage(x.matmul(x).numel()); })';
         (async () => {
           for (let i = 0; i < 4; i++) {
             const worker = new Worker(code, { eval: true });
             worker.on('message', (count) => console.log(count));
             await new Promise((done) => worker.once('exit', done));
           }
         })();`,
      ],
      { encoding: 'utf8', timeout: 60_000 },
    );
    assert.deepEqual([status, signal, stdout, stderr], [0, null, '65536\n'.repeat(4), '']);
  });
  test('a worker that is ended while it loads the addon ends by itself, and not with the process', () => {
    const ended = `const { Worker } = require('node:worker_threads');
      const code = 'const exports = Object.defineProperty({}, "version", { set: () => process.exit(7) });' +
        'process.dlopen({ exports }, ${JSON.stringify(locateAddon())})';
      new Worker(code, { eval: true }).on('exit', (status) => console.log(status));`;
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['--eval', ended], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    assert.deepEqual([status, signal, stdout, stderr], [0, null, '7\n', '']);
  });
  test('the process ends cleanly however workers end that train (scripts/stress-workers.ts does so 100 times)', () => {
    const rounds = process.env.RETORT_STRESS ?? '4';
    const first = `${Math.floor(Math.random() * 1e6)}`;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [path.join(root, 'scripts/stress-workers.ts'), rounds, first],
      { encoding: 'utf8' },
    );
    assert.equal(status, 0, `${stdout}${stderr}`);
  });
});
