/** The features of all samples of a split, each computed once. */
import { keep, type nn, noGrad, type Tensor, zeros } from '@retort/torch';
import { type Dataset, type Inputs, type Rendering, samplesCalled } from '../data/index.ts';
import { severalClasses } from '../data/several-classes.ts';
import { Answering } from '../evaluate/answering.ts';
import { type EvaluateOptions, EvaluationError } from '../evaluate/index.ts';
import { batchSizeFor, pass, refuseNone } from '../evaluate/pass.ts';
import { withoutPadding } from '../evaluate/without-padding.ts';
import { anatomyOf } from '../models/index.ts';
import { hasNoClassifier } from '../models/without-classifier.ts';
import { classification, type Task } from '../tasks/index.ts';
import { causeIn, notFinite } from '../tensors/not-finite.ts';
import { ProbeError } from './errors.ts';
import type { Labelled } from './labelled.ts';

export interface FeaturesOptions
  extends Pick<EvaluateOptions, 'batchSize' | 'onProgress' | 'signal' | 'whose'> {
  /** How the network wants its images or texts, where that is not as the data has them. */
  readonly rendering?: Rendering | undefined;
  /** The path of the features as `nn.tap` takes it; where it is left out, the vector that the classifier is called with. */
  readonly layer?: string | undefined;
  /** How a network is called; that of a classification where it is left out. Of an embedding the features are the vector that is answered. */
  readonly task?: Task | undefined;
}

/** Where the features of a network are; null where they are what it answers. @throws ProbeError where nothing says it */
export function layerOf(
  model: nn.Layer,
  { layer, task, whose = 'the network' }: Pick<FeaturesOptions, 'layer' | 'task' | 'whose'>,
): string | null {
  if (layer !== undefined) return layer;
  const answers = task?.name === 'embedding';
  // What it answers is the vector, of two heads the mean of both.
  if (answers && hasNoClassifier(model)) return null;
  const found = anatomyOf(model)?.penultimate;
  if (found !== undefined) return found;
  if (answers) return null;
  throw new ProbeError(
    `${whose} does not say which of its modules gives the features: name one (layer, or --layer on a command line, as SOURCE=PATH of one among several; of an ONNX file the name of a value, as retort inspect lists them)`,
  );
}

/** A vector of each sample [B, D]: maps [B, D, H, W] and tokens [B, L, D] as their means. @throws ProbeError for what is none of these */
function vectorsOf(features: Tensor, where: string): Tensor {
  const { shape } = features;
  if (shape.length === 4) return features.mean([2, 3]);
  if (shape.length === 3) return features.mean([1]);
  if (shape.length === 2) return features;
  throw new ProbeError(
    `${where} gives [${shape.join(', ')}], and features are vectors [B, D], maps [B, D, H, W] or tokens [B, L, D]`,
  );
}

/** @throws DataError where samples have no classes that could be told apart */
export function classesOf(data: Dataset): readonly string[] {
  classification.width(data);
  return severalClasses(data);
}

/** Rows in one tensor, whose size is known beforehand. */
class Rows {
  readonly #most: number;
  #vectors: Tensor | null = null;
  readonly #labels: Tensor;
  #count = 0;

  constructor(most: number) {
    this.#most = most;
    this.#labels = zeros([most], { dtype: 'int64' });
  }

  get count(): number {
    return this.#count;
  }

  add(vectors: Tensor, labels: Tensor): void {
    const [rows, width] = [vectors.size(0), vectors.size(1)];
    this.#vectors ??= keep(zeros([this.#most, width]));
    this.#vectors.narrow(0, this.#count, rows).copy_(vectors);
    this.#labels.narrow(0, this.#count, rows).copy_(labels);
    this.#count += rows;
  }

  /** Once: they are the caller's then. */
  all(): Labelled {
    const [vectors, labels] = [this.#vectors ?? zeros([0, 0]), this.#labels];
    if (this.#count === this.#most) return { vectors, labels };
    using _all = vectors;
    using _allToo = labels;
    return { vectors: vectors.narrow(0, 0, this.#count), labels: labels.narrow(0, 0, this.#count) };
  }
}

/**
 * The features of all samples of a split, in evaluation and as they are, in their order; those that cannot be read are left out. A network
 * with batch norms is compiled where many batches come, as `evaluate` does it.
 *
 * @returns vectors float32 [N, D] and labels int64 [N]
 * @throws ProbeError where nothing says which features, or they are no vectors; TorchError for a path that does not exist, with those that do
 * @throws EvaluationError where a feature is NaN or infinite, with the cause; DataError for samples without classes
 * @throws the signal's reason if it is aborted
 * @example const { vectors, labels } = await extractFeatures(student, train);
 */
export async function extractFeatures(
  model: nn.Layer,
  data: Dataset,
  options: FeaturesOptions = {},
): Promise<Labelled> {
  const { rendering, task = classification, whose = 'the network', onProgress, signal } = options;
  classesOf(data);
  const layer = layerOf(model, options);
  const paths = layer === null ? [] : [layer];
  const renderings = { student: rendering };
  const batchSize = options.batchSize ?? (await batchSizeFor(data, renderings));
  using answering = new Answering(model, task, Math.floor(data.size / batchSize));
  const rows = new Rows(data.size);
  const look = (inputs: Inputs, labels: Tensor): void => {
    const { outputs, features: tapped } = answering.tapped(inputs, paths);
    const found = layer === null ? outputs.embedding : withoutPadding(tapped, inputs)[layer];
    if (!found) throw new ProbeError(`${whose} answers no features`);
    const vectors = vectorsOf(found, layer ?? whose).to('float32');
    const what = notFinite(vectors);
    if (what !== null)
      throw new EvaluationError(
        `the features of ${whose} are not finite: ${what}; ${causeIn(model, inputs)}`,
      );
    rows.add(vectors, labels);
  };
  await pass(
    [model],
    data,
    { task, batchSize, renderings, onProgress, signal },
    ({ inputs: { student }, targets: { labels } }) => {
      if (!labels) throw new ProbeError(`${data.name} has ${samplesCalled(data)} without labels`);
      look(student, labels);
    },
  );
  refuseNone(data, rows.count);
  return noGrad(() => rows.all());
}
