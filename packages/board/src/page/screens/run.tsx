/** One run: how it goes, what it was told, what it learned. */
import { useEffect } from 'preact/hooks';
import { paths, type RunDetail } from '../../api.ts';
import { useAsked } from '../client/asked.ts';
import { onReturn } from '../client/events.ts';
import { isLoading, runsById } from '../client/runs.ts';
import { hrefOf, type RunTab, runTabs } from '../model/route.ts';
import { Notice, Remarks } from '../parts/notice.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { Curves } from './run/curves.tsx';
import { Diagnoses } from './run/diagnoses.tsx';
import { Facts } from './run/facts.tsx';
import { Log } from './run/log.tsx';
import { RecipeTab } from './run/recipe.tsx';
import { RunHead } from './run/run-head.tsx';

function Tab({ run, tab }: { run: RunDetail; tab: RunTab }) {
  switch (tab) {
    case 'curves':
      return <Curves run={run} />;
    case 'recipe':
      return <RecipeTab run={run} />;
    case 'diagnoses':
      return <Diagnoses run={run} />;
    case 'log':
      return <Log run={run} />;
  }
}

export function Run({ id, tab }: { id: string; tab: RunTab }) {
  const { answer, error, again } = useAsked<RunDetail>(paths.run(id));
  const row = runsById.value.get(id);
  const run = answer.value;
  useEffect(() => {
    if (row && answer.value) again();
  }, [row]);
  useEffect(() => onReturn(again), [again]);
  return (
    <div class="page">
      <RunHead id={id} run={run} row={row} />
      {error.value && <Notice kind="problem">{error.value}</Notice>}
      {run && !row && !isLoading.value && (
        <Notice kind="problem">Its folder is gone; what is shown is what was read before.</Notice>
      )}
      {run?.problem && <Notice kind="problem">{run.problem}</Notice>}
      {run && <Remarks notes={run.notes} />}
      {run && <Facts run={run} />}
      <Tabs
        label="Of this run"
        tabs={runTabs}
        current={tab}
        hrefOf={(tab) => hrefOf({ screen: 'run', id, tab })}
      />
      {run ? <Tab run={run} tab={tab} /> : !error.value && <p class="muted">The run is being read…</p>}
    </div>
  );
}
