/** What one call of a custom function carries from its forward to its backward. */
import { TorchError } from '../dispatch/errors.ts';
import type { Tensor } from '../tensor.ts';

/** What forward has stated of its tensors. */
interface Marks {
  saved: readonly (Tensor | null)[];
  dirty: readonly Tensor[];
  nonDifferentiable: readonly Tensor[];
  materializeGrads: boolean;
}

const nothing: Marks = { saved: [], dirty: [], nonDifferentiable: [], materializeGrads: true };

/**
 * The first argument of a custom function's forward and backward.
 *
 * @typeParam Saved  what forward saves, e.g. `[Tensor, Tensor]`
 * @typeParam Data  what else it hands to backward
 * @example forward(context: FunctionContext<[Tensor]>, x: Tensor) { context.saveForBackward(x); return x.exp(); }
 */
export class FunctionContext<
  Saved extends readonly (Tensor | null)[] = readonly Tensor[],
  Data = Record<string, unknown>,
> {
  /** Whatever else backward needs: numbers, shapes. Not tensors, which are freed after forward. */
  data!: Data;
  #needsInputGrad: readonly boolean[];
  #marks: Marks = nothing;
  #saved: Saved | null = null;

  /** @internal */
  constructor(needsInputGrad: readonly boolean[]) {
    this.#needsInputGrad = needsInputGrad;
  }

  /** For each argument whether it requires a gradient; in backward, whether this backward asks for it. */
  get needsInputGrad(): readonly boolean[] {
    return this.#needsInputGrad;
  }

  /** Saves arguments, outputs or intermediate tensors for backward; null keeps its place. Once, in forward. */
  saveForBackward(...tensors: Saved): void {
    this.#marks = { ...this.#marks, saved: tensors };
  }

  /** What forward saved. @throws TorchError unless backward is running */
  get savedTensors(): Saved {
    if (!this.#saved) throw new TorchError('savedTensors are there while backward runs, not before or after');
    return this.#saved;
  }

  /** States that forward has changed these arguments in place; each must be among its outputs. */
  markDirty(...tensors: Tensor[]): void {
    this.#marks = { ...this.#marks, dirty: tensors };
  }

  /** States that these outputs have no gradient; integers have none anyway. */
  markNonDifferentiable(...tensors: Tensor[]): void {
    this.#marks = { ...this.#marks, nonDifferentiable: tensors };
  }

  /** Whether backward gets zeros for outputs from which nothing was computed, as it does unless told so, or null. */
  setMaterializeGrads(materializeGrads: boolean): void {
    this.#marks = { ...this.#marks, materializeGrads };
  }

  /** @internal What was stated; the context, which lives as long as the graph, forgets the tensors. */
  marks(): Marks {
    const marks = this.#marks;
    this.#marks = nothing;
    return marks;
  }

  /** @internal Runs a backward with what it may ask for. */
  during<Result>(needsInputGrad: readonly boolean[], saved: Saved, body: () => Result): Result {
    const [neededBefore, savedBefore] = [this.#needsInputGrad, this.#saved];
    this.#needsInputGrad = needsInputGrad;
    this.#saved = saved;
    try {
      return body();
    } finally {
      this.#needsInputGrad = neededBefore;
      this.#saved = savedBefore;
    }
  }
}
