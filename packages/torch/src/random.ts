/** Random generators of libtorch. */

import type { Device } from './device.ts';
import { TorchError } from './dispatch/errors.ts';
import { guard, native } from './dispatch/native.ts';
import { refuseUnknown } from './dispatch/options.ts';
import { Handle, keep, refusePromise } from './dispatch/scope.ts';
import { Tensor } from './tensor.ts';

/**
 * A generator of random numbers for the operators that take one: on the CPU PyTorch's Mersenne Twister, on a GPU its Philox.
 *
 * @throws TorchError if there is no such device
 * @example randn([3], { generator: new Generator(7) })
 */
export class Generator extends Handle {
  constructor(seed: number | bigint = 0, options: { device?: Device } = {}) {
    refuseUnknown('Generator', options, { device: true });
    super(guard('Generator', () => native.generator(toSeed(seed), options.device ?? 'cpu')));
    keep(this);
  }

  /** Starts over from a seed. */
  manualSeed(seed: number | bigint): this {
    guard('manualSeed', () => native.seedGenerator(this.handle, toSeed(seed)));
    return this;
  }

  /** The state as uint8 [n], which PyTorch reads too. */
  getState(): Tensor {
    return new Tensor(guard('getState', () => native.generatorState(this.handle)));
  }

  /** Takes over a state. @throws TorchError if it is none of such a generator @example generator.setState(saved); */
  setState(state: Tensor): void {
    guard('setState', () => native.setGeneratorState(this.handle, state.handle));
  }
}

function toSeed(seed: number | bigint): bigint {
  if (typeof seed === 'number' && !Number.isInteger(seed))
    throw new TorchError(`a seed is a whole number, got ${seed}`);
  return BigInt.asUintN(64, BigInt(seed));
}

function withDefault<Result>(device: Device, body: (generator: number) => Result): Result {
  using generator = new Handle(guard('the default generator', () => native.generator(null, device)));
  return body(generator.handle);
}

/**
 * Seeds the default generator of every device: the same seed gives PyTorch's numbers.
 *
 * @example manualSeed(0); randn([3]);
 */
export function manualSeed(seed: number | bigint): void {
  const devices = ['cpu', ...Array.from({ length: native.cudaDeviceCount() }, (_, i) => `cuda:${i}`)];
  for (const device of devices)
    withDefault(device, (generator) =>
      guard('manualSeed', () => native.seedGenerator(generator, toSeed(seed))),
    );
}

/** The state of a device's default generator, uint8 [n]. @example const before = getRngState(); */
export function getRngState(device: Device = 'cpu'): Tensor {
  return withDefault(
    device,
    (generator) => new Tensor(guard('getRngState', () => native.generatorState(generator))),
  );
}

/** Puts a device's default generator into a state that `getRngState()` gave. @example setRngState(before); */
export function setRngState(state: Tensor, device: Device = 'cpu'): void {
  withDefault(device, (generator) =>
    guard('setRngState', () => native.setGeneratorState(generator, state.handle)),
  );
}

let ambient: Generator | null = null;

/** @internal The generator of the innermost `withGenerator`; null is the process's default one. */
export function currentGenerator(): Generator | null {
  return ambient;
}

/**
 * Runs `body` with a generator from which all that is random here draws unless it is given one: dropout, drop path, `nn.init`, initial
 * values of layers, `randn`, `rand`, `randint`, `randperm`. It holds for a synchronous callback; the innermost counts. The methods of
 * tensors (`x.normal_()`) and `op()` are libtorch's own and do not look at it. The generator is of the device on which is drawn.
 *
 * @throws TorchError if the body returns a promise
 * @example withGenerator(new Generator(step), () => model.forward(x))
 */
export function withGenerator<Result>(generator: Generator, body: () => Result): Result {
  const before = ambient;
  ambient = generator;
  try {
    const result = body();
    refusePromise(result, 'withGenerator()');
    return result;
  } finally {
    ambient = before;
  }
}
