/** Which samples an epoch shows, where it is not each once. */
import { classCounts } from './class-counts.ts';
import { DataError, type Dataset } from './dataset.ts';
import { below, draw } from './philox.ts';
import { fieldOf } from './sample.ts';
import { samplesCalled } from './samples-called.ts';

/** What of the samples an epoch shows. It always shows as many as there are. */
export interface Sampling {
  /**
   * Each once, in an order by chance; with `length` each once, in batches of those that are alike long, with `shape` in batches of images of like width by height; or `balanced`:
   * each class equally often. `shuffled` where it is left out.
   */
  readonly by?: 'shuffled' | 'length' | 'shape' | 'balanced' | undefined;
  /** How many times in a row each is shown, so that an epoch has so many times fewer of them; 1 where it is left out. */
  readonly repeats?: number | undefined;
}

/** @throws DataError for samples that cannot be shown so */
export function checkSampling(data: Dataset, { by = 'shuffled', repeats = 1 }: Sampling): void {
  const { name, size } = data;
  if (!Number.isInteger(repeats) || repeats < 1 || repeats > size)
    throw new DataError(
      `${name}: ${samplesCalled(data)} are shown ${repeats} times in a row, and that must be a whole number from 1 to ${size}, of all of them`,
    );
  if (by === 'length' && !data.lengths)
    throw new DataError(`${name}: batches of samples that are alike long are of texts, and it has none`);
  if (by === 'shape' && !data.shapes)
    throw new DataError(
      `${name}: batches of images of like shape need the shapes of all before they are read, and those are known of data with boxes alone (\`shapes\` of a data set of your own)`,
    );
  if (by !== 'balanced') return;
  if (!classCounts(data))
    throw new DataError(
      `${name}: balanced sampling needs the classes of all samples at once, and they are not given: it is for data with classes, whose \`column\` answers them`,
    );
  if (data.order)
    throw new DataError(
      `${name} has an order of its own, in which it is read: balanced sampling would read it in any order; weigh its classes instead (\`loss: { classWeights: balanced }\`)`,
    );
}

/** The numbers of the samples of each class, one class after another, and where each class that has samples begins and ends. */
interface ByClass {
  readonly ids: Int32Array;
  readonly spans: readonly (readonly [from: number, to: number])[];
}

/** Those of a data set do not change. */
const known = new WeakMap<Dataset, ByClass>();

function byClass(data: Dataset): ByClass {
  const found = known.get(data);
  if (found) return found;
  const counts = classCounts(data) ?? [];
  const labels = data.column?.(fieldOf(data.fields, 'class')?.name ?? '').toTypedArray() ?? [];
  let sum = 0;
  const starts = counts.map((count) => {
    sum += count;
    return sum - count;
  });
  const places = Int32Array.from(starts);
  const ids = new Int32Array(sum);
  for (const [id, label] of labels.entries()) {
    const at = places[Number(label)] ?? 0;
    ids[at] = id;
    places[Number(label)] = at + 1;
  }
  const spans = starts.flatMap((from, i) => (counts[i] ? [[from, from + counts[i]] as const] : []));
  const made = { ids, spans };
  known.set(data, made);
  return made;
}

/**
 * As many samples as there are, each drawn by itself: a class, all alike, then one of its samples. That is how PyTorch's `WeightedRandomSampler` draws with the
 * weights 1 / (samples of the class).
 */
export function balancedOrder(data: Dataset, seed: number, epoch: number): Int32Array {
  const { ids, spans } = byClass(data);
  return Int32Array.from({ length: data.size }, (_, sample) => {
    const [first, second] = draw({ seed, epoch, sample, purpose: 'sampling' });
    const [from, to] = spans[below(spans.length, first)] ?? [0, 0];
    return ids[from + below(to - from, second)] ?? 0;
  });
}
