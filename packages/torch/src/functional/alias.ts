import { guard, native } from '../native.ts';
import { Tensor } from '../tensor.ts';

/** @internal The same tensor by another handle: what does nothing must not give its caller's handle away, which `using` would free. */
export function aliasOf(x: Tensor): Tensor {
  return new Tensor(guard('alias', () => native.alias(x.handle)));
}
