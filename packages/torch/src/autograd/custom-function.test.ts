import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import {
  customFunction,
  type FunctionContext,
  grad,
  isGradEnabled,
  memory,
  noGrad,
  op,
  scope,
  type Tensor,
  TorchError,
  tensor,
  zeros,
} from '@retort/torch';
import { assertClose, loadReference } from '../../reference/load.ts';
import { native } from '../dispatch/native.ts';

const reference = loadReference(path.join(import.meta.dirname, '../../reference'), 'autograd.safetensors');

const leaf = (...values: number[]): Tensor => tensor(values, { requiresGrad: true });

const square = customFunction({
  name: 'square',
  forward(context: FunctionContext<[Tensor]>, x: Tensor) {
    context.saveForBackward(x);
    return x.mul(x);
  },
  backward(context, gradient) {
    const [x] = context.savedTensors;
    return gradient.mul(x).mul(2);
  },
});

const expInPlace = customFunction({
  name: 'expInPlace',
  forward(context: FunctionContext<[Tensor]>, x: Tensor) {
    const y = op('aten::exp_')(x);
    context.markDirty(x);
    context.saveForBackward(x);
    return y;
  },
  backward(context, gradient) {
    const [y] = context.savedTensors;
    return gradient.mul(y);
  },
});

/** Of one argument, with what backward returns. */
const returning = (gradients: () => unknown) =>
  customFunction({
    name: 'wrong',
    forward: (_context: FunctionContext, x: Tensor) => x.mul(1),
    // As from JavaScript: the types refuse most of it.
    backward: gradients as () => Tensor,
  });

for (const away of [false, true]) {
  suite(
    `custom functions, with the engine on ${away ? 'a thread of its own, as for CUDA' : 'this thread'}`,
    () => {
      before(() => native.engineAway(away));
      after(() => native.engineAway(false));

      test('the gradient is the one that backward gives', () => {
        const x = leaf(1, -2, 3);
        const y = square(x);
        assert.deepEqual([y.toList(), y.requiresGrad, y.isLeaf], [[1, 4, 9], true, false]);
        y.sum().backward();
        assert.deepEqual(x.grad?.toList(), [2, -4, 6]);
      });
      test('forward is not recorded; nothing is where nothing requires gradients', () => {
        const count = native.callbacks();
        const modes: boolean[] = [];
        const probe = customFunction({
          forward(context, x) {
            modes.push(isGradEnabled(), ...context.needsInputGrad);
            return x.mul(2);
          },
          backward: (_context, gradient) => gradient,
        });
        assert.equal(probe(tensor([1])).requiresGrad, false);
        assert.equal(noGrad(() => probe(leaf(1))).requiresGrad, false);
        assert.equal(native.callbacks(), count);
        assert.equal(probe(leaf(1)).requiresGrad, true);
        assert.deepEqual(modes, [false, false, false, true, false, true]);
      });
      test('several arguments and outputs, arguments that are no tensors, gradients that are null', () => {
        const needs: (readonly boolean[])[] = [];
        const both = customFunction({
          forward(
            context: FunctionContext<[Tensor, Tensor], { power: number }>,
            a: Tensor,
            power: number,
            b: Tensor,
          ) {
            context.saveForBackward(a, b);
            context.data = { power };
            return [a.pow(power).mul(b), a.add(b)];
          },
          backward(context, product, sum) {
            const [a, b] = context.savedTensors;
            const { power } = context.data;
            needs.push(context.needsInputGrad);
            const ofB = context.needsInputGrad[2] ? product.mul(a.pow(power)).add(sum) : null;
            return [
              product
                .mul(b)
                .mul(a.pow(power - 1))
                .mul(power)
                .add(sum),
              null,
              ofB,
            ];
          },
        });
        const [a, b] = [leaf(2), leaf(5)];
        const [product, sum] = both(a, 3, b);
        product.add(sum).backward();
        assert.deepEqual([a.grad?.toList(), b.grad?.toList()], [[61], [9]]);
        assert.deepEqual(needs.pop(), [true, false, true]);
        const [ofA] = grad([both(a, 3, b)[0]], [a]);
        assert.deepEqual([ofA?.toList(), needs.pop()], [[60], [true, false, false]]);
        assert.deepEqual(grad([both(a, 3, tensor([1]))[0]], [a])[0]?.toList(), [12]);
      });
      test('an output that nothing came from has a gradient of zeros, or null where that is asked', () => {
        const seen: unknown[] = [];
        const two = (materialize: boolean) =>
          customFunction({
            forward(context, x) {
              context.setMaterializeGrads(materialize);
              return [x.mul(1), x.mul(2)];
            },
            backward(_context, first, second: Tensor | null) {
              seen.push(second?.toList() ?? null);
              return first;
            },
          });
        for (const materialize of [true, false]) two(materialize)(leaf(1, 2))[0]?.sum().backward();
        assert.deepEqual(seen, [[0, 0], null]);
      });
      test('outputs marked non-differentiable, and integers, require no gradients', () => {
        const sort = customFunction({
          forward(context, x) {
            const largest = x.amax();
            const rest = x.sub(largest);
            context.markNonDifferentiable(rest);
            return [largest, rest, x.to('int64')];
          },
          backward: (_context, gradient, rest, whole) => {
            assert.deepEqual([rest.toList(), whole.dtype], [[0, 0], 'int64']);
            return gradient.expand([2]);
          },
        });
        const x = leaf(3, 4);
        const outputs = sort(x);
        assert.deepEqual(
          outputs.map((output) => output.requiresGrad),
          [true, false, false],
        );
        outputs[0]?.backward();
        assert.deepEqual(x.grad?.toList(), [1, 1]);
      });
      test('an argument changed in place is itself the output, with the new history', () => {
        const double = customFunction({
          name: 'double',
          forward(context, x) {
            context.markDirty(x);
            return x.mul_(2);
          },
          backward: (_context, gradient) => gradient.mul(2),
        });
        const x = leaf(1, 2);
        const y = x.mul(1);
        assert.equal(double(y), y);
        y.sum().backward();
        assert.deepEqual(
          [y.toList(), x.grad?.toList()],
          [
            [2, 4],
            [2, 2],
          ],
        );
        assert.throws(() => double(leaf(1)), /leaf Variable that requires grad .*in-place/s);
        const part = x.mul(1);
        double(part.narrow(0, 0, 1));
        assert.deepEqual(grad([part.sum()], [x])[0]?.toList(), [2, 1]);
        const saved = x.mul(1);
        const loss = saved.mul(saved).sum();
        double(saved);
        assert.throws(() => loss.backward(), /modified by an inplace operation/);
      });
      test('an output that is saved, changed in place or not, on a view or not, is the one that comes back', () => {
        const x = leaf(0, 1);
        const e = Math.fround(Math.E);
        const all = expInPlace(x.mul(1));
        assert.deepEqual(grad([all.sum()], [x])[0]?.toList(), [1, e]);
        const base = x.mul(1);
        const part = expInPlace(base.narrow(0, 1, 1));
        assert.deepEqual(grad([base.sum()], [x], { retainGraph: true })[0]?.toList(), [1, e]);
        const [first] = grad([part.sum()], [x], { createGraph: true });
        assert.deepEqual(grad([first?.sum() ?? x], [x])[0]?.toList(), [0, e]);
        const changed = expInPlace(x.mul(1));
        const loss = changed.sum();
        noGrad(() => changed.add_(1));
        assert.throws(() => loss.backward(), /modified by an inplace operation/);
      });
      test('what is marked dirty must be an argument, and be returned', () => {
        const wrong = (mark: 'other' | 'kept') =>
          customFunction({
            forward(context, x) {
              const y = x.mul(2);
              context.markDirty(mark === 'other' ? y : x);
              return y;
            },
            backward: (_context, gradient) => gradient,
          });
        assert.throws(() => wrong('other')(leaf(1).mul(1)), /markDirty\(\) takes tensors that are arguments/);
        assert.throws(() => wrong('kept')(leaf(1).mul(1)), /must all be outputs/);
      });
      test('an argument returned as it is, the same tensor twice, one that was there before: each is sound', () => {
        const weight = leaf(5);
        const outside = weight.mul(3);
        const odd = customFunction({
          forward(_context: FunctionContext, x: Tensor) {
            const y = x.mul(2);
            return [x, y, y, weight, outside];
          },
          backward(_context, ...gradients) {
            return gradients.reduce((sum, gradient) => sum.add(gradient));
          },
        });
        const x = leaf(1);
        const outputs = odd(x);
        assert.ok(!outputs.includes(x) && !outputs.includes(weight) && !outputs.includes(outside));
        const [ofX, ofWeight] = grad([outputs[0], outputs[1], outputs[3], outputs[4]], [x, weight], {
          allowUnused: true,
        });
        assert.deepEqual([ofX?.toList(), ofWeight], [[4], null]);
        assert.deepEqual([weight.isLeaf, grad([outside], [weight])[0]?.toList()], [true, [3]]);
      });

      test('backward can be differentiated, as often as it is differentiable', () => {
        const x = leaf(3);
        const [first] = grad([square(square(x))], [x], { createGraph: true });
        const [second] = grad([first ?? x], [x], { createGraph: true });
        const [third] = grad([second ?? x], [x]);
        assert.deepEqual([first?.toList(), second?.toList(), third?.toList()], [[108], [108], [72]]);
      });
      test('first and second gradients match PyTorch’s torch.autograd.Function', () => {
        const softplus = customFunction({
          forward(context: FunctionContext<[Tensor, Tensor]>, x: Tensor, beta: Tensor) {
            const y = x.mul(beta).exp().add(1).log().div(beta);
            context.saveForBackward(x, beta);
            return y;
          },
          backward(context, gradient) {
            const [x, beta] = context.savedTensors;
            const z = x.mul(beta);
            const gate = z.sigmoid();
            const ofBeta = gate
              .mul(x)
              .div(beta)
              .sub(z.exp().add(1).log().div(beta.mul(beta)));
            return [gradient.mul(gate), gradient.mul(ofBeta).sum()];
          },
        });
        scope(() => {
          const x = reference('custom.x').clone();
          const beta = reference('custom.beta').clone();
          for (const input of [x, beta]) input.requiresGrad = true;
          const y = softplus(x, beta);
          assertClose(y, reference('custom.y'), 1e-10, 'y');
          const [dx, dbeta] = grad([y.mul(y).sum()], [x, beta], { createGraph: true });
          assert.ok(dx && dbeta);
          assertClose(dx, reference('custom.dx'), 1e-10, 'dx');
          assertClose(dbeta, reference('custom.dbeta'), 1e-10, 'dbeta');
          const [dxx, dxbeta] = grad([dx.mul(dx).sum().add(dbeta.mul(dbeta))], [x, beta]);
          assert.ok(dxx && dxbeta);
          assertClose(dxx, reference('custom.dxx'), 1e-10, 'dxx');
          assertClose(dxbeta, reference('custom.dxbeta'), 1e-10, 'dxbeta');
        });
      });

      test('a saved tensor that was changed in place since is an error', () => {
        const y = leaf(1, 2).mul(1);
        const loss = square(y).sum();
        y.add_(1);
        assert.throws(() => loss.backward(), /modified by an inplace operation/);
      });
      test('a graph is used once unless it is retained', () => {
        const x = leaf(3);
        const y = square(x);
        y.backward(undefined, { retainGraph: true });
        y.backward();
        assert.deepEqual(x.grad?.toList(), [12]);
        assert.throws(() => y.backward(), /second time/);
      });
      test('a wrong number, kind, shape or place of gradients is refused', () => {
        const fails = (gradients: () => unknown, message: RegExp) =>
          assert.throws(
            () => returning(gradients)(leaf(1, 2)).sum().backward(),
            (error) => error instanceof TorchError && message.test(error.message),
          );
        fails(() => [], /wrong's backward must return 1 gradients, .* not 0/);
        fails(() => [null, null], /must return 1 gradients, .* not 2/);
        fails(() => undefined, /argument 0 must be a tensor or null, not undefined/);
        fails(() => 3, /must be a tensor or null, not 3/);
        fails(
          () => tensor([1, 2, 3]),
          /wrongBackward returned an invalid gradient at index 0 - got \[3\] but expected .*\[2\]/,
        );
        fails(
          () =>
            scope(() => ({ x: zeros([2]) }))
              .x.reshape([2, 1])
              .expand([2, 3]),
          /invalid gradient/,
        );
        fails(() => {
          const gradient = zeros([2]);
          gradient.dispose();
          return gradient;
        }, /freed/);
        fails(async () => zeros([2]), /synchronous/);
        const number = customFunction({
          forward: (_context: FunctionContext, x: Tensor, n: number) => x.mul(n),
          backward: (_context, gradient) => [gradient, gradient],
        });
        assert.throws(() => number(leaf(1), 2).backward(), /argument 1, which is not a tensor, must be null/);
      });
      test('null everywhere leaves the gradient away', () => {
        const x = leaf(1);
        returning(() => null)(x).backward();
        assert.equal(x.grad, null);
      });
      test('forward must return tensors, at once', () => {
        const of = (result: () => unknown) =>
          customFunction({ forward: result as () => Tensor, backward: (_context, gradient) => gradient });
        for (const wrong of [undefined, 3, [], [tensor([1]), 2], null])
          assert.throws(() => of(() => wrong)(), /forward must return a tensor or an array of tensors/);
        assert.throws(() => of(async () => tensor([1]))(), /synchronous/);
      });
      test('savedTensors are for backward', () => {
        let context: FunctionContext | undefined;
        const remember = customFunction({
          forward(given: FunctionContext, x: Tensor) {
            context = given;
            given.saveForBackward(x);
            assert.throws(() => given.savedTensors, TorchError);
            return x.mul(1);
          },
          backward: (_context, gradient) => gradient,
        });
        remember(leaf(1)).backward();
        assert.throws(() => context?.savedTensors, /while backward runs/);
      });

      test('what forward and backward throw comes out as itself', () => {
        for (const mine of [new RangeError('mine'), 'a string', undefined]) {
          for (const where of ['forward', 'backward']) {
            const throwing = customFunction({
              forward(_context, x) {
                if (where === 'forward') throw mine;
                return x.mul(1);
              },
              backward() {
                throw mine;
              },
            });
            const caught: unknown[] = [];
            try {
              throwing(square(leaf(1))).backward();
            } catch (error) {
              caught.push(error);
            }
            assert.deepEqual(caught, [mine]);
            assert.ok(Object.is(caught[0], mine), where);
          }
        }
        assert.equal(isGradEnabled(), true);
      });
      test('backward() of the very function inside of its backward does not wait for itself', () => {
        let depth = 0;
        const again = customFunction({
          forward: (_context: FunctionContext, x: Tensor) => x.mul(2),
          backward(_context, gradient) {
            if (++depth < 40) y.backward(undefined, { retainGraph: true });
            return gradient.mul(2);
          },
        });
        const x = leaf(1);
        const y = again(x);
        y.backward(undefined, { retainGraph: true });
        assert.deepEqual([depth, x.grad?.toList()], [40, [80]]);
      });

      test('memory is flat over 1,000 calls in scopes, with and without backward, double, in place, on views', () => {
        const own = customFunction({
          forward(context: FunctionContext<[Tensor]>, x: Tensor) {
            const y = x.exp();
            context.saveForBackward(y);
            return y;
          },
          backward(context, gradient) {
            const [y] = context.savedTensors;
            return gradient.mul(y);
          },
        });
        const x = leaf(1, 2);
        const step = (i: number) =>
          scope(() => {
            const y = square(own(x));
            if (i % 2) y.sum().backward();
            const [first] = grad([own(x).sum()], [x], { createGraph: true });
            if (i % 3) first?.sum().backward();
            expInPlace(x.mul(1).narrow(0, 0, 1));
            expInPlace(x.mul(1)).sum().backward();
          });
        for (let i = 0; i < 6; i++) step(i);
        const before = [memory().handles, memory().bytes, native.callbacks()];
        for (let i = 0; i < 1000; i++) step(i);
        assert.deepEqual([memory().handles, memory().bytes, native.callbacks()], before);
      });
      test('a chain of 20,000 is recorded, run backward and freed', () =>
        scope(() => {
          const count = native.callbacks();
          const x = leaf(1);
          const step = customFunction({
            forward(context: FunctionContext<[Tensor]>, y: Tensor) {
              context.saveForBackward(y);
              return y.add(1);
            },
            backward: (_context, gradient) => gradient,
          });
          const chain = () => {
            let y = x;
            for (let i = 0; i < 20_000; i++) y = step(y);
            return y;
          };
          scope(() => chain().backward());
          scope(() => assert.equal(chain().item(), 20_001));
          assert.deepEqual(x.grad?.toList(), [1]);
          assert.equal(native.callbacks(), count);
        }));
    },
  );
}
