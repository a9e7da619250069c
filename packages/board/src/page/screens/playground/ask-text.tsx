/** A text, or two. */
import { useRef } from 'preact/hooks';
import type { Question } from '../../inference/messages.ts';

export function AskText({ arePairs, onAsk }: { arePairs: boolean; onAsk: (question: Question) => void }) {
  const text = useRef<HTMLTextAreaElement>(null);
  const pair = useRef<HTMLTextAreaElement>(null);
  const ask = (): void => {
    const [typed, second] = [text, pair].map(({ current }) => current?.value.trim() ?? '');
    if (typed && arePairs && !second) return pair.current?.focus();
    if (typed) onAsk({ text: typed, pair: second ?? '' });
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
      {arePairs && (
        <label>
          And a second one
          <textarea ref={pair} rows={3} onKeyDown={press} />
        </label>
      )}
      <button type="submit" class="is-main">
        Ask both
      </button>
    </form>
  );
}
