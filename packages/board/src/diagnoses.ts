/** The diagnoses of `retort diagnose`: what is said of a run, as the board passes it on, and what each is. */
import type { DiagnosisName } from 'retort/figures';

export type {
  DetectedImage,
  DiagnosedWeights,
  Diagnoses,
  Diagnosis,
  DiagnosisName,
  Disagreement,
  Findings,
  ShownObject,
} from 'retort/figures';

/** Every diagnosis in the order in which the page shows them: what it is called, and what it is good for. */
export const aboutDiagnoses: {
  readonly [What in DiagnosisName]: { readonly title: string; readonly says: string };
} = {
  'per-class': {
    title: 'Student against teacher, by class',
    says: 'On which classes the student falls behind its teacher, or is ahead.',
  },
  agreement: {
    title: 'Agreement',
    says: 'How often student and teacher say the same, and who of them is right where they do not.',
  },
  reliability: { title: 'Reliability', says: 'Whether they are right as often as they are sure.' },
  disagreements: {
    title: 'Largest disagreements',
    says: 'The samples on which the two are furthest apart, with both answers.',
  },
  detections: {
    title: 'Detections',
    says: 'What student and teacher find in some images, beside what is there.',
  },
  cka: {
    title: 'Likeness of features (CKA)',
    says: "Which of the student's blocks see what which of the teacher's see.",
  },
  'gradient-norms': {
    title: 'Gradients of the loss terms',
    says: 'How strongly each term pulls at the student, and which pull against one another.',
  },
  temperatures: {
    title: 'Temperatures of the samples (CSWT)',
    says: 'How much the answers of each sample were softened.',
  },
  annealing: { title: 'Annealing', says: "By how much the teacher's answers are softened, epoch by epoch." },
  projector: {
    title: 'Singular values of the projector',
    says: 'How many directions of features the trained projector lets through.',
  },
};

export const allDiagnoses = Object.keys(aboutDiagnoses) as DiagnosisName[];
