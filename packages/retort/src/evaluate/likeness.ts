/** How alike the features of two networks are, module by module. */
import { nn } from '@retort/torch';
import type { Dataset, Inputs } from '../data/index.ts';
import { CkaMeter } from '../metrics/index.ts';
import { classification, type Task } from '../tasks/index.ts';
import { type EvaluateOptions, pass, refuseNone } from './pass.ts';
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
  withoutPadding(
    nn.tap(model, [...new Set(paths)], () => task.run(model, inputs, { training: false, targets: null }), {
      copy: true,
    }).taps,
    inputs,
  );

/**
 * Linear CKA of all features of a network with all of another (`CkaMeter` says by which estimator), which are shown the same samples, each as it wants them.
 *
 * @param options  `renderings`: the first network is the student, the second the teacher
 * @throws TorchError for a path that does not exist, with those that do; EvaluationError where no sample can be read
 * @throws RangeError where there are fewer than four samples, of which nothing can be said
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
  if (data.size < 4)
    throw new RangeError(`${data.name} has ${data.size} samples, and CKA needs four or more in a batch`);
  const meter = new CkaMeter(first.paths, second.paths);
  let samples = 0;
  await pass([first.model, second.model], data, options, ({ inputs, ids }) => {
    meter.add(featuresOf(task, first, inputs.student), featuresOf(task, second, inputs.teacher));
    if (ids.size(0) >= 4) samples += ids.size(0);
  });
  refuseNone(data, samples);
  return { rows: first.paths, columns: second.paths, values: meter.result(), samples };
}
