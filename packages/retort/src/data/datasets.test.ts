/** What a data set that has a name needs beside its line in `datasets`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boxesDatasets, datasets, imagesOfDatasets, textsOfDatasets } from './index.ts';

test('of every data set that has a name index.ts says what its images are, how many texts a sample has, or that it has boxes', () => {
  assert.deepEqual(
    [...Object.keys(imagesOfDatasets), ...Object.keys(textsOfDatasets), ...boxesDatasets].sort(),
    Object.keys(datasets).sort(),
  );
});
