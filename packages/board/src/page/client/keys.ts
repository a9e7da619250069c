/** Single keys, which one may turn off; a screen adds its own. */
import { useEffect } from 'preact/hooks';
import { kept } from './kept.ts';

export interface Key {
  /** As `KeyboardEvent.key` has it. */
  readonly key: string;
  /** Another that does the same. */
  readonly also?: string;
  readonly says: string;
  /** @returns false where it has nothing to do, so that the browser does what it does */
  readonly press: () => unknown;
  /** What it is called in the list, where the key itself says nothing. */
  readonly shown?: string;
}

/** Whether keys without Ctrl or Alt do anything. */
export const areOn = kept<boolean>('keys', true);

const sets = new Set<readonly Key[]>();

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.matches('textarea, select, input:not([type=checkbox], [type=range], [type=radio], [type=file])'));

addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
  if (!areOn.value || isTyping(event.target) || document.querySelector('dialog[open]')) return;
  for (const keys of [...sets].reverse()) {
    const found = keys.find(({ key, also }) => key === event.key || also === event.key);
    if (found && found.press() !== false) {
      event.preventDefault();
      return;
    }
  }
});

/** All that do something now, those of the screen first. */
export const keysNow = (): Key[] => [...sets].reverse().flat();

/** @returns what takes them away again */
export function addKeys(keys: readonly Key[]): () => void {
  sets.add(keys);
  return () => void sets.delete(keys);
}

/** Adds keys as long as the component is there. */
export function useKeys(keys: readonly Key[]): void {
  useEffect(() => addKeys(keys), [keys]);
}
