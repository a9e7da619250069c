/** The stage that is trained, and what the one before left to it. */
import { keep, type nn } from '@retort/torch';
import { carryOver } from './carry-over.ts';
import type { Stepper } from './step.ts';

export class StageAtWork {
  #stepper: Stepper | null = null;
  /** Of the stage that the stepper is for. */
  #index = -1;
  /** Parts of the stage before the one that begins next, where they were restored. */
  #carried: Readonly<nn.StateDict> = {};

  /** Null before the first stage begins, and where training stands between two that were restored. */
  get stepper(): Stepper | null {
    return this.#stepper;
  }

  /** The stepper of a stage, where that is the one at work. */
  of(index: number): Stepper | null {
    return this.#index === index ? this.#stepper : null;
  }

  /** What methods have trained beside the student. */
  get parts(): Readonly<nn.StateDict> {
    return this.#stepper?.parts.stateDict() ?? this.#carried;
  }

  /** A stage begins; methods that were in the one before keep their parts. */
  begin(index: number, stepper: Stepper): void {
    const parts = this.parts;
    this.#stepper?.[Symbol.dispose]();
    carryOver(parts, stepper.parts);
    this.#put(index, stepper);
  }

  #put(index: number, stepper: Stepper | null): void {
    this.#stepper = stepper;
    this.#index = index;
  }

  /**
   * Goes back to where training stood.
   *
   * @param parts  what methods had trained, which is copied
   * @param resumed  the stage that was at work, and its stepper as it was then; null where none was
   */
  restore(
    parts: Readonly<nn.StateDict>,
    resumed: () => { readonly index: number; readonly stepper: Stepper } | null,
  ): void {
    this.#stepper?.[Symbol.dispose]();
    this.#put(-1, null);
    this.#carried = Object.fromEntries(
      Object.entries(parts).map(([name, tensor]) => [name, keep(tensor.clone())]),
    );
    const now = resumed();
    if (now) this.#put(now.index, now.stepper);
  }
}
