/** A sentence that should be seen. */
import type { ComponentChildren } from 'preact';

export function Notice({ kind, children }: { kind: 'problem' | 'remark'; children: ComponentChildren }) {
  return (
    <p class={`notice is-${kind}`} role={kind === 'problem' ? 'alert' : undefined}>
      {children}
    </p>
  );
}
