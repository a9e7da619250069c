/** Where one is, followed as the address changes. */
import { signal } from '@preact/signals';
import { hrefOf, parseRoute, type Route } from '../model/route.ts';

export const route = signal<Route>(parseRoute(location.hash));

addEventListener('hashchange', () => {
  route.value = parseRoute(location.hash);
  scrollTo(0, 0);
});

/** Goes there, on another page if need be. */
export function go(to: Exclude<Route, { screen: 'nowhere' }>): void {
  location.assign(hrefOf(to));
}
