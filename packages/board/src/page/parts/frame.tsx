/** What stands around every screen. */
import type { ComponentChildren } from 'preact';
import { connection } from '../client/events.ts';
import { addKeys } from '../client/keys.ts';
import { picked } from '../client/picked.ts';
import { go, route } from '../client/route.ts';
import { folder } from '../client/runs.ts';
import { hrefOf } from '../model/route.ts';
import { KeyList, showKeys } from './key-list.tsx';
import { Notice } from './notice.tsx';
import { ThemeSwitch } from './theme-switch.tsx';

const compared = (): readonly string[] =>
  route.value.screen === 'compare' ? route.value.ids : [...picked.value];

function Place({ screen, label, href }: { screen: string; label: string; href: string }) {
  return (
    <a class="place" href={href} aria-current={route.value.screen === screen ? 'page' : undefined}>
      {label}
    </a>
  );
}

function Live() {
  const words = { connecting: 'Connecting', live: 'Live', gone: 'Server gone' }[connection.value];
  return (
    <span class={`live is-${connection.value}`} role="status">
      {words}
    </span>
  );
}

addKeys([
  { key: '1', says: 'Runs', press: () => go({ screen: 'runs' }) },
  { key: '2', says: 'Compare', press: () => go({ screen: 'compare', ids: compared() }) },
  { key: '3', says: 'Playground', press: () => go({ screen: 'playground', id: null }) },
  { key: '?', says: 'These keys', press: showKeys },
]);

export function Frame({ children }: { children: ComponentChildren }) {
  return (
    <>
      <button type="button" class="skip" onClick={skip}>
        Skip to the content
      </button>
      <header class="top">
        <a class="brand" href={hrefOf({ screen: 'runs' })} title={folder.value}>
          <img src="./icon.svg" alt="" width="22" height="22" />
          Retort
        </a>
        <nav aria-label="Screens">
          <Place screen="runs" label="Runs" href={hrefOf({ screen: 'runs' })} />
          <Place screen="compare" label="Compare" href={hrefOf({ screen: 'compare', ids: compared() })} />
          <Place screen="playground" label="Playground" href={hrefOf({ screen: 'playground', id: null })} />
        </nav>
        <div class="aside">
          <Live />
          <ThemeSwitch />
          <button type="button" class="quiet" onClick={showKeys} aria-label="Keys" title="Keys (?)">
            ?
          </button>
        </div>
      </header>
      {connection.value === 'gone' && (
        <Notice kind="problem">
          The server is gone: what is shown stays as it was. It is looked for again every few seconds;{' '}
          <code>retort board</code> starts it.
        </Notice>
      )}
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <KeyList />
    </>
  );
}

/** A button, for an address with another `#` would be another screen. */
const skip = (): void => document.getElementById('main')?.focus();
