/** What the page and the thread of the playground tell one another. */
import type { Exported } from '../../api.ts';
import type { Told } from './answers.ts';
import type { GraphName } from './graphs.ts';

/** Which network is asked. */
export interface Wanted {
  /** The run's. */
  readonly id: string;
  readonly exported: Exported;
  readonly graph: GraphName;
}

/** What is asked: an image's file, or one text or two. */
export type Question = { readonly image: Blob } | { readonly text: string; readonly pair: string };

export interface Answered extends Told {
  /** Of the network alone, the median. */
  readonly milliseconds: number;
}

/** First which network is loaded, and then questions. */
export type ToThread = { readonly wanted: Wanted } | { readonly question: Question };

/** To each once, in order. */
export type FromThread =
  | { readonly isLoaded: true }
  | { readonly answered: Answered }
  | { readonly error: string };
