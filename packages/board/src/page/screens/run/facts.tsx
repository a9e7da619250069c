/** What a run is, in a few numbers. */
import type { ComponentChild } from 'preact';
import type { RunDetail } from '../../../api.ts';
import { durationText, shortCount, whenText } from '../../model/format.ts';
import { networkText } from '../../model/network-text.ts';
import { metricName, scoreShown } from '../../model/scores.ts';

function Fact({ name, children }: { name: string; children: ComponentChild }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Progress({ run: { epochsDone, epochsTotal, status } }: { run: RunDetail }) {
  const text = epochsTotal === null ? String(epochsDone) : `${epochsDone} of ${epochsTotal}`;
  if (status !== 'running' || epochsTotal === null) return text;
  return (
    <>
      {text} <progress max={epochsTotal} value={epochsDone} aria-label="Epochs done" />
    </>
  );
}

export function Facts({ run }: { run: RunDetail }) {
  const { headline, remainingSeconds, parameters, multiplyAdds, latencies } = run;
  return (
    <dl class="facts">
      {headline && (
        <>
          <Fact name={`Best ${metricName(headline.metric)}`}>
            <strong>{scoreShown(headline.metric, headline.best) || '–'}</strong>
          </Fact>
          <Fact name={`Last ${metricName(headline.metric)}`}>
            {scoreShown(headline.metric, headline.last) || '–'}
          </Fact>
          {headline.teacher !== null && (
            <Fact name={`Teacher's ${metricName(headline.metric)}`}>
              {scoreShown(headline.metric, headline.teacher)}
            </Fact>
          )}
        </>
      )}
      <Fact name="Epochs">
        <Progress run={run} />
      </Fact>
      {remainingSeconds !== null && <Fact name="Remaining">about {durationText(remainingSeconds)}</Fact>}
      <Fact name="Training">{durationText(run.seconds) || '–'}</Fact>
      {parameters !== null && <Fact name="Parameters">{shortCount(parameters)}</Fact>}
      {multiplyAdds !== null && <Fact name="Multiply-adds of a sample">{shortCount(multiplyAdds)}</Fact>}
      {latencies.map(({ conditions, ms }) => (
        <Fact key={conditions} name="Latency of a sample">
          {durationText(ms / 1000)} <span class="muted">on {conditions}</span>
        </Fact>
      ))}
      <Fact name="Method">{run.method ?? '–'}</Fact>
      <Fact name="Student">{networkText(run.student) || '–'}</Fact>
      {run.teacher && (
        <Fact name="Teacher">
          <span title={run.teacher}>{networkText(run.teacher)}</span>
        </Fact>
      )}
      <Fact name="Data">{run.data ?? '–'}</Fact>
      <Fact name="Started">{whenText(run.started)}</Fact>
    </dl>
  );
}
