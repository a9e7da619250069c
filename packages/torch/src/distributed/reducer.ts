/** Gradients that are averaged over the ranks while they are computed. */
import { createHash } from 'node:crypto';
import { explainEngineErrors } from '../callbacks.ts';
import { plain, TorchError } from '../dispatch/errors.ts';
import { guard, native } from '../dispatch/native.ts';
import { type OptionNames, refuseUnknown } from '../dispatch/options.ts';
import { isFloatingPoint } from '../dtype.ts';
import type { Tensor } from '../tensor.ts';
import { checkTensor } from './check.ts';
import { difference, recordOf } from './comparison.ts';
import { DistributedError } from './errors.ts';
import { broken, currentGroup, type Group, groupFor, leave, refuseInBetween, who } from './group.ts';
import { endsWithGroup } from './init.ts';
import { allGatherObject } from './objects.ts';
import { waiting } from './pending.ts';

export interface ReducerOptions {
  /** How much of the gradients is averaged at once; 25 where it is left out. */
  bucketMegabytes?: number;
  /** The same of those that come first in a backward, so that averaging begins early; 1 where it is left out. */
  firstBucketMegabytes?: number;
  /** Whether a backward may leave parameters out; it then costs a walk over the graph. */
  unused?: boolean;
}

const optionNames: OptionNames<ReducerOptions> = {
  bucketMegabytes: true,
  firstBucketMegabytes: true,
  unused: true,
};

function megabytes(name: string, value: number): number {
  if (typeof value !== 'number' || !(value > 0 && value <= 2 ** 20))
    throw new TorchError(`Reducer: ${name} must be a number more than 0, not ${value}`);
  return Math.max(1, Math.round(value * 2 ** 20));
}

function checkParameters(parameters: readonly Tensor[]): void {
  if (!Array.isArray(parameters) || parameters.length === 0)
    throw new TorchError('Reducer: there are no parameters: give those that are trained');
  const seen = new Set<Tensor>();
  for (const [i, parameter] of parameters.entries()) {
    checkTensor(`Reducer: parameter ${i}`, parameter);
    if (seen.has(parameter)) throw new TorchError(`Reducer: parameter ${i} is there twice`);
    seen.add(parameter);
    if (!parameter.isLeaf || !parameter.requiresGrad)
      throw new TorchError(
        `Reducer: parameter ${i} (${parameter.summary()}) ${
          parameter.isLeaf
            ? 'does not require gradients: freeze parameters first, and give those alone that are trained'
            : 'was computed from others, so it gets no gradient of its own'
        }`,
      );
    if (!isFloatingPoint(parameter.dtype) && !parameter.dtype.startsWith('complex'))
      throw new TorchError(`Reducer: parameter ${i} is of ${parameter.dtype}, which has no gradients`);
  }
}

/** How many each group has had: on all ranks as many. */
const counts = new WeakMap<Group, number>();

/** Reducers that exist, for what the engine throws. */
const living = new Set<Reducer>();

/**
 * Averages gradients over the ranks during backward, by c10d's Reducer: what has been computed is on its way while the rest is. Gradients are
 * views of buckets, whose layout follows from the parameters and stays as it is. Clear them as always (`zeroGrad()`): the next backward
 * puts them back.
 *
 * All ranks make it of the same parameters in the same order, and must begin with the same values (`broadcast`). Each averages as often as
 * the others. Where a backward fails, or one rank has a gradient that another lacks, the group is broken.
 *
 * @example
 * using reducer = new distributed.Reducer(model.parameters());
 * reducer.prepare();
 * loss.backward();
 * optimizer.step();
 */
export class Reducer {
  readonly #group: Group;
  readonly #number: number;
  readonly #unused: boolean;
  readonly #record: Uint8Array;
  readonly #stopWaiting: () => void;
  #isDisposed = false;
  /** Which parameters are averaged together, by their place in the list, in the order in which buckets are. */
  readonly buckets: readonly (readonly number[])[];

  /**
   * @throws TorchError for a parameter that is not trained, is there twice or not on the CPU, an option that is impossible, or without a
   * group; DistributedError where the ranks' parameters differ
   */
  constructor(parameters: readonly Tensor[], options: ReducerOptions = {}) {
    const group = groupFor('Reducer');
    refuseInBetween('Reducer');
    refuseUnknown('Reducer', options, optionNames);
    const { bucketMegabytes = 25, firstBucketMegabytes = 1, unused = false } = options;
    const bytes = megabytes('bucketMegabytes', bucketMegabytes);
    const firstBytes = megabytes('firstBucketMegabytes', firstBucketMegabytes);
    checkParameters(parameters);
    const settings = `buckets of ${firstBytes} and ${bytes} bytes${unused ? ', unused' : ''}`;
    const mine = [
      settings,
      ...parameters.map(
        (parameter) => `${parameter.dtype}[${parameter.shape}] strides [${parameter.stride()}]`,
      ),
    ];
    compareParameters(group, waiting(allGatherObject(mine)));
    const [number, buckets] = guard('Reducer', () =>
      native.makeReducer(
        group.number,
        parameters.map(({ handle }) => handle),
        firstBytes,
        bytes,
        unused,
      ),
    );
    this.#group = group;
    this.#number = number;
    this.#unused = unused;
    this.buckets = buckets;
    const count = counts.get(group) ?? 0;
    counts.set(group, count + 1);
    const layout = createHash('sha256')
      .update(JSON.stringify([mine, buckets]))
      .digest('hex')
      .slice(0, 8);
    this.#record = recordOf(
      `a backward that averages ${parameters.length} gradients (Reducer ${count}, layout ${layout})`,
    );
    this.#stopWaiting = endsWithGroup(() => this[Symbol.dispose]());
    living.add(this);
  }

  /**
   * Says that the next `backward()` is to be averaged. Without it a backward only adds up, so several can be averaged once.
   *
   * @param outputs  what that backward starts from (the loss, say), which `unused` needs
   * @throws TorchError if it is prepared already, or disposed of; DistributedError where the group is broken
   */
  prepare(outputs: readonly Tensor[] = []): void {
    if (this.#isDisposed || currentGroup() !== this.#group)
      throw new TorchError('Reducer.prepare: the Reducer was disposed of, or its group is no more');
    groupFor('Reducer.prepare');
    refuseInBetween('Reducer.prepare');
    if (this.#unused && outputs.length === 0)
      throw new TorchError(
        'Reducer.prepare: with unused it needs what backward() starts from, to find what is not used: prepare([loss])',
      );
    if (native.isPrepared(this.#number))
      throw new TorchError('Reducer.prepare: it is prepared already, and no backward() has come since');
    guard('Reducer.prepare', () =>
      native.prepareReducer(
        this.#number,
        outputs.map(({ handle }) => handle),
        this.#record,
      ),
    );
  }

  /** @internal What the ranks said before they averaged, if they do differ. */
  difference(): DistributedError | undefined {
    const records = native.reducerRecords(this.#number);
    return records ? difference(this.#group, 'backward', records) : undefined;
  }

  /** Ends it: gradients are averaged no more. */
  [Symbol.dispose](): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    living.delete(this);
    this.#stopWaiting();
    native.disposeReducer(this.#number);
  }
}

/** @throws DistributedError that names the first parameter that is not the same on all ranks */
function compareParameters(group: Group, all: readonly (readonly string[])[]): void {
  const [first = []] = all;
  for (const [rank, theirs] of all.entries()) {
    const most = Math.max(first.length, theirs.length);
    for (let i = 0; i < most; i++) {
      if (first[i] === theirs[i]) continue;
      const [one, other] = [first[i] ?? 'none', theirs[i] ?? 'none'];
      const what = i === 0 ? 'settings' : `parameter ${i - 1}`;
      native.breakGroup(group.number, 'Reducer: the parameters of the ranks differ');
      throw new DistributedError(
        `${who(group)}: Reducer: ${what} of rank 0: ${one}; of rank ${rank}: ${other}: all ranks must have the same model. The group is broken: ${leave}`,
        { rank: group.rank, operation: 'Reducer' },
      );
    }
  }
}

/** Of which groups it was said already why a backward broke them. */
const explained = new WeakSet<Group>();

explainEngineErrors((error) => {
  const group = currentGroup();
  if (!group || explained.has(group)) return error;
  const why = native.failure(group.number);
  const said = /^backward: ([\s\S]*)$/.exec(why ?? '')?.[1];
  if (said === undefined || !(error instanceof Error)) return error;
  // What was thrown later is another matter.
  if (!error.message.endsWith(plain(said.replace(/^unfinished: /, '')))) return error;
  explained.add(group);
  for (const reducer of living) {
    const differing = reducer.difference();
    if (differing) return differing;
  }
  const unfinished = /^unfinished: ([\s\S]*)$/.exec(said)?.[1];
  if (unfinished !== undefined) {
    const [, indices] = /did not receive grad for rank \d+: ([\d ]+)/.exec(unfinished) ?? [];
    const which = indices
      ? `parameters ${indices.trim().split(/\s+/).join(', ')} (by their place in the Reducer's list) got no gradient`
      : 'no parameter got a gradient';
    return new DistributedError(
      `${who(group)}: backward was to average gradients, and ${which}: give the Reducer only what every backward uses, or { unused: true }, and call prepare() just before that backward. The group is broken: ${leave}`,
      { rank: group.rank, operation: 'backward' },
    );
  }
  return /\/gloo\//.test(said) ? broken(group, 'backward', said) : error;
});
