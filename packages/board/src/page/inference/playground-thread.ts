/** The thread on which the student of the playground computes. */
import type { FromThread, ToThread } from './messages.ts';
import { type Ask, loadNetwork } from './network.ts';

let ask: Ask | null = null;

async function answerTo(told: ToThread): Promise<FromThread> {
  if ('wanted' in told) {
    ask = await loadNetwork(told.wanted);
    return { isLoaded: true };
  }
  if (!ask) throw new Error('the student is not loaded');
  return { answered: await ask(told.question) };
}

/** One after another, as they were told. */
let last: Promise<unknown> = Promise.resolve();

addEventListener('message', ({ data }: MessageEvent<ToThread>) => {
  last = last
    .then(() => answerTo(data))
    .catch((error): FromThread => ({ error: error instanceof Error ? error.message : String(error) }))
    .then((answer) => postMessage(answer));
});
