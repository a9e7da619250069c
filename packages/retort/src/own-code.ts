/** Code that a user wrote, run by Retort: what it throws is said with whose it is, and with the line of theirs where it happened. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { shownFile } from './words/shown.ts';

type ErrorClass = new (message: string, options: ErrorOptions) => Error;

/** Where this package and the engine lie. */
const packages = [import.meta.filename, fileURLToPath(import.meta.resolve('@retort/torch'))].map((file) =>
  path.dirname(path.dirname(file)),
);

const isTheirs = (file: string): boolean =>
  !file.split(path.sep).includes('node_modules') &&
  !packages.some((folder) => file.startsWith(folder + path.sep));

/** `net.ts:12`: the innermost line of an error's stack that is in nobody's package; null where none is. */
function placeOf(error: unknown): string | null {
  const stack = error instanceof Error ? String(error.stack) : '';
  for (const frame of stack.split('\n').filter((line) => /^\s+at /.test(line))) {
    const [, at = '', line] = /(?:\(|at |async )((?:file:\/\/)?\/.*):(\d+):\d+\)?$/.exec(frame) ?? [];
    const file = at.startsWith('file:') ? fileURLToPath(at) : at;
    // From here on it is who called.
    if (file === import.meta.filename) return null;
    if (file === '' || !isTheirs(file)) continue;
    return `${shownFile(file)}:${line}`;
  }
  return null;
}

function failed(whose: string, ThrownError: ErrorClass, error: unknown): Error {
  const said = error instanceof Error ? error.message : String(error);
  const place = placeOf(error);
  return new ThrownError(`${whose} failed${place === null ? '' : ` at ${place}`}: ${said}`, { cause: error });
}

/**
 * Runs it.
 *
 * @param whose  it is, as the sentence begins
 * @throws ThrownError for whatever it throws, an Error or not
 * @example runOwn('./net.ts#create', OwnModuleError, () => create(options)) // './net.ts#create failed at net.ts:3: no luck'
 */
export function runOwn<Result>(whose: string, ThrownError: ErrorClass, body: () => Result): Result {
  try {
    return body();
  } catch (error) {
    throw failed(whose, ThrownError, error);
  }
}

/** As `runOwn`, of what may answer later. @throws ThrownError */
export async function awaitOwn<Result>(
  whose: string,
  ThrownError: ErrorClass,
  body: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await body();
  } catch (error) {
    throw failed(whose, ThrownError, error);
  }
}
