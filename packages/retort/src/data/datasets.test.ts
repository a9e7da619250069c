/** What a data set that has a name needs beside its line in `datasets`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { datasets, imagesOfDatasets, textsOfDatasets } from './index.ts';

test('of every data set that has a name index.ts says what its images are, or how many texts a sample has', () => {
  assert.deepEqual(
    [...Object.keys(imagesOfDatasets), ...Object.keys(textsOfDatasets)].sort(),
    Object.keys(datasets).sort(),
  );
});
