/** This package's version, and which come after it. */
import { createRequire } from 'node:module';

const manifest: { readonly version: string } = createRequire(import.meta.url)('retort/package.json');

export const { version } = manifest;

/** Whether another version comes after this one. @example isLater('99.0.0') // true */
export function isLater(other: string): boolean {
  const [theirs = [], own = []] = [other, version].map((text) =>
    text.split('.').map((part) => Number.parseInt(part, 10)),
  );
  const place = theirs.findIndex((part, i) => part !== own[i]);
  return place >= 0 && (theirs[place] ?? 0) > (own[place] ?? 0);
}
