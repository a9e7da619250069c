/** For tests of `retort probe`: a scratch folder with a network and data whose classes are colours. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, mock } from 'node:test';
import { manualSeed, randint, saveSafetensors, scope, setNumThreads } from '@retort/torch';
import { datasets, inMemory } from '../src/data/index.ts';
import { createModel } from '../src/models/index.ts';
import { type Ended, retort } from './command.ts';

/** Three classes by colour, of so many pixels a side. */
function colours(size: number, side: number, seed: number) {
  manualSeed(seed);
  const noise = scope(() =>
    randint(0, 90, [size * side * side * 3])
      .toFlatArray()
      .map(Number),
  );
  const images = Uint8Array.from(noise, (value, i) => {
    const label = Math.floor(i / (side * side * 3)) % 3;
    return value + (i % 3 === label ? 100 : 20);
  });
  return inMemory({
    ...{ name: `colours of ${side}`, images, height: side, width: side, channels: 3 },
    labels: Array.from({ length: size }, (_, i) => i % 3),
    ...{ classes: ['red', 'green', 'blue'], mean: [0.4, 0.4, 0.4], std: [0.25, 0.25, 0.25] },
  });
}
const of = (side: number) => async () => ({
  ...{ train: colours(60, side, 1), test: colours(30, side, 2), source: 'made' },
});

/** Goes to a scratch folder with `resnet8.safetensors`, of which it gives the weights; `cifar10` and `stl10` are colours of 32 and 96 pixels. */
export function inScratch() {
  setNumThreads(1);
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-probe-'));
  process.chdir(scratch);
  after(() => fs.rmSync(scratch, { recursive: true }));
  mock.method(datasets, 'cifar10', of(32));
  mock.method(datasets, 'stl10', of(96));
  manualSeed(0);
  const weights = createModel('resnet8', { classes: 100 }).stateDict();
  saveSafetensors('resnet8.safetensors', weights, { model: 'resnet8', data: 'cifar100' });
  return weights;
}

/** `retort probe resnet8.safetensors ...` */
export const probe = (...args: string[]): Promise<Ended> => retort('probe', 'resnet8.safetensors', ...args);

/** The flag of the colours of 32 pixels. */
export const cifar = ['--data', 'cifar10'] as const;
