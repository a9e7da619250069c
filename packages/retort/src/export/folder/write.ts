/** A student as a model folder, in the layout of Hugging Face: whoever has it needs no Retort. */
import fs from 'node:fs';
import path from 'node:path';
import { keep, type nn, saveSafetensors, scope, type Tensor } from '@retort/torch';
import { removeLeftBehind, scratchFor } from '../../data/formats/aside.ts';
import { type Dataset, type FullRendering, fetchColumns, render } from '../../data/index.ts';
import { defaults } from '../../defaults.ts';
import { evaluate } from '../../evaluate/index.ts';
import { exportedWeights, loadOnnx, ofTransformers } from '../../models/index.ts';
import { parseOwnModule } from '../../own-modules.ts';
import { systemCause } from '../../system/system-errors.ts';
import { measure } from '../measure/index.ts';
import {
  checkExport,
  type ExportCheck,
  ExportError,
  type ExportPrecision,
  exportOnnx,
} from '../onnx/index.ts';
import { cardOf } from './card.ts';
import { configOf, type Described, preprocessorOf, weightsOfTransformers } from './config.ts';
import type { ExportedFolder, ExportedForm, ExportFolderOptions } from './exported.ts';
import { ShownGrey } from './grey.ts';
import { placeless } from './places.ts';

/** Where the graph of each precision lies, as transformers.js looks for it. */
export const graphFiles: Readonly<Record<ExportPrecision, string>> = {
  fp32: 'onnx/model.onnx',
  fp16: 'onnx/model_fp16.onnx',
  int8: 'onnx/model_quantized.onnx',
};

/** A form may lose a point of accuracy, until that is said loudly; a share that was counted is not exact. */
const mostLost = 0.01 + 1e-9;

/** So many images a graph is checked with, in few batches. */
const checked = 128;

/** @throws ExportError where something is there already */
function refuseTaken(folder: string): void {
  const found = fs.lstatSync(folder, { throwIfNoEntry: false });
  if (!found || (found.isDirectory() && fs.readdirSync(folder).length === 0)) return;
  throw new ExportError(
    `${folder} is there already, and is not written over: name another folder, or remove it first`,
  );
}

/** The numbers of some samples, from all of the data. */
function evenly(size: number, most: number): Int32Array {
  const count = Math.min(most, size);
  return Int32Array.from({ length: count }, (_, i) => Math.floor((i * size) / count));
}

/** So many images the scales of int8 are found on, and so many of them at a time. */
const calibrated = 256;
const atOnce = 32;

/** Images as the network takes them, batch by batch. @throws ExportError where there are none */
async function* calibrationImages({
  calibration,
  data,
  rendering,
}: ExportFolderOptions): AsyncIterable<Tensor> {
  const from = calibration ?? data;
  if (!from)
    throw new ExportError('a graph in int8 is made with real images: name data for that, or leave out int8');
  const ids = evenly(from.size, calibrated);
  for (let start = 0; start < ids.length; start += atOnce) {
    using images = await imagesBy(ids.subarray(start, start + atOnce), from, rendering);
    if (images) yield images;
  }
}

/** A few images as the network takes them; null where there are none at hand. */
async function someImages({ data, rendering }: ExportFolderOptions): Promise<Tensor | null> {
  return data ? imagesBy(evenly(data.size, checked), data, rendering) : null;
}

async function imagesBy(ids: Int32Array, data: Dataset, rendering: FullRendering): Promise<Tensor | null> {
  using fetched = await fetchColumns(data, ids, { standIns: 'any' });
  return scope(() => {
    const sides = render(data, fetched.columns, ids, { seed: 0, epoch: 0 }, { student: rendering });
    const { images } = sides.student;
    return images ? keep(images) : null;
  });
}

/** How the graphs want images: normalised, or as pixels in [0, 1]. */
const renderingOf = ({
  rendering,
  bakeNormalisation = false,
  channels,
  size,
}: ExportFolderOptions): FullRendering => {
  const each = (value: number) => Array.from({ length: channels }, () => value);
  const [height, width] = size;
  return {
    ...rendering,
    ...(height === width ? { size: height } : {}),
    ...(bakeNormalisation ? { mean: each(0), std: each(1) } : {}),
  };
};

/** What a graph says of itself, by which Retort reads it again. */
const graphMetadata = (options: ExportFolderOptions): Record<string, string> => {
  const { name, classes, labels, channels, metadata = {} } = options;
  const input = renderingOf(options);
  const inColours = (values: readonly number[]) =>
    channels === 1 ? [0, 1, 2].flatMap(() => values) : values;
  return {
    model: placeless(name),
    classes: String(classes),
    ...(metadata.reading === undefined ? {} : { reading: metadata.reading }),
    ...(labels ? { labels: JSON.stringify(labels) } : {}),
    input: JSON.stringify({ ...input, mean: inColours(input.mean), std: inColours(input.std) }),
  };
};

/** Of a graph that nothing is known of. */
const unchecked: { readonly [Key in keyof ExportCheck]: null } = {
  ...{ images: null, difference: null, largest: null, agreement: null, beyond: null },
};

/** The precisions that can be made. */
const usual = ({ data, calibration, check = true }: ExportFolderOptions): readonly ExportPrecision[] =>
  defaults.exported.precisions.filter(
    (precision) => precision !== 'int8' || (check && (calibration ?? data)),
  );

/** @throws ExportError for int8 that is not checked */
function precisionsOf(options: ExportFolderOptions): Set<ExportPrecision> {
  const { precisions = usual(options), check = true } = options;
  if (!check && precisions.includes('int8'))
    throw new ExportError(
      'a graph in int8 is made and judged by onnxruntime-node: leave out int8, or let the graphs be checked',
    );
  return new Set(['fp32', ...precisions]);
}

class Export {
  readonly #model: nn.Layer;
  readonly #options: ExportFolderOptions;
  readonly #folder: string;

  constructor(model: nn.Layer, options: ExportFolderOptions, folder: string) {
    this.#model = model;
    this.#options = options;
    this.#folder = folder;
  }

  #write(file: string, content: string | Uint8Array): void {
    const place = path.join(this.#folder, file);
    fs.mkdirSync(path.dirname(place), { recursive: true });
    fs.writeFileSync(place, content);
  }

  /** The accuracy of a network on the data. */
  async #top1(model: nn.Layer, rendering: FullRendering, what: string): Promise<number | null> {
    const { data, report, signal } = this.#options;
    if (!data) return null;
    const { top1 } = await evaluate(model, data, {
      renderings: { student: rendering },
      onProgress: (done, total) => report?.(`judging ${what}`, done, total),
      signal,
    });
    return top1;
  }

  /** What was written, as a network of such images as the student's. */
  async #graph(file: string): Promise<nn.Layer> {
    const { channels, classes } = this.#options;
    const place = path.join(this.#folder, file);
    if (channels !== 1) return (await loadOnnx(place, { classes, channels })).model;
    const { model } = await loadOnnx(place, { classes, channels: 3 });
    return new ShownGrey(model);
  }

  async #form(precision: ExportPrecision, images: Tensor | null): Promise<ExportedForm> {
    const { rendering, size, channels, bakeNormalisation = false, int8, check = true } = this.#options;
    const { mean, std } = rendering;
    const exported = await exportOnnx(this.#model, {
      ...{ size, channels, precision },
      ...(bakeNormalisation ? { bakeNormalisation: { mean, std } } : {}),
      fromColour: channels === 1,
      ...(precision === 'int8' ? { int8: { ...int8, images: calibrationImages(this.#options) } } : {}),
      metadata: graphMetadata(this.#options),
    });
    const found = check ? checkExport(this.#model, exported, images ? { images } : {}) : unchecked;
    const file = graphFiles[precision];
    this.#write(file, exported.bytes);
    const top1 = check
      ? await this.#top1(await this.#graph(file), renderingOf(this.#options), `the graph in ${precision}`)
      : null;
    return {
      ...found,
      ...{ precision, file, top1, latency: null },
      bytes: exported.bytes.length,
      nodes: exported.nodes,
    };
  }

  /** A form, or why there is none of a precision that nobody asked for. @throws ExportError where one that is asked for cannot be made */
  async #formOrRemark(precision: ExportPrecision, images: Tensor | null): Promise<ExportedForm | string> {
    const { precisions: asked = [] } = this.#options;
    try {
      return await this.#form(precision, images);
    } catch (error) {
      if (!(error instanceof ExportError) || precision === 'fp32' || asked.includes(precision)) throw error;
      return `it has no graph in ${precision}: ${error.message}`;
    }
  }

  /** The graphs beside one another, with how long an image takes each. */
  async #timed(forms: readonly ExportedForm[]): Promise<Pick<ExportedFolder, 'forms' | 'measuredOn'>> {
    const { classes, channels, size, measured = false, check = true, report, signal } = this.#options;
    if (!measured || !check) return { forms, measuredOn: null };
    // What goes into the graphs of one channel are colours.
    const taken = channels === 1 ? 3 : channels;
    const networks = await Promise.all(
      forms.map(async ({ precision, file }) => {
        const place = path.join(this.#folder, file);
        const { model } = await loadOnnx(place, { classes, channels: taken });
        return { name: precision, model, file: place, images: [taken, ...size] as const };
      }),
    );
    const { processor, runtimes } = await measure(networks, {
      kinds: ['node'],
      rounds: 10,
      onProgress: report,
      signal,
    });
    const [runtime] = runtimes;
    return {
      forms: forms.map((form, i) => {
        const speed = runtime?.speeds[i];
        return speed && 'latency' in speed ? { ...form, latency: speed.latency } : form;
      }),
      measuredOn: `${processor}, onnxruntime-node ${runtime?.version}, threads: ${runtime?.threads}`,
    };
  }

  /** @returns the file */
  #weights(own: ReturnType<typeof ofTransformers>): string {
    const { metadata = {}, name, classes, labels, channels, rendering } = this.#options;
    const file = own ? weightsOfTransformers : exportedWeights;
    const { data, ...told } = metadata;
    const [height, width] = this.#options.size;
    const said = own
      ? { format: 'pt' }
      : {
          model: name,
          ...told,
          // Code of one's own is not with it, and need not be: all that it would say of images is here.
          ...(data === undefined || parseOwnModule(data) ? {} : { data: placeless(data) }),
          ...{ classes: String(classes), channels: String(channels) },
          input: JSON.stringify(height === width ? { ...rendering, size: height } : rendering),
          ...(labels ? { labels: JSON.stringify(labels) } : {}),
        };
    saveSafetensors(path.join(this.#folder, file), own?.state ?? this.#model.stateDict(), said);
    return file;
  }

  async write(): Promise<Omit<ExportedFolder, 'folder'>> {
    const options = this.#options;
    const { name, classes, labels, rendering, size, channels, bakeNormalisation = false } = options;
    const known = ofTransformers(this.#model, classes, [channels, ...size]);
    const own = bakeNormalisation ? null : known;
    const absent = absence(options, known?.modelType ?? null);
    using images = await someImages(options);
    const precisions = precisionsOf(options);
    const top1 = await this.#top1(this.#model, rendering, name);
    const forms: ExportedForm[] = [];
    const leftOut: string[] = [];
    for (const [i, precision] of [...precisions].entries()) {
      options.signal?.throwIfAborted();
      options.report?.(`exporting ${name} in ${precision}`, i, precisions.size);
      const form = await this.#formOrRemark(precision, images);
      if (typeof form === 'string') leftOut.push(form);
      else forms.push(form);
    }
    const weights = this.#weights(own);
    const timed = await this.#timed(forms);
    const browser = inBrowser(forms);
    const described: Described = {
      ...{ name, classes, labels, own, absent, browser },
      images: [channels, ...size],
    };
    const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
    this.#write('config.json', json(configOf(described)));
    this.#write('preprocessor_config.json', json(preprocessorOf(rendering, described, bakeNormalisation)));
    const exported = {
      ...{ weights, top1, ...timed },
      modelType: own?.modelType ?? null,
      parameters: this.#model.parameterCount(),
      remarks: [...leftOut, ...remarksOn(options, forms, absent)],
    };
    this.#write('README.md', cardOf(described, exported, options));
    return exported;
  }
}

/** Why Python's transformers does not load it; null where it does. */
function absence(
  { name, bakeNormalisation = false }: ExportFolderOptions,
  modelType: string | null,
): string | null {
  if (modelType === null) return `transformers has no ${name}`;
  return bakeNormalisation ? `its graph normalises images, and transformers' ${modelType} does not` : null;
}

/** In which precision the browser runs it: the smallest that answers as well. */
export function inBrowser(forms: readonly ExportedForm[]): ExportPrecision {
  const good = forms.filter((form) => lostBy(form, forms) <= mostLost);
  return good.some(({ precision }) => precision === 'int8') ? 'int8' : 'fp32';
}

/** By how much a form is worse than float32: in accuracy, or in agreement where nothing was judged. */
function lostBy({ top1, agreement }: ExportedForm, [full]: readonly ExportedForm[]): number {
  if (top1 === null || full?.top1 === undefined || full.top1 === null) return 1 - (agreement ?? 1);
  return full.top1 - top1;
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** Fewer images than are enough for the scales of int8. */
const fewImages = 100;

/** What is to be said of the images on which the scales of int8 were found. */
function calibratedOn(calibration: Dataset | undefined, data: Dataset | undefined): string[] {
  const { size } = calibration ?? data ?? { size: 0 };
  return [
    ...(calibration
      ? []
      : ['in int8 its scales were found on the images that it was judged on, and it may be worse on others']),
    ...(size < fewImages
      ? [`in int8 its scales were found on ${size} images alone: some hundred are better`]
      : []),
  ];
}

function remarksOn(
  { data, calibration, rendering, channels, check = true, facts = {}, labels }: ExportFolderOptions,
  forms: readonly ExportedForm[],
  absent: string | null,
): string[] {
  const losses = forms
    .filter((form) => lostBy(form, forms) > mostLost)
    .map((form) => {
      const [full] = forms;
      return form.top1 === null
        ? `in ${form.precision} it says another class of ${percent(1 - (form.agreement ?? 1))} of the images that it was checked with`
        : `in ${form.precision} it has a top-1 of ${percent(form.top1)}, and in fp32 of ${percent(full?.top1 ?? 0)}: use fp32`;
    });
  const infinite = forms.flatMap(({ precision, beyond }) =>
    beyond === null
      ? []
      : [
          `in ${precision} '${beyond}' goes beyond 65504, which is infinite where the processor computes in float16, as GPUs do: use fp32`,
        ],
  );
  return [
    ...losses,
    ...infinite,
    ...(forms.some(({ precision }) => precision === 'int8') ? calibratedOn(calibration, data) : []),
    ...(facts.remarks ?? []),
    ...(check
      ? []
      : [
          'its graphs were NOT checked against the student: nobody has run them, and they may answer otherwise',
        ]),
    ...(data || !check
      ? []
      : ['it was checked with noise, judged on nothing, and has no graph in int8: name data for that']),
    ...(labels ? [] : ['the names of its classes are not known: LABEL_0 and so on stand for them']),
    ...(absent === null
      ? []
      : [
          `${absent}: transformers.js and onnxruntime run its graph, Python's transformers does not load it, and says so`,
        ]),
    ...(channels === 1 ? ['its graphs take colours, and make them grey'] : []),
    ...(channels === 1 || channels === 3
      ? []
      : [
          `it takes images of ${channels} channels, which no pipeline makes of a picture: call its graph with tensors`,
        ]),
    ...(rendering.size === undefined
      ? []
      : [
          `transformers.js resizes images without antialiasing${absent === null ? '' : ' in the browser'}: of images that it makes much smaller some are told otherwise there`,
        ]),
  ];
}

const isFolder = (place: string): boolean =>
  fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** Where a folder is made aside that is moved into one that is there. */
const within = (place: string): string => path.join(place, 'student');

/** Removes a folder and those above it up to `last`, unless something is in them by now. */
function removeEmpty(folder: string, last: string): void {
  try {
    fs.rmdirSync(folder);
  } catch {
    return;
  }
  if (folder !== last) removeEmpty(path.dirname(folder), last);
}

/**
 * Moves what was made into its place. A folder that was there stays, as somebody may be in it, or it may be a disk of its own: what makes it a model
 * folder comes last.
 */
function moveTo(place: string, scratch: string): void {
  if (path.dirname(scratch) !== place) return fs.renameSync(scratch, place);
  const last = ['README.md', 'preprocessor_config.json', 'config.json'];
  const names = fs.readdirSync(scratch).filter((name) => !last.includes(name));
  for (const name of [...names, ...last]) fs.renameSync(path.join(scratch, name), path.join(place, name));
}

/**
 * Writes a student as a model folder: `config.json`, `preprocessor_config.json`, weights, `onnx/model.onnx` (and in other precisions), `README.md`.
 * transformers.js and onnxruntime run it; so does Python's transformers where it has the network, whose keys the weights have then. Each graph is checked
 * in onnxruntime against the student. The folder is there whole or not at all.
 *
 * @throws ExportError where the folder is taken, for a network that cannot be exported, and for a graph that answers otherwise than the student
 * @throws OnnxError where onnxruntime-node is not installed, and `check` is not false; the signal's reason if it is aborted
 * @example await exportFolder(student, 'student', { name: 'resnet8', classes: 10, labels: null, rendering, size: [32, 32], channels: 3 })
 */
export async function exportFolder(
  model: nn.Layer,
  folder: string,
  options: ExportFolderOptions,
): Promise<ExportedFolder> {
  if (folder === '') throw new ExportError('the name of the folder that is to be written is empty');
  const place = path.resolve(folder);
  let scratch = '';
  let made: string | undefined;
  try {
    removeLeftBehind(place);
    if (isFolder(place)) removeLeftBehind(within(place));
    refuseTaken(folder);
    precisionsOf(options);
    made = fs.mkdirSync(path.dirname(place), { recursive: true });
    scratch = scratchFor(fs.existsSync(place) ? within(place) : place);
    // As folders are that are made by others than `mkdtemp`.
    fs.chmodSync(scratch, 0o777 & ~process.umask());
    const exported = await new Export(model, options, scratch).write();
    moveTo(place, scratch);
    made = undefined;
    return { folder, ...exported };
  } catch (error) {
    const cause = systemCause(error);
    if (cause === null) throw error;
    throw new ExportError(`${folder} cannot be written: ${cause}`, { cause: error });
  } finally {
    if (scratch !== '') fs.rmSync(scratch, { recursive: true, force: true });
    if (made !== undefined) removeEmpty(path.dirname(place), made);
  }
}
