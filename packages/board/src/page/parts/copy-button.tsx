/** Copies a text, and says so. */
import { useSignal } from '@preact/signals';

export function CopyButton({ text, what }: { text: string; what: string }) {
  const said = useSignal('Copy');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      said.value = 'Copied';
    } catch {
      said.value = 'The browser does not allow it';
    }
    setTimeout(() => {
      said.value = 'Copy';
    }, 2000);
  };
  return (
    <button type="button" onClick={copy}>
      <span aria-live="polite">{said.value}</span>
      <span class="unseen">{what}</span>
    </button>
  );
}
