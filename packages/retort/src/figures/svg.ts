/** Drawings as one SVG file. */
import type { DrawnDocument, DrawnElement } from './drawing.ts';

/** Of text and background, which is white wherever it is shown. */
export const style = {
  fontFamily: 'system-ui, sans-serif',
  fontSize: '11px',
  background: 'white',
  color: '#222',
};

/** Pixels that labels of 11 take, about. */
export const widthOf = (labels: readonly string[]): number =>
  6 * Math.max(0, ...labels.map((label) => label.length));

/** Characters that XML has no way to write, as names may have them. */
const unwritable = /[^\P{Cc}\t\n\r]/gu;

/** A file's text, of drawings below one another. */
export function svgFile(document: DrawnDocument, drawn: readonly DrawnElement[], width: number): string {
  const all = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  let height = 0;
  for (const part of drawn) {
    part.setAttribute('y', String(height));
    height += Number(part.getAttribute('height'));
    all.appendChild(part);
  }
  for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` }))
    all.setAttribute(name, String(value));
  all.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `${all.outerHTML.replace(unwritable, '\u{fffd}')}\n`;
}
