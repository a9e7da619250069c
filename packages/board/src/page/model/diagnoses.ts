/** The diagnoses of a run, each as it stands. */
import type { DiagnosesAnswer, Diagnosis, DiagnosisName, Findings } from '../../api.ts';

export interface DiagnosisLine {
  readonly what: DiagnosisName;
  readonly title: string;
  /** What it is good for. */
  readonly says: string;
  readonly found: Diagnosis | null;
  readonly isRunning: boolean;
  /** Why it could not be made; of the last time. */
  readonly error: string | null;
}

const all: readonly { readonly what: DiagnosisName; readonly title: string; readonly says: string }[] = [
  {
    what: 'per-class',
    title: 'Student against teacher, by class',
    says: 'On which classes the student falls behind its teacher, or is ahead.',
  },
  {
    what: 'agreement',
    title: 'Agreement',
    says: 'How often student and teacher say the same, and who of them is right where they do not.',
  },
  { what: 'reliability', title: 'Reliability', says: 'Whether they are right as often as they are sure.' },
  {
    what: 'disagreements',
    title: 'Largest disagreements',
    says: 'The samples on which the two are furthest apart, with both answers.',
  },
  {
    what: 'cka',
    title: 'Likeness of features (CKA)',
    says: "Which of the student's blocks see what which of the teacher's see.",
  },
  {
    what: 'gradient-norms',
    title: 'Gradients of the loss terms',
    says: 'How strongly each term pulls at the student, and which pull against one another.',
  },
  {
    what: 'temperatures',
    title: 'Temperatures of the samples (CSWT)',
    says: 'How much the answers of each sample were softened.',
  },
  {
    what: 'annealing',
    title: 'Annealing',
    says: "By how much the teacher's answers are softened, epoch by epoch.",
  },
  {
    what: 'projector',
    title: 'Singular values of the projector',
    says: 'How many directions of features the trained projector lets through.',
  },
];

export const allDiagnoses: readonly DiagnosisName[] = all.map(({ what }) => what);

/** @example diagnosisLines({ results: [], running: ['cka'], failed: [], weights: null, samples: null, split: null }) */
export function diagnosisLines({ results, running, failed }: DiagnosesAnswer): DiagnosisLine[] {
  return all.map((line) => {
    const found = results.find(({ what }) => what === line.what) ?? null;
    return {
      ...line,
      found,
      isRunning: running.includes(line.what),
      error: failed.find(({ what }) => what === line.what)?.error ?? null,
    };
  });
}

export const isSilent = (found: Diagnosis): found is Exclude<Diagnosis, Findings> => 'silent' in found;
