/** Functions with a backward of their own. */
import { engineCallback } from '../callbacks.ts';
import { TorchError } from '../dispatch/errors.ts';
import { type EngineCallback, guard, type HandleNumber, native } from '../dispatch/native.ts';
import { refusePromise, scope } from '../dispatch/scope.ts';
import { Tensor } from '../tensor.ts';
import { FunctionContext } from './function-context.ts';
import { inGradMode } from './modes.ts';

type Outputs = Tensor | readonly [Tensor, ...Tensor[]] | readonly Tensor[];

/** What a custom function computes, and how gradients pass through it. */
export interface FunctionDefinition<
  Args extends readonly unknown[],
  Result extends Outputs,
  Saved extends readonly (Tensor | null)[],
  Data,
> {
  /** For messages. */
  readonly name?: string;
  /** The outputs, a tensor or an array of tensors. Runs without being recorded; what else it makes is freed. */
  forward(context: FunctionContext<Saved, Data>, ...args: Args): Result;
  /**
   * From the gradient of each output the gradient of each argument: a tensor, or null for none and for what is no tensor; an array where
   * forward has several arguments. Built of differentiable operators it can itself be differentiated (`createGraph`).
   */
  backward(
    context: FunctionContext<Saved, Data>,
    ...gradients: Tensor[]
  ): Tensor | null | readonly (Tensor | null)[];
}

/**
 * A function with a backward of its own, as `torch.autograd.Function`. Gradients flow to tensors that are arguments themselves, not to
 * those inside of arrays or objects. What forward and backward throw arrives as it is.
 *
 * @returns the function, of forward's arguments without the context
 * @throws TorchError when called, if forward returns other things than tensors or a promise; from `backward()` or `grad()`, if backward
 * returns gradients of a wrong number or shape, or a saved tensor has been changed in place since
 * @example
 * const square = customFunction({
 *   forward(context: FunctionContext<[Tensor]>, x: Tensor) { context.saveForBackward(x); return x.mul(x); },
 *   backward(context, gradient) { const [x] = context.savedTensors; return gradient.mul(x).mul(2); },
 * });
 * square(x).sum().backward();
 */
export function customFunction<
  Args extends readonly unknown[] = Tensor[],
  Result extends Outputs = Tensor,
  Saved extends readonly (Tensor | null)[] = readonly Tensor[],
  Data = Record<string, unknown>,
>(definition: FunctionDefinition<Args, Result, Saved, Data>): (...args: Args) => Result {
  const name = definition.name ?? 'customFunction';
  return (...args) => {
    const isTensor = args.map((arg) => arg instanceof Tensor);
    const inputs = args.filter((arg) => arg instanceof Tensor);
    const context = new FunctionContext<Saved, Data>(
      args.map((arg) => arg instanceof Tensor && arg.requiresGrad),
    );
    return scope(() => {
      const result = inGradMode(false, `${name}'s forward`, () => definition.forward(context, ...args));
      const outputs = tensorsOf(result, name);
      const { saved, dirty, nonDifferentiable, materializeGrads } = context.marks();
      const attached = guard(name, () =>
        native.attach(
          name,
          inputs.map(handleOf),
          outputs.map(handleOf),
          saved.map((tensor) => (tensor === null ? null : tensor.handle)),
          dirty.map(handleOf),
          nonDifferentiable.map(handleOf),
          materializeGrads,
          backwardOf(definition, context, isTensor, outputs.length),
        ),
      );
      const recorded = outputs.map((output, i) => {
        const handle = attached[i] ?? null;
        return handle === null ? output : new Tensor(handle);
      });
      // As many tensors as forward returned, in the same form.
      return (Array.isArray(result) ? recorded : recorded[0]) as Result;
    });
  };
}

const handleOf = ({ handle }: Tensor): HandleNumber => handle;

function tensorsOf(result: unknown, name: string): Tensor[] {
  const outputs: unknown[] = Array.isArray(result) ? result : [result];
  if (outputs.length > 0 && outputs.every((output) => output instanceof Tensor)) return outputs;
  throw new TorchError(`${name}'s forward must return a tensor or an array of tensors`);
}

/** Made outside of the call, so that the graph does not hold the call's arguments and outputs with it. */
function backwardOf<
  Args extends readonly unknown[],
  Result extends Outputs,
  Saved extends readonly (Tensor | null)[],
  Data,
>(
  definition: FunctionDefinition<Args, Result, Saved, Data>,
  context: FunctionContext<Saved, Data>,
  isTensor: readonly boolean[],
  outputs: number,
): EngineCallback {
  const name = definition.name ?? 'customFunction';
  const wrap = (handle: HandleNumber) => new Tensor(handle);
  return engineCallback(`${name}'s backward`, wrap, (tensors, needed) => {
    let input = 0;
    const needsInputGrad = isTensor.map((tensor) => tensor && (needed[input++] ?? false));
    // Null only where the context was told not to materialize, and saved is what forward saved.
    const gradients = tensors.slice(0, outputs) as Tensor[];
    const saved = tensors.slice(outputs) as readonly (Tensor | null)[] as Saved;
    const result: unknown = context.during(needsInputGrad, saved, () =>
      definition.backward(context, ...gradients),
    );
    refusePromise(result, `${name}'s backward`);
    return gradientsOf(result, isTensor, name);
  });
}

/** The gradients of the arguments that are tensors. */
function gradientsOf(result: unknown, isTensor: readonly boolean[], name: string): (Tensor | null)[] {
  const gradients: unknown[] = Array.isArray(result) ? result : [result];
  if (gradients.length !== isTensor.length) {
    throw new TorchError(
      `${name}'s backward must return ${isTensor.length} gradients, one for each argument of forward, not ${gradients.length}`,
    );
  }
  const kept: (Tensor | null)[] = [];
  gradients.forEach((gradient, i) => {
    const where = `${name}'s backward: the gradient of argument ${i}`;
    if (gradient !== null && !(gradient instanceof Tensor))
      throw new TorchError(`${where} must be a tensor or null, not ${gradient}`);
    if (gradient !== null && !isTensor[i])
      throw new TorchError(`${where}, which is not a tensor, must be null`);
    if (isTensor[i]) kept.push(gradient);
  });
  return kept;
}
