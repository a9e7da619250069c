/** Names under which the board may be asked: a foreign page whose name was made to lead here is not answered. */
import net from 'node:net';
import os from 'node:os';

const loopbackNames = ['localhost', '127.0.0.1', '::1'];

/** Whether only this machine reaches it. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (net.isIPv4(host) && host.startsWith('127.'));

/** The name in a `Host` header, without its port. @example nameIn('[::1]:8080') // '::1' */
export function nameIn(header: string): string | null {
  try {
    const { hostname, pathname, username } = new URL(`http://${header}`);
    if (pathname !== '/' || username !== '' || header.includes('/')) return null;
    return hostname.replace(/^\[|\]$/g, '');
  } catch {
    return null;
  }
}

/** @param host  on which it listens */
export function isOwnName(name: string, host: string): boolean {
  if (loopbackNames.includes(name)) return true;
  if (isLoopback(host)) return isLoopback(name);
  // No name leads to an address that stands there itself.
  return net.isIP(name) !== 0 || name === host.toLowerCase() || name === os.hostname().toLowerCase();
}
