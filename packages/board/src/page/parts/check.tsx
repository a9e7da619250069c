/** What is so or not, as one chooses. */
import type { Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

export function Check({ isOn, children }: { isOn: Signal<boolean>; children: ComponentChildren }) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={isOn.value}
        onChange={({ currentTarget }) => {
          isOn.value = currentTarget.checked;
        }}
      />
      {children}
    </label>
  );
}
