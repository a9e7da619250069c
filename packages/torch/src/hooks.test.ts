import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, suite, test } from 'node:test';
import {
  enableGrad,
  grad,
  keep,
  memory,
  noGrad,
  ones,
  scope,
  type Tensor,
  TorchError,
  tensor,
} from '@retort/torch';
import { native } from './dispatch/native.ts';

/** A child process of its own: what it printed, and how it ended. */
function child(program: string, ...options: string[]) {
  return spawnSync(process.execPath, [...options, '--input-type=module', '--eval', program], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
    timeout: 60_000,
  });
}

/** What `body` throws, itself. */
function thrownBy(body: () => unknown): unknown {
  try {
    body();
  } catch (error) {
    return error;
  }
  return assert.fail('nothing was thrown');
}

const leaf = (...values: number[]): Tensor => tensor(values, { requiresGrad: true });

for (const away of [false, true]) {
  suite(`hooks, with the engine on ${away ? 'a thread of its own, as for CUDA' : 'this thread'}`, () => {
    before(() => native.engineAway(away));
    after(() => native.engineAway(false));

    test('see the gradient of a leaf and of what was computed, and may replace it', () => {
      const x = leaf(1, 2);
      const y = x.mul(3);
      const seen: unknown[] = [];
      x.registerHook((gradient) => {
        seen.push(['x', gradient.toList()]);
        return gradient.mul(10);
      });
      y.registerHook((gradient) => {
        seen.push(['y', gradient.toList()]);
        return gradient.add(1);
      });
      y.sum().backward();
      assert.deepEqual(seen, [
        ['y', [1, 1]],
        ['x', [6, 6]],
      ]);
      assert.deepEqual(x.grad?.toList(), [60, 60]);
      assert.deepEqual(grad([x.mul(2)], [x], { gradOutputs: [ones([2])] })[0]?.toList(), [20, 20]);
    });
    test('run in the order in which they were registered, each on what the one before returned', () => {
      const x = leaf(1);
      x.registerHook((gradient) => gradient.add(1));
      x.registerHook((gradient) => gradient.mul(10));
      x.sum().backward();
      assert.deepEqual(x.grad?.toList(), [20]);
    });
    test('a hook belongs to the value that the tensor had, before a change in place or after it', () => {
      const x = leaf(1);
      const y = x.mul(1);
      const seen: unknown[] = [];
      y.registerHook((gradient) => {
        seen.push(['before', gradient.toList()]);
      });
      y.mul_(5);
      y.registerHook((gradient) => {
        seen.push(['after', gradient.toList()]);
      });
      y.mul(2).sum().backward();
      assert.deepEqual(seen, [
        ['after', [2]],
        ['before', [10]],
      ]);
    });
    test('what a hook makes ends with it; what it returns or keeps does not', () => {
      const handles = memory().handles;
      const x = leaf(1);
      let gone: Tensor | undefined;
      let kept: Tensor | undefined;
      x.registerHook((gradient) => {
        gone = gradient;
        kept = keep(gradient.mul(7));
        return gradient.mul(2);
      });
      x.sum().backward();
      assert.throws(() => gone?.toList(), /freed/);
      assert.deepEqual(kept?.toList(), [7]);
      assert.deepEqual(x.grad?.toList(), [2]);
      kept?.dispose();
      x.dispose();
      // x.sum() and the two .grad are for the collector.
      assert.ok(memory().handles - handles <= 3);
    });
    test('a hook after accumulation gets the leaf itself, and may take its gradient away', () => {
      const x = leaf(1, 2);
      const seen: unknown[] = [];
      x.registerPostAccumulateGradHook((parameter) => {
        assert.equal(parameter, x);
        seen.push(parameter.grad?.toList());
        parameter.grad = null;
      });
      for (let i = 0; i < 2; i++) x.mul(x).sum().backward();
      assert.deepEqual(seen, [
        [2, 4],
        [2, 4],
      ]);
      assert.equal(x.grad, null);
      grad([x.sum()], [x]);
      assert.equal(seen.length, 2, 'grad() accumulates nothing');
    });
    test('a leaf that JavaScript has let go of comes to the hook anew', () => {
      let seen: unknown;
      const loss = scope(() => {
        const x = leaf(3);
        x.registerPostAccumulateGradHook((parameter) => {
          seen = [parameter.toList(), parameter.grad?.toList()];
        });
        return x.mul(x).sum();
      });
      loss.backward();
      assert.deepEqual(seen, [[3], [6]]);
    });
    test('a removed hook runs no more, and its function is let go', () => {
      const count = native.callbacks();
      const x = leaf(1);
      let runs = 0;
      const hook = x.registerHook(() => {
        runs++;
      });
      assert.equal(native.callbacks(), count + 1);
      x.sum().backward();
      hook.remove();
      hook.remove();
      assert.equal(native.callbacks(), count);
      x.sum().backward();
      assert.equal(runs, 1);
      {
        using _ = x.registerHook(() => assert.fail('it was disposed of'));
      }
      x.sum().backward();
    });
    test('hooks may remove themselves and others, and add some', () => {
      const x = leaf(1);
      const runs: string[] = [];
      const first = x.registerHook(() => {
        runs.push('first');
        first.remove();
        second.remove();
        x.registerHook(() => {
          runs.push('third');
        });
      });
      const second = x.registerHook(() => assert.fail('it was removed before its turn'));
      x.sum().backward();
      x.sum().backward();
      assert.deepEqual(runs, ['first', 'third']);
    });

    test('what a hook throws comes out as itself, errors and other values, of both kinds', () => {
      for (const mine of [new Error('mine'), new TypeError('mine'), 'a string', 7, null, undefined]) {
        for (const register of ['registerHook', 'registerPostAccumulateGradHook'] as const) {
          const x = leaf(1);
          const hook = x[register](() => {
            throw mine;
          });
          assert.ok(
            Object.is(
              thrownBy(() => x.sum().backward()),
              mine,
            ),
          );
          if (register === 'registerHook')
            assert.ok(
              Object.is(
                thrownBy(() => grad([x.sum()], [x])),
                mine,
              ),
            );
          hook.remove();
          x.sum().backward();
        }
      }
    });
    test('an error of an operator inside of a hook is that operator’s', () => {
      const x = leaf(1, 2);
      x.registerHook((gradient) => gradient.matmul(tensor([[1, 2, 3]])));
      const error = thrownBy(() => x.sum().backward());
      assert.ok(error instanceof TorchError && error.operator === 'aten::matmul', String(error));
    });
    test('an error that a hook has caught is not thrown again', () => {
      const x = leaf(1);
      x.registerHook(() => {
        const y = leaf(1);
        y.registerHook(() => {
          throw new Error('inner');
        });
        assert.throws(() => enableGrad(() => y.sum()).backward(), /inner/);
      });
      x.sum().backward();
      assert.deepEqual(x.grad?.toList(), [1]);
    });
    test('a promise is refused', () => {
      const x = leaf(1);
      // @ts-expect-error: the types refuse it too
      const hook = x.registerHook(async () => {});
      assert.throws(() => x.sum().backward(), /registerHook\(\) takes a synchronous function/);
      hook.remove();
      x.registerPostAccumulateGradHook(async () => {});
      assert.throws(
        () => x.sum().backward(),
        /registerPostAccumulateGradHook\(\) takes a synchronous function/,
      );
    });
    test('a result of another kind, shape, dtype, or freed, is refused', () => {
      const wrong: [unknown, RegExp][] = [
        [null, /returns a tensor or nothing, not null/],
        [3, /returns a tensor or nothing, not a number/],
        [tensor([1, 2, 3]), /of registerHook\(\).*size/],
        [tensor([1, 2], { dtype: 'float64' }), /of registerHook\(\).*type/],
        [scope(() => ({ x: tensor([1]) })).x, /of registerHook\(\).*size/],
      ];
      const freed = tensor([1, 2]);
      freed.dispose();
      wrong.push([freed, /freed/]);
      for (const [result, message] of wrong) {
        const x = leaf(1, 2);
        // @ts-expect-error: as from JavaScript
        x.registerHook(() => result);
        assert.throws(
          () => x.sum().backward(),
          (error) => error instanceof TorchError && message.test(error.message),
        );
      }
    });
    test('only what requires gradients has hooks, only leaves are accumulated into', () => {
      assert.throws(() => tensor([1]).registerHook(() => undefined), /doesn't require gradient/);
      assert.throws(() => tensor([1]).registerPostAccumulateGradHook(() => {}), /doesn't require gradient/);
      assert.throws(
        () =>
          leaf(1)
            .mul(2)
            .registerPostAccumulateGradHook(() => {}),
        /non-leaf/,
      );
    });
    test('a gradient that is not computed calls no hook', () => {
      const [used, unused] = leaf(1, 2).mul(1).split(1);
      unused?.registerHook(() => assert.fail('it has no gradient'));
      used?.sum().backward();
    });
    test('gradients in a hook are recorded where createGraph asks for it, in its own mode', () => {
      const x = leaf(2);
      const modes: boolean[] = [];
      x.registerHook((gradient) => {
        modes.push(
          gradient.mul(2).requiresGrad,
          noGrad(() => gradient.mul(2).requiresGrad),
        );
        return gradient.mul(gradient);
      });
      const [first] = grad([x.pow(3)], [x], { createGraph: true });
      assert.deepEqual(modes, [true, false]);
      assert.deepEqual(first?.toList(), [144]);
      grad([x.mul(2)], [x]);
      assert.deepEqual(modes.slice(2), [false, false]);
      noGrad(() => enableGrad(() => x.mul(2)).backward());
      assert.deepEqual(modes.slice(4), [false, false]);
    });

    test('backward() and grad() work inside of a hook', () => {
      const x = leaf(3);
      const inner = leaf(2);
      x.registerHook((gradient) => {
        enableGrad(() => inner.mul(inner).sum()).backward();
        const [again] = grad([enableGrad(() => inner.pow(3).sum())], [inner]);
        return again ? gradient.mul(again) : gradient;
      });
      x.sum().backward();
      assert.deepEqual([inner.grad?.toList(), x.grad?.toList()], [[4], [12]]);
    });
    test('backward() in a hook after accumulation, which would wait for itself, is refused; grad() is not', () => {
      const x = leaf(3);
      let inner: unknown;
      x.registerPostAccumulateGradHook((parameter) => {
        const square = enableGrad(() => parameter.mul(parameter).sum());
        inner = grad([square], [parameter], { retainGraph: true })[0]?.toList();
        square.backward();
      });
      assert.throws(() => x.sum().backward(), /would wait for itself: use grad\(\)/);
      assert.deepEqual(inner, [6]);
    });
    test('100 backwards, each inside of a hook of the one before', () => {
      let deepest = 0;
      const down = (depth: number): void =>
        scope(() => {
          const x = leaf(1);
          x.registerHook(() => {
            deepest = depth;
            if (depth < 100) down(depth + 1);
          });
          enableGrad(() => x.mul(2).sum()).backward();
        });
      down(1);
      assert.equal(deepest, 100);
    });
    test('backwards inside of each other without end fill the stack: an error, with which the process goes on', () => {
      const { stdout, stderr, status, signal } = child(
        `import { enableGrad, tensor } from '@retort/torch';
         import { native } from './dispatch/native.ts';
         native.engineAway(${away});
         const x = tensor([1], { requiresGrad: true });
         const hook = x.registerHook(() => enableGrad(() => x.mul(2).sum()).backward());
         try { x.sum().backward(); } catch (error) { console.log(/call stack/.test(error.message)); }
         hook.remove();
         x.mul(3).sum().backward();
         console.log(x.grad.toList());`,
      );
      assert.deepEqual([status, signal, stdout], [0, null, 'true\n[ 3 ]\n'], stderr);
    });

    test('a scope with hooks that close over their tensors is flat over 1,000 iterations', () => {
      const weight = leaf(1, 2, 3);
      const step = () =>
        scope(() => {
          const y = weight.mul(2);
          y.registerHook((gradient) => gradient.mul(y));
          weight.registerHook((gradient) => gradient.mul(y.sum())).remove();
          using _ = weight.registerPostAccumulateGradHook((parameter) => {
            parameter.grad = y.neg();
          });
          y.sum().backward();
        });
      step();
      const before = [memory().handles, memory().bytes, native.callbacks()];
      for (let i = 0; i < 1000; i++) step();
      assert.deepEqual([memory().handles, memory().bytes, native.callbacks()], before);
    });
  });
}

suite('hooks and the collector', () => {
  test('outside of scopes a hook is let go with its tensor; one that closes over it, when it is removed', () => {
    const { stdout, stderr, status } = child(
      `import { nextTurn, tensor } from '@retort/torch';
       import { native } from './dispatch/native.ts';
       const double = (gradient) => gradient.mul(2);
       const leaf = () => tensor([1], { requiresGrad: true });
       const closing = () => {
         const x = leaf();
         return x.registerHook(() => { x.shape; });
       };
       const collected = async (count) => {
         for (let i = 0; i < 10 && native.callbacks() > count; i++) { gc(); await nextTurn(); }
         return native.callbacks();
       };
       for (let i = 0; i < 10; i++) leaf().registerHook(double);
       console.log(await collected(0));
       const cycles = Array.from({ length: 10 }, closing);
       console.log(await collected(0));
       for (const cycle of cycles) cycle.remove();
       console.log(await collected(0));`,
      '--expose-gc',
    );
    assert.equal(status, 0, stderr);
    assert.deepEqual(stdout.trim().split('\n'), ['0', '10', '0']);
  });
  for (const away of [false, true]) {
    test(`process.exit() inside of a hook ends the process cleanly${away ? ', the engine on its own thread' : ''}`, () => {
      const { stderr, status, signal } = child(
        `import { tensor } from '@retort/torch';
         import { native } from './dispatch/native.ts';
         native.engineAway(${away});
         const x = tensor([1], { requiresGrad: true });
         x.registerHook(() => process.exit(7));
         x.sum().backward();`,
      );
      assert.deepEqual([status, signal, stderr], [7, null, '']);
    });
  }
});
