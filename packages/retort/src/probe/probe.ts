/**
 * What the features of a network are worth: how well a linear classifier and nearest neighbours tell apart the classes of some data by them,
 * of all labels and of a few. Nothing of the network learns, and each sample is shown to it once.
 */
import type { nn } from '@retort/torch';
import { classCounts, type Dataset, type Splits, samplesCalled } from '../data/index.ts';
import { type AskedOfFeatures, answerable, checkAsked } from './asked.ts';
import { ProbeError } from './errors.ts';
import { classesOf, extractFeatures, type FeaturesOptions, layerOf } from './features.ts';
import { refuseEmptyClasses } from './few.ts';
import { dispose, type Labelled } from './labelled.ts';
import { type ProbedFeatures, probeFeatures } from './of-features.ts';
import { timed } from './timed.ts';

/** What is asked of a network. */
export interface ProbeOptions
  extends AskedOfFeatures,
    Pick<FeaturesOptions, 'batchSize' | 'rendering' | 'layer' | 'task' | 'whose'> {}

export interface Probed extends Omit<ProbedFeatures, 'seconds'> {
  readonly protocol: 'features';
  /** Where the features were; null for what the network answers. */
  readonly layer: string | null;
  readonly seconds: ProbedFeatures['seconds'] & { readonly features: number };
}

/** @throws ProbeError for classes that no sample is of, where the data says it without being read */
function refuseEmpty(train: Dataset, classes: readonly string[]): void {
  const counts = classCounts(train);
  if (counts)
    refuseEmptyClasses(
      counts.map((count) => new Array<number>(Math.min(count, 1)).fill(0)),
      classes,
      train.name,
    );
}

/**
 * What the features of a network are worth on some data: the vector that its classifier is called with, of every sample once, in evaluation; then a linear
 * probe at its optimum, nearest neighbours, and linear probes of a few labels. The network is as before afterwards.
 *
 * @param splits  by `train` it learns, by `test` it is judged; the strength of the penalty is chosen by `validation`, or on a tenth of `train` where there is none
 * @throws ProbeError for data with one class, without labels or without samples of a class, for a network that does not say its features, and for what was asked by name and cannot be
 * @throws EvaluationError where features are NaN or infinite, with the cause; DataError where samples have no classes
 * @throws the signal's reason if it is aborted
 * @example const { linear, neighbours } = await probe(student, await cifar10());
 */
export async function probe(
  model: nn.Layer,
  { train, validation, test }: Pick<Splits, 'train' | 'validation' | 'test'>,
  options: ProbeOptions = {},
): Promise<Probed> {
  checkAsked(options);
  const { batchSize, rendering, layer, task, whose, onProgress, signal } = options;
  const classes = classesOf(train);
  for (const split of [test, ...(validation ? [validation] : [])])
    if (classesOf(split).length !== classes.length)
      throw new ProbeError(
        `${split.name} has ${classesOf(split).length} classes, and ${train.name} ${classes.length}: both must tell apart the same`,
      );
  refuseEmpty(train, classes);
  answerable(options, train.size, { name: train.name, classes });
  using owned = new DisposableStack();
  const of = async (data: Dataset): Promise<Labelled> => {
    const found = await extractFeatures(model, data, {
      ...{ batchSize, rendering, layer, task, whose, signal },
      onProgress: (done, total) =>
        onProgress?.(`features of ${data.name}, ${samplesCalled(data)}`, done, total),
    });
    owned.defer(() => dispose(found));
    return found;
  };
  const [splits, seconds] = await timed(async () => ({
    train: await of(train),
    ...(validation ? { validation: await of(validation) } : {}),
    test: await of(test),
  }));
  const found = await probeFeatures(splits, { name: train.name, classes }, options);
  return {
    protocol: 'features',
    layer: layerOf(model, options),
    ...found,
    seconds: { features: seconds, ...found.seconds },
  };
}
