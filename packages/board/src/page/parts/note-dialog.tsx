/** Tags and a note of one's own. */
import { useRef } from 'preact/hooks';
import { edited } from '../client/edited.ts';
import { keep, runsById } from '../client/runs.ts';
import { Dialog } from './dialog.tsx';

const close = (): void => {
  edited.value = null;
};

export function NoteDialog({ id }: { id: string }) {
  const tags = useRef<HTMLInputElement>(null);
  const note = useRef<HTMLTextAreaElement>(null);
  const mine = runsById.value.get(id)?.mine;
  if (!mine) return null;
  const save = (event: Event): void => {
    event.preventDefault();
    const words = (tags.current?.value ?? '').split(/[\s,]+/).filter(Boolean);
    const own = words.map((word) => word.replace(/^#/, ''));
    void keep(id, { tags: [...new Set(own)], note: note.current?.value.trim() ?? '' });
    close();
  };
  return (
    <Dialog title={`Tags and note of ${id}`} onClose={close}>
      <form onSubmit={save}>
        <label>
          Tags, with commas or spaces between them
          <input ref={tags} defaultValue={mine.tags.join(', ')} />
        </label>
        <label>
          Note
          <textarea ref={note} rows={5} defaultValue={mine.note} />
        </label>
        <button type="submit" class="is-main">
          Keep
        </button>
      </form>
    </Dialog>
  );
}
