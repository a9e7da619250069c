/** Files as they are, of the page and of exported students. */
import { Readable } from 'node:stream';
import type { Context } from 'hono';
import { getMimeType } from 'hono/utils/mime';
import { BoardError } from '../errors.ts';
import { openWithin } from '../kept/inside.ts';

/** A path whose parts are decoded, each once; null where it is none. */
export function decodedPath(path: string): string | null {
  try {
    return path.split('/').map(decodeURIComponent).join('/');
  } catch {
    return null;
  }
}

interface FileOptions {
  /** How long a browser may keep it without asking. */
  readonly cache: 'no-cache' | 'immutable';
  /** What it is, where its name must not tell: nothing that runs is made of a run's files. */
  readonly type?: string | undefined;
}

const caches = { 'no-cache': 'no-cache', immutable: 'public, max-age=31536000, immutable' };

/** A file of a folder; null where there is none. */
export async function fileAnswer(
  c: Context,
  folder: string,
  name: string,
  { cache, type }: FileOptions,
): Promise<Response | null> {
  const handle = await openWithin(folder, name);
  if (!handle) return null;
  const { ino, size, mtimeMs } = await handle.stat();
  const etag = `"${ino.toString(36)}-${size.toString(36)}-${Math.round(mtimeMs).toString(36)}"`;
  c.header('ETag', etag);
  c.header('Cache-Control', caches[cache]);
  if (c.req.header('if-none-match') === etag || c.req.method === 'HEAD') {
    await handle.close();
    return c.body(null, c.req.method === 'HEAD' ? 200 : 304);
  }
  c.header('Content-Type', type ?? getMimeType(name) ?? 'application/octet-stream');
  c.header('Content-Length', String(size));
  if (size === 0) {
    await handle.close();
    return c.body('');
  }
  const stream = handle.createReadStream({ end: size - 1 });
  return c.body(Readable.toWeb(stream) as ReadableStream);
}

/** The page, built. @throws BoardError where there is no such file, or it was not built */
export async function pageAnswer(c: Context, folder: string): Promise<Response> {
  const asked = decodedPath(c.req.path.slice(1));
  const name = asked === '' ? 'index.html' : asked;
  const isHashed = name?.startsWith('assets/') ?? false;
  const found =
    name === null ? null : await fileAnswer(c, folder, name, { cache: isHashed ? 'immutable' : 'no-cache' });
  if (found) return found;
  if (name === 'index.html')
    throw new BoardError(
      503,
      'the page of the board is not built: run `npm run build -w packages/board` in the clone',
    );
  throw new BoardError(404, `there is nothing at ${c.req.path}`);
}
