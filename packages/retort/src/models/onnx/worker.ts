/** The thread that onnxruntime works on: its interface is asynchronous, and a network's forward is not, so that this thread waits for it. */
import { createRequire } from 'node:module';
import { type MessagePort, workerData } from 'node:worker_threads';
import type { InferenceSession, OnnxValue, Tensor } from 'onnxruntime-node';
import {
  type Answer,
  ended,
  type PassedTensor,
  type Request,
  type SessionSettings,
  type Started,
} from './messages.ts';

const { entry, answers, port } = workerData as Started & { readonly port: MessagePort };
// Whoever waits would wait for ever.
process.on('exit', () => {
  Atomics.store(answers, 0, ended);
  Atomics.notify(answers, 0);
});
const sessions = new Map<number, Promise<InferenceSession>>();

const runtime = (): typeof import('onnxruntime-node') => createRequire(import.meta.url)(entry);

/** The arrays that onnxruntime wants, of bytes. */
const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int64: BigInt64Array,
} as const;

function tensorOf({ type, dims, bytes }: PassedTensor): Tensor {
  const ArrayType = arrays[type as keyof typeof arrays];
  const data = new ArrayType(bytes.buffer, bytes.byteOffset, bytes.byteLength / ArrayType.BYTES_PER_ELEMENT);
  // Its constructor would make a Float16Array of float16, which its binding takes to be empty.
  return { type, dims, data, location: 'cpu' } as unknown as Tensor;
}

function passed(value: OnnxValue | undefined): PassedTensor {
  const { type, dims, data } = value as Tensor;
  if (!ArrayBuffer.isView(data)) return { type, dims, bytes: new Uint8Array() };
  return { type, dims, bytes: new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength) };
}

const open = (model: Uint8Array, { threads, folder }: SessionSettings): Promise<InferenceSession> =>
  runtime().InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    extra: {
      session: {
        model_external_initializers_file_folder_path: folder,
        // libtorch's threads work between two runs.
        force_spinning_stop: '1',
      },
    },
  });

async function answered(request: Request): Promise<Record<string, PassedTensor>> {
  if (request.do === 'open') {
    sessions.set(request.session, open(request.model, request.settings));
    await sessions.get(request.session);
    return {};
  }
  const session = await sessions.get(request.session);
  if (request.do === 'close') {
    sessions.delete(request.session);
    await session?.release();
    return {};
  }
  const feeds = Object.entries(request.feeds).map(([name, tensor]) => [name, tensorOf(tensor)] as const);
  const found = await session?.run(Object.fromEntries(feeds), [...request.wanted]);
  return Object.fromEntries(request.wanted.map((name) => [name, passed(found?.[name])]));
}

async function answer(request: Request): Promise<void> {
  let said: Answer;
  try {
    said = { tensors: await answered(request) };
  } catch (error) {
    said = { wrong: error instanceof Error ? error.message : String(error) };
  }
  // Several may lie in one buffer.
  const buffers = 'tensors' in said ? Object.values(said.tensors).map(({ bytes }) => bytes.buffer) : [];
  port.postMessage(said, [...new Set(buffers)]);
  Atomics.add(answers, 0, 1);
  Atomics.notify(answers, 0);
}

let before: Promise<void> = Promise.resolve();
port.on('message', (request: Request) => {
  before = before.then(() => answer(request));
});
