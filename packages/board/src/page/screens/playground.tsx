/** The exported student of a run, tried in the page beside its teacher. */
import { useEffect } from 'preact/hooks';
import { paths, type RunDetail } from '../../api.ts';
import { useAsked } from '../client/asked.ts';
import { go, route } from '../client/route.ts';
import { hrefOf } from '../model/route.ts';
import { Copied } from '../parts/copied.tsx';
import { Notice } from '../parts/notice.tsx';
import { RunChoice } from '../parts/run-choice.tsx';
import { Trial } from './playground/trial.tsx';

function NotExported({ command }: { command: string }) {
  return (
    <>
      <p>The student of this run has not been exported into its folder yet:</p>
      <Copied text={command} what="the command that exports it" />
    </>
  );
}

function OfRun({ id }: { id: string }) {
  const { answer, error, again } = useAsked<RunDetail>(paths.run(id));
  const run = answer.value;
  return (
    <>
      {error.value && <Notice kind="problem">{error.value}</Notice>}
      {run && !run.exported && (
        <>
          <NotExported command={run.exportCommand} />
          <button type="button" onClick={again}>
            Look again
          </button>
        </>
      )}
      {run?.exported && <Trial run={run} exported={run.exported} />}
    </>
  );
}

export function Playground() {
  const at = route.value;
  const id = at.screen === 'playground' ? at.id : null;
  useEffect(() => {
    if (at.screen !== 'playground' && at.screen !== 'nowhere' && location.hash) location.replace(hrefOf(at));
  }, [at]);
  return (
    <div class="page">
      <h1>Playground</h1>
      <div class="toolbar">
        <RunChoice
          key={id}
          label="Run"
          without={[]}
          value={id ?? ''}
          onChange={(chosen) => chosen && go({ screen: 'playground', id: chosen })}
        />
        {id && (
          <a class="button" href={hrefOf({ screen: 'run', id, tab: 'curves' })}>
            Its curves
          </a>
        )}
      </div>
      {id ? (
        <OfRun key={id} id={id} />
      ) : (
        <p class="empty">
          Choose a run: its student runs here, in the browser, without a network, once it was exported into
          the folder of the run, for which the command is shown.
        </p>
      )}
    </div>
  );
}
