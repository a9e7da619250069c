/** An exported student at work in the page, on a thread of its own: the page stays quick however long it computes. */
import type { Exported } from '../../api.ts';
import type { Told } from './answers.ts';
import type { GraphName } from './graphs.ts';
import type { Wanted } from './network.ts';

/** What is asked: an image's file, or one text or two. */
export type Question = { readonly image: Blob } | { readonly text: string; readonly pair: string };

export interface Answered extends Told {
  /** Of the network alone, the median. */
  readonly milliseconds: number;
}

export interface Student {
  ask(question: Question): Promise<Answered>;
  /** Ends its thread, with whatever it computes. */
  dispose(): void;
}

/** What the thread is told: first which network it loads, and then questions. */
export type ToThread = { readonly wanted: Wanted } | { readonly question: Question };

/** What it answers, each time once and in order; of the network that it is there. */
export type FromThread =
  | { readonly answered: Answered }
  | { readonly isLoaded: true }
  | { readonly error: string };

/**
 * @param id  the run's
 * @param exported  what was exported of it
 * @param graph  which of its graphs
 * @throws Error where a file is missing or a graph cannot be run
 */
export async function loadStudent(id: string, exported: Exported, graph: GraphName): Promise<Student> {
  // Its script alone may compile WebAssembly, and is known to the server by its name.
  const worker = new Worker(new URL('./playground-thread.ts', import.meta.url), { type: 'module' });
  const waiting: { resolve: (answer: FromThread) => void; reject: (error: Error) => void }[] = [];
  worker.onmessage = ({ data }: MessageEvent<FromThread>) => waiting.shift()?.resolve(data);
  worker.onerror = ({ message }) => {
    for (const { reject } of waiting.splice(0))
      reject(new Error(message || 'the script of the playground could not be loaded'));
  };
  const tell = async (what: ToThread): Promise<Exclude<FromThread, { readonly error: string }>> => {
    const answer = await new Promise<FromThread>((resolve, reject) => {
      waiting.push({ resolve, reject });
      worker.postMessage(what);
    });
    if ('error' in answer) throw new Error(answer.error);
    return answer;
  };
  try {
    await tell({ wanted: { id, exported, graph } });
  } catch (error) {
    worker.terminate();
    throw error;
  }
  return {
    async ask(question) {
      const answer = await tell({ question });
      if ('answered' in answer) return answer.answered;
      throw new TypeError('a question was answered by another answer');
    },
    dispose: () => worker.terminate(),
  };
}
