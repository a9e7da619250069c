/** A student as a model folder, in the layout of Hugging Face: whoever has it needs no Retort. */
import fs from 'node:fs';
import path from 'node:path';
import { keep, type nn, saveSafetensors, scope } from '@retort/torch';
import { type Dataset, fetchColumns, type Inputs, type Rendering, render } from '../../data/index.ts';
import { evaluate } from '../../evaluate/index.ts';
import type { Headline } from '../../headline.ts';
import { anatomyOf } from '../../models/anatomy.ts';
import { isDetector } from '../../models/detector.ts';
import { exportedWeights, isTextClassifier, ofTransformers } from '../../models/index.ts';
import { hasNoClassifier } from '../../models/without-classifier.ts';
import { embedding } from '../../tasks/index.ts';
import { measure } from '../measure/index.ts';
import {
  checkExport,
  type ExportCheck,
  ExportError,
  type ExportPrecision,
  exportOnnx,
} from '../onnx/index.ts';
import { cardOf } from './card.ts';
import { configOf, weightsOfTransformers } from './config.ts';
import { detectorKind } from './detector.ts';
import type {
  AnyFolderOptions,
  ExportDetectorFolderOptions,
  ExportedFolder,
  ExportedForm,
  ExportFolderOptions,
  ExportTextFolderOptions,
} from './exported.ts';
import { imagesKind } from './images.ts';
import { json } from './json.ts';
import type { Described, Kind } from './kind.ts';
import { placeless } from './places.ts';
import { inBrowser, remarksOn } from './remarks.ts';
import { textsKind } from './texts.ts';
import { madeWhole } from './whole.ts';

/** Where the graph of each precision lies, as transformers.js looks for it. */
export const graphFiles: Readonly<Record<ExportPrecision, string>> = {
  fp32: 'onnx/model.onnx',
  fp16: 'onnx/model_fp16.onnx',
  int8: 'onnx/model_quantized.onnx',
};

/** The numbers of some samples, from all of the data. */
function evenly(size: number, most: number): Int32Array {
  const count = Math.min(most, size);
  return Int32Array.from({ length: count }, (_, i) => Math.floor((i * size) / count));
}

/** On so many the scales of int8 are found, and so many of them at a time. */
const calibrated = 256;
const atOnce = 32;

/** Samples as the network is called with them. */
async function inputsBy(ids: Int32Array, data: Dataset, student: Rendering): Promise<Inputs> {
  using fetched = await fetchColumns(data, ids, { standIns: 'any' });
  return scope(() => {
    const sides = render(data, fetched.columns, ids, { seed: 0, epoch: 0 }, { student });
    for (const tensor of Object.values(sides.student)) keep(tensor);
    return sides.student;
  });
}

const disposing = (inputs: Inputs): Disposable => ({
  [Symbol.dispose]: () => {
    for (const tensor of Object.values(inputs)) tensor.dispose();
  },
});

/** Samples, batch by batch. @throws ExportError where there are none */
async function* calibrationBatches(
  { calibration, data }: AnyFolderOptions,
  { rendering, sample }: Kind,
): AsyncIterable<Inputs> {
  const from = calibration ?? data;
  if (!from)
    throw new ExportError(
      `a graph in int8 is made with real ${sample}s: name data for that, or leave out int8`,
    );
  const ids = evenly(from.size, calibrated);
  for (let start = 0; start < ids.length; start += atOnce) {
    const inputs = await inputsBy(ids.subarray(start, start + atOnce), from, rendering);
    using _ = disposing(inputs);
    yield inputs;
  }
}

/** Of a graph that nothing is known of. */
const unchecked: { readonly [Key in keyof ExportCheck]: null } = {
  ...{ images: null, difference: null, largest: null, agreement: null, found: null, beyond: null },
};

/** The precisions that can be made. */
const usual = (
  { data, calibration, check = true }: AnyFolderOptions,
  { precisions }: Kind,
): readonly ExportPrecision[] =>
  precisions.filter((precision) => precision !== 'int8' || (check && (calibration ?? data)));

/** @throws ExportError for int8 that is not checked, and for a precision that there is none of */
function precisionsOf(options: AnyFolderOptions, kind: Kind): Set<ExportPrecision> {
  const { precisions = usual(options, kind), check = true } = options;
  const lacking = precisions.find((precision) => !kind.precisions.includes(precision));
  if (lacking)
    throw new ExportError(
      `${options.name} has no graph in ${lacking} here: it is exported in ${kind.precisions.join(' and ')}`,
    );
  if (!check && precisions.includes('int8'))
    throw new ExportError(
      'a graph in int8 is made and judged by onnxruntime-node: leave out int8, or let the graphs be checked',
    );
  return new Set(['fp32', ...precisions]);
}

class Export {
  readonly #model: nn.Layer;
  readonly #options: AnyFolderOptions;
  readonly #folder: string;
  readonly #kind: Kind;
  /** By which it is judged; null where it is not. */
  readonly #headline: Headline | null;

  constructor(model: nn.Layer, options: AnyFolderOptions, kind: Kind, folder: string) {
    this.#model = model;
    this.#options = options;
    this.#kind = kind;
    this.#folder = folder;
    this.#headline = options.data ? kind.task.headline(options.data) : null;
  }

  #write(file: string, content: string | Uint8Array): void {
    const place = path.join(this.#folder, file);
    fs.mkdirSync(path.dirname(place), { recursive: true });
    fs.writeFileSync(place, content);
  }

  /** The headline of a network on the data. */
  async #score(model: nn.Layer, rendering: Rendering, what: string): Promise<number | null> {
    const { data, report, signal } = this.#options;
    if (!data || !this.#headline) return null;
    const scores = await evaluate(model, data, {
      task: this.#kind.task,
      renderings: { student: rendering },
      onProgress: (done, total) => report?.(`judging ${what}`, done, total),
      signal,
    });
    return scores[this.#headline.metric] ?? null;
  }

  /** What a graph says of itself, by which Retort reads it again. */
  #graphMetadata(): Record<string, string> {
    const { name, classes, labels } = this.#options;
    return {
      model: placeless(name),
      classes: String(classes),
      ...(labels ? { labels: JSON.stringify(labels) } : {}),
      ...this.#kind.graphMetadata,
    };
  }

  async #form(precision: ExportPrecision, inputs: Inputs | null): Promise<ExportedForm> {
    const { int8, check = true } = this.#options;
    const kind = this.#kind;
    const exported = await exportOnnx(this.#model, {
      ...kind.onnx,
      precision,
      ...(precision === 'int8'
        ? { int8: { ...int8, ...kind.calibration(calibrationBatches(this.#options, kind)) } }
        : {}),
      metadata: this.#graphMetadata(),
    });
    const found = check
      ? checkExport(this.#model, exported, { says: kind.says, ...(inputs ? kind.given(inputs) : {}) })
      : unchecked;
    const file = graphFiles[precision];
    this.#write(file, exported.bytes);
    const score = check
      ? await this.#score(
          await kind.graph(path.join(this.#folder, file)),
          kind.graphRendering,
          `the graph in ${precision}`,
        )
      : null;
    return {
      ...found,
      ...{ precision, file, score, latency: null },
      bytes: exported.bytes.length,
      nodes: exported.nodes,
      width: exported.width,
    };
  }

  /** A form, or why there is none of a precision that nobody asked for. @throws ExportError where one that is asked for cannot be made */
  async #formOrRemark(precision: ExportPrecision, inputs: Inputs | null): Promise<ExportedForm | string> {
    const { precisions: asked = [] } = this.#options;
    try {
      return await this.#form(precision, inputs);
    } catch (error) {
      if (!(error instanceof ExportError) || precision === 'fp32' || asked.includes(precision)) throw error;
      return `it has no graph in ${precision}: ${error.message}`;
    }
  }

  /** The graphs beside one another, with how long one image or text takes each. */
  async #timed(forms: readonly ExportedForm[]): Promise<Pick<ExportedFolder, 'forms' | 'measuredOn'>> {
    const { measured = false, check = true, report, signal } = this.#options;
    if (!measured || !check) return { forms, measuredOn: null };
    const networks = await Promise.all(
      forms.map(({ precision, file }) => this.#kind.measurable(path.join(this.#folder, file), precision)),
    );
    const { processor, runtimes } = await measure(networks, {
      kinds: ['node'],
      ...this.#kind.timing,
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
    const { metadata = {}, name, classes, labels } = this.#options;
    const file = own ? weightsOfTransformers : exportedWeights;
    const { data: _, ...told } = metadata;
    const said = own
      ? { format: 'pt' }
      : {
          model: name,
          ...told,
          classes: String(classes),
          ...this.#kind.weightsMetadata,
          ...(labels ? { labels: JSON.stringify(labels) } : {}),
        };
    saveSafetensors(path.join(this.#folder, file), own?.state ?? this.#model.stateDict(), said);
    return file;
  }

  async write(): Promise<Omit<ExportedFolder, 'folder'>> {
    const options = this.#options;
    const { name, classes, labels, data } = options;
    const kind = this.#kind;
    // Its names of weights are those of its classifiers.
    const known = classes === 0 ? null : ofTransformers(this.#model, classes, kind.images);
    const absent = kind.absence(known?.modelType ?? null);
    const own = absent === null ? known : null;
    const inputs = data ? await inputsBy(evenly(data.size, kind.checked), data, kind.rendering) : null;
    using _ = disposing(inputs ?? {});
    const precisions = precisionsOf(options, kind);
    const score = await this.#score(this.#model, kind.rendering, name);
    const forms: ExportedForm[] = [];
    const leftOut: string[] = [];
    for (const [i, precision] of [...precisions].entries()) {
      options.signal?.throwIfAborted();
      options.report?.(`exporting ${name} in ${precision}`, i, precisions.size);
      const form = await this.#formOrRemark(precision, inputs);
      if (typeof form === 'string') leftOut.push(form);
      else forms.push(form);
    }
    const weights = this.#weights(own);
    const timed = await this.#timed(forms);
    const headline = this.#headline;
    const browser = inBrowser(forms, headline);
    const width = forms[0]?.width ?? null;
    const described: Described = { name, classes, labels, width, own, absent, browser };
    this.#write('config.json', json(configOf(described, kind)));
    for (const [file, content] of Object.entries(kind.files(described))) this.#write(file, content);
    const exported = {
      ...{ weights, headline, score, ...timed },
      modelType: own?.modelType ?? null,
      parameters: this.#model.parameterCount(),
      remarks: [...leftOut, ...remarksOn(options, forms, { absent, headline, kind })],
    };
    this.#write('README.md', cardOf(described, exported, options, kind));
    return exported;
  }
}

const areOfTexts = (options: AnyFolderOptions): options is ExportTextFolderOptions =>
  'tokenizer' in options.rendering;

/** Whether options are of a network that classifies images, by the size of which it is shown. */
const areOfImages = (options: AnyFolderOptions): options is ExportFolderOptions => 'size' in options;

/** @throws ExportError for options of images for a network of texts, and the other way round */
function kindOf(model: nn.Layer, options: AnyFolderOptions): Kind {
  if (isDetector(model) && !areOfTexts(options) && !areOfImages(options)) return detectorKind(options);
  if (isDetector(model))
    throw new ExportError(
      `${options.name} finds objects in images of any size: its options have neither a size nor a tokenizer`,
    );
  const takesTexts = isTextClassifier(model);
  if (takesTexts && areOfTexts(options)) return textsKind(model, options);
  if (!takesTexts && areOfImages(options)) {
    const kind = imagesKind(options);
    if (kind.task.name === embedding.name && anatomyOf(model) && !hasNoClassifier(model))
      throw new ExportError(
        `${options.name} has its classifier, and of the task '${embedding.name}' it answers what comes before that: make it for 0 classes`,
      );
    return kind;
  }
  if (!takesTexts && !areOfTexts(options))
    throw new ExportError(`${options.name} finds no objects: say of which size its images are (size)`);
  throw new ExportError(
    takesTexts
      ? `${options.name} takes texts: its rendering must have a tokenizer`
      : `${options.name} takes no texts, and its rendering has a tokenizer`,
  );
}

/**
 * Writes a student as a model folder: `config.json`, `preprocessor_config.json` (of texts `tokenizer.json` and `tokenizer_config.json`), weights,
 * `onnx/model.onnx` (and in other precisions), `README.md`.
 * transformers.js and onnxruntime run it; so does Python's transformers where it has the network, whose keys the weights have then. Each graph is checked
 * in onnxruntime against the student. A detector's folder has `detect.mjs`, which has onnxruntime run it. The folder is there whole or not at all.
 *
 * @throws ExportError where the folder is taken, for a network that cannot be exported, and for a graph that answers otherwise than the student
 * @throws OnnxError where onnxruntime-node is not installed, and `check` is not false; the signal's reason if it is aborted
 * @example await exportFolder(student, 'student', { name: 'resnet8', classes: 10, labels: null, rendering, size: [32, 32], channels: 3 })
 */
export async function exportFolder(
  model: nn.Layer,
  folder: string,
  options: ExportFolderOptions | ExportTextFolderOptions | ExportDetectorFolderOptions,
): Promise<ExportedFolder> {
  const kind = kindOf(model, options);
  precisionsOf(options, kind);
  const exported = await madeWhole(folder, (scratch) => new Export(model, options, kind, scratch).write());
  return { folder, ...exported };
}
