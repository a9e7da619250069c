/** The releases of libtorch that Retort runs on: `npm run check -- libtorch` builds and tests the first and the last. */

/** The release that set-up installs, and that operators and their types are written from. */
export const pinnedVersion = '2.15.0';

const major = 2;
const oldest = 11;
const newest = 15;

/** The releases that are used where they are found, as sentences say it. */
export const usableReleases = `${major}.${oldest} to ${major}.${newest}`;

/**
 * Whether a libtorch of this version is used where it is found. Patches and builds do not matter, as those of `2.12.1+cu128`.
 *
 * @example isUsable('2.10.0') // false
 */
export function isUsable(version: string): boolean {
  const [, first, second] = /^(\d+)\.(\d+)(?![\d])/.exec(version) ?? [];
  return Number(first) === major && Number(second) >= oldest && Number(second) <= newest;
}
