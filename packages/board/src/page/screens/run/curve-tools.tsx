/** How curves are shown. */
import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { useKeys } from '../../client/keys.ts';
import { isLog, smoothing } from './curve-settings.ts';

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
      <input
        ref={search}
        type="search"
        aria-label="Search series"
        placeholder="Search series"
        value={text.value}
        onInput={({ currentTarget }) => {
          text.value = currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
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
      <label class="check">
        <input
          type="checkbox"
          checked={isLog.value}
          onChange={({ currentTarget }) => {
            isLog.value = currentTarget.checked;
          }}
        />
        Logarithmic
      </label>
      {children}
    </div>
  );
}
