/** Series of runs, as charts have them: fetched anew as they grow. */
import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { paths, type SeriesAnswer } from '../../api.ts';
import { ask, sentenceOf } from './ask.ts';
import { on, onReturn } from './events.ts';

export interface SeriesAsked {
  readonly id: string;
  readonly names: readonly string[];
}

/** Points of a series: about two for each pixel of a wide chart. */
const points = 1000;
/** A running run is asked again no more often, in milliseconds, and no more than this share of the time: of millions of lines an answer takes a while. */
const pause = 1000;
const share = 1 / 5;
/** Answers that come within so many milliseconds are drawn together. */
const together = 30;

function pathOf({ id, names }: SeriesAsked, range: { from: number; to: number } | null): string {
  const query = new URLSearchParams({ names: names.join(','), points: String(points) });
  if (range) {
    query.set('from', String(Math.floor(range.from)));
    query.set('to', String(Math.ceil(range.to)));
  }
  return `${paths.series(id)}?${query}`;
}

/**
 * @param range  what of x is seen, of which all is fetched; null for all of it
 * @returns answers by the run's id, and what went wrong
 */
export function useSeries(asked: readonly SeriesAsked[], range: { from: number; to: number } | null) {
  const state = useMemo(
    () => ({
      answers: signal<ReadonlyMap<string, SeriesAnswer>>(new Map()),
      error: signal<string | null>(null),
    }),
    [],
  );
  const wanted = JSON.stringify([asked, range]);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const took = new Map<string, number>();
    const fresh = new Map<string, SeriesAnswer>();
    let soon: ReturnType<typeof setTimeout> | undefined;
    const show = (): void => {
      soon = undefined;
      state.answers.value = new Map([...state.answers.value, ...fresh]);
      fresh.clear();
    };
    const timers = new Map<string, ReturnType<typeof setTimeout>>();
    const fetchOne = async (one: SeriesAsked): Promise<void> => {
      if (!one.names.length) return;
      const began = performance.now();
      try {
        const answer = await ask<SeriesAnswer>(pathOf(one, range), { signal });
        took.set(one.id, performance.now() - began);
        fresh.set(one.id, answer);
        soon ??= setTimeout(show, together);
        state.error.value = null;
      } catch (error) {
        if (!signal.aborted) state.error.value = sentenceOf(error);
      }
    };
    const fetchAll = (): void => {
      for (const one of asked) void fetchOne(one);
    };
    const kept = new Set(asked.map(({ id }) => id));
    state.answers.value = new Map([...state.answers.value].filter(([id]) => kept.has(id)));
    fetchAll();
    const stop = on('series', ({ id }) => {
      const one = asked.find((one) => one.id === id);
      if (!one || timers.has(id)) return;
      const again = (): void => {
        timers.delete(id);
        void fetchOne(one);
      };
      timers.set(id, setTimeout(again, Math.max(pause, (took.get(id) ?? 0) / share)));
    });
    const stopReturn = onReturn(fetchAll);
    return () => {
      controller.abort();
      clearTimeout(soon);
      stop();
      stopReturn();
      for (const timer of timers.values()) clearTimeout(timer);
    };
  }, [wanted]);
  return state;
}
