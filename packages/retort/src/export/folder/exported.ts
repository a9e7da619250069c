/** What is exported, and what was. */
import type { Dataset, FullRendering, TextRendering } from '../../data/index.ts';
import type { Headline } from '../../headline.ts';
import type { Task } from '../../tasks/index.ts';
import type { ExportCheck, ExportPrecision, Int8Options } from '../onnx/index.ts';

/** A method by which it was trained. */
export interface MethodFact {
  readonly name: string;
  /** The paper. */
  readonly source: string;
}

/** A licence as somebody stated it; what nobody stated is said to be unknown, and never guessed. */
export interface Licences {
  readonly student?: string | undefined;
  readonly teacher?: string | undefined;
  readonly data?: string | undefined;
}

/** What is told of how a student came to be. */
export interface CardFacts {
  readonly teacher?: string | undefined;
  readonly methods?: readonly MethodFact[];
  /** What it learned from. */
  readonly data?: string | undefined;
  /** In YAML. */
  readonly recipe?: string | undefined;
  /** On the test split, as its run has them. */
  readonly scores?: Readonly<Record<string, number>>;
  readonly teacherScores?: Readonly<Record<string, number>> | undefined;
  readonly licences?: Licences;
  /** Sentences about what whoever uses it should know. */
  readonly remarks?: readonly string[];
}

/** What is told of any student. */
export interface CommonFolderOptions {
  /** What the network is called, e.g. `resnet8x4`. */
  readonly name: string;
  /** How many it tells apart; 0 of one without a classifier. */
  readonly classes: number;
  /** Their names in the order of the logits; null where they have none. */
  readonly labels: readonly string[] | null;
  /** Where it is left out, all that can be made: `int8` needs images or texts, and a check. `fp32` is always there. */
  readonly precisions?: readonly ExportPrecision[];
  /** Labelled images, or texts, that each form is judged on beside the student, and a few of which it is checked with; noise where it is left out, and nothing is judged. */
  readonly data?: Dataset;
  /** Samples on which the scales of int8 are found, some hundred of them; those of `data` where it is left out. */
  readonly calibration?: Dataset;
  /** Whether it is said how long one takes; it is not where it is left out. */
  readonly measured?: boolean;
  /** How int8 is made. */
  readonly int8?: Pick<Int8Options, 'calibration' | 'keep'>;
  /** Whether graphs are checked and judged, as they are where it is left out; without, onnxruntime-node is not needed, and the card says so. */
  readonly check?: boolean;
  /** What goes into a weights file of Retort's. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** What is told of it. */
  readonly facts?: CardFacts;
  /** Told what is done, how far, of how much. */
  readonly report?: (what: string, done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Of a student of images. */
export interface ExportFolderOptions extends CommonFolderOptions {
  /** How it wants its images. */
  readonly rendering: FullRendering;
  /** The height and width of what it is shown. */
  readonly size: readonly [height: number, width: number];
  readonly channels: number;
  /** Whether images go into the graphs as pixels in [0, 1], and are normalised there. */
  readonly bakeNormalisation?: boolean;
  /** A classification, by whose headline the forms are judged (`judgedBy`): by accuracy where it is left out. Of a network without a classifier `embedding`, whose `classes` are 0: its graphs answer vectors. */
  readonly task?: Task;
}

/** Of a student of texts. */
export interface ExportTextFolderOptions extends CommonFolderOptions {
  /** How it wants its texts: the tokenizer goes with it, which cuts them as long. */
  readonly rendering: TextRendering;
  /** What it learned: classification where it is left out, `multi-label`, or `regression`. By its headline the forms are judged. */
  readonly task?: Task;
}

/** Of a student that finds objects. */
export interface ExportDetectorFolderOptions extends CommonFolderOptions {
  /** How it wants its images, which it sees whole. */
  readonly rendering: FullRendering;
  readonly channels: number;
  /** Whether images go into the graphs as pixels in [0, 1], and are normalised there. */
  readonly bakeNormalisation?: boolean;
  /** Detection of boxes, by whose headline the forms are judged (`judgedBy`): by COCO's AP where it is left out. */
  readonly task?: Task;
}

export type AnyFolderOptions = ExportFolderOptions | ExportTextFolderOptions | ExportDetectorFolderOptions;

/** How a graph answers beside the student; null throughout where it was not checked. */
type Checked = { readonly [Key in keyof ExportCheck]: ExportCheck[Key] | null };

/** One graph of a folder. */
export interface ExportedForm extends Checked {
  readonly precision: ExportPrecision;
  /** From the folder. */
  readonly file: string;
  readonly bytes: number;
  readonly nodes: number;
  /** How many numbers it answers of a sample: logits of classes, or those of a vector; null of a detector. */
  readonly width: number | null;
  /** The headline on the data; null where it was not judged. */
  readonly score: number | null;
  /** In seconds, of one image or text in onnxruntime-node: half of the calls took at most so long, and 95 of 100; null where it was not measured. */
  readonly latency: { readonly p50: number; readonly p95: number } | null;
}

export interface ExportedFolder {
  readonly folder: string;
  /** transformers' type; null where it does not load it. */
  readonly modelType: string | null;
  /** The file of weights, from the folder. */
  readonly weights: string;
  readonly parameters: number;
  readonly forms: readonly ExportedForm[];
  /** By what it was judged, e.g. `top1`; null where nothing was. */
  readonly headline: Headline | null;
  /** The student's own on the data; null where nothing was judged. */
  readonly score: number | null;
  /** On which latency was measured: processor, threads, release; null where it was not. */
  readonly measuredOn: string | null;
  /** Sentences about what whoever uses it should know. */
  readonly remarks: readonly string[];
}
