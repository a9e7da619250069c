/** Chooses dark or light. */
import { chosen, type Theme, theme, themes } from '../client/theme.ts';

const words: Readonly<Record<Theme, string>> = { system: 'Auto', light: 'Light', dark: 'Dark' };

export function ThemeSwitch() {
  return (
    <select
      class="quiet"
      aria-label="Colours"
      value={theme.value}
      onChange={({ currentTarget }) => {
        chosen.value = currentTarget.value;
      }}
    >
      {themes.map((theme) => (
        <option key={theme} value={theme}>
          {words[theme]}
        </option>
      ))}
    </select>
  );
}
