/** For tests: a layer or function beside the same one of PyTorch, whose numbers nn.py and layers.py wrote. */
import assert from 'node:assert/strict';
import path from 'node:path';
import {
  type DType,
  loadSafetensors,
  manualSeed,
  type nn,
  noGrad,
  op,
  scope,
  type Tensor,
  zeros,
} from '@retort/torch';
import { assertClose, assertGradientsClose, ofDrawn } from './load.ts';

const files = ['nn', 'layers'].map((name) =>
  loadSafetensors(path.join(import.meta.dirname, `${name}.safetensors`)),
);
const tensors: Readonly<Record<string, Tensor>> = Object.fromEntries(
  files.flatMap((file) => Object.entries(file.tensors)),
);
const metadata: Readonly<Record<string, string>> = Object.fromEntries(
  files.flatMap((file) => Object.entries(file.metadata)),
);

export function reference(name: string): Tensor {
  const found = tensors[name];
  assert.ok(found, `nn.py and layers.py wrote no ${name}: run them`);
  return found;
}

export function noted(name: string): string {
  const found = metadata[name];
  assert.ok(found !== undefined, `nn.py and layers.py wrote no note ${name}: run them`);
  return found;
}

/** The two dtypes of everything in the file, with the prefix of their names and how near results must be. */
export const precisions = [
  { dtype: 'float32', prefix: '', tolerance: 1e-5 },
  { dtype: 'float64', prefix: 'float64.', tolerance: 1e-10 },
] as const;

export const channelsLast = (x: Tensor) => x.contiguous({ memoryFormat: 'channels_last' });
export const permuted = (x: Tensor) => x.transpose(0, -1);
export const narrowed = (x: Tensor) => x.narrow(0, 1, x.size(0) - 2);

const ramp = (y: Tensor): Tensor => op('aten::linspace')(-1, 1, y.numel(), y.dtype).reshape(y.shape);

const gradientOf = (x: Tensor): Tensor => x.grad ?? zeros([0], { dtype: x.dtype });

/** Whether a layer made from seed 11 begins with PyTorch's state, gives its outputs and gradients, and ends with its state. */
export function followLayer(
  name: string,
  make: (dtype: DType) => nn.Layer,
  awkward: (x: Tensor) => Tensor = (x) => x,
): void {
  for (const { dtype, prefix, tolerance } of precisions) {
    const key = `layer.${prefix}${name}`;
    scope(() => {
      manualSeed(11);
      const layer = make(dtype);
      const state = layer.stateDict();
      assert.equal(Object.keys(state).join(','), noted(`${key}.keys`), `${key}: keys`);
      for (const [k, value] of Object.entries(state))
        assertClose(value.detach(), reference(`${key}.state.${k}`), ofDrawn(0), `${key}: initial ${k}`);
      // What follows is compared from the very same state.
      noGrad(() => {
        for (const [k, value] of Object.entries(state)) value.copy_(reference(`${key}.state.${k}`));
      });
      const x = reference(`${key}.x`).clone();
      const differentiable = x.dtype.startsWith('float');
      if (differentiable) x.requiresGrad = true;
      for (let i = 0; i < 2; i++) {
        manualSeed(100 + i);
        const y = layer.forward(awkward(x));
        layer.zeroGrad();
        if (differentiable) x.grad = null;
        y.mul(ramp(y)).sum().backward();
        assertClose(y.detach(), reference(`${key}.y${i}`), tolerance, `${key}: output ${i}`);
      }
      const gradients = Object.fromEntries(
        [...layer.namedParameters()].map(([k, parameter]) => [`grad.${k}`, gradientOf(parameter)]),
      );
      if (differentiable) gradients.dx = gradientOf(x);
      assertGradientsClose(
        gradients,
        Object.fromEntries(Object.keys(gradients).map((of) => [of, reference(`${key}.${of}`)])),
        tolerance,
        key,
      );
      for (const [k, buffer] of layer.namedBuffers())
        assertClose(buffer, reference(`${key}.after.${k}`), tolerance, `${key}: ${k} afterwards`);
      layer.eval();
      assertClose(
        layer.forward(awkward(x)).detach(),
        reference(`${key}.eval`),
        tolerance,
        `${key}: evaluation`,
      );
    });
  }
}

/** Whether a function of the stored inputs gives PyTorch's result and gradients. */
export function followFunction(
  name: string,
  call: (...inputs: [Tensor, Tensor, Tensor, Tensor]) => Tensor,
): void {
  for (const { prefix, tolerance } of precisions) {
    const key = `fn.${prefix}${name}`;
    scope(() => {
      const inputs: Tensor[] = [];
      for (let i = 0; tensors[`${key}.in${i}`]; i++) {
        const input = reference(`${key}.in${i}`).clone();
        if (tensors[`${key}.grad${i}`]) input.requiresGrad = true;
        inputs.push(input);
      }
      // Those that a function does not take are never looked at.
      const none = zeros([0]);
      const [a = none, b = none, c = none, d = none] = inputs;
      manualSeed(13);
      const y = call(a, b, c, d);
      assertClose(y.detach(), reference(`${key}.out`), tolerance, key);
      if (!y.requiresGrad) return;
      y.mul(ramp(y)).sum().backward();
      const differentiated = [...inputs.entries()].filter(([, { requiresGrad }]) => requiresGrad);
      assertGradientsClose(
        Object.fromEntries(differentiated.map(([i, input]) => [`input ${i}`, gradientOf(input)])),
        Object.fromEntries(differentiated.map(([i]) => [`input ${i}`, reference(`${key}.grad${i}`)])),
        tolerance,
        key,
      );
    });
  }
}
