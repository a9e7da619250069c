/** The runs that are to be compared. */
import { signal } from '@preact/signals';

export const picked = signal<ReadonlySet<string>>(new Set());

export function pick(ids: readonly string[], isPicked: boolean): void {
  const next = new Set(picked.value);
  for (const id of ids) {
    if (isPicked) next.add(id);
    else next.delete(id);
  }
  picked.value = next;
}
