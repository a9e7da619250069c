/** The modes under which operators run. They hold for a synchronous callback: a returned promise throws. */
import { guard, native } from '../dispatch/native.ts';
import { refusePromise } from '../dispatch/scope.ts';

/** @internal */
export function inGradMode<Result>(enabled: boolean, what: string, body: () => Result): Result {
  const before = native.setGradMode(enabled);
  try {
    const result = body();
    refusePromise(result, what);
    return result;
  } finally {
    native.setGradMode(before);
  }
}

/**
 * Runs `body` without recording operators for `backward()`.
 *
 * @throws TorchError if the body returns a promise
 * @example const logits = noGrad(() => teacher.forward(x));
 */
export function noGrad<Result>(body: () => Result): Result {
  return inGradMode(false, 'noGrad()', body);
}

/**
 * Records again inside a `noGrad`.
 *
 * @throws TorchError if the body returns a promise
 * @example noGrad(() => enableGrad(() => loss(x)).backward());
 */
export function enableGrad<Result>(body: () => Result): Result {
  return inGradMode(true, 'enableGrad()', body);
}

/** Whether operators are recorded now. @example noGrad(() => isGradEnabled()) // false */
export function isGradEnabled(): boolean {
  return native.gradMode();
}

/**
 * Runs `body` with matrix products and convolutions in bfloat16 or float16 and the rest in float32, as PyTorch's autocast does;
 * `null` switches it off inside another autocast.
 *
 * A weight is converted once: the copy serves until the outermost region ends, so a weight that is changed inside of it is read stale
 * until `clearAutocastCache()`. Step the optimizer outside, or clear the cache after it.
 *
 * @throws TorchError if the body returns a promise
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

/**
 * Forgets the converted weights: call it after weights were changed inside of `autocast()`. It frees the copies, too.
 *
 * @example autocast('bfloat16', () => { for (const x of batches) { step(x); clearAutocastCache(); } });
 */
export function clearAutocastCache(): void {
  native.clearAutocastCache();
}
