/** Loss scaling for float16, whose small gradients would vanish. */
import { noGrad } from '../autograd/index.ts';
import { full, zeros } from '../create.ts';
import { TorchError } from '../dispatch/errors.ts';
import { scope } from '../dispatch/scope.ts';
import { op } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { layoutOf } from './layout.ts';
import type { Optimizer } from './optimizer.ts';
import { checkOptions, flag, notNegative, type Rule } from './options.ts';
import { count } from './schedule.ts';

export interface GradScalerOptions {
  /** The first scale; 65536 by default. */
  initScale?: number;
  /** What the scale is multiplied by after `growthInterval` steps in a row without overflow; 2 and 2000 by default. */
  growthFactor?: number;
  growthInterval?: number;
  /** What it is multiplied by after an overflow; 0.5 by default. */
  backoffFactor?: number;
  /** `false` makes the scaler pass everything through, so that one loop serves all precisions. */
  enabled?: boolean;
}

/** What `GradScaler.stateDict()` gives: plain data, for JSON. */
export interface GradScalerState {
  readonly scale: number;
  readonly growthFactor: number;
  readonly backoffFactor: number;
  readonly growthInterval: number;
  /** Steps in a row without overflow. */
  readonly growthTracker: number;
}

const above =
  (bound: number): Rule =>
  (value) =>
    Number.isFinite(value) && Number(value) > bound ? null : `a finite number above ${bound}`;

const rules = {
  initScale: above(0),
  growthFactor: above(1),
  growthInterval: count,
  backoffFactor: (value) =>
    above(0)(value) === null && Number(value) < 1 ? null : 'a number between 0 and 1',
  enabled: flag,
} satisfies Record<keyof GradScalerOptions, Rule>;

const unscale = op<void>('aten::_amp_foreach_non_finite_check_and_unscale_');

interface Progress {
  hasOverflow: boolean;
  hasStepped: boolean;
}

/**
 * PyTorch's GradScaler: multiplies the loss, so that float16 gradients do not vanish, divides the gradients by as much, and leaves a
 * step out where one of them is not finite. The scale halves then, and doubles after many steps without. It is a float32 held as a
 * number: a step reads back whether there was an overflow anyway.
 *
 * @throws TorchError for impossible options
 * @example
 * const scaler = new optim.GradScaler();
 * scaler.scale(loss).backward();
 * scaler.step(optimizer);
 * scaler.update();
 */
export class GradScaler {
  readonly enabled: boolean;
  #scale: number;
  #growthFactor: number;
  #backoffFactor: number;
  #growthInterval: number;
  #growthTracker = 0;
  /** What has happened to each optimizer since the last `update()`. */
  readonly #progress = new Map<object, Progress>();

  constructor(options: GradScalerOptions = {}) {
    checkOptions('GradScaler', options, rules);
    const { initScale = 65536, growthFactor = 2, growthInterval = 2000, backoffFactor = 0.5 } = options;
    this.#scale = Math.fround(initScale);
    this.#growthFactor = growthFactor;
    this.#backoffFactor = backoffFactor;
    this.#growthInterval = growthInterval;
    this.enabled = options.enabled ?? true;
  }

  /** The scale; 1 where scaling is not enabled. */
  getScale(): number {
    return this.enabled ? this.#scale : 1;
  }

  /** The loss, of any shape, times the scale. @example scaler.scale(loss).backward(); */
  scale(loss: Tensor): Tensor {
    if (!this.enabled) return loss;
    // A tensor rather than a number: times it, a float16 loss of one element becomes float32, where a number would make it overflow.
    using scale = full([], this.#scale, { device: loss.device });
    return loss.mul(scale);
  }

  /**
   * Divides the gradients of an optimizer's parameters by the scale, to be clipped or looked at; otherwise `step()` does it.
   *
   * @throws TorchError if it was done since the last `update()`, there are no gradients, or they are sparse or float16
   * @example scaler.unscale_(optimizer); optim.clipGradNorm(model.parameters(), 1); scaler.step(optimizer);
   */
  unscale_(optimizer: Optimizer): void {
    if (!this.enabled) return;
    if (this.#progress.has(optimizer))
      throw new TorchError(
        'GradScaler: the gradients of this optimizer were unscaled already since update()',
      );
    const hasOverflow = scope(() =>
      noGrad(() => {
        const gradients = optimizer.groups.flatMap(({ params }) => params.flatMap(({ grad }) => grad ?? []));
        if (gradients.length === 0)
          throw new TorchError('GradScaler: the optimizer has no gradients to unscale');
        for (const gradient of gradients) {
          if (!layoutOf(gradient).strided)
            throw new TorchError('GradScaler: a sparse gradient cannot be unscaled');
          if (gradient.dtype === 'float16')
            throw new TorchError(
              'GradScaler: a float16 gradient cannot be unscaled: keep the parameters in float32',
            );
        }
        const alike = Map.groupBy(gradients, ({ device, dtype }) => `${device} ${dtype}`);
        return [...alike.values()].map((list) => this.#unscale(list)).some(Boolean);
      }),
    );
    this.#progress.set(optimizer, { hasOverflow, hasStepped: false });
  }

  /** Divides gradients of one device and dtype by the scale; whether any was not finite. */
  #unscale(gradients: readonly Tensor[]): boolean {
    const device = gradients[0]?.device ?? 'cpu';
    const found = zeros([], { device });
    unscale(gradients, found, full([], 1 / this.#scale, { device }));
    return found.item() !== 0;
  }

  /**
   * The optimizer's step on unscaled gradients, left out if one of them is not finite.
   *
   * @returns whether the parameters moved
   * @throws TorchError if it was done since the last `update()`, or as `unscale_()`
   * @example const moved = scaler.step(optimizer);
   */
  step(optimizer: Optimizer): boolean {
    if (!this.enabled) {
      optimizer.step();
      return true;
    }
    if (!this.#progress.has(optimizer)) this.unscale_(optimizer);
    const progress = this.#progress.get(optimizer) ?? { hasOverflow: true, hasStepped: true };
    if (progress.hasStepped)
      throw new TorchError('GradScaler: step() was called already for this optimizer since update()');
    progress.hasStepped = true;
    if (!progress.hasOverflow) optimizer.step();
    return !progress.hasOverflow;
  }

  /**
   * Ends the step: moves the scale, or sets it to `newScale`.
   *
   * @throws TorchError if no gradients were unscaled since the last one
   * @example scaler.update();
   */
  update(newScale?: number): void {
    if (!this.enabled) return;
    if (newScale !== undefined) {
      checkOptions('GradScaler', { newScale }, { newScale: above(0) });
      this.#scale = Math.fround(newScale);
    } else {
      const all = [...this.#progress.values()];
      if (all.length === 0)
        throw new TorchError(
          'GradScaler: no gradients were unscaled since the last update(): call step() before it',
        );
      this.#move(all.some(({ hasOverflow }) => hasOverflow));
    }
    this.#progress.clear();
  }

  /** As `aten::_amp_update_scale_` does, in float32: a scale that would not be finite does not grow. */
  #move(hasOverflow: boolean): void {
    if (hasOverflow) {
      this.#scale = Math.fround(this.#scale * this.#backoffFactor);
      this.#growthTracker = 0;
      return;
    }
    this.#growthTracker++;
    if (this.#growthTracker < this.#growthInterval) return;
    const grown = Math.fround(this.#scale * this.#growthFactor);
    if (Number.isFinite(grown)) this.#scale = grown;
    this.#growthTracker = 0;
  }

  /** Taken after `update()`. @example JSON.stringify(scaler.stateDict()) */
  stateDict(): GradScalerState {
    return {
      scale: this.#scale,
      growthFactor: this.#growthFactor,
      backoffFactor: this.#backoffFactor,
      growthInterval: this.#growthInterval,
      growthTracker: this.#growthTracker,
    };
  }

  /**
   * Takes over a state.
   *
   * @throws TorchError for one that no scaler can be in; nothing is changed then
   * @example scaler.loadStateDict(JSON.parse(text));
   */
  loadStateDict(state: GradScalerState): this {
    const { scale, growthFactor, backoffFactor, growthInterval, growthTracker } = state;
    const what = 'GradScaler: the state dict';
    checkOptions(what, { scale, growthFactor, backoffFactor, growthInterval }, { ...rules, scale: above(0) });
    checkOptions(what, { growthTracker }, { growthTracker: notNegative });
    this.#scale = Math.fround(scale);
    this.#growthFactor = growthFactor;
    this.#backoffFactor = backoffFactor;
    this.#growthInterval = growthInterval;
    this.#growthTracker = growthTracker;
    return this;
  }
}
