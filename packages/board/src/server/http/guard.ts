/** Who is answered: requests to the board's own name, from its own pages, and where it listens to others with its token. */
import { timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { secureHeaders } from 'hono/secure-headers';
import { BoardError } from '../errors.ts';
import { isOwnName, nameIn } from './hosts.ts';

const safeMethods = new Set(['GET', 'HEAD']);

/** What compiles WebAssembly: the thread of the playground alone, whose policy is that of its script. */
const compiles = (path: string): boolean => /^\/assets\/playground-thread[^/]*\.js$/.test(path);

/** No script and no style but the board's own files: figures have neither. */
export const headers: MiddlewareHandler = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'", (c) => (compiles(c.req.path) ? "'wasm-unsafe-eval'" : '')],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:', 'blob:'],
    connectSrc: ["'self'"],
    fontSrc: ["'self'"],
    manifestSrc: ["'self'"],
    workerSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
  // Threads of WebAssembly need these two.
  crossOriginOpenerPolicy: 'same-origin',
  crossOriginEmbedderPolicy: 'require-corp',
  crossOriginResourcePolicy: 'same-origin',
  referrerPolicy: 'no-referrer',
  xFrameOptions: 'DENY',
  // It is of https, which this is not.
  strictTransportSecurity: false,
});

/** @param host  on which it listens */
export const ownNames =
  (host: string): MiddlewareHandler =>
  (c, next) => {
    const header = c.req.header('host') ?? '';
    const name = nameIn(header);
    if (name === null || !isOwnName(name, host))
      throw new BoardError(
        421,
        `this board is not known as ${header || 'nothing'}: open it by the address that it printed, or name it (--host)`,
      );
    return next();
  };

/** What another site's page asks is not answered, and what changes something is asked by the board's own pages alone. */
export const ownOrigin: MiddlewareHandler = (c, next) => {
  const host = c.req.header('host') ?? '';
  const origin = c.req.header('origin');
  const site = c.req.header('sec-fetch-site');
  const isOwn = origin === `http://${host}` || origin === `https://${host}`;
  const isApi = c.req.path.startsWith('/api/');
  const isForeign =
    (origin !== undefined && !isOwn) ||
    (isApi && site !== undefined && site !== 'same-origin' && site !== 'none');
  if (isForeign) throw new BoardError(403, `pages of ${origin ?? 'another site'} are not answered`);
  if (!safeMethods.has(c.req.method) && !isOwn)
    throw new BoardError(403, `what changes something is asked with an Origin, which is http://${host}`);
  return next();
};

/** What is sent is JSON, or of another type that no form has: a page of another site would have to ask before it sends that. */
export function refuseType(c: Context, types: readonly string[]): string {
  const [type = ''] = (c.req.header('content-type') ?? '').toLowerCase().split(';');
  if (types.includes(type.trim())) return type.trim();
  throw new BoardError(415, `this is sent as ${types.join(' or ')}, not as ${type || 'nothing'}`);
}

const isSame = (a: string, b: string): boolean => {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
};

/** Cookies do not tell ports apart. */
const cookieOf = (c: Context): string => `retort-board-${new URL(c.req.url).port || '80'}`;

/** Asks for a token: first in the address (`?token=`), then in a cookie that is made of it. */
export const withToken =
  (token: string): MiddlewareHandler =>
  async (c, next) => {
    const url = new URL(c.req.url);
    const given = url.searchParams.get('token');
    if (given !== null && safeMethods.has(c.req.method) && isSame(given, token)) {
      setCookie(c, cookieOf(c), token, { httpOnly: true, sameSite: 'Strict', path: '/' });
      url.searchParams.delete('token');
      // Two slashes would be the beginning of another site's address.
      return c.redirect(`${url.pathname.replace(/^\/+/, '/')}${url.search}`);
    }
    if (isSame(getCookie(c, cookieOf(c)) ?? '', token)) return next();
    throw new BoardError(
      403,
      'this board is for whoever has its token: open it by the address that it printed, with ?token=',
    );
  };
