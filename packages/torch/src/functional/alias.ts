import { guard, native } from '../dispatch/native.ts';
import { recorder } from '../dispatch/recording.ts';
import { Tensor } from '../tensor.ts';

/** @internal The same tensor by another handle: what does nothing must not give its caller's handle away, which `using` would free. */
export function aliasOf(x: Tensor): Tensor {
  const alias = new Tensor(guard('alias', () => native.alias(x.handle)));
  recorder?.aliased(alias, x);
  return alias;
}
