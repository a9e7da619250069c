/** An exported student at work in the page, on a thread of its own: the page stays quick however long it computes. */
import type { Exported } from '../../api.ts';
import type { GraphName } from './graphs.ts';
import type { Answered, FromThread, Question, ToThread } from './messages.ts';

export interface Student {
  ask(question: Question): Promise<Answered>;
  /** Ends its thread, with whatever it computes. */
  dispose(): void;
}

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
