import assert from 'node:assert/strict';
import { once } from 'node:events';
import { suite, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { Generator, grad, memory, op, randn, Tensor, TorchError, tensor, zeros } from '@retort/torch';
import { free } from './dispatch/exchange.ts';
import { native } from './dispatch/native.ts';

const torch = new URL('./index.ts', import.meta.url).href;

/** What a worker posts, who has `torch` and the message given. */
async function inWorker(program: string, workerData?: unknown): Promise<unknown> {
  const code = `const { parentPort, workerData } = require('node:worker_threads');
    import(${JSON.stringify(torch)}).then((torch) => parentPort.postMessage((() => { ${program} })()));`;
  const worker = new Worker(code, { eval: true, workerData });
  const exited = once(worker, 'exit');
  const [message] = await once(worker, 'message');
  await exited;
  return message;
}

/** As JavaScript code could make one, past the types. */
const forged = (handle: number): Tensor => new Tensor(handle);

const refuses = (body: () => unknown, message: RegExp) =>
  assert.throws(body, (error) => error instanceof TorchError && message.test(error.message));

suite('handles', () => {
  test('a tensor sent by a worker belongs to another thread, wherever it is used', async () => {
    const sent = await inWorker(
      'const many = Array.from({ length: 50 }, () => torch.zeros([1])); return many;',
    );
    const mine = Array.from({ length: 100 }, () => randn([1]));
    assert.ok(Array.isArray(sent) && sent.length === 50);
    for (const foreign of sent) {
      assert.deepEqual(Object.keys(foreign), ['handle']);
      const elsewhere = /belongs to another thread/;
      refuses(() => mine[0]?.add(foreign), elsewhere);
      refuses(() => op('aten::cat')([mine[0], foreign]), elsewhere);
      refuses(() => grad([foreign], [foreign]), elsewhere);
      refuses(() => forged(foreign.handle).shape, elsewhere);
      refuses(() => forged(foreign.handle).toTypedArray(), elsewhere);
      refuses(() => forged(foreign.handle).backward(), elsewhere);
      refuses(() => {
        zeros([1]).grad = foreign;
      }, elsewhere);
    }
    assert.deepEqual(
      mine.map((x) => x.numel()),
      Array(100).fill(1),
    );
  });
  test('one sent to a worker is refused there', async () => {
    const x = zeros([1]);
    const message = await inWorker(
      'const mine = torch.zeros([1]); try { mine.add(workerData); } catch (error) { return error.message; }',
      x,
    );
    assert.match(String(message), /belongs to another thread/);
  });
  test('forged handles are errors', () => {
    const x = zeros([1]);
    for (const number of [
      Number.NaN,
      -1,
      -0.5,
      1e300,
      Number.POSITIVE_INFINITY,
      2 ** 53,
      0,
      5,
      x.handle + 0.5,
      -x.handle,
    ]) {
      refuses(() => x.add(forged(number)), /no(t a)? tensor/);
      refuses(() => forged(number).shape, /no(t a)? tensor/);
      refuses(() => forged(number).toTypedArray(), /no(t a)? tensor/);
      forged(number).dispose();
    }
    for (const handle of [`${x.handle}`, undefined, null, {}, [x.handle], 1n, true]) {
      const other = { handle } as { handle: number };
      refuses(() => op('aten::relu')(other), /a handle is a number/);
      refuses(() => op('aten::cat')([x, other]), /a handle is a number/);
    }
    refuses(() => forged(x.handle + 2 ** 32).shape, /freed/);
    assert.deepEqual(x.toList(), [0]);
  });
  test('a generator is no tensor, a tensor no generator', () => {
    const generator = new Generator(1);
    refuses(() => forged(generator.handle).shape, /expected a tensor, got a Generator/);
    refuses(() => op('aten::relu')(generator), /'self' must be Tensor, got a Generator/);
    refuses(() => op('aten::rand.generator')([1], zeros([1])), /must be Generator\?, got a Tensor/);
  });
  test('no slot gives the same handle twice, whenever its generations are used up', () => {
    const first = zeros([1]);
    const handle = first.handle;
    const live = memory().handles;
    first.dispose();
    let again = 0;
    const other = zeros([1]);
    for (let i = 0; i < 2 ** 21 + 10; i++) {
      const alias = native.alias(other.handle);
      if (alias === handle) again++;
      free([alias]);
    }
    assert.equal(again, 0);
    refuses(() => first.shape, /freed/);
    assert.equal(memory().handles, live);
    assert.deepEqual(other.add(1).toList(), [1]);
  });
  test('what a failed call was given and what it made before it failed is not held', () => {
    const live = memory().handles;
    const x = tensor([1, 2]);
    for (let i = 0; i < 10; i++) assert.throws(() => op('aten::split_with_sizes')(x, [1, 2]));
    assert.equal(memory().handles, live + 1);
    x.dispose();
  });
});
