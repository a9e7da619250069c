/** What is another for students of images than for those of texts. */
import type { nn } from '@retort/torch';
import type { Inputs, Rendering } from '../../data/index.ts';
import type { OfTransformers } from '../../models/index.ts';
import type { Task } from '../../tasks/index.ts';
import type { Measurable } from '../measure/index.ts';
import type { CheckExportOptions, ExportOptions, ExportPrecision, Int8Options, Says } from '../onnx/index.ts';

/** What the files of a folder are written of. */
export interface Described {
  /** What the network is called, e.g. `resnet8x4`. */
  readonly name: string;
  readonly classes: number;
  /** In the order of the logits; null where they have numbers alone. */
  readonly labels: readonly string[] | null;
  /** What it is to Python's transformers; null where that does not compute the same of what the folder says of its inputs. */
  readonly own: OfTransformers | null;
  /** Why that is so, as a sentence without its end; null where it does. */
  readonly absent: string | null;
  /** How many numbers its graphs answer of a sample: logits of classes, or those of a vector; null of a detector. */
  readonly width: number | null;
  /** In which the browser runs it, where nobody says another. */
  readonly browser: ExportPrecision;
}

/** A snippet, and what it needs of its language's registry. */
export interface Snippet {
  readonly code: string;
  readonly needs: string;
}

/** A student as one of images, or of texts. */
export interface Kind {
  /** What it is shown, as messages say it. */
  readonly sample: 'image' | 'text';
  /** What is timed, as messages say it. */
  readonly timed: string;
  /** By transformers' name. */
  readonly pipeline:
    | 'image-classification'
    | 'image-feature-extraction'
    | 'text-classification'
    | 'object-detection';
  /** How many images or texts a graph is checked with. */
  readonly checked: number;
  /** How often a graph is timed: rounds, and calls in each. */
  readonly timing: { readonly rounds: number; readonly runs: number };
  /** The precisions that there are. */
  readonly precisions: readonly ExportPrecision[];
  /** What runs the graph in JavaScript. */
  readonly runsBy: 'transformers.js' | 'onnxruntime';
  readonly task: Task;
  /** How the student wants it, and how its graphs do. */
  readonly rendering: Rendering;
  readonly graphRendering: Rendering;
  /** How the graphs are made. */
  readonly onnx: Omit<ExportOptions, 'precision' | 'int8' | 'metadata'>;
  readonly says: Says;
  /** Of one image, which transformers' network is asked of; empty for texts. */
  readonly images: readonly [channels: number, height: number, width: number] | readonly [];
  /** Under which transformers.js runs a graph whose network transformers does not have: what the type stands for is not looked at there, and it must be one that it knows. */
  readonly standIn: Readonly<Record<string, unknown>>;
  /** What graphs, and weights of Retort's, say of what they are shown. */
  readonly graphMetadata: Readonly<Record<string, string>>;
  readonly weightsMetadata: Readonly<Record<string, string>>;
  /** A few, as a graph is checked with. */
  given(inputs: Inputs): CheckExportOptions;
  /** Many, as int8 is calibrated on. */
  calibration(batches: AsyncIterable<Inputs>): Pick<Int8Options, 'images' | 'texts'>;
  /** A graph as a network of such samples as the student's. */
  graph(file: string): Promise<nn.Layer>;
  /** A graph as it is timed. */
  measurable(file: string, precision: ExportPrecision): Promise<Measurable>;
  /** Why Python's transformers does not load it, by the type that it has there; null where it does. */
  absence(modelType: string | null): string | null;
  /** What config.json says of it besides. */
  settings(described: Described): Readonly<Record<string, unknown>>;
  /** What else is in the folder, by name. */
  files(described: Described): Readonly<Record<string, string>>;
  javascript(described: Described): Snippet;
  python(described: Described): Snippet;
  /** What goes in and comes out, as a sentence. */
  ports(described: Described): string;
  /** Sentences about what whoever uses it should know. */
  remarks(absent: string | null): readonly string[];
}
