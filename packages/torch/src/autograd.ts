/** Gradients, and the modes under which operators run. Modes hold for a synchronous callback: a returned promise throws. */
import { guard, native } from './native.ts';
import { refusePromise } from './scope.ts';
import { Tensor } from './tensor.ts';

function inGradMode<Result>(enabled: boolean, what: string, body: () => Result): Result {
  const before = native.setGradMode(enabled);
  try {
    const result = body();
    refusePromise(result, what);
    return result;
  } finally {
    native.setGradMode(before);
  }
}

/** Runs `body` without recording operators for `backward()`. @example const logits = noGrad(() => teacher.forward(x)); */
export function noGrad<Result>(body: () => Result): Result {
  return inGradMode(false, 'noGrad()', body);
}

/** Records again inside a `noGrad`. */
export function enableGrad<Result>(body: () => Result): Result {
  return inGradMode(true, 'enableGrad()', body);
}

export function isGradEnabled(): boolean {
  return native.gradMode();
}

export interface GradOptions {
  /** The gradient of each output; needed for outputs that are no scalars. */
  gradOutputs?: (Tensor | null)[];
  retainGraph?: boolean;
  /** Records the gradients themselves, for gradients of higher order. */
  createGraph?: boolean;
  /** An input that the outputs do not depend on gives null instead of an error. */
  allowUnused?: boolean;
}

/**
 * The gradients of the sum of outputs with respect to the inputs, without touching their `grad`.
 *
 * @example const [dx] = grad([loss], [x]);
 */
export function grad(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  options: GradOptions = {},
): (Tensor | null)[] {
  const { gradOutputs = [], retainGraph, createGraph = false, allowUnused = false } = options;
  const handles = guard('grad', () =>
    native.grad(
      outputs.map((output) => output.handle),
      inputs.map((input) => input.handle),
      gradOutputs.map((gradient) => gradient?.handle ?? null),
      retainGraph,
      createGraph,
      allowUnused,
    ),
  );
  return handles.map((handle) => (handle === null ? null : new Tensor(handle)));
}

/**
 * Runs `body` with matrix products and convolutions in bfloat16 or float16 and the rest in float32, as PyTorch's autocast does;
 * `null` switches it off inside another autocast.
 *
 * @example const loss = autocast('bfloat16', () => criterion(model.forward(x), y));
 */
export function autocast<Result>(
  dtype: 'bfloat16' | 'float16' | null,
  body: () => Result,
  device: 'cpu' | 'cuda' = 'cpu',
): Result {
  const before = guard('autocast', () => native.enterAutocast(device, dtype));
  try {
    const result = body();
    refusePromise(result, 'autocast()');
    return result;
  } finally {
    native.exitAutocast(before);
  }
}
