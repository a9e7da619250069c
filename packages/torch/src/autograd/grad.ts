/** Gradients as values. */
import { guardEngine } from '../callbacks.ts';
import { native } from '../dispatch/native.ts';
import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import { Tensor } from '../tensor.ts';

export interface GradOptions {
  /** The gradient of each output; needed for outputs that are no scalars. */
  gradOutputs?: (Tensor | null)[];
  retainGraph?: boolean;
  /** Records the gradients themselves, for gradients of higher order. */
  createGraph?: boolean;
  /** An input that the outputs do not depend on gives null instead of an error. */
  allowUnused?: boolean;
}

const optionNames: OptionNames<GradOptions> = {
  gradOutputs: true,
  retainGraph: true,
  createGraph: true,
  allowUnused: true,
};

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
  refuseUnknown('grad()', options, optionNames);
  const { gradOutputs = [], retainGraph, createGraph = false, allowUnused = false } = options;
  const handles = guardEngine('grad', () =>
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
