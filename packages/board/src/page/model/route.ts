/** Where in the board one is, as it stands behind the `#` of the address. */

export const runTabs = ['curves', 'recipe', 'diagnoses', 'log'] as const;
export type RunTab = (typeof runTabs)[number];

export type Route =
  | { readonly screen: 'runs' }
  | { readonly screen: 'run'; readonly id: string; readonly tab: RunTab }
  | { readonly screen: 'compare'; readonly ids: readonly string[] }
  | { readonly screen: 'playground'; readonly id: string | null }
  | { readonly screen: 'nowhere' };

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

const isTab = (text: string): text is RunTab => runTabs.some((tab) => tab === text);

/** @example parseRoute('#/run/kd%2Fseed-0/log') // { screen: 'run', id: 'kd/seed-0', tab: 'log' } */
export function parseRoute(hash: string): Route {
  const [screen = '', first = '', second = 'curves', ...more] = hash.replace(/^#?\/?/, '').split('/');
  const nowhere: Route = { screen: 'nowhere' };
  if (more.length) return nowhere;
  if (screen === '') return { screen: 'runs' };
  if (screen === 'run') {
    const id = decoded(first);
    return id && isTab(second) ? { screen, id, tab: second } : nowhere;
  }
  if (screen === 'compare') {
    const ids = first.split(',').filter(Boolean).map(decoded);
    return ids.every((id) => id !== null) ? { screen, ids } : nowhere;
  }
  if (screen === 'playground') {
    const id = decoded(first);
    return id === null ? nowhere : { screen, id: id || null };
  }
  return nowhere;
}

/** The playground is a page of its own. */
const pages = { board: './', playground: './playground.html' } as const;

/** The address of a place, from either page. */
export function hrefOf(route: Exclude<Route, { screen: 'nowhere' }>): string {
  switch (route.screen) {
    case 'runs':
      return `${pages.board}#/`;
    case 'run': {
      const tab = route.tab === 'curves' ? '' : `/${route.tab}`;
      return `${pages.board}#/run/${encodeURIComponent(route.id)}${tab}`;
    }
    case 'compare':
      return `${pages.board}#/compare/${route.ids.map(encodeURIComponent).join(',')}`;
    case 'playground':
      return `${pages.playground}#/playground/${encodeURIComponent(route.id ?? '')}`;
  }
}
