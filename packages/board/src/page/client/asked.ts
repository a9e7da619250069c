/** What was asked of the server, as components see it. */
import { type Signal, signal } from '@preact/signals';
import { useCallback, useEffect, useMemo, useRef } from 'preact/hooks';
import { ask, sentenceOf } from './ask.ts';

export interface Asked<T> {
  readonly answer: Signal<T | null>;
  /** A sentence; what was answered before stays. */
  readonly error: Signal<string | null>;
  /** Asks anew. */
  again(): void;
}

/** Asks for a path as long as the component is there; null asks nothing. An answer to an earlier path is dropped. */
export function useAsked<T>(path: string | null): Asked<T> {
  const state = useMemo(() => ({ answer: signal<T | null>(null), error: signal<string | null>(null) }), []);
  const latest = useRef<AbortController | null>(null);
  const again = useCallback(() => {
    latest.current?.abort();
    if (path === null) return;
    const controller = new AbortController();
    latest.current = controller;
    ask<T>(path, { signal: controller.signal })
      .then((answer) => {
        if (controller.signal.aborted) return;
        state.answer.value = answer;
        state.error.value = null;
      })
      .catch((error) => {
        if (!controller.signal.aborted) state.error.value = sentenceOf(error);
      });
  }, [path, state]);
  useEffect(() => {
    state.error.value = null;
    again();
    return () => latest.current?.abort();
  }, [again, state]);
  return { ...state, again };
}
