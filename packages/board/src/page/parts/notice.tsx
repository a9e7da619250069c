/** A sentence that should be seen. */
import type { ComponentChildren } from 'preact';

export function Notice({ kind, children }: { kind: 'problem' | 'remark'; children: ComponentChildren }) {
  return (
    <p class={`notice is-${kind}`} role={kind === 'problem' ? 'alert' : undefined}>
      {children}
    </p>
  );
}

/** What is to be known of what is shown, a sentence each. */
export const Remarks = ({ notes }: { notes: readonly string[] }) =>
  notes.map((note) => (
    <Notice key={note} kind="remark">
      {note}
    </Notice>
  ));
