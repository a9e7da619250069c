/** `retort export` of networks that are shown images. */
import type { nn } from '@retort/torch';
import {
  classNames,
  type Dataset,
  type FullRendering,
  fetchColumns,
  fieldOf,
  fullRendering,
  imagesOf,
  isOneTensor,
} from '../../data/index.ts';
import {
  type CardFacts,
  type CommonFolderOptions,
  type ExportedFolder,
  type ExportFolderOptions,
  exportFolder,
} from '../../export/folder/index.ts';
import { type LoadOptions, labelsSaid, madeFor, metricsSaid, weightsMetadata } from '../../models/index.ts';
import {
  fitsOf,
  judgedOn,
  type LoadedForImages,
  loadNetwork,
  readingOf,
  specOf,
  type WrittenNetwork,
} from '../../recipe/index.ts';
import { classification, embedding, judgedBy, type Task } from '../../tasks/index.ts';
import { UsageError } from '../load.ts';
import type { ExportFlags } from './asked.ts';

/** A network, and how it wants its images. */
export interface ImageStudent
  extends Pick<ExportFolderOptions, 'name' | 'classes' | 'labels' | 'rendering' | 'channels'> {
  readonly model: nn.Layer;
  readonly task: Task;
  /** What its weights say. */
  readonly metadata: Metadata;
  readonly data: Dataset | null;
  /** How photographs are read for it. */
  readonly reading: ReturnType<typeof readingOf>;
}

type Metadata = Readonly<Record<string, string>>;

/** As what it is exported: as it is asked, else as it was trained, by the metrics that its run's recipe named. */
function taskOf(metadata: Metadata, asked: string | undefined): Task {
  if ((asked ?? metadata.task) === embedding.name) return embedding;
  const metrics = metadata.task === classification.name ? metricsSaid(metadata) : undefined;
  return metrics ? judgedBy(classification, metrics) : classification;
}

/** What weights say that is not of a classifier which is left out. */
function withoutClasses({ labels: _, metrics: __, classes: ___, ...metadata }: Metadata): Metadata {
  return metadata;
}

/** What is told of its run: scores of a classifier that is left out are none of its vectors. */
function toldOf({ task, metadata }: ImageStudent, facts: CardFacts): CardFacts {
  if (task !== embedding || metadata.task === undefined || metadata.task === embedding.name) return facts;
  const remarks = [...(facts.remarks ?? []), `its classifier (the task ${metadata.task}) was left out`];
  return { ...facts, remarks, scores: {}, teacherScores: undefined };
}

/** Loaded for the data that it is judged on. */
export async function judgedImages(
  written: WrittenNetwork,
  test: Dataset,
  options: unknown,
  asked: string | undefined,
  read: LoadOptions,
): Promise<ImageStudent> {
  const { file, key } = specOf(written);
  const task = taskOf(file === null ? {} : await weightsMetadata(file, key, read), asked);
  const { data, assumed } = await judgedOn(task, test, written, read);
  if (assumed !== null) read.onWarning?.(assumed);
  if (!classNames(data) && task !== embedding)
    throw new UsageError(
      `${data.name} has no labels, so that nothing can be judged: name data that has some, or say --task ${embedding.name}, which leaves out the classifier and needs none`,
    );
  const fits = fitsOf(task, data);
  const { name, model, rendering, metadata } = await loadNetwork('student', written, fits, read);
  return {
    ...{ name, model, metadata, data, ...fits.options },
    channels: fits.options.channels ?? 3,
    labels: task === embedding ? null : (labelsSaid(metadata) ?? fits.labels),
    rendering: fullRendering(imagesOf(data), rendering),
    reading: readingOf(options),
    task,
  };
}

/** Where there is no data. */
export function unjudgedImages(loaded: LoadedForImages, asked: string | undefined): ImageStudent {
  const { name, model, metadata, classes, labels, rendering, images, reading } = loaded;
  const task = taskOf(metadata, asked);
  return {
    ...{ name, model, metadata, classes, rendering, reading, task, data: null },
    labels: task === embedding ? null : labels,
    channels: images.channels,
  };
}

/** The size of what it is shown: as it wants it, or as its data has it. */
async function sizeOf(
  { name, rendering, data }: ImageStudent,
  size: number | undefined,
): Promise<readonly [number, number]> {
  const said = size ?? rendering.size;
  if (said !== undefined) return [said, said];
  const image = data && !imagesOf(data).anySize ? fieldOf(data.fields, 'image') : null;
  if (data && image) {
    using fetched = await fetchColumns(data, Int32Array.of(0), { standIns: 'any' });
    const images = fetched.columns[image.name];
    if (images && isOneTensor(images)) return [images.size(1), images.size(2)];
  }
  const made = madeFor(name);
  if (made) return [made.pixels, made.pixels];
  throw new UsageError('of which size its images are is not said by its file: say --size PIXELS');
}

/** Of another size, of which the same part is cropped. */
function sized(rendering: FullRendering, size: number | undefined): FullRendering {
  if (size === undefined) return rendering;
  const { size: own, resize } = rendering;
  if (resize === undefined || own === undefined) return { ...rendering, size };
  return { ...rendering, size, resize: Math.round((resize * size) / own) };
}

/** What a file says of how photographs were read for its network. */
export const readingSaid = (reading: ImageStudent['reading']): Readonly<Record<string, string>> =>
  Object.keys(reading).length > 0 ? { reading: JSON.stringify(reading) } : {};

export async function exportImages(
  student: ImageStudent,
  flags: ExportFlags,
  common: Omit<CommonFolderOptions, 'name' | 'classes' | 'labels' | 'metadata'>,
): Promise<ExportedFolder> {
  const { model, data: _, rendering, metadata, reading, ...about } = student;
  if (about.task !== embedding && ![classification.name, undefined].includes(metadata.task))
    throw new UsageError(
      `${about.name} was trained for the task ${metadata.task}, and a model folder is of one that classifies, or answers vectors: exportOnnx writes its graph alone`,
    );
  const said = about.task === embedding ? withoutClasses(metadata) : metadata;
  return exportFolder(model, flags.out, {
    ...{ ...about, ...common, facts: toldOf(student, common.facts ?? {}) },
    size: await sizeOf(student, flags.size),
    rendering: sized(rendering, flags.size),
    metadata: { ...said, ...readingSaid(reading) },
    bakeNormalisation: flags.bakeNormalisation ?? false,
  });
}
