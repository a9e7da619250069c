/** How curves are shown. */
import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { isLog, smoothing } from '../client/curve-settings.ts';
import { useKeys } from '../client/keys.ts';
import { Check } from './check.tsx';
import { SearchField } from './search-field.tsx';

export function CurveTools({ text, children }: { text: Signal<string>; children?: ComponentChildren }) {
  const search = useRef<HTMLInputElement>(null);
  const keys = useMemo(
    () => [
      { key: '/', says: 'Search series', press: () => search.current?.focus() },
      {
        key: 'g',
        says: 'Logarithmic axis, or not',
        press: () => {
          isLog.value = !isLog.value;
        },
      },
    ],
    [],
  );
  useKeys(keys);
  return (
    <div class="toolbar">
      <SearchField label="Search series" text={text} field={search} />
      <label class="range">
        Smoothing
        <input
          type="range"
          min="0"
          max="0.98"
          step="0.02"
          value={smoothing.value}
          onInput={({ currentTarget }) => {
            smoothing.value = currentTarget.valueAsNumber;
          }}
        />
        <output class="number">{smoothing.value.toFixed(2)}</output>
      </label>
      <Check isOn={isLog}>Logarithmic</Check>
      {children}
    </div>
  );
}
