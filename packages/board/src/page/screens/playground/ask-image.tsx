/** An image, dropped, pasted or chosen. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Question } from '../../inference/messages.ts';
import { Notice } from '../../parts/notice.tsx';

export function AskImage({ onAsk }: { onAsk: (question: Question) => void }) {
  const shown = useSignal<string | null>(null);
  const isOver = useSignal(false);
  const problem = useSignal<string | null>(null);
  const take = (file: File | null | undefined): void => {
    isOver.value = false;
    if (!file) return;
    if (!file.type.startsWith('image/')) {
      problem.value = `${file.name} is not an image.`;
      return;
    }
    problem.value = null;
    shown.value = URL.createObjectURL(file);
    onAsk({ image: file });
  };
  useEffect(() => {
    const paste = ({ clipboardData }: ClipboardEvent): void => take(clipboardData?.files[0]);
    addEventListener('paste', paste);
    return () => removeEventListener('paste', paste);
  }, []);
  useEffect(() => {
    const url = shown.value;
    return () => {
      if (url) URL.revokeObjectURL(url);
    };
  }, [shown.value]);
  return (
    <div>
      <label
        class={`drop ${isOver.value ? 'is-over' : ''}`}
        onDragOver={(event) => {
          event.preventDefault();
          isOver.value = true;
        }}
        onDragLeave={() => {
          isOver.value = false;
        }}
        onDrop={(event) => {
          event.preventDefault();
          take(event.dataTransfer?.files[0]);
        }}
      >
        {shown.value ? (
          <img src={shown.value} alt="What the two are asked about" />
        ) : (
          <span>Drop an image here</span>
        )}
        <span class="muted">or choose one, or paste it</span>
        <input
          type="file"
          accept="image/*"
          aria-label="An image"
          onChange={({ currentTarget }) => take(currentTarget.files?.[0])}
        />
      </label>
      {problem.value && <Notice kind="problem">{problem.value}</Notice>}
    </div>
  );
}
