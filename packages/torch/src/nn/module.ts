/** A model is a tree of modules; its parameters and buffers are the leaves, named by the path to them. */
import { noGrad } from '../autograd.ts';
import { type DType, isFloatingPoint } from '../dtype.ts';
import { TorchError } from '../errors.ts';
import { op } from '../operator.ts';
import { scope } from '../scope.ts';
import type { Device, MemoryFormat, Tensor } from '../tensor.ts';
import { Buffer, Parameter } from './parameter.ts';

export type StateDict = Record<string, Tensor>;

const setData = op<void>('aten::set_data');

function* prefixed<Item>(prefix: string, items: Iterable<[string, Item]>): Generator<[string, Item]> {
  for (const [name, item] of items) yield [prefix ? `${prefix}.${name}` : name, item];
}

/**
 * The base of layers and models. A subclass assigns modules, `Parameter`s and `Buffer`s to its properties and defines `forward`; the
 * names of the properties make the keys of the state dict, as in PyTorch.
 *
 * @example
 * class Classifier extends nn.Module {
 *   fc = new nn.Linear(64, 10);
 *   forward(x: Tensor) { return this.fc.forward(x.flatten(1)); }
 * }
 */
export abstract class Module {
  /** Whether layers that differ between training and evaluation train. */
  training = true;

  abstract forward(...inputs: never[]): unknown;

  /** The modules that this one consists of, by name, in order of definition. */
  *namedChildren(): Generator<[string, Module]> {
    for (const [name, value] of Object.entries(this)) if (value instanceof Module) yield [name, value];
  }

  /** This module (with the empty name) and all below it, by path. */
  *namedModules(prefix = ''): Generator<[string, Module]> {
    yield [prefix, this];
    for (const [name, child] of prefixed(prefix, this.namedChildren())) yield* child.namedModules(name);
  }

  *namedParameters(): Generator<[string, Parameter]> {
    for (const [path, module] of this.namedModules()) {
      for (const [name, value] of prefixed(path, Object.entries(module)))
        if (value instanceof Parameter) yield [name, value];
    }
  }

  *namedBuffers(): Generator<[string, Buffer]> {
    for (const [path, module] of this.namedModules()) {
      for (const [name, value] of prefixed(path, Object.entries(module)))
        if (value instanceof Buffer) yield [name, value];
    }
  }

  parameters(): Parameter[] {
    return Array.from(this.namedParameters(), ([, parameter]) => parameter);
  }

  buffers(): Buffer[] {
    return Array.from(this.namedBuffers(), ([, buffer]) => buffer);
  }

  /** How many numbers are trained. */
  parameterCount(): number {
    return this.parameters().reduce((count, parameter) => count + parameter.numel(), 0);
  }

  /** Parameters and buffers by path, in PyTorch's order. They are the module's own: copy what must not change. */
  stateDict(): StateDict {
    const state: StateDict = {};
    for (const [path, module] of this.namedModules()) {
      const own = Object.entries(module);
      for (const Kind of [Parameter, Buffer]) {
        for (const [name, value] of prefixed(path, own)) if (value instanceof Kind) state[name] = value;
      }
    }
    return state;
  }

  /**
   * Copies values into parameters and buffers; dtypes are converted.
   *
   * @throws TorchError that lists every missing, unexpected and mis-shaped key; nothing is copied then
   */
  loadStateDict(state: Readonly<StateDict>): this {
    const own = this.stateDict();
    const missing = Object.keys(own).filter((name) => !Object.hasOwn(state, name));
    const unexpected = Object.keys(state).filter((name) => !Object.hasOwn(own, name));
    const shapes = Object.entries(own).flatMap(([name, tensor]) => {
      const given = state[name]?.shape ?? tensor.shape;
      const same = given.length === tensor.shape.length && given.every((size, i) => size === tensor.shape[i]);
      return same ? [] : [`${name} (the model's [${tensor.shape.join(', ')}], given [${given.join(', ')}])`];
    });
    const problems = [
      missing.length ? `missing: ${missing.join(', ')}` : '',
      unexpected.length ? `unexpected: ${unexpected.join(', ')}` : '',
      shapes.length ? `of another shape: ${shapes.join(', ')}` : '',
    ].filter(Boolean);
    if (problems.length)
      throw new TorchError(`the state dict does not fit ${this.constructor.name}: ${problems.join('; ')}`);
    noGrad(() => {
      for (const [name, tensor] of Object.entries(own)) {
        const value = state[name];
        if (value) tensor.copy_(value);
      }
    });
    return this;
  }

  /** Sets training mode here and below. */
  train(training = true): this {
    for (const [, module] of this.namedModules()) module.training = training;
    return this;
  }

  eval(): this {
    return this.train(false);
  }

  /** Says whether the parameters are trained; `false` freezes them. */
  requiresGrad(requiresGrad: boolean): this {
    for (const parameter of this.parameters()) parameter.requiresGrad = requiresGrad;
    return this;
  }

  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter.grad = null;
  }

  /**
   * Moves parameters and buffers to a device, floating-point ones to a dtype, four-dimensional ones to a memory format, in place.
   *
   * @example model.to({ memoryFormat: 'channels_last' });
   */
  to(target: { device?: Device; dtype?: DType; memoryFormat?: MemoryFormat }): this {
    const { device, dtype, memoryFormat } = target;
    scope(() =>
      noGrad(() => {
        for (const tensor of Object.values(this.stateDict())) {
          const floating = isFloatingPoint(tensor.dtype);
          setData(
            tensor,
            tensor.detach().to({
              ...(device ? { device } : {}),
              ...(dtype && floating ? { dtype } : {}),
              ...(memoryFormat && tensor.dim() === 4 ? { memoryFormat } : {}),
            }),
          );
        }
      }),
    );
    return this;
  }
}

/** A module of one tensor to one tensor: what containers hold. */
export abstract class Layer extends Module {
  abstract override forward(x: Tensor): Tensor;
}
