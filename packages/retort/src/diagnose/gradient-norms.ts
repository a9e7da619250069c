/** How strongly each term of the loss pulls at the student, and which pull against one another. */
import { defaults } from '../defaults.ts';
import { prepare } from '../recipe/index.ts';
import type { Position } from '../train/index.ts';
import { defineDiagnosis } from './definition.ts';
import { teachersOf } from './opened.ts';
import type { DiagnosedRun } from './run.ts';
import { Silence } from './silence.ts';
import { weightsText } from './weights.ts';

/** The run's trainer, with the student of its weights and without a cache, which holds what was said of other draws; in float32, which is the same everywhere. */
async function trainerOf(run: DiagnosedRun) {
  const { recipe, resolved } = run.opened;
  const { cache: _, ...rest } = recipe;
  const student = await run.studentWritten();
  const { trainer } = await prepare(
    { ...resolved, recipe: { ...rest, student, precision: 'fp32' } },
    {
      data: (await run.ground()).whole,
      // What is to be said of its networks and its data was said when these were loaded.
      onWarning: () => {},
      report: (what, done, total) => run.options.onProgress?.(what, done, total),
    },
  );
  return trainer;
}

/** Where training stood that ended with an epoch. */
const after = (epoch: number): Position => ({ stage: 0, epoch: epoch + 1, step: 0 });

/** Of the newest checkpoint, which has the parts of the methods too; of the weights, where none is kept and the methods have no parts. */
export const gradientNorms = defineDiagnosis({
  what: 'gradient-norms',
  title: 'How strongly each loss term pulls at the student, and which pull against one another',
  async find(run) {
    // Where it is gone, that is what is said.
    if (teachersOf(run.opened).length > 0) await run.teachers();
    const weights = await run.weightsToLoad();
    const { checkpoint } = run;
    try {
      const trainer = await trainerOf(run);
      if (checkpoint) trainer.student.loadStateDict(checkpoint.student);
      const { norms, total, cosines, batches } = await trainer.termGradients({
        position: checkpoint?.position ?? after(weights.epoch ?? 1),
        parts: checkpoint?.parts ?? null,
        batches: defaults.diagnosed.batches,
        signal: run.options.signal,
      });
      return {
        terms: Object.entries(norms).map(([name, norm]) => ({ name, norm })),
        ...{ total, cosines, batches },
        from: checkpoint?.name ?? weightsText(weights),
      };
    } catch (error) {
      throw Silence.of(error, 'a step of the run cannot be computed');
    }
  },
});
