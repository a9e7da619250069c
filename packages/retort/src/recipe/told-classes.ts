/** What networks tell apart, where data does not say it all. */
import {
  amongImagenet,
  channels,
  classNames,
  type Dataset,
  fieldOf,
  imagenetWnids,
  type Splits,
} from '../data/index.ts';
import { type LoadOptions, labelsSaid, loadModel, NoClassifierError } from '../models/index.ts';
import { classification, judgedByDefault, type Task } from '../tasks/index.ts';
import { type Fits, fitsOf, shownBy } from './load-network.ts';
import { layoutWritten, optionsOfNetwork, specOf, type WrittenNetwork, withSpec } from './network.ts';

interface Told {
  /** How many classes. */
  readonly count: number;
  /** Their names, where the weights say them. */
  readonly labels: readonly string[] | null;
}

/** Channels of images; undefined where there are none. */
const channelsOf = (data: Dataset): number | undefined =>
  fieldOf(data.fields, 'image') ? channels(data) : undefined;

/** What a network's weights tell apart. @throws what `loadModel` throws */
async function toldBy(
  network: WrittenNetwork,
  images: number | undefined,
  { report }: LoadOptions,
): Promise<Told> {
  const given = {
    ...optionsOfNetwork(network),
    classes: imagenetWnids.length,
    ...(images === undefined ? {} : { channels: images }),
  };
  const { classes, metadata } = await loadModel(specOf(network), given, {
    report,
    classesOfWeights: true,
    layout: layoutWritten(network),
  });
  return { count: classes, labels: labelsSaid(metadata) };
}

/**
 * What networks are made for. Where a classification learns from images without labels, that is what the split tells apart that it is judged on,
 * or else the teacher.
 *
 * @throws RangeError where neither says it, or teachers tell apart different numbers of classes
 */
export async function fitsFor(
  task: Task,
  { train, validation, test }: Splits,
  teachers: Readonly<Record<string, WrittenNetwork>>,
  options: LoadOptions,
): Promise<Fits> {
  if (judgedByDefault(task) !== classification) return fitsOf(task, train);
  const labelled = [train, validation, test].find((split) => split && classNames(split));
  if (labelled) return fitsOf(task, labelled);
  const images = channelsOf(train);
  const told: [string, Told][] = [];
  for (const [name, network] of Object.entries(teachers))
    try {
      told.push([name, await toldBy(network, images, options)]);
    } catch (error) {
      if (!(error instanceof NoClassifierError)) throw error;
      throw new RangeError(
        `the samples of ${train.name} have no labels, so that the teacher says what is to be told apart, and ${error.message}; its vectors are learned without labels by a recipe of \`task: embedding\``,
        { cause: error },
      );
    }
  const [[, first] = []] = told;
  if (!first)
    throw new RangeError(
      `the samples of ${train.name} have no labels, and there is no teacher to say what is to be told apart: learn from one, or give them labels`,
    );
  if (told.some(([, { count }]) => count !== first.count))
    throw new RangeError(
      `the samples of ${train.name} have no labels, and the teachers tell apart different numbers of classes: ${told.map(([name, { count }]) => `${name} ${count}`).join(', ')}`,
    );
  return {
    ...shownBy(train),
    task: task.name,
    options: { classes: first.count, ...(images === undefined ? {} : { channels: images }) },
    labels: first.labels,
  };
}

/** Data that a network is judged on, and what was assumed for it. */
export interface JudgedOn {
  readonly data: Dataset;
  /** In a sentence; null where nothing was. */
  readonly assumed: string | null;
}

/**
 * Data of some of ImageNet's classes, for a network of all 1,000: it is judged among these, unless `classes` says otherwise. A task for which networks
 * are without their classifiers judges on the data as it is.
 *
 * @throws what `loadModel` throws
 */
export async function judgedOn(
  task: Task,
  data: Dataset,
  network: WrittenNetwork,
  options: LoadOptions,
): Promise<JudgedOn> {
  const isSaid = typeof network !== 'string' && network.classes !== undefined;
  const all = isSaid || specOf(network).file === null ? null : amongImagenet(data);
  const own = classNames(data)?.length ?? 0;
  if (
    !all ||
    task.width(data) === 0 ||
    (await toldBy(network, channels(data), options)).count !== imagenetWnids.length
  )
    return { data, assumed: null };
  return {
    data: all,
    assumed: `the ${own} classes of ${data.name} are called by wnids of ImageNet, and the network tells apart 1,000: it is judged among all of these, taken to be in the order of their wnids (--classes wnids judges it among the ${own})`,
  };
}

/**
 * A teacher of ImageNet's 1,000 classes, of which those are taken that the data has, where its classes are called by their wnids and nothing
 * else is said; any other as it is.
 *
 * @throws what `loadModel` throws
 */
export async function taughtAmong(
  task: Task,
  data: Dataset,
  network: WrittenNetwork,
  options: LoadOptions,
): Promise<WrittenNetwork> {
  const { data: judged, assumed } = await judgedOn(task, data, network, options);
  if (judged === data || assumed === null) return network;
  const { file } = specOf(network);
  options.onWarning?.(
    `${file}: it tells apart ImageNet's 1,000 classes, and those of ${data.name} are called by their wnids: it is asked for these, taken to be in the order of their wnids; say \`classes\` where that is another`,
  );
  return withSpec({ ...(typeof network === 'string' ? {} : network), classes: 'wnids' }, specOf(network));
}
