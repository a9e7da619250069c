/** Dark or light: as the system is, or as one chose. */
import { computed, effect, signal } from '@preact/signals';
import { kept } from './kept.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const isTheme = (text: string): text is Theme => themes.some((theme) => theme === text);

export const chosen = kept<string>('theme', 'system');
const dark = matchMedia('(prefers-color-scheme: dark)');
const systemIsDark = signal(dark.matches);
dark.addEventListener('change', ({ matches }) => {
  systemIsDark.value = matches;
});

export const theme = computed<Theme>(() => (isTheme(chosen.value) ? chosen.value : 'system'));
export const isDark = computed(
  () => theme.value === 'dark' || (theme.value === 'system' && systemIsDark.value),
);

effect(() => {
  document.documentElement.dataset.theme = isDark.value ? 'dark' : 'light';
});
