/** `retort export`: a student as a model folder. */
import { few } from '../../data/few.ts';
import type { Splits } from '../../data/index.ts';
import { defaults } from '../../defaults.ts';
import {
  type CardFacts,
  type CommonFolderOptions,
  type ExportedFolder,
  exportFolder,
} from '../../export/folder/index.ts';
import { isDetector, isOnnxFile, type LoadOptions, NoClassifierError } from '../../models/index.ts';
import { loadAlone, locateNetwork, specOf, type WrittenNetwork } from '../../recipe/index.ts';
import { embedding } from '../../tasks/index.ts';
import { stopOnInterrupt } from '../interrupt.ts';
import { loadData, UsageError } from '../load.ts';
import { dataOptions, writtenNetwork } from '../network-flags.ts';
import { say } from '../output.ts';
import { Progress } from '../progress.ts';
import { type Origin, originOf } from '../run-origin.ts';
import { asked, type ExportFlags } from './asked.ts';
import {
  areBoxes,
  type DetectorStudent,
  judgedBoxes,
  refuseClassifierFlags,
  unjudgedBoxes,
} from './boxes.ts';
import { exportImages, type ImageStudent, judgedImages, readingSaid, unjudgedImages } from './images.ts';
import { printExported } from './printed.ts';
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

type AnyStudent = ImageStudent | TextStudent | DetectorStudent;

/** Loaded where there is no data. */
async function unjudged(
  written: WrittenNetwork,
  { task }: ExportFlags,
  read: LoadOptions,
): Promise<AnyStudent> {
  if (specOf(written).file === null)
    throw new UsageError(
      'its weights are fresh, and nothing is worth exporting: name those that were trained, as resnet8:FILE or a run folder',
    );
  const withoutClassifier = task === embedding.name;
  const loaded = await loadAlone(written, { ...read, shown: true, guessed: false, withoutClassifier });
  if (loaded.takes === 'texts') return unjudgedTexts(loaded);
  return isDetector(loaded.model) ? unjudgedBoxes(loaded) : unjudgedImages(loaded, task);
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
  const student = await loaded(written, splits, options, flags, read);
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
  else printExported(exported, student.name, isOfTexts ? 'text' : 'image');
}

async function loaded(
  written: WrittenNetwork,
  splits: Splits | null,
  options: unknown,
  flags: ExportFlags,
  read: LoadOptions,
): Promise<AnyStudent> {
  if (splits && flags.task === embedding.name && (areTexts(splits) || areBoxes(splits)))
    throw new UsageError(
      `--task ${embedding.name} is of networks of images, and the samples of ${splits.test.name} are ${areTexts(splits) ? 'texts' : 'images with boxes'}: name images, with classes or without labels`,
    );
  try {
    if (!splits) return await unjudged(written, flags, read);
    if (areTexts(splits)) return await judgedTexts(written, splits, read);
    return areBoxes(splits)
      ? await judgedBoxes(written, splits, options, read)
      : await judgedImages(written, splits.test, options, flags.task, read);
  } catch (error) {
    if (!(error instanceof NoClassifierError)) throw error;
    throw new UsageError(
      `${error.message}; --task ${embedding.name} exports a network of images as it is, and its graphs answer vectors`,
      { cause: error },
    );
  }
}

/** What is told of any student but for what it is shown. */
type Common = Omit<CommonFolderOptions, 'name' | 'classes' | 'labels' | 'metadata'>;

function exportTexts(student: TextStudent, { out }: ExportFlags, common: Common): Promise<ExportedFolder> {
  const { model, data: _, ...about } = student;
  return exportFolder(model, out, { ...about, ...common });
}

function exportBoxes(student: DetectorStudent, flags: ExportFlags, common: Common): Promise<ExportedFolder> {
  const { model, data: _, finds: __, metadata, reading, ...about } = student;
  refuseClassifierFlags(flags, about.name);
  return exportFolder(model, flags.out, {
    ...{ ...about, ...common },
    metadata: { ...metadata, ...readingSaid(reading) },
    bakeNormalisation: flags.bakeNormalisation ?? false,
  });
}
