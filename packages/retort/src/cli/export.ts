/** `retort export`. */
import fs from 'node:fs';
import path from 'node:path';
import type { nn } from '@retort/torch';
import { z } from 'zod';
import {
  classNames,
  type Dataset,
  type FullRendering,
  fetchColumns,
  fieldOf,
  fullRendering,
  imagesOf,
  isOneTensor,
  permutation,
  type Splits,
  subset,
} from '../data/index.ts';
import { defaults } from '../defaults.ts';
import {
  type CardFacts,
  type ExportedFolder,
  type ExportFolderOptions,
  exportFolder,
  licenceOf,
} from '../export/folder/index.ts';
import {
  type Calibration,
  calibrations,
  type ExportPrecision,
  type Int8Options,
} from '../export/onnx/index.ts';
import { methods } from '../methods/index.ts';
import {
  findOnnxRuntime,
  isOnnxFile,
  type LoadOptions,
  labelsSaid,
  madeFor,
  parseNetwork,
} from '../models/index.ts';
import {
  fitsOf,
  judgedOn,
  loadAlone,
  loadNetwork,
  locateNetwork,
  readingOf,
  specOf,
  type WrittenNetwork,
} from '../recipe/index.ts';
import { type RunStatus, readRun } from '../runs/index.ts';
import { classification } from '../tasks/index.ts';
import { unknown } from '../words/unknown.ts';
import { stopOnInterrupt } from './interrupt.ts';
import { loadData, UsageError } from './load.ts';
import { dataOptions, type NetworkFlags, writtenNetwork } from './network-flags.ts';
import { say } from './output.ts';
import { Progress } from './progress.ts';
import { count, duration, percent, table } from './table.ts';

export interface ExportFlags extends NetworkFlags {
  readonly out: string;
  readonly data?: string;
  /** As a recipe has them, in YAML. */
  readonly dataOptions?: string;
  readonly size?: number;
  /** With commas. */
  readonly precisions?: string;
  readonly bakeNormalisation?: boolean;
  /** How the ranges of int8 are found. */
  readonly calibration?: string;
  /** Which layers stay in float32 in int8: `first`, `last`, with commas. */
  readonly keep?: string;
  /** Whether graphs are checked in onnxruntime. */
  readonly check?: boolean;
  /** So many of the data's images are judged, at most. */
  readonly images?: number;
  readonly license?: string;
  readonly teacherLicense?: string;
  readonly dataLicense?: string;
  readonly json?: boolean;
}

const named = z.looseObject({ name: z.string() });

/** As much of a run's recipe as is told of its student. */
const settings = z.looseObject({
  data: z.looseObject({ name: z.string(), options: z.record(z.string(), z.unknown()).optional() }),
  stages: z.array(z.looseObject({ methods: z.array(named).catch([]) })).catch([]),
  teacher: z.union([z.string(), z.looseObject({ weights: z.string().optional() })]).optional(),
});

/** What a run says of its student. */
interface Origin {
  readonly data: { readonly name: string; readonly options?: Readonly<Record<string, unknown>> | undefined };
  readonly facts: CardFacts;
}

/** What a run that is not done is said to be. */
const unfinished: Partial<Record<RunStatus, string>> = {
  running: 'is still running',
  stopped: 'was stopped',
  killed: 'was killed',
  failed: 'has failed',
};

/** Null for weights that are of no run. */
function originOf(file: string | null): Origin | null {
  const [, of] = /^(best|last)\.safetensors$/.exec(path.basename(file ?? '')) ?? [];
  const folder = file !== null && of !== undefined ? path.dirname(file) : file;
  if (folder === null || !fs.existsSync(path.join(folder, 'run.json'))) return null;
  const run = readRun(folder);
  const { success, data: said } = settings.safeParse(run.settings);
  if (!success) return null;
  const names = new Set(said.stages.flatMap((stage) => stage.methods.map(({ name }) => name)));
  const recipe = path.join(folder, 'recipe.yaml');
  const how = unfinished[run.status];
  const teacher = typeof said.teacher === 'string' ? parseNetwork(said.teacher).file : said.teacher?.weights;
  return {
    data: said.data,
    facts: {
      teacher: run.teacher ?? undefined,
      methods: [...names].map((name) => ({ name, source: methods[name]?.source ?? "the run's own" })),
      data: said.data.name,
      recipe: fs.existsSync(recipe) ? fs.readFileSync(recipe, 'utf8') : undefined,
      scores: Object.fromEntries(
        Object.entries(run.scores).flatMap(([name, { best, last }]) => {
          const score = of === 'last' ? last : (best ?? last);
          return score === null ? [] : [[name, score]];
        }),
      ),
      teacherScores: run.teacherScores ?? undefined,
      licences: { teacher: teacher ? licenceOf(teacher) : undefined },
      remarks: how ? [`its run ${how} after ${run.epochsDone} of ${run.epochsTotal ?? 'its'} epochs`] : [],
    },
  };
}

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
  extends Pick<ExportFolderOptions, 'name' | 'classes' | 'labels' | 'rendering' | 'channels' | 'metadata'> {
  readonly model: nn.Layer;
  readonly data: Dataset | null;
  /** How photographs are read for it. */
  readonly reading: ReturnType<typeof readingOf>;
}

/** Loaded for the data that it is judged on. */
async function judged(
  written: WrittenNetwork,
  test: Dataset,
  options: unknown,
  read: LoadOptions,
): Promise<Student> {
  const { data, assumed } = await judgedOn(test, written, read);
  if (assumed !== null) read.onWarning?.(assumed);
  if (!classNames(data))
    throw new UsageError(
      `${data.name} has no labels, so that nothing can be judged: name a split that has some`,
    );
  const fits = fitsOf(classification, data);
  const { name, model, rendering, metadata } = await loadNetwork('student', written, fits, read);
  return {
    ...{ name, model, metadata, data, ...fits.options },
    channels: fits.options.channels ?? 3,
    labels: labelsSaid(metadata) ?? fits.labels,
    rendering: fullRendering(imagesOf(data), rendering),
    reading: readingOf(options),
  };
}

/** Loaded where there is no data. */
async function unjudged(written: WrittenNetwork, read: LoadOptions): Promise<Student> {
  if (specOf(written).file === null)
    throw new UsageError(
      'its weights are fresh, and nothing is worth exporting: name those that were trained, as resnet8:FILE or a run folder',
    );
  const { name, model, metadata, classes, labels, rendering, images, reading } = await loadAlone(written, {
    ...read,
    ...{ shown: true, guessed: false },
  });
  return {
    ...{ name, model, metadata, classes, labels, rendering, reading },
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

/** At most so many, drawn once for all exports. */
function few(data: Dataset, images: number): Dataset {
  if (data.size <= images) return data;
  const chosen = permutation(data.size, { seed: 0, epoch: 0, purpose: 'subset' }).slice(0, images);
  return subset(data, chosen.sort());
}

const known: readonly string[] = ['fp32', 'fp16', 'int8'] satisfies ExportPrecision[];

/** Null where none are named. @throws UsageError for what is none */
function precisionsOf(text: string | undefined): readonly ExportPrecision[] | null {
  if (text === undefined) return null;
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.find((name) => !known.includes(name));
  if (wrong !== undefined)
    throw new UsageError(`--precisions ${text}: ${unknown('precision', wrong, [...known])}`);
  return names as ExportPrecision[];
}

/** @throws UsageError for what is none, and without a graph in int8 */
function int8Of(
  { calibration, keep }: ExportFlags,
  precisions: readonly ExportPrecision[] | null,
): Pick<Int8Options, 'calibration' | 'keep'> {
  if (calibration === undefined && keep === undefined) return {};
  if (precisions?.includes('int8') === false)
    throw new UsageError(
      '--calibration and --keep are of a graph in int8: name it, too (--precisions fp32,int8)',
    );
  const kept = keep?.split(',').map((name) => name.trim()) ?? [];
  const wrong = kept.find((name) => name !== 'first' && name !== 'last');
  if (wrong !== undefined)
    throw new UsageError(`--keep ${keep}: ${unknown('layer', wrong, ['first', 'last'])}`);
  if (calibration !== undefined && !isCalibration(calibration))
    throw new UsageError(
      `--calibration ${calibration}: ${unknown('calibration', calibration, [...calibrations])}`,
    );
  return {
    ...(calibration === undefined ? {} : { calibration }),
    keep: { first: kept.includes('first'), last: kept.includes('last') },
  };
}

const isCalibration = (name: string): name is Calibration =>
  (calibrations as readonly string[]).includes(name);

/** @throws UsageError for a licence that no line of a card could state */
function licence(flag: string, name: string | undefined): string | undefined {
  if (name === undefined || /^\S(?:[^\p{Cc}]*\S)?$/u.test(name)) return name;
  throw new UsageError(
    `${flag}: the name of a licence is one line of text, as apache-2.0, and not ${JSON.stringify(name)}`,
  );
}

/** @throws UsageError for what is asked wrongly, before anything is loaded */
function asked(flags: ExportFlags) {
  const precisions = precisionsOf(flags.precisions);
  const { check = true } = flags;
  if (check && !findOnnxRuntime())
    throw new UsageError(
      'what is exported is checked by onnxruntime-node, which is not installed: run `npx retort setup onnx`, or export without that (--no-check)',
    );
  if (!check && precisions?.includes('int8'))
    throw new UsageError(
      '--no-check: a graph in int8 is made and judged by onnxruntime-node: leave out one of both',
    );
  return {
    ...(precisions ? { precisions } : {}),
    ...{ check, int8: int8Of(flags, precisions) },
    licences: {
      student: licence('--license', flags.license),
      teacher: licence('--teacher-license', flags.teacherLicense),
      data: licence('--data-license', flags.dataLicense),
    },
  };
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
  const student = splits ? await judged(written, splits.test, options, read) : await unjudged(written, read);
  const { model, data, rendering, metadata, reading, ...about } = student;
  if (metadata?.task !== undefined && metadata.task !== 'classification')
    throw new UsageError(
      `${about.name} was trained for the task ${metadata.task}, and a model folder is of one that classifies: exportOnnx writes its graph alone`,
    );
  const size = await sizeOf(student, flags.size);
  const facts: CardFacts = {
    ...origin?.facts,
    licences: { ...licences, teacher: licences.teacher ?? origin?.facts.licences?.teacher },
  };
  const exported = await exportFolder(model, flags.out, {
    ...about,
    ...{ ...how, facts, size, signal },
    rendering: sized(rendering, flags.size),
    metadata: {
      ...metadata,
      ...(Object.keys(reading).length > 0 ? { reading: JSON.stringify(reading) } : {}),
    },
    measured: true,
    bakeNormalisation: flags.bakeNormalisation ?? false,
    ...(data ? { data: few(data, flags.images ?? defaults.exported.images) } : {}),
    ...(splits && splits.train.size > 0 ? { calibration: splits.train } : {}),
    report: (what, done, total) => progress.show({ what, done, total }),
  });
  progress.clear();
  if (flags.json) say(JSON.stringify(exported));
  else print(exported, student.name);
}

function print(
  { folder, forms, top1, weights, parameters, modelType, measuredOn, remarks }: ExportedFolder,
  name: string,
): void {
  const isJudged = top1 !== null;
  const shown = (score: number | null): string => (score === null ? '-' : percent(score));
  say(
    table(
      ['file', 'precision', 'MB', 'says the same', ...(isJudged ? ['top-1'] : []), 'an image takes'],
      [
        [weights, 'fp32', '', '', ...(isJudged ? [shown(top1)] : []), ''],
        ...forms.map((form) => [
          form.file,
          form.precision,
          (form.bytes / 1e6).toFixed(2),
          form.agreement === null ? 'not checked' : percent(form.agreement),
          ...(isJudged ? [shown(form.top1)] : []),
          form.latency === null ? '-' : duration(form.latency.p50),
        ]),
      ],
    ),
  );
  say(
    `\n${folder}: ${name}, ${count(parameters)} parameters${modelType === null ? '' : `, as transformers' ${modelType}`}`,
  );
  if (measuredOn !== null) say(`An image takes so long on ${measuredOn}, at the median.`);
  for (const remark of remarks) say(`* ${remark}`);
}
