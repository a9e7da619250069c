/** Drawings as one text of SVG. */
import type { PlotOptions } from '@observablehq/plot';
import type { HeldPen } from './pen-of.ts';

const fontSize = 11;

/** Pixels that labels take, about. */
export const widthOf = (labels: readonly string[]): number =>
  Math.ceil(6.5 * Math.max(0, ...labels.map((label) => label.length)));

const longestLabel = 40;

/** A name in one line that leaves room for the drawing. */
export function shortened(name: string): string {
  const line = name.replaceAll(/[\t\n\r]+/g, ' ');
  const half = longestLabel / 2;
  return line.length <= longestLabel ? line : `${line.slice(0, half)}…${line.slice(-half + 1)}`;
}

/** @example percent(0.1234) // '12.3 %' */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Beyond these, numbers have too many digits for an axis. */
const [small, large] = [1e-3, 1e6];

const areExponential = (size: number): boolean => (size > 0 && size < small) || size >= large;

/** @example exponential(45e11) // '4.5e12' */
const exponential = (value: number): string =>
  value === 0 ? '0' : Number(value.toPrecision(4)).toExponential().replace('+', '');

/** @example fourDigits(0.123456) // '0.1235' */
export const fourDigits = (value: number): string =>
  areExponential(Math.abs(value)) ? exponential(value) : String(Number(value.toPrecision(4)));

/** How an axis of these numbers is written, where they are too large or too small to be written out; Plot's own way otherwise. */
export function tickFormatOf(values: readonly number[]): { readonly tickFormat?: (at: number) => string } {
  const size = Math.max(0, ...values.filter(Number.isFinite).map(Math.abs));
  return areExponential(size) ? { tickFormat: exponential } : {};
}

/** From zero to the highest of numbers, and to the least where it is below zero; to one where all are zero. */
export function spanFromZero(values: readonly number[]): [from: number, to: number] {
  const finite = values.filter(Number.isFinite);
  const [from, to] = [Math.min(0, ...finite), Math.max(0, ...finite)];
  return from === to ? [0, 1] : [from, to];
}

/** From the least to the highest of numbers; of those that are all the same, something to either side. */
export function spanOf(values: readonly number[]): [from: number, to: number] {
  const [from, to] = [Math.min(...values), Math.max(...values)];
  const beside = from === to ? Math.abs(from) / 10 || 1 : 0;
  return [from - beside, to + beside];
}

/** Characters that XML has no way to write, and those that turn the direction of writing, as names may have them. */
const unwritable = /[^\P{Cc}\t\n\r]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/**
 * Plots below one another. What has no colour of its own has that of the text around it, black in a file; there is neither a style nor a
 * class in it, which a page may forbid, or have others of the same name.
 *
 * @param label  what it shows, for who cannot see it
 */
export function svgOf(
  { Plot, document }: HeldPen,
  label: string,
  width: number,
  plots: readonly PlotOptions[],
): string {
  let height = 0;
  const parts = plots.map((plot) => {
    const drawn = Plot.plot({ ...plot, document } as PlotOptions);
    const attributes = { y: height, class: '', 'font-size': fontSize };
    for (const [name, value] of Object.entries(attributes)) drawn.setAttribute(name, String(value));
    height += Number(drawn.getAttribute('height'));
    // Plot labels its groups, which have no role and so may have no label: the figure as a whole has one.
    return drawn.outerHTML
      .replace(/<style>.*?<\/style>/s, '')
      .replace(' class=""', '')
      .replaceAll(/(<g [^>]*?)aria-label=/g, '$1data-part=');
  });
  const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(label)}" xml:space="preserve">${parts.join('')}</svg>\n`;
  // As HTML writes it, which a page's document does.
  return text.replaceAll('&nbsp;', '\u{a0}').replace(unwritable, '\u{fffd}');
}
