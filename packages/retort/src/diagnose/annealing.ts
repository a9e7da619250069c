/** By how much the teacher's answers are softened, epoch by epoch. */
import { annealedOver } from '../methods/annealing.ts';
import { optionsOf } from '../recipe/resolve.ts';
import { lengthOf } from '../train/stage.ts';
import { defineDiagnosis } from './definition.ts';
import type { DiagnosedRun } from './run.ts';
import { Silence } from './silence.ts';

/** How long each stage is, in epochs: by the settings alone, unless some count steps, of which the data says how many an epoch has. */
async function lengthsOf(run: DiagnosedRun): Promise<readonly number[]> {
  const { stages, batchSize } = run.recipe;
  const size = stages.some(({ epochs }) => epochs === undefined) ? (await run.ground()).splits.train.size : 0;
  return stages.map(
    ({ accumulate = 1, ...stage }) => lengthOf(stage, Math.ceil(size / (batchSize * accumulate))).epochs,
  );
}

/** Φ(T) of Annealing-KD: a function of the settings. */
export const annealing = defineDiagnosis({
  what: 'annealing',
  title: "By how much the teacher's answers are softened, epoch by epoch",
  async find(run) {
    const { stages } = run.recipe;
    if (!stages.some(({ methods }) => methods.some(({ name }) => name === 'annealing')))
      throw new Silence('no stage of the run learns by annealing');
    const lengths = await lengthsOf(run);
    const factors = stages.flatMap(({ methods }, stage) => {
      const before = lengths.slice(0, stage).reduce((sum, epochs) => sum + epochs, 0);
      return methods
        .filter(({ name }) => name === 'annealing')
        .flatMap((method) =>
          annealedOver(optionsOf(method), lengths[stage] ?? 0).map((annealed, i) => ({
            ...{ stage, epoch: before + i + 1 },
            ...annealed,
          })),
        );
    });
    return { factors, from: 'the settings of the run' };
  },
});
