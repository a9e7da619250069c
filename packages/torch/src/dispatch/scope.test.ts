import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { suite, test } from 'node:test';
import {
  keep,
  keepBeside,
  memory,
  randn,
  scope,
  setNumThreads,
  type Tensor,
  TorchError,
  tensor,
  zeros,
} from '@retort/torch';

// Nothing here is large enough for several.
setNumThreads(1);

suite('scope', () => {
  test('frees all but what it returns, however that is nested', () => {
    const before = memory();
    const kept = scope(() => {
      const x = zeros([1000]);
      x.add(1);
      return { list: [x.mul(2)], map: new Map([['y', x.add(3)]]), number: 1 };
    });
    assert.equal(memory().handles - before.handles, 2);
    assert.equal(memory().bytes - before.bytes, 8000);
    for (const item of [...kept.list, ...kept.map.values()]) item.dispose();
    assert.equal(memory().bytes, before.bytes);
  });
  test('what an inner scope returns belongs to the outer one', () => {
    const before = memory().handles;
    scope(() => {
      const x = scope(() => zeros([2]).add(1));
      assert.deepEqual(x.toList(), [1, 1]);
    });
    assert.equal(memory().handles, before);
  });
  test('an exception frees everything', () => {
    const before = memory().bytes;
    assert.throws(
      () =>
        scope(() => {
          zeros([100]);
          throw new Error('mine');
        }),
      /mine/,
    );
    assert.equal(memory().bytes, before);
  });
  test('keep() takes a tensor out of its scope', () => {
    let kept: Tensor | undefined;
    scope(() => {
      kept = keep(tensor([7]));
    });
    assert.deepEqual(kept?.toList(), [7]);
  });
  test('keepBeside() lets a tensor live as long as another, in a scope or out of all', () => {
    const before = memory().handles;
    scope(() => {
      const owner = zeros([1]);
      const late: Tensor[] = [];
      scope(() => keepBeside(owner, late).push(keepBeside(owner, owner.add(5))));
      assert.deepEqual(late[0]?.toList(), [5]);
    });
    assert.equal(memory().handles, before, 'both are freed');
    const owner = keep(zeros([1]));
    const [late] = scope(() => {
      const made = [owner.add(6)];
      scope(() => keepBeside(owner, made));
      return made;
    });
    scope(() => assert.deepEqual(late?.toList(), [6]));
    owner.dispose();
    late?.dispose();
    assert.equal(memory().handles, before);
  });
  test('using frees at the end of the block', () => {
    const before = memory().handles;
    {
      using x = zeros([3]);
      assert.equal(x.numel(), 3);
    }
    assert.equal(memory().handles, before);
  });
  test('a freed tensor says so, and freeing twice is harmless', () => {
    const x = scope(() => ({ x: [zeros([1])] })).x[0];
    x?.dispose();
    x?.dispose();
    assert.throws(
      () => x?.add(1),
      (error) => error instanceof TorchError && /freed/.test(error.message),
    );
    assert.throws(() => x?.shape, TorchError);
    assert.throws(() => x?.toTypedArray(), TorchError);
    assert.throws(() => x?.backward(), TorchError);
  });
  test('a freed slot that is used again does not answer to the old handle', () => {
    const old = zeros([1]);
    old.dispose();
    const others = Array.from({ length: 50 }, () => zeros([1]));
    assert.throws(() => old.add(1), /freed/);
    for (const other of others) other.dispose();
  });
  test('a promise is refused', () => assert.throws(() => scope(async () => zeros([1])), TorchError));
});

/** Runs a program of its own with a memory limit; answers what it printed. */
function child(program: string, limit: number) {
  return spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: import.meta.dirname,
    env: { ...process.env, OMP_NUM_THREADS: '1', RETORT_MEMORY_LIMIT: String(limit) },
    encoding: 'utf8',
    timeout: 120_000,
  });
}

suite('memory', () => {
  test('a training loop in scopes is flat after warm-up, over 2,000 steps', async () => {
    const { nn, optim, functional } = await import('@retort/torch');
    const model = new nn.Sequential(
      new nn.Conv2d(3, 4, 3),
      new nn.BatchNorm2d(4),
      new nn.ReLU(),
      new nn.Flatten(),
      new nn.Linear(144, 5),
    );
    const optimizer = new optim.SGD(model.parameters(), { lr: 0.01, momentum: 0.9 });
    const step = () =>
      scope(() => {
        optimizer.zeroGrad();
        const loss = functional.cross_entropy(model.forward(randn([4, 3, 8, 8])), tensor([0n, 1n, 2n, 3n]));
        loss.backward();
        optimizer.step();
      });
    for (let i = 0; i < 10; i++) step();
    const { handles, bytes } = memory();
    for (let i = 0; i < 2000; i++) step();
    assert.deepEqual({ handles: memory().handles, bytes: memory().bytes }, { handles, bytes });
  });
  test('without scopes, but awaiting each step, tensors stay under 1 GB where they would need 16 GB', () => {
    // 2,000 steps of twice 4 MB that nobody frees. How far V8 lets them pile up goes by the speed of both: 0.2 to 0.5 GB.
    const { stdout, stderr, status } = child(
      `import { memory, nextTurn, zeros } from '@retort/torch';
       for (let i = 0; i < 2000; i++) { zeros([1 << 20]).add(1); await nextTurn(); }
       console.log(memory().peak);`,
      2 ** 31,
    );
    assert.equal(status, 0, stderr);
    assert.ok(Number(stdout) < 1e9, `the peak was ${stdout.trim()} bytes`);
  });
  test('without either the limit is an ordinary error that says what to do, and memory comes back', () => {
    const { stdout, stderr, status } = child(
      `import { memory, nextTurn, TorchError, zeros } from '@retort/torch';
       const all = [];
       try { for (;;) all.push(zeros([1 << 20])); } catch (error) {
         console.log(error instanceof TorchError, error.message.includes('scope()'), memory().bytes <= memory().limit);
       }
       for (const x of all) x.dispose();
       console.log(memory().bytes, zeros([1 << 20]).numel());`,
      2 ** 28,
    );
    assert.equal(status, 0, stderr);
    assert.deepEqual(stdout.trim().split('\n'), ['true true true', '0 1048576']);
  });
  test('memory that only a graph holds is counted and freed with it', () => {
    const before = memory().bytes;
    const x = tensor([1], { requiresGrad: true });
    scope(() => {
      const y = x.expand([100_000]).exp().sum();
      assert.ok(memory().bytes - before >= 400_000);
      y.backward();
    });
    x.grad = null;
    x.dispose();
    assert.equal(memory().bytes, before);
  });
});
