/** What `retort diagnose` says of the runs of a report. */
import { setNumThreads } from '@retort/torch';
import { defaults } from '../../defaults.ts';
import { type DiagnoseOptions, diagnose } from '../../diagnose/index.ts';
import { Silence } from '../../diagnose/silence.ts';
import { giveWay } from '../diagnose.ts';
import { stopOnInterrupt } from '../interrupt.ts';
import { Progress } from '../progress.ts';
import { chosenSamples } from '../quickstart/chosen.ts';
import type { Diagnosed, Reported } from './reported.ts';

/**
 * One after the other, as the command does it; of a run that cannot be diagnosed, as where its teacher is gone, it is kept why.
 *
 * @throws the signal's reason if it is interrupted; what is a mistake in code
 */
export async function diagnosedRuns({ runs }: Pick<Reported, 'runs'>): Promise<Map<string, Diagnosed>> {
  const { threads } = defaults.diagnosed;
  giveWay();
  setNumThreads(threads);
  const progress = new Progress();
  const signal = stopOnInterrupt((line) => progress.line(line));
  const found = new Map<string, Diagnosed>();
  for (const { run, name } of runs) {
    const onProgress = (what: string, done: number, total: number): void =>
      progress.show({ what: `${name}: ${what}`, done, total });
    try {
      const chosen: DiagnoseOptions['chosen'] = (recipe) => chosenSamples(recipe, onProgress);
      found.set(run.folder, await diagnose(run.folder, { signal, workers: threads, onProgress, chosen }));
    } catch (error) {
      signal.throwIfAborted();
      const { message } = Silence.of(error, `${run.folder} could not be diagnosed`);
      progress.line(message);
      found.set(run.folder, { failed: message });
    }
  }
  progress.clear();
  return found;
}
