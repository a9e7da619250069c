/** The temperature that cosine-similarity weighting (CSWT) gives each sample. */
import { scope, tensor } from '@retort/torch';
import { permutation } from '../data/index.ts';
import { sampleTemperatures } from '../methods/cskd.ts';
import { optionsOf } from '../recipe/resolve.ts';
import { defineDiagnosis } from './definition.ts';
import type { DiagnosedRun } from './run.ts';
import { Silence } from './silence.ts';
import type { Counted } from './types.ts';

const binCount = 20;

/** How the last stage that learns by it does. @throws Silence where none does */
function howLearned({ recipe }: DiagnosedRun) {
  const methods = recipe.stages.flatMap((stage) => stage.methods).filter(({ name }) => name === 'cskd');
  const [last] = methods.map((method) => sampleTemperatures(optionsOf(method))).reverse();
  if (last) return last;
  throw new Silence(
    methods.length === 0
      ? 'no stage of the run learns by cskd, which gives each sample a temperature of its own'
      : 'the run learns by cskd without CSWT (`weighted: false`), so that all samples have one temperature',
  );
}

/** Values in bins of one width, the largest in the last. */
function histogram(values: readonly number[], from: number, to: number): Counted[] {
  const count = to > from ? binCount : 1;
  const samples = new Array<number>(count).fill(0);
  for (const value of values) {
    const place = to > from ? Math.floor(((value - from) / (to - from)) * count) : 0;
    const bin = Math.min(count - 1, Math.max(0, place));
    samples[bin] = (samples[bin] ?? 0) + 1;
  }
  const edge = (i: number): number => from + ((to - from) * i) / count;
  return samples.map((many, i) => ({ from: edge(i), to: edge(i + 1), samples: many }));
}

/** T_i depends on the batch that a sample is in: those are of the size that the run trains with, of samples in an order by chance that is always the same. */
export const temperatures = defineDiagnosis({
  what: 'temperatures',
  title: 'The temperature of each sample by CSWT: low where student and teacher agree',
  async find(run) {
    const { least, most, of } = howLearned(run);
    const { student, teacher } = await run.bothAnswers();
    const { batchSize } = run.recipe;
    const order = permutation(student.size(0), { seed: 0, epoch: 0, purpose: 'order' });
    const values: number[] = [];
    for (let at = 0; at < order.length; at += batchSize)
      scope(() => {
        const rows = tensor(order.slice(at, at + batchSize));
        const each = of(student.index_select(0, rows), teacher.index_select(0, rows));
        values.push(...each.toFlatArray().map(Number));
      });
    return {
      least: values.reduce((found, value) => Math.min(found, value), Number.POSITIVE_INFINITY),
      most: values.reduce((found, value) => Math.max(found, value), Number.NEGATIVE_INFINITY),
      mean: values.reduce((sum, value) => sum + value, 0) / values.length,
      bins: histogram(values, least, most),
    };
  },
});
