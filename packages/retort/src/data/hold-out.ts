import { DataError, type Splits } from './dataset.ts';
import { permutation } from './philox.ts';
import { samplesCalled } from './samples-called.ts';
import { subset } from './subset.ts';

/**
 * Keeps a part of the training images for choosing between models, so that the test split is looked at once; drawn by the seed.
 *
 * @param part  a share in (0, 1), or how many images
 * @throws DataError if nothing would be left, or there is a validation split already
 * @example const { train, validation, test } = holdOut(await cifar100(), 0.1, { seed: 0 });
 */
export function holdOut(splits: Splits, part: number, { seed }: { seed: number }): Splits {
  const { train, validation } = splits;
  if (validation)
    throw new DataError(
      `${train.name} comes with a split to choose by, ${validation.name}: hold nothing out of its training samples`,
    );
  const count = part < 1 ? Math.round(part * train.size) : part;
  if (!Number.isInteger(count) || count < 1 || count >= train.size)
    throw new DataError(
      `${part} of ${train.size} training ${samplesCalled(train)} cannot be held out: some must be, and some left`,
    );
  const order = permutation(train.size, { seed, epoch: 0, purpose: 'hold-out' });
  return {
    ...splits,
    train: subset(train, order.subarray(count)),
    validation: subset(train, order.subarray(0, count), `${train.name} (held out)`),
  };
}
