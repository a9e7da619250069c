/** Okabe & Ito's colours, which the colour-blind tell apart, in an order of which the first stand out from the background. */
const onLight = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#5f6672'];
const onDark = ['#56b4e9', '#e69f00', '#2bb98f', '#cc79a7', '#f0e442', '#e8732a', '#a7adb8'];

/** Where colours come again, lines are dashed. */
const dashes: readonly number[][] = [[], [7, 4], [2, 3]];

export interface LineStyle {
  readonly colour: string;
  /** Pixels of line and gap. */
  readonly dash: number[];
}

/** @param n  which line, from 0 */
export function lineStyle(n: number, isDark: boolean): LineStyle {
  const colours = isDark ? onDark : onLight;
  return {
    colour: colours[n % colours.length] ?? '#888888',
    dash: dashes[Math.floor(n / colours.length) % dashes.length] ?? [],
  };
}

export const inkOf = (isDark: boolean) =>
  isDark
    ? { text: '#a3abb8', grid: '#272c36', mark: '#3a4150' }
    : { text: '#5b6472', grid: '#eceef2', mark: '#d5d9e0' };
