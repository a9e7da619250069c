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

/** Called when the server is there again after it was gone: what came in between was not heard. */
export function onReturn(listener: () => void): () => void {
  returns.add(listener);
  return () => returns.delete(listener);
}

const hear = <K extends keyof BoardEvents>(source: EventSource, name: K): void =>
  source.addEventListener(name, ({ data }) => {
    const event = JSON.parse(data) as BoardEvents[K];
    for (const listener of listeners[name]) listener(event);
  });

const retryAfter = 2000;

/** Listens until the page is left. A browser gives up on a server that answers with an error, and is made to try again. */
export function connect(): void {
  const source = new EventSource(paths.events);
  source.addEventListener('open', () => {
    const wasGone = connection.value === 'gone';
    connection.value = 'live';
    if (wasGone) for (const listener of returns) listener();
  });
  source.addEventListener('error', () => {
    connection.value = 'gone';
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, retryAfter);
  });
  hear(source, 'runs');
  hear(source, 'series');
  hear(source, 'diagnoses');
}
