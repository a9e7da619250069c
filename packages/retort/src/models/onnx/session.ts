/** onnxruntime, called synchronously: it works on a thread of its own, and this one waits. */
import path from 'node:path';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import {
  type Answer,
  ended,
  type PassedTensor,
  type Request,
  type SessionSettings,
  type Started,
} from './messages.ts';
import type { OnnxRuntime } from './runtime.ts';

/** A thread with one onnxruntime, for all sessions. */
class RuntimeThread {
  readonly #port: MessagePort;
  readonly #answers = new Int32Array(new SharedArrayBuffer(4));
  #asked = 0;
  #sessions = 0;

  constructor({ entry }: OnnxRuntime) {
    const { port1, port2 } = new MessageChannel();
    const started: Started & { readonly port: MessagePort } = { entry, answers: this.#answers, port: port2 };
    const code = new URL(`worker${path.extname(import.meta.filename)}`, import.meta.url);
    const worker = new Worker(code, { workerData: started, transferList: [port2] });
    // It is no reason for the process to go on.
    worker.unref();
    port1.unref();
    this.#port = port1;
  }

  newSession(): number {
    this.#sessions++;
    return this.#sessions;
  }

  /** @throws Error with what onnxruntime said */
  ask(request: Request, transferred: readonly ArrayBuffer[] = []): Readonly<Record<string, PassedTensor>> {
    this.#asked++;
    this.#port.postMessage(request, transferred);
    this.#wait();
    const answer: Answer | undefined = receiveMessageOnPort(this.#port)?.message;
    if (!answer) throw new Error('the thread that it works on has ended');
    if ('wrong' in answer) throw new Error(answer.wrong);
    return answer.tensors;
  }

  /** Until the thread has answered all that it was asked, or ended. */
  #wait(): void {
    for (;;) {
      const answered = Atomics.load(this.#answers, 0);
      if (answered === this.#asked || answered === ended) return;
      Atomics.wait(this.#answers, 0, answered);
    }
  }
}

const threads = new Map<string, RuntimeThread>();

function threadOf(runtime: OnnxRuntime): RuntimeThread {
  const found = threads.get(runtime.entry) ?? new RuntimeThread(runtime);
  threads.set(runtime.entry, found);
  return found;
}

const abandoned = new FinalizationRegistry(
  ({ thread, session }: { thread: RuntimeThread; session: number }) => {
    thread.ask({ do: 'close', session });
  },
);

/** A graph that onnxruntime has made ready. */
export class OnnxSession implements Disposable {
  readonly #thread: RuntimeThread;
  readonly #session: number;

  /** @param model  the bytes of an ONNX file, which are given away @throws Error with what onnxruntime said of it */
  constructor(runtime: OnnxRuntime, model: Uint8Array<ArrayBuffer>, settings: SessionSettings) {
    this.#thread = threadOf(runtime);
    this.#session = this.#thread.newSession();
    this.#thread.ask({ do: 'open', session: this.#session, model, settings }, [model.buffer]);
    abandoned.register(this, { thread: this.#thread, session: this.#session }, this);
  }

  /**
   * The values that are wanted of it.
   *
   * @param feeds  by the names of inputs; their bytes are given away
   * @throws Error with what onnxruntime said
   */
  run(
    feeds: Readonly<Record<string, PassedTensor>>,
    wanted: readonly string[],
  ): Readonly<Record<string, PassedTensor>> {
    const buffers = Object.values(feeds).map(({ bytes }) => bytes.buffer);
    return this.#thread.ask({ do: 'run', session: this.#session, feeds, wanted }, buffers);
  }

  [Symbol.dispose](): void {
    abandoned.unregister(this);
    this.#thread.ask({ do: 'close', session: this.#session });
  }
}
