/** Numbers as text, the same everywhere. */

export const percent = (share: number): string => (100 * share).toFixed(2);
export const count = (value: number): string => Math.round(value).toLocaleString('en');

/**
 * How long something takes.
 *
 * @example duration(0.00288) // '2.88 ms'
 * @example duration(7.31) // '7.3 s'
 * @example duration(73.2) // '1 min 13 s'
 */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '-';
  if (seconds > 0 && seconds < 0.9995) return `${Number((1000 * seconds).toPrecision(3))} ms`;
  if (seconds > 0 && seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes >= 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return minutes ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}

/** @example counted(1, 'epoch') // '1 epoch' */
export const counted = (n: number, what: string): string => `${count(n)} ${what}${n === 1 ? '' : 's'}`;
