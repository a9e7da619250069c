/** What networks cost where they run: size, multiply-adds, latency and throughput in onnxruntime, side by side. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  countMultiplyAdds,
  getNumThreads,
  type nn,
  noGrad,
  ones,
  scope,
  type Tensor,
  zeros,
} from '@retort/torch';
import { removeLeftBehind, scratchFor } from '../../data/formats/aside.ts';
import { defaults } from '../../defaults.ts';
import { isDetector } from '../../models/detector.ts';
import {
  inspectOnnx,
  isOnnx,
  isTextClassifier,
  type OnnxRuntime,
  type TextClassifier,
} from '../../models/index.ts';
import { needOnnxRuntime } from '../../models/onnx/index.ts';
import { inEvaluation } from '../../tensors/modes.ts';
import { oneLine } from '../../words/shown.ts';
import { ExportError, type ExportOptions, exportOnnx, imagesName, ShownTexts } from '../onnx/index.ts';
import type { RuntimeKind, Timed, TimedInput, Times } from './messages.ts';
import { median, percentile } from './quantiles.ts';
import { type TimeOptions, time } from './time.ts';
import { findWebRuntime } from './web-runtime.ts';

interface Named {
  /** What it is called in what is said of it. */
  readonly name: string;
  readonly model: nn.Layer;
  /** The ONNX file that it is of, which is measured as it is; where it is left out, the network is exported. */
  readonly file?: string | undefined;
}

/** One of images. */
export interface MeasurableOfImages extends Named {
  /** Of one image. */
  readonly images: readonly [channels: number, height: number, width: number];
}

/** One of texts. */
export interface MeasurableOfTexts extends Named {
  readonly model: nn.Layer & Pick<TextClassifier, 'takes'>;
  /** How many tokens a text has. */
  readonly texts: { readonly length: number };
}

/** A network that is measured. */
export type Measurable = MeasurableOfImages | MeasurableOfTexts;

export interface MeasureOptions extends Pick<TimeOptions, 'signal'> {
  /** Of onnxruntime-node; as many as operators use here where it is left out. */
  readonly threads?: number | undefined;
  /** Images or texts at once, for the throughput. */
  readonly batchSize?: number | undefined;
  /** In each of which every network has its turn. */
  readonly rounds?: number | undefined;
  /** One image or text at a time, of each network in each round. */
  readonly runs?: number | undefined;
  /** Where they are measured; in Node's onnxruntime and, where onnxruntime-web is installed, in the browser's where it is left out. */
  readonly kinds?: readonly RuntimeKind[] | undefined;
  readonly onProgress?: ((what: string, done: number, total: number) => void) | undefined;
}

/** How fast a network is in one onnxruntime. */
export interface Speed {
  /** In seconds, of `batch` images or texts in one call: half of the runs took at most so long, and 95 of 100. */
  readonly latency: { readonly batch: number; readonly p50: number; readonly p95: number };
  /** With `batch` images or texts in one call. */
  readonly throughput: { readonly batch: number; readonly samplesPerSecond: number };
  /** How many times as fast it is as the first network that was run: medians over the rounds, each compared within itself. */
  readonly ratio: { readonly latency: number; readonly throughput: number };
}

/** What a network costs. */
export interface MeasuredNetwork {
  readonly name: string;
  /** Of one image; null of a network of texts. */
  readonly images: readonly [channels: number, height: number, width: number] | null;
  /** Of one text; null of a network of images. */
  readonly texts: { readonly length: number } | null;
  readonly parameters: number;
  /** Of one image or text; null for an ONNX file, which does not say it. */
  readonly multiplyAdds: number | null;
  /** In bytes: of the ONNX file with what lies beside it, or of the two that were exported; null of weights that float16 has not. */
  readonly size: { readonly file: number } | { readonly fp32: number; readonly fp16: number | null };
}

/** What was measured in one onnxruntime. */
export interface MeasuredRuntime {
  readonly kind: RuntimeKind;
  readonly name: 'onnxruntime-node' | 'onnxruntime-web';
  readonly version: string;
  readonly threads: number;
  /** In the order of the networks; or why it was not run, in a sentence. */
  readonly speeds: readonly (Speed | { readonly wrong: string })[];
}

export interface Measurement {
  readonly processor: string;
  readonly cores: number;
  readonly rounds: number;
  /** One image or text at a time, of each network in all rounds. */
  readonly runs: number;
  readonly networks: readonly MeasuredNetwork[];
  /** The browser's only where onnxruntime-web is installed. */
  readonly runtimes: readonly MeasuredRuntime[];
}

/** A network with the file that is timed. */
interface Prepared {
  readonly network: MeasuredNetwork;
  readonly timed: Timed;
}

const bytesOf = (file: string): number => fs.statSync(file).size;

/** An ONNX file as it is. */
async function ofFile(
  { name, model, images }: MeasurableOfImages,
  file: string,
  batchSize: number,
): Promise<Prepared> {
  if (!isOnnx(model)) throw new ExportError(`${name} is no network of the ONNX file ${file}`);
  const { takes } = model;
  const { external } = await inspectOnnx(file);
  const [channels, height, width] = images;
  const others = [takes.channels, takes.height, takes.width].map((size, i) => size ?? images[i]);
  if (others.some((size, i) => size !== images[i]))
    throw new ExportError(
      `${name} takes images of ${others.join(' x ')} alone, and is to be measured with ${images.join(' x ')}: leave out the size`,
    );
  const dims = takes.layout === 'NCHW' ? images : [height, width, channels];
  const beside = external.map((other) => path.join(path.dirname(file), other));
  return {
    network: {
      ...{ name, images, texts: null, parameters: model.parameterCount(), multiplyAdds: null },
      size: { file: [file, ...beside].reduce((sum, one) => sum + bytesOf(one), 0) },
    },
    timed: {
      ...{ file: path.resolve(file), external },
      inputs: [
        {
          ...{ name: takes.name, dtype: takes.dtype },
          single: [takes.batch ?? 1, ...dims],
          batch: [takes.batch ?? batchSize, ...dims],
        },
      ],
    },
  };
}

/** The bytes of a network in float16; null where that has not its weights. */
async function inHalf(
  model: nn.Layer,
  options: Pick<ExportOptions, 'size' | 'channels'>,
): Promise<number | null> {
  try {
    return (await exportOnnx(model, { ...options, precision: 'fp16' })).bytes.length;
  } catch (error) {
    if (error instanceof ExportError) return null;
    throw error;
  }
}

/** What a network is called with, as it is timed and as its multiply-adds are counted. */
interface Called {
  readonly inputs: readonly TimedInput[];
  readonly single: readonly Tensor[];
  readonly options: Pick<ExportOptions, 'size' | 'channels'>;
}

function calledWith(measured: Measurable, batchSize: number): Called {
  if ('images' in measured) {
    const { images, model } = measured;
    const [channels, ...size] = images;
    // A detector's file takes one image, of any size.
    const isOneByOne = isDetector(model);
    const dims = { single: [1, ...images], batch: [isOneByOne ? 1 : batchSize, ...images] };
    return {
      inputs: [{ name: imagesName, dtype: 'float32', ...dims }],
      single: [zeros([1, ...images])],
      options: isOneByOne ? { channels } : { size, channels },
    };
  }
  const { name, model, texts } = measured;
  const { length } = texts;
  const { vocabulary, positions } = model.takes;
  if (length > positions)
    throw new ExportError(
      `it takes texts of at most ${positions} tokens, and is to be measured with ${length}`,
    );
  const shown = new ShownTexts(model.takes);
  const ranges: Readonly<Record<string, readonly [number, number]>> = {
    input_ids: [0, vocabulary],
    attention_mask: [1, 2],
  };
  const tokens = zeros([1, length], { dtype: 'int64' });
  if (length < 1) throw new ExportError(`${name} is measured with texts of one token at least`);
  return {
    inputs: shown.ports.map((port) => ({
      ...{ name: port.name, dtype: 'int64', range: ranges[port.name] ?? [0, 1] },
      single: [1, length],
      batch: [batchSize, length],
    })),
    single: shown.tensors({ tokens, mask: ones([1, length], { dtype: 'bool' }) }),
    options: {},
  };
}

/** What a network is shown, as it is told. */
const shownOf = (measured: Measurable): Pick<MeasuredNetwork, 'images' | 'texts'> =>
  'images' in measured ? { images: measured.images, texts: null } : { images: null, texts: measured.texts };

/** A network, exported into a folder. */
async function exported(
  measured: Measurable,
  folder: string,
  place: number,
  batchSize: number,
): Promise<Prepared> {
  const { name, model } = measured;
  using _ = inEvaluation(model);
  try {
    const { inputs, single, options } = calledWith(measured, batchSize);
    const { bytes } = await exportOnnx(model, options);
    const half = await inHalf(model, options);
    const file = path.join(folder, `${place}.onnx`);
    fs.writeFileSync(file, bytes);
    const multiplyAdds = scope(() =>
      countMultiplyAdds(() => {
        noGrad(() => (model as { forward(...inputs: readonly Tensor[]): unknown }).forward(...single));
      }),
    );
    return {
      network: {
        ...{ name, ...shownOf(measured), parameters: model.parameterCount(), multiplyAdds },
        size: { fp32: bytes.length, fp16: half },
      },
      timed: { file, external: [], inputs },
    };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new ExportError(`${name}: ${error.message}`, { cause: error });
  }
}

/** A file of a network of texts, or of a detector, as Retort exported it. */
const ownFile = (measured: Measurable, file: string, batchSize: number): Prepared => ({
  network: {
    ...{ name: measured.name, ...shownOf(measured), multiplyAdds: null },
    parameters: measured.model.parameterCount(),
    size: { file: bytesOf(file) },
  },
  timed: { file: path.resolve(file), external: [], inputs: calledWith(measured, batchSize).inputs },
});

function prepare(
  measured: Measurable,
  folder: string,
  place: number,
  batchSize: number,
): Promise<Prepared> | Prepared {
  const { file, model } = measured;
  if (!('images' in measured) && !isTextClassifier(model))
    throw new ExportError(`${measured.name} takes no texts: say of which images it is (images)`);
  if (file === undefined) return exported(measured, folder, place, batchSize);
  return 'images' in measured && !isDetector(model)
    ? ofFile(measured, file, batchSize)
    : ownFile(measured, file, batchSize);
}

/** How many times as fast, within each round. */
const ratio = (first: readonly number[], own: readonly number[]): number =>
  median(own.map((value, round) => (first[round] ?? Number.NaN) / value));

function speedOf({ single, batch }: Times, { inputs: [input] }: Timed, first: Times): Speed {
  const runs = single.flat();
  const [count = 1, samples = 1] = [input?.single[0], input?.batch[0]];
  return {
    latency: { batch: count, p50: median(runs) / 1000, p95: percentile(runs, 95) / 1000 },
    throughput: { batch: samples, samplesPerSecond: (1000 * samples) / median(batch) },
    ratio: {
      latency: ratio(first.single.map(median), single.map(median)),
      throughput: ratio(first.batch, batch),
    },
  };
}

/** Refers to the first network that was run. */
function speedsOf(
  all: readonly (Times | { readonly wrong: string })[],
  prepared: readonly Prepared[],
): MeasuredRuntime['speeds'] {
  const first = all.find((one) => 'single' in one);
  return all.map((times, i) => {
    if ('wrong' in times) return { wrong: oneLine(times.wrong) };
    const timed = prepared[i]?.timed;
    if (!timed || !first) throw new ExportError('more networks were timed than there are');
    return speedOf(times, timed, first);
  });
}

/**
 * Measures networks beside one another in onnxruntime: in Node's, and in the browser's (WebAssembly, in one thread, as a page has it that is not
 * cross-origin isolated) where onnxruntime-web is installed. Each is exported in float32, but for those of ONNX files. Every network has its turn in
 * each round, so that what else the machine does hits all alike.
 *
 * @throws OnnxError where onnxruntime-node is not installed, or refuses an ONNX file; ExportError for a network that cannot be exported
 * @throws the signal's reason if it is aborted
 * @example const { networks, runtimes } = await measure([{ name: 'resnet8', model, images: [3, 32, 32] }]);
 */
export async function measure(
  measured: readonly Measurable[],
  options: MeasureOptions = {},
): Promise<Measurement> {
  const {
    threads = getNumThreads(),
    batchSize = defaults.measuring.batchSize,
    rounds = defaults.measuring.rounds,
    runs = defaults.measuring.runs,
    kinds = ['node', 'wasm'],
    onProgress,
    signal,
  } = options;
  const node = kinds.includes('node') ? needOnnxRuntime('what is measured') : null;
  const web = kinds.includes('wasm') ? findWebRuntime() : null;
  const place = path.join(os.tmpdir(), 'retort-measure');
  removeLeftBehind(place);
  const folder = scratchFor(place);
  try {
    const prepared: Prepared[] = [];
    for (const [place, one] of measured.entries()) {
      signal?.throwIfAborted();
      onProgress?.('exporting', place, measured.length);
      prepared.push(await prepare(one, folder, place, batchSize));
    }
    const speeds = async (
      kind: RuntimeKind,
      name: MeasuredRuntime['name'],
      { entry, version }: OnnxRuntime,
      threads: number,
    ): Promise<MeasuredRuntime> => {
      const networks = prepared.map(({ timed }) => timed);
      const times = await time(
        { kind, entry, threads, networks, rounds, runs },
        { signal, onRound: (done) => onProgress?.(`measuring in ${name}`, done, rounds) },
      );
      return { kind, name, version, threads, speeds: speedsOf(times, prepared) };
    };
    const runtimes: MeasuredRuntime[] = [];
    if (node) runtimes.push(await speeds('node', 'onnxruntime-node', node, threads));
    if (web) runtimes.push(await speeds('wasm', 'onnxruntime-web', web, 1));
    return {
      processor: os.cpus()[0]?.model ?? 'unknown',
      cores: os.availableParallelism(),
      rounds,
      runs: rounds * runs,
      networks: prepared.map(({ network }) => network),
      runtimes,
    };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
