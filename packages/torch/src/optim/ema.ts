/** A moving average of a model's weights, which often tests better than the weights themselves. */
import { noGrad } from '../autograd/index.ts';
import { TorchError } from '../dispatch/errors.ts';
import { keep, scope } from '../dispatch/scope.ts';
import type { Module } from '../nn/module.ts';
import { Parameter } from '../nn/parameter.ts';
import { op } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { sameShape } from './layout.ts';
import { checkOptions, flag, notNegative } from './options.ts';
import { share } from './schedule.ts';

export interface EMAOptions {
  /** How much of the average is kept at each update; 0.999 by default. */
  decay?: number;
  /** The first updates, in which the average is just a copy; 0 by default (the very first always is). */
  updateAfterStep?: number;
  /** Lets the decay rise to `decay`: 1 − (1 + t / warmUpGamma)^−warmUpPower at the t-th update after the copies. */
  warmUp?: boolean;
  /** 1 by default. */
  warmUpGamma?: number;
  /** 2/3 by default, for a million steps or more; 3/4 is for fewer. */
  warmUpPower?: number;
  /** The least that the decay is during warm-up; 0 by default. */
  minDecay?: number;
  /** Averages floating-point buffers too, running statistics among them, rather than copying them; false by default. */
  buffers?: boolean;
  /** Averages in the first update, too, with the weights that the model had when the average was made, rather than copying it; false by default. */
  fromStart?: boolean;
}

/** What `EMA.stateDict()` gives. */
export interface EMAState {
  /** The averages, by the model's own keys: a model file. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** How many updates there were. */
  readonly updates: number;
}

const rules = {
  decay: share,
  updateAfterStep: notNegative,
  warmUp: flag,
  warmUpGamma: (value: unknown) => (notNegative(value) === null && value !== 0 ? null : 'above 0'),
  warmUpPower: notNegative,
  minDecay: share,
  buffers: flag,
  fromStart: flag,
};

const lerp = op<void>('aten::_foreach_lerp_.Scalar');
const setData = op<void>('aten::set_data');

/**
 * An exponential moving average of a model's parameters: a ← decay·a + (1 − decay)·p. Buffers (running statistics) are copied. The
 * first update copies everything, as PyTorch's AveragedModel does; warm-up is that of timm's ModelEmaV3. With `buffers` and `fromStart`
 * it is timm's ModelEmaV2, but for whole numbers, which are copied.
 *
 * @throws TorchError for impossible options
 * @example const ema = new optim.EMA(model, { decay: 0.9999 }); // and after each optimizer.step(): ema.update()
 */
export class EMA {
  readonly #module: Module;
  readonly #options: Required<EMAOptions>;
  readonly #averages: ReadonlyMap<string, Tensor>;
  #updates = 0;
  #isSwapped = false;

  constructor(module: Module, options: EMAOptions = {}) {
    checkOptions('EMA', options, rules);
    const { decay = 0.999, updateAfterStep = 0, minDecay = 0 } = options;
    const { warmUp = false, warmUpGamma = 1, warmUpPower = 2 / 3 } = options;
    const { buffers = false, fromStart = false } = options;
    this.#module = module;
    this.#options = {
      ...{ decay, updateAfterStep, warmUp, warmUpGamma, warmUpPower, minDecay },
      ...{ buffers, fromStart },
    };
    this.#averages = scope(() =>
      noGrad(
        () => new Map(Object.entries(module.stateDict()).map(([name, own]) => [name, keep(own.clone())])),
      ),
    );
  }

  /** How much of the average the next update keeps; 0 is a copy. */
  get decay(): number {
    const { decay, updateAfterStep, warmUp, warmUpGamma, warmUpPower, minDecay } = this.#options;
    const t = this.#updates - updateAfterStep + (this.#options.fromStart ? 1 : 0);
    if (t <= 0) return 0;
    if (!warmUp) return decay;
    return Math.max(Math.min(1 - (1 + t / warmUpGamma) ** -warmUpPower, decay), minDecay);
  }

  /** The tensors of a module beside the averages. */
  #pairs(module: Module): { own: Tensor; average: Tensor }[] {
    const state = module.stateDict();
    const names = Object.keys(state);
    const pairs = names.flatMap((name) => {
      const [own, average] = [state[name], this.#averages.get(name)];
      return own && average && sameShape(own.shape, average.shape) ? [{ own, average }] : [];
    });
    if (pairs.length !== names.length || pairs.length !== this.#averages.size)
      throw new TorchError(`EMA: ${module.constructor.name} has other tensors than the averaged model had`);
    return pairs;
  }

  #refuseSwapped(what: string): void {
    if (this.#isSwapped) throw new TorchError(`EMA: ${what} while the averages are swapped in`);
  }

  /**
   * Averages the model as it is now in.
   *
   * @throws TorchError if the model was given other tensors since, or has the averages swapped in
   * @example optimizer.step(); ema.update();
   */
  update(): void {
    this.#refuseSwapped('update()');
    const decay = this.decay;
    scope(() =>
      noGrad(() => {
        const pairs = this.#pairs(this.#module);
        const { buffers } = this.#options;
        const isAveraged = ({ own }: (typeof pairs)[number]) =>
          decay > 0 && (own instanceof Parameter || (buffers && own.dtype.startsWith('float')));
        for (const pair of pairs) if (!isAveraged(pair)) pair.average.copy_(pair.own);
        for (const alike of Map.groupBy(pairs.filter(isAveraged), ({ own }) => own.device).values())
          lerp(
            alike.map(({ average }) => average),
            alike.map(({ own }) => own),
            1 - decay,
          );
      }),
    );
    this.#updates++;
  }

  /**
   * Copies the averages into a model of the same architecture, the averaged one or another.
   *
   * @throws TorchError if its tensors are others
   * @example ema.copyTo(student);
   */
  copyTo(module: Module): void {
    this.#refuseSwapped('copyTo()');
    scope(() =>
      noGrad(() => {
        for (const { own, average } of this.#pairs(module)) own.copy_(average);
      }),
    );
  }

  /**
   * Puts the averages into the model until the result is disposed of; nothing is copied, and the weights come back as they were. Only
   * evaluate meanwhile: what changes a tensor changes the average.
   *
   * @throws TorchError if they are in already, or the model was given other tensors since
   * @example { using _ = ema.swapIn(); console.log(await evaluate(model.eval(), test)); }
   */
  swapIn(): Disposable {
    this.#refuseSwapped('swapIn()');
    const swapped = scope(() =>
      this.#pairs(this.#module).map(({ own, average }) => ({ own, average, before: keep(own.detach()) })),
    );
    for (const { own, average } of swapped) setData(own, average);
    this.#isSwapped = true;
    return {
      [Symbol.dispose]: () => {
        if (!this.#isSwapped) return;
        for (const { own, before } of swapped) {
          setData(own, before);
          before.dispose();
        }
        this.#isSwapped = false;
      },
    };
  }

  /**
   * The averages, and how many updates there were. The tensors are its own: copy what must not change.
   *
   * @example saveSafetensors('ema.safetensors', ema.stateDict().tensors);
   */
  stateDict(): EMAState {
    return { tensors: Object.fromEntries(this.#averages), updates: this.#updates };
  }

  /**
   * Takes over a state dict; its tensors are copied into the memory order of the model's.
   *
   * @throws TorchError that lists what is missing, unexpected or of another shape; nothing is changed then
   * @example ema.loadStateDict({ tensors: loadSafetensors('ema.safetensors').tensors, updates: 500 });
   */
  loadStateDict({ tensors, updates }: EMAState): this {
    this.#refuseSwapped('loadStateDict()');
    if (!Number.isSafeInteger(updates) || updates < 0)
      throw new TorchError(`EMA: updates must be a whole number from 0, got ${updates}`);
    const problems = [
      ...Array.from(this.#averages, ([name, { shape }]) => {
        const given = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
        if (!given) return `${name} is missing`;
        return sameShape(given.shape, shape) ? '' : `${name} is [${given.shape}], must be [${shape}]`;
      }),
      ...Object.keys(tensors).map((name) => (this.#averages.has(name) ? '' : `${name} is unexpected`)),
    ].filter(Boolean);
    if (problems.length) throw new TorchError(`the state dict does not fit the EMA: ${problems.join('; ')}`);
    scope(() =>
      noGrad(() => {
        for (const [name, average] of this.#averages) {
          const given = tensors[name];
          if (given) average.copy_(given);
        }
      }),
    );
    this.#updates = updates;
    return this;
  }
}
