/** `retort export`. */
import type { nn } from '@retort/torch';
import { few } from '../../data/few.ts';
import {
  classNames,
  type Dataset,
  type FullRendering,
  fetchColumns,
  fieldOf,
  fullRendering,
  imagesOf,
  isOneTensor,
  type Splits,
} from '../../data/index.ts';
import { defaults } from '../../defaults.ts';
import {
  type CardFacts,
  type CommonFolderOptions,
  type ExportedFolder,
  type ExportFolderOptions,
  exportFolder,
} from '../../export/folder/index.ts';
import {
  isDetector,
  isOnnxFile,
  type LoadOptions,
  labelsSaid,
  madeFor,
  metricsSaid,
  weightsMetadata,
} from '../../models/index.ts';
import {
  fitsOf,
  judgedOn,
  loadAlone,
  loadNetwork,
  locateNetwork,
  readingOf,
  specOf,
  type WrittenNetwork,
} from '../../recipe/index.ts';
import { classification, embedding, judgedBy, type Task } from '../../tasks/index.ts';
import { stopOnInterrupt } from '../interrupt.ts';
import { loadData, UsageError } from '../load.ts';
import { dataOptions, writtenNetwork } from '../network-flags.ts';
import { say } from '../output.ts';
import { Progress } from '../progress.ts';
import { type Origin, originOf } from '../run-origin.ts';
import { scoreName, scoreText } from '../scores.ts';
import { count, duration, percent, table } from '../table.ts';
import { asked, type ExportFlags } from './asked.ts';
import {
  areBoxes,
  type DetectorStudent,
  judgedBoxes,
  refuseClassifierFlags,
  unjudgedBoxes,
} from './boxes.ts';
import { areTexts, judgedTexts, refuseImageFlags, type TextStudent, unjudgedTexts } from './texts.ts';

/** The data that it is judged on: what was named, or what its run was judged on, where that is there. */
async function splitsOf(
  flags: ExportFlags,
  origin: Origin | null,
  progress: Progress,
): Promise<Splits | null> {
  if (flags.data !== undefined) return loadData(flags.data, progress, dataOptions(flags.dataOptions));
  if (!origin) return null;
  try {
    return await loadData(origin.data.name, progress, origin.data.options);
  } catch (error) {
    progress.line(
      `the data of its run, ${origin.data.name}, cannot be read, so that the graphs are judged on nothing: ${error instanceof Error ? error.message : String(error)}`,
    );
    return null;
  }
}

/** A network, and how it wants its images. */
interface Student
  extends Pick<
    ExportFolderOptions,
    'name' | 'classes' | 'labels' | 'rendering' | 'channels' | 'metadata' | 'task'
  > {
  readonly model: nn.Layer;
  readonly data: Dataset | null;
  /** How photographs are read for it. */
  readonly reading: ReturnType<typeof readingOf>;
}

type AnyStudent = Student | TextStudent | DetectorStudent;

/** What it learned, by the metrics that its run's recipe named, where it was one of a classifier. */
function learned(metadata: Readonly<Record<string, string>>): Task {
  if (metadata.task === embedding.name) return embedding;
  const metrics = metadata.task === classification.name ? metricsSaid(metadata) : undefined;
  return metrics ? judgedBy(classification, metrics) : classification;
}

/** Loaded for the data that it is judged on. */
async function judged(
  written: WrittenNetwork,
  test: Dataset,
  options: unknown,
  read: LoadOptions,
): Promise<Student> {
  const { file, key } = specOf(written);
  const task = learned(file === null ? {} : await weightsMetadata(file, key, read));
  const { data, assumed } = await judgedOn(task, test, written, read);
  if (assumed !== null) read.onWarning?.(assumed);
  if (!classNames(data) && task !== embedding)
    throw new UsageError(
      `${data.name} has no labels, so that nothing can be judged: name a split that has some`,
    );
  const fits = fitsOf(task, data);
  const { name, model, rendering, metadata } = await loadNetwork('student', written, fits, read);
  return {
    ...{ name, model, metadata, data, ...fits.options },
    channels: fits.options.channels ?? 3,
    labels: labelsSaid(metadata) ?? fits.labels,
    rendering: fullRendering(imagesOf(data), rendering),
    reading: readingOf(options),
    task,
  };
}

/** Loaded where there is no data. */
async function unjudged(written: WrittenNetwork, read: LoadOptions): Promise<AnyStudent> {
  if (specOf(written).file === null)
    throw new UsageError(
      'its weights are fresh, and nothing is worth exporting: name those that were trained, as resnet8:FILE or a run folder',
    );
  const loaded = await loadAlone(written, { ...read, shown: true, guessed: false });
  if (loaded.takes === 'texts') return unjudgedTexts(loaded);
  if (isDetector(loaded.model)) return unjudgedBoxes(loaded);
  const { name, model, metadata, classes, labels, rendering, images, reading } = loaded;
  return {
    ...{ name, model, metadata, classes, labels, rendering, reading, task: learned(metadata) },
    ...{ channels: images.channels, data: null },
  };
}

/** The size of what it is shown: as it wants it, or as its data has it. */
async function sizeOf(
  { name, rendering, data }: Student,
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

export async function exportCommand(flags: ExportFlags): Promise<void> {
  const progress = new Progress();
  const signal = stopOnInterrupt((line) => progress.line(line));
  const { licences, ...how } = asked(flags);
  const written = locateNetwork(writtenNetwork(flags));
  const { file } = specOf(written);
  if (file !== null && isOnnxFile(file))
    throw new UsageError(
      `${file} is an ONNX file already: name the weights that it was made of, e.g. a run folder`,
    );
  const origin = originOf(file);
  const splits = await splitsOf(flags, origin, progress);
  const read: LoadOptions = {
    onWarning: (text) => progress.line(text),
    report: (what, done, total) => progress.show({ what, done, total }),
  };
  const options = flags.data === undefined ? origin?.data.options : dataOptions(flags.dataOptions);
  const student = await loaded(written, splits, options, read);
  const isOfTexts = !('channels' in student);
  const facts: CardFacts = {
    ...origin?.facts,
    licences: { ...licences, teacher: licences.teacher ?? origin?.facts.licences?.teacher },
  };
  const { data } = student;
  const common = {
    ...{ ...how, facts, signal, measured: true },
    ...(data ? { data: few(data, flags.images ?? defaults.exported.images) } : {}),
    ...(splits && splits.train.size > 0 ? { calibration: splits.train } : {}),
    report: (what: string, done: number, total: number) => progress.show({ what, done, total }),
  };
  if (isOfTexts) refuseImageFlags(flags, student.name);
  const exported = isOfTexts
    ? await exportTexts(student, flags, common)
    : 'finds' in student
      ? await exportBoxes(student, flags, common)
      : await exportImages(student, flags, common);
  progress.clear();
  if (flags.json) say(JSON.stringify(exported));
  else print(exported, student.name, isOfTexts ? 'text' : 'image');
}

function loaded(
  written: WrittenNetwork,
  splits: Splits | null,
  options: unknown,
  read: LoadOptions,
): Promise<AnyStudent> {
  if (!splits) return unjudged(written, read);
  if (areTexts(splits)) return judgedTexts(written, splits, read);
  return areBoxes(splits)
    ? judgedBoxes(written, splits, options, read)
    : judged(written, splits.test, options, read);
}

/** What is told of any student but for what it is shown. */
type Common = Omit<CommonFolderOptions, 'name' | 'classes' | 'labels' | 'metadata'>;

function exportTexts(student: TextStudent, { out }: ExportFlags, common: Common): Promise<ExportedFolder> {
  const { model, data: _, ...about } = student;
  return exportFolder(model, out, { ...about, ...common });
}

/** What a file says of how photographs were read for its network. */
const readingSaid = (reading: Student['reading']): Readonly<Record<string, string>> =>
  Object.keys(reading).length > 0 ? { reading: JSON.stringify(reading) } : {};

function exportBoxes(student: DetectorStudent, flags: ExportFlags, common: Common): Promise<ExportedFolder> {
  const { model, data: _, finds: __, metadata, reading, ...about } = student;
  refuseClassifierFlags(flags, about.name);
  return exportFolder(model, flags.out, {
    ...{ ...about, ...common },
    metadata: { ...metadata, ...readingSaid(reading) },
    bakeNormalisation: flags.bakeNormalisation ?? false,
  });
}

async function exportImages(student: Student, flags: ExportFlags, common: Common): Promise<ExportedFolder> {
  const { model, data: _, rendering, metadata, reading, ...about } = student;
  if (metadata?.task !== undefined && ![classification.name, embedding.name].includes(metadata.task))
    throw new UsageError(
      `${about.name} was trained for the task ${metadata.task}, and a model folder is of one that classifies, or answers vectors: exportOnnx writes its graph alone`,
    );
  return exportFolder(model, flags.out, {
    ...{ ...about, ...common },
    size: await sizeOf(student, flags.size),
    rendering: sized(rendering, flags.size),
    metadata: { ...metadata, ...readingSaid(reading) },
    bakeNormalisation: flags.bakeNormalisation ?? false,
  });
}

function print(
  { folder, forms, headline, score, weights, parameters, modelType, measuredOn, remarks }: ExportedFolder,
  name: string,
  sample: 'image' | 'text',
): void {
  const isJudged = headline !== null && score !== null;
  const metric = headline?.metric ?? '';
  const shown = (value: number | null): string => (value === null ? '-' : scoreText(metric, value));
  const one = sample === 'image' ? 'an image' : 'a text';
  say(
    table(
      ['file', 'precision', 'MB', 'says the same', ...(isJudged ? [scoreName(metric)] : []), `${one} takes`],
      [
        [weights, 'fp32', '', '', ...(isJudged ? [shown(score)] : []), ''],
        ...forms.map((form) => [
          form.file,
          form.precision,
          (form.bytes / 1e6).toFixed(2),
          form.agreement === null ? 'not checked' : percent(form.agreement),
          ...(isJudged ? [shown(form.score)] : []),
          form.latency === null ? '-' : duration(form.latency.p50),
        ]),
      ],
    ),
  );
  say(
    `\n${folder}: ${name}, ${count(parameters)} parameters${modelType === null ? '' : `, as transformers' ${modelType}`}`,
  );
  if (measuredOn !== null) say(`${one.replace(/^a/, 'A')} takes so long on ${measuredOn}, at the median.`);
  for (const remark of remarks) say(`* ${remark}`);
}
