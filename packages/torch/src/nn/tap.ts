/** Taps: what modules inside of a model computed, read without editing it. */
import { TorchError } from '../dispatch/errors.ts';
import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import { keep, refusePromise } from '../dispatch/scope.ts';
import { aliasOf } from '../functional/alias.ts';
import type { RemovableHandle } from '../hooks.ts';
import { op } from '../op.ts';
import { Tensor } from '../tensor.ts';

import type { Module } from './module.ts';

const versionOf = op<number>('aten::_version');

export interface TapOptions {
  /**
   * Taps copies. Needed where the model changes the output in place after the module has returned it, as `bn.forward(x).relu_()` does.
   */
  copy?: boolean;
  /** `one` (where it is left out) takes it for an error if a module is called several times, `all` gives an array of its outputs. */
  calls?: 'one' | 'all';
}

const optionNames: OptionNames<TapOptions> = { copy: true, calls: true };

export interface Tapped<Output, Taps> {
  /** What `body` returned. */
  readonly output: Output;
  /** The outputs of the modules, by path. */
  readonly taps: Taps;
}

interface Seen {
  readonly tensor: Tensor;
  readonly version: number;
}

const inputSuffix = ':input';

/** Takes the output or the input of a module, whose own handle may end with an inner scope. */
function take(path: string, value: unknown, copy: boolean): Seen {
  if (!(value instanceof Tensor)) {
    const what = Array.isArray(value) ? 'an array' : typeof value;
    throw new TorchError(
      path.endsWith(inputSuffix)
        ? `tap: the module of '${path}' is called with ${what}, not a tensor`
        : `tap: '${path}' returns ${what}, not a tensor: tap a module within it, or use its registerForwardHook()`,
    );
  }
  const tensor = keep(copy ? value.clone() : aliasOf(value));
  return { tensor, version: versionOf(tensor) };
}

/** One handle more, in the scope around the tap. */
function handOver(path: string, { tensor, version }: Seen): Tensor {
  if (versionOf(tensor) !== version) {
    throw new TorchError(
      `tap: ${path.endsWith(inputSuffix) ? `'${path}' was changed in place after it had been read` : `the output of '${path}' was changed in place after the module had returned it`}: tap with { copy: true }`,
    );
  }
  return aliasOf(tensor);
}

/**
 * Runs `body` and reads on the way what the modules at `paths` of the model return; the empty path is the model itself, and
 * `PATH:input` reads the first argument that the module is called with (the features before a classifier: `fc:input`). Nothing of the
 * model changes, and afterwards nothing listens any more, also when `body` throws. The tensors belong to the scope around the call, like
 * the output, and gradients flow through them. A module called several times is an error unless `calls` is `all`.
 *
 * @throws TorchError for a path that does not exist (it lists those that do, nearest first), a module that `body` did not call or called
 *   several times, one that returns no tensor, an output that was changed in place afterwards, and a promise
 * @example const { output, taps } = nn.tap(model, ['layer1', 'layer3.0.conv1'], () => model.forward(x));
 */
export function tap<const Path extends string, Output>(
  model: Module,
  paths: readonly Path[],
  body: () => Output,
  options?: TapOptions & { calls?: 'one' },
): Tapped<Output, Record<Path, Tensor>>;
export function tap<const Path extends string, Output>(
  model: Module,
  paths: readonly Path[],
  body: () => Output,
  options: TapOptions & { calls: 'all' },
): Tapped<Output, Record<Path, Tensor[]>>;
export function tap<Output>(
  model: Module,
  paths: readonly string[],
  body: () => Output,
  options: TapOptions = {},
): Tapped<Output, Record<string, Tensor | Tensor[]>> {
  refuseUnknown('tap()', options, optionNames);
  const { copy = false, calls = 'one' } = options;
  const modules = new Map(
    paths.map((path) => {
      const isInput = path.endsWith(inputSuffix);
      return [
        path,
        { isInput, module: model.getSubmodule(isInput ? path.slice(0, -inputSuffix.length) : path) },
      ];
    }),
  );
  const seen = new Map<string, Seen[]>();
  const hooks: RemovableHandle[] = [];
  try {
    for (const [path, { module, isInput }] of modules) {
      const values: Seen[] = [];
      seen.set(path, values);
      const read = (value: unknown): void => {
        values.push(take(path, value, copy));
      };
      hooks.push(
        isInput
          ? module.registerForwardPreHook((_, [input]) => read(input))
          : module.registerForwardHook((_, __, output) => read(output)),
      );
    }
    const output = body();
    refusePromise(output, 'tap()');
    const taps: Record<string, Tensor | Tensor[]> = {};
    for (const [path, outputs] of seen) {
      const [first] = outputs;
      if (!first) throw new TorchError(`tap: '${path}' was not called: the body must run the model it is in`);
      if (calls === 'one' && outputs.length > 1) {
        throw new TorchError(
          `tap: '${path}' was called ${outputs.length} times: tap with { calls: 'all' }, which gives an array`,
        );
      }
      taps[path] = calls === 'all' ? outputs.map((one) => handOver(path, one)) : handOver(path, first);
    }
    return { output, taps };
  } finally {
    for (const hook of hooks) hook.remove();
    for (const outputs of seen.values()) for (const { tensor } of outputs) tensor.dispose();
  }
}
