/** A text that may be copied. */
import { useSignal } from '@preact/signals';
import { capital } from '../model/format.ts';

function CopyButton({ text, what }: { text: string; what: string }) {
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

/** @param what  it is, within a sentence: `the recipe` */
export function Copied({ text, what }: { text: string; what: string }) {
  return (
    <div class="copied">
      <pre role="region" tabIndex={0} aria-label={capital(what)}>
        {text}
      </pre>
      <CopyButton text={text} what={what} />
    </div>
  );
}
