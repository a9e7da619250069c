/** For tests: data whose batches take a tenth of a second each, as long as a file `slow` lies in the folder of the process, so that a test may come between. */
import fs from 'node:fs';
import type { Splits } from '../src/data/index.ts';
import { halves } from './halves.ts';

export function slowed(): Splits {
  const train = halves(400);
  const gather = train.gather.bind(train);
  train.gather = (ids) => {
    if (fs.existsSync('slow')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    return gather(ids);
  };
  return { train, test: halves(40, 7), source: 'made up' };
}
