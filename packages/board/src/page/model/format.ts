/** Numbers, times and sizes as they are shown. What is not there is an empty text. */
import { count, duration } from 'retort/scores';

/** @example countText(21797) // '21,797' */
export const countText = (value: number | null): string => (value === null ? '' : count(value));

const steps: readonly [least: number, unit: string][] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** Three digits with the letter of a thousand, a million and so on. @example shortCount(1230000) // '1.23 M' */
export function shortCount(value: number | null): string {
  if (value === null) return '';
  const [least, unit] = steps.find(([least]) => Math.abs(value) >= least * 0.9995) ?? [1, ''];
  return `${Number((value / least).toPrecision(3))}${unit && ` ${unit}`}`;
}

/** @example bytesText(4930000) // '4.93 MB' */
export function bytesText(bytes: number | null): string {
  if (bytes === null) return '';
  const [number = '', unit = ''] = shortCount(bytes).split(' ');
  return `${number} ${unit}B`;
}

const hour = 3600;
const day = 24 * hour;

/** @example durationText(73.2) // '1 min 13 s' */
export function durationText(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return '';
  const whole = Math.round(seconds);
  if (whole < day) return duration(seconds);
  return `${Math.floor(whole / day)} d ${Math.floor((whole % day) / hour)} h`;
}

/** A number of a curve, with the digits that say something. @example valueText(0.000123) // '0.000123' */
export function valueText(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) return value.toExponential(2);
  if (size >= 1000) return count(value);
  return String(Number(value.toPrecision(4)));
}

const pad = (part: number): string => String(part).padStart(2, '0');

/** In the time of the reader's clock. @example whenText('2026-11-29T17:00:00Z') // '2026-11-29 17:00' */
export function whenText(iso: string | null): string {
  const date = new Date(iso ?? '');
  if (Number.isNaN(date.getTime())) return iso ?? '';
  const day = [date.getFullYear(), pad(date.getMonth() + 1), pad(date.getDate())].join('-');
  return `${day} ${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

/** A value of a recipe on a line. @example settingText({ name: 'kd' }) // '{"name":"kd"}' */
export function settingText(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** @example capital('log') // 'Log' */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
