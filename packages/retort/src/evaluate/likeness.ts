/** How alike the features of two networks are, module by module. */
import type { nn } from '@retort/torch';
import type { Dataset, Inputs } from '../data/index.ts';
import { CkaMeter, leastCompared } from '../metrics/index.ts';
import { classification, type Task } from '../tasks/index.ts';
import { batchSizeFor, type EvaluateOptions, pass, refuseNone } from './pass.ts';
import { tapped } from './tapped.ts';
import { withoutPadding } from './without-padding.ts';

/** A network, and the modules of it whose features are looked at, as `nn.tap` takes them. */
export interface Looked {
  readonly model: nn.Layer;
  readonly paths: readonly string[];
}

/** How alike the features of two networks are. */
export interface Likeness {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** A row for each path of the first network, a column for each of the second; null where features do not vary. */
  readonly values: readonly (readonly (number | null)[])[];
  readonly samples: number;
}

const featuresOf = (task: Task, { model, paths }: Looked, inputs: Inputs) =>
  withoutPadding(tapped(task, model, inputs, paths).taps, inputs);

/**
 * Linear CKA of all features of a network with all of another (`CkaMeter` says by which estimator), which are shown the same samples, each as it wants them.
 *
 * @param options  `renderings`: the first network is the student, the second the teacher
 * @throws TorchError for a path that does not exist, with those that do; EvaluationError where no sample can be read
 * @throws RangeError where there are no four samples in a batch, so that nothing can be said of them
 * @throws the signal's reason if it is aborted
 * @example (await likeness({ model: cnn, paths: blocksOf(cnn) }, { model: vit, paths: blocksOf(vit) }, test)).values
 */
export async function likeness(
  first: Looked,
  second: Looked,
  data: Dataset,
  options: EvaluateOptions = {},
): Promise<Likeness> {
  const { task = classification } = options;
  if (data.size < leastCompared)
    throw new RangeError(`${data.name} has ${data.size} samples, and CKA needs four or more in a batch`);
  const meter = new CkaMeter(first.paths, second.paths);
  let [samples, seen] = [0, 0];
  const batchSize =
    options.batchSize ?? Math.max(leastCompared, await batchSizeFor(data, options.renderings));
  await pass([first.model, second.model], data, { ...options, batchSize }, ({ inputs, ids }) => {
    meter.add(featuresOf(task, first, inputs.student), featuresOf(task, second, inputs.teacher));
    seen += ids.size(0);
    if (ids.size(0) >= leastCompared) samples += ids.size(0);
  });
  refuseNone(data, seen);
  if (samples === 0)
    throw new RangeError(
      `no batch of ${data.name} has four samples or more, which CKA needs: let \`batchSize\` be larger, or more of them be readable`,
    );
  return { rows: first.paths, columns: second.paths, values: meter.result(), samples };
}
