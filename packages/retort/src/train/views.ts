/** How images are shown: anew in each epoch, or in views that come again. */
import { type Augmentation, type Batch, type Dataset, makeBatch, type View } from '../data/index.ts';

export interface ViewsOptions {
  readonly data: Dataset;
  readonly augmentation: Augmentation | undefined;
  readonly seed: number;
  /** Of the views that come again. */
  readonly cacheSeed: number;
  readonly device: string;
}

export class Views {
  readonly options: ViewsOptions;

  constructor(options: ViewsOptions) {
    this.options = options;
  }

  /** As never before. `turns` is how many turned views of each image there are. */
  fresh(epoch: number, turns: number): View {
    const { seed, augmentation } = this.options;
    return { seed, epoch, augmentation, turns };
  }

  /** The same whenever it is shown. */
  kept(view: number, turns: number): View {
    const { cacheSeed, augmentation } = this.options;
    return { seed: cacheSeed, epoch: 0, view, augmentation, turns };
  }

  batch(ids: Int32Array, view: View): Batch {
    const { data, device } = this.options;
    const batch = makeBatch(data, ids, view);
    if (device === 'cpu') return batch;
    const { images, labels, ids: numbers } = batch;
    return { ...batch, images: images.to(device), labels: labels.to(device), ids: numbers.to(device) };
  }
}
