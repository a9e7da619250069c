/** Where set-up keeps what it made: libtorch, compiled addons. */
import os from 'node:os';
import path from 'node:path';

/**
 * Raised when set-up cannot go on; the message is one sentence with the cure.
 *
 * @example try { await setup(); } catch (error) { if (error instanceof SetupError) console.error(error.message); }
 */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}

/** `RETORT_CACHE`, else the user's cache folder by the XDG convention. @example cacheFolder() // '/home/me/.cache/retort' */
export function cacheFolder(): string {
  const stated = process.env.RETORT_CACHE;
  if (stated) return path.resolve(stated);
  const base = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  return path.join(base, 'retort');
}
