/** The network of an exported student, by transformers.js on onnxruntime's WebAssembly, as the thread of the playground computes it. All files are the board's own: nothing is asked of a network. */
import {
  AutoModelForImageClassification,
  AutoModelForSequenceClassification,
  AutoProcessor,
  AutoTokenizer,
  env,
  RawImage,
} from '@huggingface/transformers';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { type Exported, paths } from '../../api.ts';
import { type ProblemType, told } from './answers.ts';
import type { Answered, Question, Wanted } from './messages.ts';
import { type Filter, filterOf, resized } from './resized.ts';

export type Ask = (question: Question) => Promise<Answered>;

interface Config {
  readonly id2label?: Readonly<Record<string, string>>;
  readonly problem_type?: ProblemType;
}

const repeats = 5;
const longEnough = 400;

/** A file that the folder has not is not asked for, so that the browser does not call it an error. */
const fetchOf =
  ({ files }: Exported, folder: string) =>
  async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const url = input instanceof Request ? input.url : String(input);
    const name = url.includes(folder) ? url.slice(url.indexOf(folder) + folder.length + 1) : null;
    if (name !== null && !files.some((file) => file.name === name))
      return new Response(null, { status: 404 });
    return fetch(input, init);
  };

/** Settings of transformers.js are those of the thread. */
function settle(folder: string, exported: Exported): void {
  const { wasm: runtime } = env.backends.onnx;
  if (!runtime) throw new Error('onnxruntime-web is not there');
  // Its own factory goes with its code, and one thread needs no page that is apart from all others.
  runtime.wasmPaths = { wasm: new URL(wasm, location.href).href };
  runtime.numThreads = 1;
  Object.assign(env, {
    ...{ allowLocalModels: true, allowRemoteModels: false, useBrowserCache: false, useWasmCache: false },
    localModelPath: folder.slice(0, folder.lastIndexOf('/')),
    fetch: fetchOf(exported, folder),
  });
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const begun = performance.now();
  return [await work(), performance.now() - begun];
}

/** The first time is not counted: memory is claimed then. */
async function medianOf(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  const begun = performance.now();
  while (times.length < repeats && (times.length === 0 || performance.now() - begun < longEnough)) {
    const [, time] = await timed(work);
    times.push(time);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

/** @throws Error where a file is missing or a graph cannot be run */
export async function loadNetwork({ id, exported, graph }: Wanted): Promise<Ask> {
  const folder = paths.studentFile(id, '').replace(/\/$/, '');
  settle(folder, exported);
  const name = folder.slice(folder.lastIndexOf('/') + 1);
  const options = { dtype: graph, device: 'wasm' } as const;
  const isText = exported.kind === 'texts' || exported.kind === 'pairs';
  const model = await (isText
    ? AutoModelForSequenceClassification
    : AutoModelForImageClassification
  ).from_pretrained(name, options);
  const inputsOf = isText ? await textInputs(name) : await imageInputs(name);
  const { id2label = {}, problem_type = 'single_label_classification' } = model.config as Config;
  const names = Object.keys(id2label)
    .sort((a, b) => Number(a) - Number(b))
    .map((at) => id2label[at] ?? '');
  return async (question) => {
    const inputs = await inputsOf(question);
    const { logits } = await model(inputs);
    if (!logits) throw new Error('it answers vectors, and no classes that could be shown here');
    const milliseconds = await medianOf(() => model(inputs));
    const values = Array.from(logits.data as Float32Array, Number);
    return { ...told(values, names, problem_type), milliseconds };
  };
}

/** The image itself in another size. */
function antialiased(image: RawImage, width: number, height: number, filter: Filter): RawImage {
  const data = resized(image, width, height, filter);
  return Object.assign(image, { data, width, height });
}

type Inputs = (question: Question) => Promise<Record<string, unknown>>;

async function imageInputs(name: string): Promise<Inputs> {
  const processor = await AutoProcessor.from_pretrained(name, {});
  return async (question) => {
    if (!('image' in question)) throw new Error('this student sees images');
    const image = await RawImage.fromBlob(question.image);
    // Its own takes each pixel from the four that are nearest, whatever lies between them and whichever filter the folder names.
    image.resize = async (width, height, { resample } = {}) =>
      antialiased(image, Number(width), Number(height), filterOf(resample));
    const { pixel_values } = await processor([image]);
    return { pixel_values };
  };
}

async function textInputs(name: string): Promise<Inputs> {
  const tokenizer = await AutoTokenizer.from_pretrained(name);
  return async (question) => {
    if (!('text' in question)) throw new Error('this student reads texts');
    const { text, pair } = question;
    return tokenizer(text, { ...(pair && { text_pair: pair }), truncation: true });
  };
}
