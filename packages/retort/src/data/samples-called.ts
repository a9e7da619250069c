/** What messages call the samples of some data. */
import type { Dataset } from './dataset.ts';
import { fieldsOf } from './sample.ts';

/** `texts` where each sample has one, else `images`. @example samplesCalled(test) // 'images' */
export const samplesCalled = ({ fields }: Pick<Dataset, 'fields'>): 'images' | 'texts' =>
  fieldsOf(fields, 'text').length > 0 ? 'texts' : 'images';
