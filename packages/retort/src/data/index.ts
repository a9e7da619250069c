/** Data sets by name. */
import { cifar10, cifar100 } from './cifar.ts';
import type { Splits } from './dataset.ts';
import type { Report } from './download.ts';
import { fashionMnist } from './fashion-mnist.ts';

export {
  type Augmentation,
  type Batch,
  cropAndFlip,
  epochBatches,
  makeBatch,
  sequentialBatches,
  type View,
} from './batches.ts';
export { cifar10, cifar100 } from './cifar.ts';
export {
  channels,
  checkDataset,
  DataError,
  type Dataset,
  type InMemory,
  inMemory,
  onlyClass,
  type Splits,
  subset,
} from './dataset.ts';
export type { Report } from './download.ts';
export { fashionMnist } from './fashion-mnist.ts';
export { holdOut } from './hold-out.ts';
export { dataFolders } from './locate.ts';
export { draw, permutation } from './philox.ts';

/** Every data set that a command line or recipe can name. */
export const datasets: Readonly<Record<string, (report?: Report) => Promise<Splits>>> = {
  cifar10,
  cifar100,
  'fashion-mnist': fashionMnist,
};
