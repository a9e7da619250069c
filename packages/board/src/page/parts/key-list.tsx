/** The keys that do something, in a dialog. */
import { signal } from '@preact/signals';
import { areOn, keysNow } from '../client/keys.ts';
import { Check } from './check.tsx';
import { Dialog } from './dialog.tsx';

const isShown = signal(false);

export const showKeys = (): void => {
  isShown.value = true;
};

export function KeyList() {
  if (!isShown.value) return null;
  const close = (): void => {
    isShown.value = false;
  };
  return (
    <Dialog title="Keys" onClose={close}>
      <dl class="keys">
        {keysNow().map(({ key, shown, says }) => (
          <div key={key}>
            <dt>
              <kbd>{shown ?? key}</kbd>
            </dt>
            <dd>{says}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>← → + - 0</kbd>
          </dt>
          <dd>In a chart: move, closer, further, all of it</dd>
        </div>
      </dl>
      <Check isOn={areOn}>Single keys do something</Check>
    </Dialog>
  );
}
