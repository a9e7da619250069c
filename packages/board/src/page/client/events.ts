/** What the server tells by itself. */
import { signal } from '@preact/signals';
import { type BoardEvents, paths } from '../../api.ts';

export type Connection = 'connecting' | 'live' | 'gone';

export const connection = signal<Connection>('connecting');

type Listener<K extends keyof BoardEvents> = (event: BoardEvents[K]) => void;
const listeners: { [K in keyof BoardEvents]: Set<Listener<K>> } = {
  runs: new Set(),
  series: new Set(),
  diagnoses: new Set(),
};
const returns = new Set<() => void>();

/** @returns what ends listening */
export function on<K extends keyof BoardEvents>(name: K, listener: Listener<K>): () => void {
  listeners[name].add(listener);
  return () => listeners[name].delete(listener);
}

/** Called when the server is heard again after it was gone, or the page was not looked at: what came in between was not heard. */
export function onReturn(listener: () => void): () => void {
  returns.add(listener);
  return () => returns.delete(listener);
}

/**
 * Called whenever something of a run may be otherwise: when the server tells of it, and on return.
 *
 * @returns what ends listening
 */
export function onRun(name: 'series' | 'diagnoses', id: string, listener: () => void): () => void {
  const stop = on(name, (event) => {
    if (event.id === id) listener();
  });
  const stopReturn = onReturn(listener);
  return () => {
    stop();
    stopReturn();
  };
}

const hear = <K extends keyof BoardEvents>(source: EventSource, name: K): void =>
  source.addEventListener(name, ({ data }) => {
    const event = JSON.parse(data) as BoardEvents[K];
    for (const listener of listeners[name]) listener(event);
  });

const retryAfter = 2000;

let source: EventSource | null = null;
let retry: ReturnType<typeof setTimeout> | undefined;
/** Whether something may have been told that was not heard. */
let isBehind = false;

function listen(): void {
  rest();
  const own = new EventSource(paths.events);
  source = own;
  own.addEventListener('open', () => {
    connection.value = 'live';
    if (isBehind) for (const listener of returns) listener();
    isBehind = false;
  });
  own.addEventListener('error', () => {
    connection.value = 'gone';
    isBehind = true;
    if (own.readyState === EventSource.CLOSED) retry = setTimeout(listen, retryAfter);
  });
  hear(own, 'runs');
  hear(own, 'series');
  hear(own, 'diagnoses');
}

function rest(): void {
  clearTimeout(retry);
  source?.close();
  source = null;
}

/**
 * Listens as long as the page is looked at: a browser has six connections to a server, for all its pages together, and with as many boards in
 * the background nothing else could be asked. A browser also gives up on a server that answers with an error, and is made to try again.
 */
export function connect(): void {
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) return listen();
    isBehind = true;
    rest();
  });
  if (!document.hidden) listen();
}
