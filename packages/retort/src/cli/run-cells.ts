/** What a run is in a row of a table. */
import { headlineScore, type RunSummary } from '../runs/read/read-run.ts';
import { shownPlace, withShownPlaces } from '../words/place.ts';
import { statusText } from './compared.ts';
import { scoreText, scoreUnit } from './scores.ts';

/** The heads of `runCells`. */
export const runHead: readonly string[] = 'status,student,teacher,method,data,epochs,score,last,best'.split(
  ',',
);

/** A score in the unit of a run's headline; empty where there is none. */
export const headlineText = ({ headline }: RunSummary, value: number | null | undefined): string =>
  value == null ? '' : scoreText(headline?.metric ?? '', value);

/** How it stands, who taught whom on what, and how well. @example runHead.map((name, i) => [name, runCells(readRun('runs/kd'))[i]]) */
export function runCells(run: RunSummary): string[] {
  const score = headlineScore(run);
  return [
    statusText(run),
    withShownPlaces(run.student ?? ''),
    withShownPlaces(run.teacher ?? ''),
    run.method ?? '',
    shownPlace(run.data ?? ''),
    run.epochsTotal === null ? String(run.epochsDone) : `${run.epochsDone}/${run.epochsTotal}`,
    scoreUnit(run.headline?.metric ?? ''),
    headlineText(run, score?.last),
    headlineText(run, score?.best),
  ];
}
