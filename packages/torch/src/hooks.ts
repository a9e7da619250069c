/** Functions that the engine calls with the gradient of a tensor, or after a leaf has taken its own. */
import { engineCallback } from './callbacks.ts';
import { TorchError } from './dispatch/errors.ts';
import { guard, type HandleNumber, native } from './dispatch/native.ts';
import { Handle, refusePromise } from './dispatch/scope.ts';

/** A hook that can be taken back; doing so twice is harmless. */
export interface RemovableHandle {
  remove(): void;
  [Symbol.dispose](): void;
}

type Wrap<Tensor> = (handle: HandleNumber) => Tensor;

function register(
  tensor: Handle,
  accumulated: boolean,
  hook: ReturnType<typeof engineCallback>,
): RemovableHandle {
  const what = accumulated ? 'registerPostAccumulateGradHook' : 'registerHook';
  const id = guard(what, () => native.addHook(tensor.handle, accumulated, hook));
  const remove = () => native.removeHook(id);
  return { remove, [Symbol.dispose]: remove };
}

/** See `Tensor.registerHook`. */
export function registerHook<Tensor extends Handle>(
  tensor: Tensor,
  hook: (gradient: Tensor) => Tensor | undefined,
  wrap: Wrap<Tensor>,
): RemovableHandle {
  const callback = engineCallback('a gradient hook', wrap, ([gradient]) => {
    if (!gradient) return [];
    const result: unknown = hook(gradient);
    refusePromise(result, 'registerHook()');
    if (result === undefined) return [];
    if (result instanceof Handle) return [result as Tensor];
    throw new TorchError(
      `a gradient hook returns a tensor or nothing, not ${result === null ? 'null' : `a ${typeof result}`}`,
    );
  });
  return register(tensor, false, callback);
}

/** See `Tensor.registerPostAccumulateGradHook`. */
export function registerPostAccumulateGradHook<Tensor extends Handle>(
  tensor: Tensor,
  hook: (tensor: Tensor) => void,
  wrap: Wrap<Tensor>,
): RemovableHandle {
  // The hook gets the very object, where that is still in use; held strongly, the hook would keep the tensor and the tensor the hook.
  const known = new WeakRef(tensor);
  const callback = engineCallback('a hook', wrap, ([leaf]) => {
    if (!leaf) return [];
    const original = known.deref();
    const result: unknown = hook(original && native.same(original.handle, leaf.handle) ? original : leaf);
    refusePromise(result, 'registerPostAccumulateGradHook()');
    return [];
  });
  return register(tensor, true, callback);
}
