/** Random generators of libtorch. */
import { guard, native } from './native.ts';
import { Handle, keep } from './scope.ts';
import { Tensor } from './tensor.ts';

/** A generator of random numbers on the CPU (PyTorch's Mersenne Twister), for the operators that take one. */
export class Generator extends Handle {
  constructor(seed: number | bigint = 0) {
    super(guard('Generator', () => native.generator(toSeed(seed))));
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

  setState(state: Tensor): void {
    guard('setState', () => native.setGeneratorState(this.handle, state.handle));
  }
}

function toSeed(seed: number | bigint): bigint {
  return BigInt.asUintN(64, BigInt(seed));
}

function withDefault<Result>(body: (generator: number) => Result): Result {
  using generator = new Handle(native.generator(null));
  return body(generator.handle);
}

/** Seeds the process's default generator: the same seed gives PyTorch's numbers. @example manualSeed(0); randn([3]); */
export function manualSeed(seed: number | bigint): void {
  withDefault((generator) => guard('manualSeed', () => native.seedGenerator(generator, toSeed(seed))));
}

/** The state of the process's default generator, uint8 [n]. */
export function getRngState(): Tensor {
  return withDefault((generator) => new Tensor(guard('getRngState', () => native.generatorState(generator))));
}

export function setRngState(state: Tensor): void {
  withDefault((generator) => guard('setRngState', () => native.setGeneratorState(generator, state.handle)));
}
