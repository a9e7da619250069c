/** For tests: what lies in memory of a data set with images and labels. */
import assert from 'node:assert/strict';
import type { Tensor } from '@retort/torch';
import { type Dataset, TensorDataset } from 'retort';

/** Images uint8 [N, H, W, C] and labels int64 [N]. */
export function columnsOf(data: Dataset): { readonly image: Tensor; readonly label: Tensor } {
  assert.ok(data instanceof TensorDataset, `${data.name} does not lie in memory`);
  return { image: data.column('image'), label: data.column('label') };
}
