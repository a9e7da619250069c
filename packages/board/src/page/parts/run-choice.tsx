/** Chooses a run by typing a part of its name. */
import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { runs, runsById } from '../client/runs.ts';

/** A browser shows few; of 1,000 runs those that were typed. */
const most = 50;

interface Props {
  readonly label: string;
  readonly without: readonly string[];
  readonly value: string;
  readonly onChange: (id: string) => void;
}

export function RunChoice({ label, without, value, onChange }: Props) {
  const list = useId();
  const typed = useSignal(value);
  const words = typed.value.toLowerCase();
  const offered = runs.value
    .filter(({ id }) => !without.includes(id) && id.toLowerCase().includes(words))
    .slice(0, most);
  return (
    <label class="choice">
      {label}
      <input
        type="search"
        list={list}
        placeholder="Name of a run"
        value={typed.value}
        onInput={({ currentTarget }) => {
          typed.value = currentTarget.value;
          const id = currentTarget.value;
          if (runsById.value.has(id) && !without.includes(id)) onChange(id);
          else if (id === '') onChange('');
        }}
      />
      <datalist id={list}>
        {offered.map(({ id, method }) => (
          <option key={id} value={id}>
            {method}
          </option>
        ))}
      </datalist>
    </label>
  );
}
