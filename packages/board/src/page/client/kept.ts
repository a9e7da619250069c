/** What the page remembers in this browser. */
import { effect, type Signal, signal } from '@preact/signals';

function remembered(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null');
  } catch {
    return null;
  }
}

/** A signal that is as it was left; a value of another kind is not taken. */
export function kept<T extends string | number | boolean>(name: string, initial: T): Signal<T> {
  const key = `retort.${name}`;
  const before = remembered(key);
  const state = signal<T>(typeof before === typeof initial ? (before as T) : initial);
  effect(() => {
    const text = JSON.stringify(state.value);
    try {
      localStorage.setItem(key, text);
    } catch {
      // A browser that keeps nothing shows all the same.
    }
  });
  return state;
}
