/** A model is a tree of modules; its parameters and buffers are the leaves, named by the path to them. */
import { inspect } from 'node:util';
import { noGrad } from '../autograd/index.ts';
import type { Device, MemoryFormat } from '../device.ts';
import { TorchError } from '../dispatch/errors.ts';
import { refuseUnknown } from '../dispatch/options.ts';
import { scope } from '../dispatch/scope.ts';
import { type DType, isFloatingPoint } from '../dtype.ts';
import type { RemovableHandle } from '../hooks.ts';
import { op } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { printed } from './format.ts';
import { addForwardHook, addForwardPreHook, type ForwardHook, type ForwardPreHook } from './hooks.ts';
import { Buffer, Parameter } from './parameter.ts';
import { unknownName } from './paths.ts';
import { type LoadResult, loadInto, type StateDict } from './state-dict.ts';

const setData = op<void>('aten::set_data');

/** Of how many dimensions a tensor must be to have a memory format. */
const formatDims: Partial<Record<MemoryFormat, number>> = { channels_last: 4, channels_last_3d: 5 };

const join = (prefix: string, name: string) => (prefix ? `${prefix}.${name}` : name);

/** Adds a module's state to `state`; `above` are the modules on the way to it. */
function collect(module: Module, prefix: string, above: readonly Module[], state: StateDict): StateDict {
  if (above.includes(module)) {
    throw new TorchError(
      `${module.constructor.name} contains itself, as '${prefix}': keep a reference to a module above in a private #field`,
    );
  }
  const own = Object.entries(module);
  for (const [name, value] of own) if (value instanceof Parameter) state[join(prefix, name)] = value;
  for (const [name, value] of own)
    if (value instanceof Buffer && value.persistent) state[join(prefix, name)] = value;
  for (const [name, child] of module.namedChildren())
    collect(child, join(prefix, name), [...above, module], state);
  return state;
}

/** The members of one class of all modules below, by path, each once. */
function* members<Item extends object>(
  module: Module,
  Kind: abstract new (...args: never[]) => Item,
): Generator<[string, Item]> {
  const seen = new Set<Item>();
  for (const [path, owner] of module.namedModules()) {
    for (const [name, value] of Object.entries(owner)) {
      if (!(value instanceof Kind) || seen.has(value)) continue;
      seen.add(value);
      yield [join(path, name), value];
    }
  }
}

/**
 * The base of layers and models. A subclass assigns modules, `Parameter`s and `Buffer`s to its properties and defines `forward`; the
 * names of the properties make the keys of the state dict, as in PyTorch. Several modules go into a `ModuleList` or `ModuleDict`: those
 * in plain arrays are not seen.
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

  /** What the module computes; called by name, `model.forward(x)`, with hooks around it. */
  abstract forward(...inputs: never[]): unknown;

  /** The modules that this one consists of, by name, in order of definition. @example for (const [name, child] of model.namedChildren()) … */
  *namedChildren(): Generator<[string, Module]> {
    for (const [name, value] of Object.entries(this)) if (value instanceof Module) yield [name, value];
  }

  /** This module (with the empty name) and all below it, by path. One that is in several places comes once, by the first. @example new Map(model.namedModules()) */
  *namedModules(prefix = '', seen: Set<Module> = new Set()): Generator<[string, Module]> {
    if (seen.has(this)) return;
    seen.add(this);
    yield [prefix, this];
    for (const [name, child] of this.namedChildren()) yield* child.namedModules(join(prefix, name), seen);
  }

  /** Parameters by path; a shared one comes once, by its first path. @example new Map(model.namedParameters()) */
  namedParameters(): Generator<[string, Parameter]> {
    return members(this, Parameter);
  }

  /** Buffers by path, those that are not in the state dict included. @example new Map(model.namedBuffers()) */
  namedBuffers(): Generator<[string, Buffer]> {
    return members(this, Buffer);
  }

  /** What an optimizer trains; a shared parameter comes once. @example new optim.SGD(model.parameters(), { lr: 0.1 }) */
  parameters(): Parameter[] {
    return Array.from(this.namedParameters(), ([, parameter]) => parameter);
  }

  /** What belongs to the model but is not trained. @example model.buffers().length */
  buffers(): Buffer[] {
    return Array.from(this.namedBuffers(), ([, buffer]) => buffer);
  }

  /** How many numbers are trained. @example model.parameterCount() */
  parameterCount(): number {
    return this.parameters().reduce((count, parameter) => count + parameter.numel(), 0);
  }

  /**
   * A module below by its path; the empty path is this one.
   *
   * @throws TorchError that lists the paths there are, nearest first
   * @example model.getSubmodule('layer3.0.conv1')
   */
  getSubmodule(path: string): Module {
    let found: Module | undefined = this;
    for (const name of path === '' ? [] : path.split('.')) {
      const children: Map<string, Module> = new Map(found.namedChildren());
      found = children.get(name);
      if (!found) {
        const paths = Array.from(this.namedModules(), ([known]) => known).filter(Boolean);
        throw unknownName(this.constructor.name, 'module', path, paths);
      }
    }
    return found;
  }

  /**
   * Parameters and persistent buffers by path, in PyTorch's order; shared ones under each of their paths. They are the module's own: copy
   * what must not change.
   *
   * @throws TorchError if a module contains itself
   * @example saveSafetensors('model.safetensors', model.stateDict());
   */
  stateDict(): StateDict {
    return collect(this, '', [], {});
  }

  /**
   * Copies values into parameters and buffers; dtypes are converted. The counters of batch norm (`num_batches_tracked`) may be missing
   * where the state is of a version that had none, as one without a version is; those of the module stay then. Those of a norm that has none
   * here, as `FrozenBatchNorm2d`, are passed over.
   *
   * @param options.strict  false lets keys be missing or unexpected, and tells which; shapes must fit all the same
   * @throws TorchError that says which keys are missing, unexpected or of another shape; nothing is copied then
   * @example const { missing } = model.loadStateDict(state, { strict: false });
   */
  loadStateDict(state: Readonly<StateDict>, options: { strict?: boolean } = {}): LoadResult {
    refuseUnknown('loadStateDict()', options, { strict: true });
    return loadInto(this.constructor.name, this.stateDict(), state, options.strict ?? true);
  }

  /** Calls `visit` with every module, those below first. @example model.apply((m) => { if (m instanceof nn.Linear) nn.init.zeros_(m.weight); }) */
  apply(visit: (module: Module) => void): this {
    const visited = new Set<Module>();
    const walk = (module: Module): void => {
      if (visited.has(module)) return;
      visited.add(module);
      for (const [, child] of module.namedChildren()) walk(child);
      visit(module);
    };
    walk(this);
    return this;
  }

  /** Sets training mode here and below, or with `false` evaluation mode. @example model.train() */
  train(training = true): this {
    for (const [, module] of this.namedModules()) module.training = training;
    return this;
  }

  /** Sets evaluation mode here and below. @example noGrad(() => model.eval().forward(x)) */
  eval(): this {
    return this.train(false);
  }

  /** Says whether the parameters are trained; `false` freezes them. @example teacher.requiresGrad(false).eval() */
  requiresGrad(requiresGrad = true): this {
    for (const parameter of this.parameters()) parameter.requiresGrad = requiresGrad;
    return this;
  }

  /** Forgets the gradients of all parameters. @example model.zeroGrad() */
  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter.grad = null;
  }

  /**
   * Calls `hook` after each forward of this module, with its inputs and its output; what the hook returns, unless that is undefined,
   * takes the output's place. Hooks run in the order in which they were added; what they throw arrives at the caller of forward. Tensors
   * belong to the scopes of the model: one that is to stay needs `keep()` (`nn.tap` reads outputs without that).
   *
   * @returns a handle whose `remove()` takes the hook away; `using` does so at the end of a block
   * @example using hook = model.fc.registerForwardHook((layer, [x], y) => { console.log(y.shape); });
   */
  registerForwardHook<Self extends Module>(this: Self, hook: ForwardHook<Self>): RemovableHandle {
    return addForwardHook(this, hook);
  }

  /**
   * Calls `hook` before each forward of this module, with its inputs; an array that the hook returns takes their place (anything else but
   * undefined becomes the only input).
   *
   * @returns a handle whose `remove()` takes the hook away; `using` does so at the end of a block
   * @example model.registerForwardPreHook((_, [x]) => [x.mul(0.5)]);
   */
  registerForwardPreHook<Self extends Module>(this: Self, hook: ForwardPreHook<Self>): RemovableHandle {
    return addForwardPreHook(this, hook);
  }

  /**
   * Moves parameters and buffers to a device, floating-point ones to a dtype, those of four (five) dimensions to the memory format
   * channels_last (channels_last_3d), in place; gradients go along.
   *
   * @throws TorchError if the dtype is not of floating point
   * @example model.to({ memoryFormat: 'channels_last' });
   */
  to(target: { device?: Device; dtype?: DType; memoryFormat?: MemoryFormat }): this {
    refuseUnknown('Module.to()', target, { device: true, dtype: true, memoryFormat: true });
    const { device, dtype, memoryFormat } = target;
    if (dtype && !isFloatingPoint(dtype))
      throw new TorchError(`a module has parameters of a floating-point dtype, not ${dtype}`);
    const converted = (tensor: Tensor): Tensor => {
      const dims = memoryFormat && formatDims[memoryFormat];
      return tensor.to({
        ...(device ? { device } : {}),
        ...(dtype && isFloatingPoint(tensor.dtype) ? { dtype } : {}),
        ...(memoryFormat && (dims === undefined || dims === tensor.dim()) ? { memoryFormat } : {}),
      });
    };
    scope(() =>
      noGrad(() => {
        for (const tensor of [...this.parameters(), ...this.buffers()]) {
          const { grad } = tensor;
          setData(tensor, converted(tensor.detach()));
          if (grad) tensor.grad = converted(grad);
        }
      }),
    );
    return this;
  }

  /** The tree of modules with their settings, as PyTorch prints it: its names make the paths of `getSubmodule` and `tap`. */
  toString(): string {
    return printed(this);
  }

  [inspect.custom](): string {
    return printed(this);
  }
}

/**
 * A module of one tensor to one tensor: what containers hold.
 *
 * @example class Square extends nn.Layer { forward(x: Tensor) { return x.square(); } }
 */
export abstract class Layer extends Module {
  /** What the layer makes of x; the class says which shapes it takes. */
  abstract override forward(x: Tensor): Tensor;
}
