/** What `retort diagnose` says of a run, as the board passes it on. */
export type {
  DiagnosedWeights,
  Diagnoses,
  Diagnosis,
  DiagnosisName,
  Disagreement,
  Findings,
} from 'retort/figures';
