/** What several ranks found of slices of a batch, as one of the whole of it. */
import { keep, type Tensor, tensor } from '@retort/torch';
import type { Targets } from '../data/index.ts';
import type { Outputs } from '../models/index.ts';
import { gatherRows, type Ranks } from '../ranks/index.ts';
import { prefixed, tensorsUnder } from '../tensors/tensors-under.ts';

/** What was answered of samples. */
export interface Answered {
  readonly outputs: Outputs;
  readonly targets: Targets;
  /** int64 [B]. */
  readonly ids: Tensor;
}

/** Where each sample is among those that were asked for, those that could not be read left out. */
function inOrder(asked: Int32Array, read: readonly number[]): Tensor {
  const at = new Map(read.map((id, i) => [id, i]));
  return tensor(
    Array.from(asked).flatMap((id) => at.get(id) ?? []),
    { dtype: 'int64' },
  );
}

/** Another rank was told to stop. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

export class Together {
  readonly #ranks: Ranks;
  readonly #signal: AbortSignal | undefined;
  readonly #padding: Readonly<Record<string, number>>;
  #own: Answered | null = null;

  /** @param padding  as `Task.padding` */
  constructor(ranks: Ranks, signal: AbortSignal | undefined, padding: Readonly<Record<string, number>> = {}) {
    this.#ranks = ranks;
    this.#padding = Object.fromEntries(
      Object.entries(padding).map(([name, value]) => [`outputs.${name}`, value]),
    );
    this.#signal = signal;
  }

  /** What this rank answered of the batch. */
  add({ outputs, targets, ids }: Answered): void {
    const kept = (named: Readonly<Record<string, Tensor>>): Record<string, Tensor> =>
      Object.fromEntries(Object.entries(named).map(([name, tensor]) => [name, keep(tensor.clone())]));
    this.#own = { outputs: kept(outputs), targets: kept(targets), ids: keep(ids.clone()) };
  }

  /**
   * What all ranks answered, in the order that was asked for; null where no sample of it could be read.
   *
   * @param asked  the numbers of the samples
   * @throws the signal's reason where any of them was told to stop
   */
  all(asked: Int32Array): Answered | null {
    const own = this.#own;
    this.#own = null;
    const stops = this.#ranks.exchange(this.#signal?.aborted ?? false);
    if (stops.includes(true))
      throw this.#signal?.aborted
        ? this.#signal.reason
        : new StoppedError(`rank ${stops.indexOf(true)} was told to stop`);
    const named =
      own &&
      Object.fromEntries([
        ...prefixed('outputs.', own.outputs),
        ...prefixed('targets.', own.targets),
        ['ids', own.ids],
      ]);
    const rows = gatherRows(this.#ranks, named, this.#padding);
    for (const tensor of Object.values(named ?? {})) tensor.dispose();
    const { ids } = rows ?? {};
    if (!rows || !ids) return null;
    const order = inOrder(asked, ids.toFlatArray().map(Number));
    const ordered = Object.fromEntries(
      Object.entries(rows).map(([name, of]) => [name, of.index_select(0, order)]),
    );
    return {
      outputs: tensorsUnder('outputs.', ordered),
      targets: tensorsUnder('targets.', ordered),
      ids: ordered.ids ?? ids,
    };
  }
}
