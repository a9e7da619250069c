/** The screen that the address names. */
import { lazy, Suspense } from 'preact/compat';
import { useEffect } from 'preact/hooks';
import { go, route } from '../client/route.ts';
import { runsById } from '../client/runs.ts';
import { Runs } from './runs.tsx';

const Run = lazy(() => import('./run.tsx').then(({ Run }) => Run));
const Compare = lazy(() => import('./compare.tsx').then(({ Compare }) => Compare));

function Screen() {
  const at = route.value;
  switch (at.screen) {
    case 'runs':
      return <Runs />;
    case 'run':
      return <Run key={at.id} id={at.id} tab={at.tab} />;
    case 'compare':
      return <Compare ids={at.ids} />;
    default:
      return (
        <div class="page">
          <h1>There is nothing here</h1>
          <p>
            The address names no screen of the board. <a href="./#/">All runs</a>
          </p>
        </div>
      );
  }
}

const titleOf = (): string => {
  const at = route.value;
  if (at.screen === 'run') return runsById.value.get(at.id)?.name ?? at.id;
  return at.screen === 'compare' ? 'Compare' : 'Runs';
};

export function Board() {
  const title = titleOf();
  useEffect(() => {
    document.title = `${title} · Retort`;
  }, [title]);
  useEffect(() => {
    if (route.value.screen === 'playground') go(route.value);
  }, [route.value]);
  return (
    <Suspense fallback={<p class="page muted">Loading…</p>}>
      <Screen />
    </Suspense>
  );
}
