/** What steps measure: read now and then, and averaged over the epoch. */
import { TrainingError } from './errors.ts';
import { Means, type MeansState } from './means.ts';
import { Readings } from './readings.ts';
import { type Place, type Stepped, shownPlace } from './step.ts';

/** A step whose numbers are to be read. */
interface Measured {
  readonly place: Place;
  readonly samples: number;
}

type Numbers = Readonly<Record<string, number>>;

/** What a step measured goes by one name each: losses by their own, others with a prefix that no term has. */
const [watchedKey, normKey] = ['watched.', 'gradient norm'];

const isWatched = (name: string): boolean => name.startsWith(watchedKey);

const lossesIn = (values: Numbers): Record<string, number> =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !isWatched(name)));

export interface MeasuresOptions {
  /** How many steps are read at once. */
  readonly every: number;
  /** Whether losses are scaled, so that a gradient overflows now and then: the scaler leaves such a step out. */
  readonly scaled: boolean;
}

export class Measures {
  readonly #options: MeasuresOptions;
  readonly #means = new Means();
  readonly #readings = new Readings<Measured>();
  #last: Numbers = {};

  constructor(options: MeasuresOptions) {
    this.#options = options;
  }

  /** Keeps what a step measured. */
  add(place: Place, { losses, watched, samples, gradientNorm }: Stepped): void {
    const named = Object.entries(watched).map(([name, value]) => [watchedKey + name, value]);
    const scalars = { ...losses, ...Object.fromEntries(named), [normKey]: gradientNorm };
    this.#readings.add({ place, samples }, scalars);
  }

  /**
   * Reads what waits after every so many steps of an epoch, whatever was read in between, and after its last.
   *
   * @param asked  whether somebody wants to know of this step
   * @throws as `read`
   */
  readIfDue(step: number, asked: boolean): void {
    if (asked || step % this.#options.every === 0) this.read();
  }

  /**
   * Reads what steps measured since the last reading.
   *
   * @throws TrainingError that names the first step in which something was not finite
   */
  read(): void {
    const { every, scaled } = this.#options;
    for (const { of, values } of this.#readings.read()) {
      const { place, samples } = of;
      const { [normKey]: norm = 0, ...others } = values;
      const entries = Object.entries(others);
      const wrong = entries.find(([, value]) => !Number.isFinite(value));
      if (wrong || (!Number.isFinite(norm) && !scaled))
        throw new TrainingError(
          `${wrong ? `the loss '${wrong[0]}' is ${wrong[1]}` : 'the gradient is not finite'} at ${shownPlace(place)}; steps were read every ${every}: with readEvery: 1 the cause is looked for, and the step does not change the weights`,
        );
      const means = entries.map(([name, value]) => [name, isWatched(name) ? value / samples : value]);
      this.#means.add(Object.fromEntries(means), samples);
      this.#last = values;
    }
  }

  /** Of the step that was read last. */
  get last(): { readonly losses: Numbers; readonly gradientNorm: number } {
    const { [normKey]: gradientNorm = Number.NaN, ...values } = this.#last;
    return { losses: lossesIn(values), gradientNorm };
  }

  /** Samples of the epoch whose measures were read. */
  get samples(): number {
    return this.#means.state.count;
  }

  /** Means over the epoch, which ends with this. */
  endEpoch(): { readonly losses: Numbers; readonly watched: Numbers } {
    const { means } = this.#means;
    this.#means.state = { sums: {}, count: 0 };
    const watched = Object.entries(means).flatMap(([name, value]) =>
      isWatched(name) ? [[name.slice(watchedKey.length), value]] : [],
    );
    return { losses: lossesIn(means), watched: Object.fromEntries(watched) };
  }

  get state(): MeansState {
    return this.#means.state;
  }

  set state(state: MeansState) {
    this.#means.state = state;
  }
}
