/** What the runs of `stress-damage.ts` are made of. */
import path from 'node:path';
import { manualSeed, saveSafetensors } from '@retort/torch';
import { createModel } from 'retort';

/** Weights of a teacher and of a student, by their seeds. */
export function saveWeights(place: string, seeds = { teacher: 1, student: 2 }): void {
  for (const [name, seed] of Object.entries(seeds)) {
    manualSeed(seed);
    const model = createModel('resnet8', { classes: 2, channels: 1 });
    saveSafetensors(path.join(place, `${name}.safetensors`), model.stateDict(), { model: 'resnet8' });
  }
}
