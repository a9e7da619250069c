/** The diagnoses of a run, each as it stands. */
import type { DiagnosesAnswer, Diagnosis, DiagnosisName, Findings } from '../../api.ts';
import { aboutDiagnoses, allDiagnoses } from '../../diagnoses.ts';

export interface DiagnosisLine {
  readonly what: DiagnosisName;
  readonly title: string;
  /** What it is good for. */
  readonly says: string;
  readonly found: Diagnosis | null;
  /** Whether it is computed, or will be after others. */
  readonly work: 'computing' | 'waiting' | null;
  /** Why it could not be made; of the last time. */
  readonly error: string | null;
}

/** @example diagnosisLines({ results: [], running: ['cka'], waiting: [], failed: [], weights: null, samples: null, split: null }) */
export function diagnosisLines({ results, running, waiting, failed }: DiagnosesAnswer): DiagnosisLine[] {
  return allDiagnoses.map((what) => {
    const found = results.find((result) => result.what === what) ?? null;
    return {
      what,
      ...aboutDiagnoses[what],
      found,
      work: running.includes(what) ? 'computing' : waiting.includes(what) ? 'waiting' : null,
      error: failed.find((one) => one.what === what)?.error ?? null,
    };
  });
}

export const isSilent = (found: Diagnosis): found is Exclude<Diagnosis, Findings> => 'silent' in found;
