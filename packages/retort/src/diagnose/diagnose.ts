/** Diagnostics that only distillation has, of a run's folder. */
import { DataError } from '../data/index.ts';
import { EvaluationError } from '../evaluate/index.ts';
import { unknown } from '../words/unknown.ts';
import { diagnoses } from './registry.ts';
import { DiagnosedRun, type DiagnosedRunOptions } from './run.ts';
import { Silence } from './silence.ts';
import type { Diagnoses, Diagnosis, DiagnosisName } from './types.ts';

/** What is asked of a run. */
export interface DiagnoseOptions extends DiagnosedRunOptions {
  /** By name; all where it is left out. */
  readonly what?: readonly DiagnosisName[] | undefined;
}

/** @throws RangeError for a name that is none, with the one that was probably meant */
export function checkedDiagnoses(names: readonly string[]): DiagnosisName[] {
  const known = [...diagnoses.keys()];
  return names.map((name) => {
    const found = known.find((one) => one === name);
    if (found === undefined) throw new RangeError(unknown('diagnosis', name, known));
    return found;
  });
}

async function diagnosisOf(run: DiagnosedRun, what: DiagnosisName): Promise<Diagnosis> {
  const one = diagnoses.get(what);
  if (!one) throw new RangeError(unknown('diagnosis', what, [...diagnoses.keys()]));
  const heading = { what, title: one.title };
  try {
    const found = await one.find(run);
    return { ...heading, from: await run.from(), ...found } as Diagnosis;
  } catch (error) {
    // What it was stopped by is no finding, whatever it was stopped with.
    run.options.signal?.throwIfAborted();
    const isSaid = [Silence, EvaluationError, DataError].some((kind) => error instanceof kind);
    if (!(error instanceof Error) || !isSaid) throw error;
    return { ...heading, from: await run.from(), silent: error.message };
  }
}

/**
 * Says what a run's student learned of its teacher: of the folder of a run that is finished, stopped, running or copied, by its best weights, or its
 * last. Nothing is written into it, and the same run gives the same numbers. What has nothing to say of it says why, by `silent`.
 *
 * @param folder  of the run
 * @throws RunError where there is no run, or none whose recipe is understood; RangeError for a diagnosis that is none
 * @throws the signal's reason if it is aborted
 * @example const { results } = await diagnose('runs/kd', { what: ['agreement'] });
 */
export async function diagnose(folder: string, options: DiagnoseOptions = {}): Promise<Diagnoses> {
  const asked = checkedDiagnoses(options.what ?? [...diagnoses.keys()]);
  const run = new DiagnosedRun(folder, options);
  const results: Diagnosis[] = [];
  for (const what of new Set(asked)) {
    options.signal?.throwIfAborted();
    results.push(await diagnosisOf(run, what));
  }
  const weights = await run.weights();
  const shown = run.shownSoFar;
  return {
    run: folder,
    status: run.opened.status,
    elsewhere: run.opened.elsewhere,
    split: run.split,
    data: shown?.data.name ?? run.recipe.data.name,
    samples: shown?.data.size ?? 0,
    weights: weights && { file: weights.file, sha256: weights.sha256, epoch: weights.epoch },
    results,
    notes: run.notes,
  };
}
