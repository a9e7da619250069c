/** A text, or two. */
import { useRef } from 'preact/hooks';
import type { Question } from '../../inference/messages.ts';

export function AskText({ onAsk }: { onAsk: (question: Question) => void }) {
  const text = useRef<HTMLTextAreaElement>(null);
  const pair = useRef<HTMLTextAreaElement>(null);
  const ask = (): void => {
    const typed = text.current?.value.trim() ?? '';
    if (typed) onAsk({ text: typed, pair: pair.current?.value.trim() ?? '' });
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    ask();
  };
  return (
    <form
      class="asked"
      onSubmit={(event) => {
        event.preventDefault();
        ask();
      }}
    >
      <label>
        A sentence
        <textarea ref={text} rows={3} onKeyDown={press} />
      </label>
      <details>
        <summary>A second one, for a student of pairs</summary>
        <textarea ref={pair} rows={3} aria-label="The second sentence" onKeyDown={press} />
      </details>
      <button type="submit" class="is-main">
        Ask both
      </button>
    </form>
  );
}
