/** Words that are looked for; Escape leaves the field. */
import type { Signal } from '@preact/signals';
import type { RefObject } from 'preact';

export function SearchField({
  label,
  placeholder = label,
  text,
  field = null,
}: {
  label: string;
  placeholder?: string;
  text: Signal<string>;
  field?: RefObject<HTMLInputElement | null> | null;
}) {
  return (
    <input
      ref={field}
      type="search"
      aria-label={label}
      placeholder={placeholder}
      value={text.value}
      onInput={({ currentTarget }) => {
        text.value = currentTarget.value;
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.blur();
      }}
    />
  );
}
