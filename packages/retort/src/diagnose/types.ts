/** What is said of a run by `retort diagnose`: one form for each diagnosis, or a sentence why there is nothing to say. Types alone, so that whatever shows them needs no engine. */

/** What every diagnosis begins with. */
interface Heading<What extends string> {
  readonly what: What;
  /** In plain English. */
  readonly title: string;
  /** Of whom it is: `best, of epoch 12` or `checkpoint epoch-12`, say. */
  readonly from: string;
}

/** Nothing can be said of this run, for a reason. */
export interface Silent extends Heading<DiagnosisName> {
  readonly silent: string;
}

/** Which of the samples of a class each side is right on. */
export interface ClassShares {
  readonly name: string;
  readonly samples: number;
  /** Shares in [0, 1]; null for a class without samples, and of a teacher that is not there. */
  readonly student: number | null;
  readonly teacher: number | null;
}

/** What of each class student and teacher know. */
export interface PerClass extends Heading<'per-class'> {
  /** Where boxes are found: shares are average precisions, and what is counted as samples are boxes. Left out where they are of samples that are told right. */
  readonly measure?: 'AP';
  readonly classes: readonly ClassShares[];
  /** Why there is no teacher to compare with; null where there is one. */
  readonly withoutTeacher: string | null;
}

/** How much student and teacher say the same. */
export interface AgreementShares extends Heading<'agreement'> {
  /** The share of samples to which both give one class. */
  readonly top1: number;
  /** The divergence of the student's probabilities from the teacher's, KL(teacher, student) in nats, mean over samples. */
  readonly divergence: number;
  /** Of the columns of probabilities, mean over classes. */
  readonly meanCosine: number;
  /** Shares of the samples with labels, which sum to 1; null where there are none. */
  readonly bothRight: number | null;
  readonly onlyStudent: number | null;
  readonly onlyTeacher: number | null;
  readonly neither: number | null;
}

/** Samples whose confidence lies in [from, to), or is 1 in the last. */
export interface ConfidenceBin {
  readonly from: number;
  readonly to: number;
  /** Means over the bin; null where it is empty. */
  readonly confidence: number | null;
  readonly accuracy: number | null;
  readonly samples: number;
}

/** How sure one of the two is, and how often it is right. */
export interface CalibrationCurve {
  /** The expected calibration error, in [0, 1]. */
  readonly error: number;
  readonly bins: readonly ConfidenceBin[];
}

/** Whether they are right as often as they are sure. */
export interface Reliability extends Heading<'reliability'> {
  readonly student: CalibrationCurve;
  readonly teacher: CalibrationCurve | null;
  /** Why there is no teacher to compare with; null where there is one. */
  readonly withoutTeacher: string | null;
}

/** How alike the features of student and teacher are, block by block. */
export interface CkaMatrix extends Heading<'cka'> {
  /** Paths of the student's blocks. */
  readonly rows: readonly string[];
  /** Paths of the teacher's. */
  readonly columns: readonly string[];
  /** Rows x columns: linear CKA, unbiased; null where features do not vary. */
  readonly values: readonly (readonly (number | null)[])[];
}

/** Samples whose value lies in [from, to), or is `to` in the last. */
export interface Counted {
  readonly from: number;
  readonly to: number;
  readonly samples: number;
}

/** The temperature that CSWT gives each sample. */
export interface Temperatures extends Heading<'temperatures'> {
  readonly least: number;
  readonly most: number;
  readonly mean: number;
  readonly bins: readonly Counted[];
}

/** How the teacher is softened in one epoch. */
export interface AnnealedEpoch {
  /** From 0, as they stand in the recipe. */
  readonly stage: number;
  /** From 1, over all stages. */
  readonly epoch: number;
  /** What the teacher's logits are multiplied by. */
  readonly factor: number;
  /** The same as a temperature that falls to 1. */
  readonly temperature: number;
}

/** By how much the teacher's answers are softened, epoch by epoch. */
export interface Annealing extends Heading<'annealing'> {
  readonly factors: readonly AnnealedEpoch[];
}

/** A linear layer or a 1x1 convolution of a method's parts. */
export interface ProjectorLayer {
  /** By the method, and the path within its part. */
  readonly name: string;
  readonly shape: readonly [outputs: number, inputs: number];
  /** Largest first. */
  readonly singularValues: readonly number[];
}

/** What the trained projectors between student and teacher let through. */
export interface Projector extends Heading<'projector'> {
  readonly layers: readonly ProjectorLayer[];
}

/** How strongly one term pulls. */
export interface TermNorm {
  readonly name: string;
  /** Of the gradient of this term, times its weight, in all of the student's weights that are trained. */
  readonly norm: number;
}

/** How strongly each loss term pulls at the student, and which pull against one another. */
export interface GradientNorms extends Heading<'gradient-norms'> {
  readonly terms: readonly TermNorm[];
  /** Of the sum of the terms. */
  readonly total: number;
  /** Terms x terms, in [-1, 1]; null where one of both is zero. */
  readonly cosines: readonly (readonly (number | null)[])[];
  /** Over how many batches these are the means. */
  readonly batches: number;
}

/** A class that a network names. */
export interface Answer {
  readonly class: string;
  readonly probability: number;
}

/** A sample on which the two are not of one mind. */
export interface Disagreement {
  /** Its number in the split. */
  readonly index: number;
  /** Its file, where it has one. */
  readonly name: string | null;
  /** The class it is of, where that is known. */
  readonly label: string | null;
  /** KL(teacher, student) in nats. */
  readonly divergence: number;
  /** The three likeliest classes, or as many as there are. */
  readonly student: readonly Answer[];
  readonly teacher: readonly Answer[];
  /** As a PNG, for an image. */
  readonly picture: `data:image/png;base64,${string}` | null;
  /** The text, or both of a pair, a line each. */
  readonly text: string | null;
}

/** The samples on which student and teacher disagree most. */
export interface Disagreements extends Heading<'disagreements'> {
  /** The largest divergence first. */
  readonly samples: readonly Disagreement[];
}

/** An object in an image: one that is there, or that somebody finds. */
export interface ShownObject {
  readonly class: string;
  /** How sure whoever finds it is, in [0, 1]; null of one that is there. */
  readonly score: number | null;
  /** Its left and upper edge and its extent, in pixels of the image. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** An image with what is in it. */
export interface DetectedImage {
  /** Its number in the split. */
  readonly index: number;
  /** Its file, where it has one. */
  readonly name: string | null;
  /** In pixels, in which boxes are; the picture may be smaller. */
  readonly width: number;
  readonly height: number;
  /** As a JPEG; null of images that cannot be seen. */
  readonly picture: `data:image/jpeg;base64,${string}` | null;
  /** What the data says is there. */
  readonly truth: readonly ShownObject[];
  /** The surest first, from a score of 0.05 on. */
  readonly student: readonly ShownObject[];
  /** Null where there is no teacher. */
  readonly teacher: readonly ShownObject[] | null;
}

/** What student and teacher find in some images. */
export interface Detections extends Heading<'detections'> {
  readonly images: readonly DetectedImage[];
  /** The names of all classes, by which colours are chosen. */
  readonly classes: readonly string[];
  /** Why there is no teacher to compare with; null where there is one. */
  readonly withoutTeacher: string | null;
}

/** What was found, by its name. */
export type Findings =
  | PerClass
  | AgreementShares
  | Reliability
  | CkaMatrix
  | Temperatures
  | Annealing
  | Projector
  | GradientNorms
  | Disagreements
  | Detections;

/** The names by which diagnoses are asked for. */
export type DiagnosisName = Findings['what'];

/** What a diagnosis found, or `silent`. */
export type Diagnosis = Findings | Silent;

/** The weights of which a run was diagnosed. */
export interface DiagnosedWeights {
  readonly file: 'best' | 'last';
  readonly sha256: string;
  /** The epoch whose end, or in which, they are of; null where the run does not say it. */
  readonly epoch: number | null;
}

/** All that was asked of a run. */
export interface Diagnoses {
  /** Its folder, as it was named. */
  readonly run: string;
  readonly status: string;
  /** The machine it ran on by its name, where that is not this one: how it stands now is not known then. */
  readonly elsewhere: string | null;
  readonly split: 'test' | 'train';
  /** What the data is called. */
  readonly data: string;
  /** How many of it were shown. */
  readonly samples: number;
  /** Null where it has none. */
  readonly weights: DiagnosedWeights | null;
  readonly results: readonly Diagnosis[];
  /** A sentence for each thing that is not as it should be. */
  readonly notes: readonly string[];
}
